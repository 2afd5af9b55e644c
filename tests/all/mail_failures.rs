//! Every way in which a server can refuse, fail or deceive: one message that names server, step and reply, exit code 2,
//! nothing delivered, and no password or text of the report in clear.

use crate::harness::{Ran, Run, WEEK, file, folder, smtpauth};
use crate::mail_server::{Part, Play, Shown, Told};
use crate::mail_smtp::{PASSWORD, USER, nothing_in_clear, play, with_password};
use std::path::Path;

/// The verbs at which something can go wrong, and what the step is called.
const VERBS: [(&str, &str); 9] = [
    ("greeting", "greeting"),
    ("EHLO", "EHLO"),
    ("STARTTLS", "STARTTLS"),
    ("TLS EHLO", "EHLO"),
    ("AUTH", "AUTH"),
    ("MAIL", "MAIL FROM"),
    ("RCPT", "RCPT TO"),
    ("DATA", "DATA"),
    ("end", "end of the message"),
];

fn impatient(folder: &Path, run: Run) -> Run {
    with_password(folder, run).arg("--smtp-timeout").arg("3")
}

/// Nothing was delivered, and the message begins so.
fn failed(ran: &Ran, told: &Told, wanted: &str) {
    assert_eq!((ran.status, ran.stdout.as_slice()), (2, &b""[..]), "{}", ran.everything());
    assert!(ran.said().contains(wanted), "{wanted}\n{}", ran.everything());
    assert!(ran.said().starts_with("smtpauth: ") && ran.said().contains("mailed"), "{}", ran.everything());
    assert!(ran.said().lines().count() <= 2, "{}", ran.everything());
    assert!(told.messages.is_empty(), "{}", ran.everything());
    nothing_in_clear(ran, told);
}

/// Some at once: each waits for most of its time.
fn each(parts: &[(Part, Vec<String>)]) {
    for some in parts.chunks(7) {
        std::thread::scope(|scope| {
            for (part, wanted) in some {
                scope.spawn(move || {
                    let (ran, told) = play(part.clone(), impatient);
                    wanted.iter().for_each(|wanted| failed(&ran, &told, wanted));
                });
            }
        });
    }
}

#[test]
fn no_for_now_and_no_for_good_at_every_verb() {
    for reply in ["451 4.3.0 not now", "554 5.7.1 never"] {
        let wanted = |verb: &str, step: &str| match verb {
            "RCPT" => format!(
                "not mailed, to nobody: localhost:PORT refuses a@contoso.com: {reply}; b@fabrikam.example: {reply}\n"
            ),
            _ => format!("not mailed: localhost:PORT, {step}: {reply}\n"),
        };
        for (verb, step) in VERBS {
            let (ran, told) = play(Part::says(verb, reply), impatient);
            failed(
                &ran,
                &told,
                wanted(verb, step).split("PORT").nth(1).expect("a port").trim_end_matches('\n'),
            );
            assert!(
                ran.said().contains(wanted(verb, step).split("PORT").next().expect("a host")),
                "{}",
                ran.said()
            );
            assert_eq!(
                ran.said().contains("run the command again"),
                reply.starts_with('4'),
                "{}",
                ran.said()
            );
        }
    }
}

#[test]
fn a_server_that_says_nothing_or_hangs_up_at_every_verb() {
    let mut parts = Vec::new();
    for (verb, step) in VERBS {
        let is_last = verb == "end";
        let sent = if is_last {
            "perhaps not mailed (the server had the message, and did not say whether it took it): localhost:"
        } else {
            "not mailed: localhost:"
        };
        let wanted = |what: &str| vec![sent.to_owned(), format!(", {step}: {what}")];
        parts.push((Part::with(verb, Play::Cuts), wanted("the server closed the connection")));
        parts.push((Part::says(verb, "SSH-2.0 hello"), wanted("the answer is no SMTP: SSH-2.0 hello")));
        // The last answer may take longer than the others: all the time that is left.
        let silence = if is_last { "" } else { "no answer within 3 s" };
        parts.push((Part::with(verb, Play::Hangs), wanted(silence)));
    }
    each(&parts);
}

#[test]
fn a_certificate_that_is_not_right() {
    for (shown, wanted) in [
        (Shown::Unknown, "nobody whom this system trusts vouches for its certificate"),
        (Shown::SelfSigned, "nobody whom this system trusts vouches for its certificate"),
        (Shown::OtherHost, "its certificate is for another name: DnsName(\"other.example\")"),
        (Shown::Expired, "its certificate has expired"),
    ] {
        for implicit in [false, true] {
            let (ran, told) = play(Part { implicit, shown, ..Part::default() }, with_password);
            failed(&ran, &told, &format!(", TLS handshake: {wanted}"));
            assert!(told.under_tls.is_empty(), "{:?}", told.under_tls);
        }
    }
}

/// Without the authority of the test, its certificate is a stranger's to the system.
#[test]
fn only_who_is_named_is_trusted() {
    let folder = folder();
    let server = crate::mail_server::serve(folder.path(), Part::default());
    let run =
        smtpauth("report --mail-from noc@contoso.com --mail-to a@contoso.com").arg(WEEK).arg("--smtp-url");
    let ran = run.arg(&format!("smtp://localhost:{}", server.port)).run();
    assert_eq!(ran.status, 2);
    assert!(server.told().under_tls.is_empty() && server.told().messages.is_empty());
}

#[test]
fn starttls_that_is_taken_out() {
    let (ran, told) = play(Part { starttls: false, ..Part::default() }, with_password);
    failed(&ran, &told, ", EHLO: it does not offer STARTTLS\nWithout TLS nothing is sent");
    assert_eq!(told.clear.len(), 2, "{:?}", told.clear);
}

/// Somebody in between answers in place of the server: what comes before TLS does not count under it.
#[test]
fn text_that_is_slipped_in_before_tls() {
    let slipped = "220 go ahead\r\n250-localhost\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 taken";
    let (ran, told) = play(Part::says("STARTTLS", slipped), with_password);
    failed(&ran, &told, ", STARTTLS: the server said more than was asked before TLS was on");
    assert!(told.under_tls.is_empty(), "{:?}", told.under_tls);
}

/// The wrong kind of port: TLS where there is none, and none where there is.
#[test]
fn the_wrong_kind_of_port() {
    let folder = folder();
    for (implicit, wanted) in [
        (
            false,
            "TLS handshake: it does not speak TLS on this port\nA port that begins without TLS (587) is written smtp://",
        ),
        (true, "greeting: no answer within 3 s\nA port that begins with TLS (465) is written smtps://"),
    ] {
        let server = crate::mail_server::serve(folder.path(), Part { implicit, ..Part::default() });
        let ran = crate::mail_smtp::report(&server, !implicit).arg("--smtp-timeout").arg("3").run();
        failed(&ran, &server.told(), wanted);
    }
}

#[test]
fn nobody_is_there() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
    let run =
        smtpauth("report --mail-from noc@contoso.com --mail-to a@contoso.com").arg(WEEK).arg("--smtp-url");
    let ran = run.arg(&format!("smtps://127.0.0.1:{}", free.port())).run();
    assert_eq!(ran.status, 2);
    assert!(ran.said().contains(&format!("127.0.0.1:{}, connecting: ", free.port())), "{}", ran.said());
    let run = smtpauth("report --mail-from noc@contoso.com --mail-to a@contoso.com").arg(WEEK);
    let ran = run.arg("--smtp-url").arg("smtp://no-such-host.invalid").run();
    assert!(
        ran.said().contains("smtpauth: not mailed: no-such-host.invalid:587, connecting: "),
        "{}",
        ran.said()
    );
}

/// A message reaches all or nobody.
#[test]
fn one_recipient_who_is_refused() {
    let (ran, told) = play(Part::says("RCPT b@fabrikam.example", "550 5.1.1 who?"), with_password);
    failed(&ran, &told, "not mailed, to nobody: localhost:");
    assert!(ran.said().contains(" refuses b@fabrikam.example: 550 5.1.1 who?\n"), "{}", ran.said());
    assert!(!told.under_tls.iter().any(|line| line == "DATA"), "{:?}", told.under_tls);
}

/// What a server says is shown, but neither a password that it sends back nor what moves a cursor.
#[test]
fn what_a_server_says_is_shown_with_care() {
    let echo = format!(
        "535 5.7.8 \u{1b}[2J{PASSWORD} AG5vY0Bjb250b3NvLmNvbQBjb3Jyw6ljdCBob3JzZSA3IQ== {}",
        "x".repeat(2000)
    );
    let (ran, told) = play(Part::says("AUTH", &echo), with_password);
    failed(&ran, &told, "AUTH: 535 5.7.8 \\u{1b}[2J*** *** xxx");
    assert!(ran.said().len() < 800, "{}", ran.said());
    let (ran, _) = play(Part::says("greeting", "554-no\r\n554-mail\r\n554 from there"), with_password);
    assert!(ran.said().contains("greeting: 554 no mail from there\n"), "{}", ran.said());
}

/// A reply that never ends, and one that comes in drops.
#[test]
fn replies_have_limits() {
    let endless = "250-x\r\n".repeat(20_000);
    let (ran, told) = play(Part::says("greeting", &endless), impatient);
    failed(&ran, &told, ", greeting: the answer is no SMTP: it does not end");
    for (verb, step) in [("greeting", "greeting"), ("MAIL", "MAIL FROM")] {
        let start = std::time::Instant::now();
        let (ran, told) = play(Part::with(verb, Play::Drips), impatient);
        failed(&ran, &told, &format!(", {step}: no answer within 3 s"));
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}

#[test]
fn a_message_that_is_too_large_for_the_server() {
    let part = Part { offers: vec!["SIZE 1000", "AUTH PLAIN"], ..Part::default() };
    let (ran, told) = play(part, with_password);
    failed(&ran, &told, "MAIL FROM: it takes messages of up to 1.0 kB, and this one has ");
}

// Passwords

fn user(run: Run) -> Run {
    run.arg("--smtp-user").arg(USER)
}

/// Adds options to a run.
type Prepare = fn(&Path, Run) -> Run;

#[cfg(unix)]
#[test]
fn a_password_that_others_can_read_is_refused_before_anything_is_said() {
    use std::os::unix::fs::PermissionsExt;
    for mode in [0o644, 0o640, 0o604, 0o660] {
        let (ran, told) = play(Part::default(), |folder, run| {
            let run = with_password(folder, run);
            let path = folder.join("password");
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
            run
        });
        failed(
            &ran,
            &told,
            &format!("password: other users can read it (mode {mode:o}), so it is no secret"),
        );
        assert_eq!(told.connections, 0);
    }
}

#[test]
fn a_password_that_cannot_be_had() {
    let missing = |_: &Path, run: Run| user(run).arg("--password-file").arg("/nowhere/password");
    let none = |_: &Path, run: Run| user(run);
    let empty = |folder: &Path, run: Run| {
        let path = file(folder, "empty", "\nsecond\n");
        crate::mail_smtp::secret(&path);
        user(run).arg("--password-file").arg(path.to_str().expect("UTF-8"))
    };
    let failing = |_: &Path, run: Run| user(run).arg("--password-command").arg("echo secret; exit 3");
    let silent = |_: &Path, run: Run| user(run).arg("--token-command").arg("true");
    let endless = |_: &Path, run: Run| {
        user(run).arg("--smtp-timeout").arg("1").arg("--password-command").arg("exec sleep 20")
    };
    let cases: [(Prepare, &str); 6] = [
        (missing, "--password-file /nowhere/password: No such file"),
        (
            none,
            "--smtp-user needs its password: --password-file FILE, --password-command COMMAND, or the variable",
        ),
        (empty, "empty: the first line is empty"),
        (failing, "--password-command failed (exit status: 3)"),
        (silent, "--token-command: the first line is empty"),
        (endless, "--password-command: it did not end within 1 s and was stopped"),
    ];
    for (prepare, wanted) in cases {
        let (ran, told) = play(Part::default(), prepare);
        failed(&ran, &told, wanted);
        assert_eq!(told.connections, 0, "{wanted}");
    }
}

#[test]
fn certificates_that_cannot_be_read() {
    for (content, wanted) in [
        (None, "No such file"),
        (Some("no PEM"), "no certificate in it"),
        (Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "ca"),
    ] {
        let folder = folder();
        let path = folder.path().join("mine.pem");
        content.into_iter().for_each(|content| drop(file(folder.path(), "mine.pem", content)));
        let run = smtpauth(
            "report --mail-from a@b.example --mail-to a@b.example --smtp-url smtp://localhost:1 --smtp-ca",
        );
        let ran = run.arg(path.to_str().expect("UTF-8")).arg(WEEK).run();
        assert_eq!(ran.status, 2, "{}", ran.everything());
        assert!(ran.said().contains("--smtp-ca ") && ran.said().contains(wanted), "{}", ran.said());
    }
}
