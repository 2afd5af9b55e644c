//! Mail that goes to a server: what it is told, in which order, and what is never said in clear.

use crate::harness::{Ran, Run, WEEK, file, folder, smtpauth};
use crate::mail_server::{Part, Server, Told, serve};
use mail_parser::MessageParser;
use std::path::Path;

/// A password that would be noticed anywhere.
pub const PASSWORD: &str = "corréct horse 7!";
/// The name that goes with it.
pub const USER: &str = "noc@contoso.com";

/// A report to two recipients, by this server.
pub fn report(server: &Server, is_implicit: bool) -> Run {
    let scheme = if is_implicit { "smtps" } else { "smtp" };
    let run = smtpauth(
        "report --mail-from noc@contoso.com --mail-to a@contoso.com,b@fabrikam.example --attach csv",
    );
    let run = run.arg("--smtp-ca").arg(server.ca.to_str().expect("UTF-8"));
    run.arg("--smtp-url").arg(&format!("{scheme}://localhost:{}", server.port)).arg(WEEK)
}

/// The same with a login by password.
pub fn with_password(folder: &Path, run: Run) -> Run {
    let path = file(folder, "password", format!("{PASSWORD}\nnot the password\n"));
    secret(&path);
    run.arg("--smtp-user").arg(USER).arg("--password-file").arg(path.to_str().expect("UTF-8"))
}

/// Nobody else may read it.
pub fn secret(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// `\0user\0password` in Base64, as PLAIN sends it.
const PLAIN: &str = "AUTH PLAIN AG5vY0Bjb250b3NvLmNvbQBjb3Jyw6ljdCBob3JzZSA3IQ==";

/// One run against a server that plays a part.
pub fn play(part: Part, prepare: impl FnOnce(&Path, Run) -> Run) -> (Ran, Told) {
    let folder = folder();
    let is_implicit = part.implicit;
    let server = serve(folder.path(), part);
    let ran = prepare(folder.path(), report(&server, is_implicit)).run();
    (ran, server.told())
}

/// Nothing was said in clear but what leads to TLS, and no secret is shown.
pub fn nothing_in_clear(ran: &Ran, told: &Told) {
    for line in &told.clear {
        let verb = line.split(' ').next().unwrap_or_default();
        assert!(matches!(verb, "EHLO" | "STARTTLS" | "QUIT"), "{line} was said in clear");
    }
    for shown in [&ran.stdout, &ran.stderr] {
        let shown = String::from_utf8_lossy(shown);
        assert!(!shown.contains(PASSWORD) && !shown.contains("AG5vY0"), "{shown}");
    }
}

fn verbs(lines: &[String]) -> Vec<&str> {
    lines.iter().map(|line| line.split([' ', ':']).next().unwrap_or_default()).collect()
}

#[test]
fn a_report_arrives_whole_by_both_kinds_of_tls() {
    for implicit in [false, true] {
        let (ran, told) = play(Part { implicit, ..Part::default() }, with_password);
        assert_eq!((ran.status, ran.said().as_str()), (0, ""), "{}", ran.everything());
        assert!(
            ran.text().starts_with("mailed to a@contoso.com, b@fabrikam.example: localhost:"),
            "{}",
            ran.text()
        );
        assert!(ran.text().ends_with(": 250 2.0.0 queued as 4ABC\n"), "{}", ran.text());
        nothing_in_clear(&ran, &told);
        assert_eq!(verbs(&told.clear), if implicit { &[][..] } else { &["EHLO", "STARTTLS"] });
        assert_eq!(verbs(&told.under_tls), ["EHLO", "AUTH", "MAIL", "RCPT", "RCPT", "DATA", "QUIT"]);
        assert_eq!(told.under_tls[1], PLAIN);
        assert!(told.under_tls[2].starts_with("MAIL FROM:<noc@contoso.com> SIZE="), "{}", told.under_tls[2]);
        assert_eq!(told.under_tls[3..5], ["RCPT TO:<a@contoso.com>", "RCPT TO:<b@fabrikam.example>"]);
        let [message] = told.messages.as_slice() else { panic!("{} messages", told.messages.len()) };
        let mail = MessageParser::default().parse(message).expect("a message");
        assert_eq!(mail.subject(), Some("SMTP AUTH: 12 accounts, 4 stop, 9 - 15 Nov 2026"));
        let csv = smtpauth("tls --details --format csv").arg(WEEK).ok().stdout;
        assert_eq!(mail.attachment(0).expect("the table").contents(), csv);
        assert!(mail.body_text(0).expect("text").contains("scan-hr"));
    }
}

#[test]
fn without_a_user_there_is_no_login() {
    let (ran, told) = play(Part::default(), |_, run| run);
    assert_eq!(ran.status, 0, "{}", ran.everything());
    assert_eq!(verbs(&told.under_tls), ["EHLO", "MAIL", "RCPT", "RCPT", "DATA", "QUIT"]);
}

#[test]
fn the_password_comes_from_a_file_the_environment_or_a_command() {
    let sources: [fn(&Path, Run) -> Run; 3] = [
        with_password,
        |_, run| run.arg("--smtp-user").arg(USER).env("SMTPAUTH_SMTP_PASSWORD", PASSWORD),
        |_, run| {
            let command = format!("printf '%s\\nmore\\n' '{PASSWORD}'");
            run.arg("--smtp-user").arg(USER).arg("--password-command").arg(&command)
        },
    ];
    for source in sources {
        let (ran, told) = play(Part::default(), source);
        assert_eq!((ran.status, told.under_tls[1].as_str()), (0, PLAIN), "{}", ran.said());
    }
}

#[test]
fn the_mechanism_is_the_servers_or_the_one_that_was_asked_for() {
    let login = Part { offers: vec!["AUTH LOGIN"], ..Part::default() };
    let (ran, told) = play(login.clone(), with_password);
    assert_eq!(ran.status, 0, "{}", ran.everything());
    assert_eq!(told.under_tls[1..4], ["AUTH LOGIN", "bm9jQGNvbnRvc28uY29t", "Y29ycsOpY3QgaG9yc2UgNyE="]);
    let (ran, told) =
        play(Part::default(), |folder, run| with_password(folder, run).arg("--smtp-auth").arg("login"));
    assert_eq!((ran.status, told.under_tls[1].as_str()), (0, "AUTH LOGIN"), "{}", ran.said());
    let (ran, told) = play(login, |folder, run| with_password(folder, run).arg("--smtp-auth").arg("plain"));
    assert_eq!(ran.status, 2);
    assert!(ran.said().contains("AUTH: it offers LOGIN, wanted is PLAIN"), "{}", ran.said());
    assert_eq!(verbs(&told.under_tls), ["EHLO", "QUIT"]);
}

/// Keywords are the same in small letters.
#[test]
fn offers_are_read_in_any_case() {
    let (ran, told) =
        play(Part { offers: vec!["auth plain", "size 9000000"], ..Part::default() }, with_password);
    assert_eq!((ran.status, told.under_tls[1].as_str()), (0, PLAIN), "{}", ran.said());
}

/// `user=...^Aauth=Bearer ...^A^A`, as Exchange Online wants it.
#[test]
fn a_token_is_taken_from_a_command() {
    let with_token = |_: &Path, run: Run| {
        run.arg("--smtp-user")
            .arg(USER)
            .arg("--smtp-auth")
            .arg("xoauth2")
            .arg("--token-command")
            .arg("echo ey.J0.token")
    };
    let (ran, told) = play(Part::default(), with_token);
    assert_eq!(ran.status, 0, "{}", ran.everything());
    assert_eq!(
        told.under_tls[1],
        "AUTH XOAUTH2 dXNlcj1ub2NAY29udG9zby5jb20BYXV0aD1CZWFyZXIgZXkuSjAudG9rZW4BAQ=="
    );
    // What is wrong with a token comes as a question; the refusal follows an empty answer.
    let refusal = "334 eyJzdGF0dXMiOiI0MDAifQ==\r\n535 5.7.3 Authentication unsuccessful";
    let (ran, told) = play(Part::says("AUTH", refusal), with_token);
    assert_eq!(ran.status, 2);
    assert!(ran.said().contains("AUTH: 535 5.7.3 Authentication unsuccessful\n"), "{}", ran.said());
    assert_eq!(told.under_tls[2], "");
    assert!(told.messages.is_empty());
}

/// A dot at the beginning of a line ends nothing, whatever a log holds.
#[test]
fn dots_end_nothing() {
    let folder = folder();
    let csv = "time,sender,login,client,tls,auth\n2026-11-12T10:00:00Z,.,.,192.0.2.1,TLSv1,LOGIN\n";
    let log = file(folder.path(), "dots.csv", csv);
    let server = serve(folder.path(), Part::default());
    let run = smtpauth("report --mail-from noc@contoso.com --mail-to a@contoso.com --smtp-url");
    let run = run.arg(&format!("smtp://localhost:{}", server.port)).arg("--smtp-ca");
    let ran = run.arg(server.ca.to_str().expect("UTF-8")).arg(log.to_str().expect("UTF-8")).run();
    assert_eq!(ran.status, 0, "{}", ran.everything());
    let told = server.told();
    assert_eq!(verbs(&told.under_tls).last(), Some(&"QUIT"));
    let mail = MessageParser::default().parse(told.messages[0].as_slice()).expect("a message");
    let text = mail.body_text(0).expect("text");
    assert!(text.lines().any(|line| line.starts_with(". ")) && text.contains("Made by smtpauth"), "{text}");
}

/// The message is taken: what the server says to QUIT changes nothing.
#[test]
fn after_the_message_nothing_can_go_wrong() {
    use crate::mail_server::Play;
    for play_of_quit in
        [Play::Says("421 no".to_owned()), Play::Says("500 what".to_owned()), Play::Hangs, Play::Cuts]
    {
        let (ran, told) =
            play(Part::with("QUIT", play_of_quit.clone()), |_, run| run.arg("--smtp-timeout").arg("3"));
        assert_eq!((ran.status, told.messages.len()), (0, 1), "{play_of_quit:?}: {}", ran.everything());
    }
}
