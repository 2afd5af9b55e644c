//! Options of mailing: what does not go together is refused before a log is read; and the ways without a mail server.

use crate::harness::{ROOT, WEEK, file, folder, smtpauth, smtpauth_with};

/// Options that are refused, and with which words.
fn refused(options: &[&str], message: &str) {
    // The log is not there: nothing is read.
    let run = smtpauth_with(["report", "nowhere.log"].iter().chain(options).copied());
    let ran = run.run();
    assert_eq!((ran.status, ran.stdout.as_slice()), (2, &b""[..]), "{}", ran.everything());
    assert!(ran.said().starts_with(&format!("smtpauth: {message}")), "{message}\n{}", ran.everything());
}

const WHO: [&str; 4] = ["--mail-to", "a@b.example", "--mail-from", "c@d.example"];

fn refused_with(options: &[&str], message: &str) {
    refused(&[&WHO[..], options].concat(), message);
}

#[test]
fn what_is_missing_is_named() {
    refused(&["--mail-to", "a@b.example"], "--mail-to needs --mail-from: who sends it?");
    refused(&WHO, "by which way? --smtp-url smtp://mail.contoso.com is a mail server, --sendmail");
    for option in [
        "--mail-from=a@b",
        "--subject=x",
        "--attach=csv",
        "--only-if=stops",
        "--smtp-url=smtp://a",
        "--sendmail",
        "--eml=x",
    ] {
        let name = option.split('=').next().unwrap_or_default();
        refused(&[option], &format!("{name} is for mailing: --mail-to says to whom"));
    }
    refused_with(
        &["--eml", "x", "--only-if", "new"],
        "--only-if new needs --baseline FILE: new against what?",
    );
    refused_with(&["--smtp-url", "smtp://a", "--password-file", "x"], "--password-file needs --smtp-user");
    refused_with(
        &["--smtp-url", "smtp://a", "--smtp-user", "u", "--smtp-auth", "xoauth2", "--password-file", "x"],
        "--smtp-auth xoauth2 needs --token-command COMMAND",
    );
}

#[test]
fn what_does_not_go_together_is_refused() {
    refused_with(&["--eml", "x", "--sendmail"], "take one of --smtp-url, --sendmail and --eml");
    refused_with(
        &["--eml", "x", "--smtp-user", "u"],
        "--smtp-user is for a mail server: it goes with --smtp-url",
    );
    refused_with(
        &["--sendmail", "--smtp-ca", "x"],
        "--smtp-ca is for a mail server: it goes with --smtp-url",
    );
    refused_with(&["--eml", "x", "--attach", "none,csv"], "--attach none goes with nothing else");
    refused_with(&["--sendmail=sendmail"], "--sendmail takes an absolute path");
    let login = ["--smtp-url", "smtp://a", "--smtp-user", "u"];
    let with = |options: &[&'static str]| [&login[..], options].concat();
    refused_with(&with(&["--password-file", "x", "--password-command", "y"]), "take one of --password-file,");
    refused_with(
        &with(&["--token-command", "x", "--smtp-auth", "plain"]),
        "--token-command is for --smtp-auth xoauth2",
    );
    refused_with(&with(&["--smtp-timeout", "0"]), "--smtp-timeout takes a number of seconds from 1 to 3600");
}

#[test]
fn passwords_are_not_taken_from_arguments() {
    for url in ["smtp://noc:secret@mail.example", "smtps://noc@mail.example", "smtp://:secret@mail.example"] {
        let run = smtpauth_with(["report", "nowhere.log"].into_iter().chain(WHO).chain(["--smtp-url", url]));
        let ran = run.run();
        assert!(
            ran.said().starts_with("smtpauth: --smtp-url: it holds no user and no password"),
            "{}",
            ran.said()
        );
        assert!(!ran.said().contains("secret"), "{}", ran.said());
    }
    for option in ["--password", "--smtp-password", "--token"] {
        let ran = smtpauth("report --mail-to a@b.example").arg(option).arg("secret").arg(WEEK).run();
        assert_eq!(ran.status, 2, "{}", ran.everything());
        assert!(ran.said().contains("unexpected argument"), "{}", ran.said());
    }
}

/// Plain SMTP is not there, not even to this machine.
#[test]
fn there_is_no_way_without_tls() {
    for url in
        ["smtp://mail.example?tls=none", "smtp+plain://mail.example", "lmtp://localhost", "mail.example:25"]
    {
        refused_with(&["--smtp-url", url], "--smtp-url: ");
    }
}

#[test]
fn addresses_and_subjects_are_checked() {
    for address in [
        "a",
        "a@b\r\nBcc: c@d.example",
        "a@b.example\n",
        "grün@b.example",
        "<a@b.example",
        "a@b.example;c@d.example",
    ] {
        refused(&["--mail-to", address, "--mail-from", "c@d.example", "--eml", "-"], "--mail-to: ");
        refused(&["--mail-to", "c@d.example", "--mail-from", address, "--eml", "-"], "--mail-from: ");
    }
    refused(
        &["--mail-to", "a@b.example", "--mail-from", "a@b.example,c@d.example", "--eml", "-"],
        "--mail-from: take one address",
    );
    for subject in ["a\r\nBcc: c@d.example", "a\nb", "", " ", "\u{7}", &"x".repeat(201)] {
        refused_with(&["--eml", "-", "--subject", subject], "--subject: ");
    }
}

// Files

#[test]
fn a_message_is_a_file_whole_or_not_at_all_and_never_an_input() {
    let folder = folder();
    std::fs::copy(format!("{ROOT}/{WEEK}"), folder.path().join("a.log")).expect("a fixture can be copied");
    let report = |rest: &str| {
        smtpauth("report --mail-to a@b.example --mail-from c@d.example")
            .within(folder.path())
            .arg("a.log")
            .arg("--eml")
            .arg(rest)
    };
    let ran = report("out.eml").ok();
    assert_eq!(ran.text(), "written for a@b.example: out.eml\n");
    let message = std::fs::read(folder.path().join("out.eml")).expect("it is there");
    assert!(message.starts_with(b"From: c@d.example\r\n"), "{:?}", message.get(..40));
    report("a.log").fails("a.log: is read in this run; write the output somewhere else");
    report("./a.log").fails("./a.log: is read in this run; write the output somewhere else");
    let ran = report("no/such/folder.eml").run();
    assert_eq!(ran.status, 2, "{}", ran.everything());
    let names = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(names, 2, "no temporary file is left");
}

/// With `-o` the page is a file besides.
#[test]
fn a_page_can_be_written_besides() {
    let folder = folder();
    let path = folder.path().join("report.html");
    let run = smtpauth("report --mail-to a@b.example --mail-from c@d.example --eml - -o");
    let ran = run.arg(path.to_str().expect("UTF-8")).arg(WEEK).ok();
    assert!(ran.stdout.starts_with(b"From: "));
    assert_eq!(std::fs::read(path).expect("the page"), smtpauth("report").arg(WEEK).ok().stdout);
}

// The mail program of this machine

/// A program that keeps its arguments and its input, and ends so.
#[cfg(unix)]
fn sendmail(folder: &std::path::Path, ending: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let here = folder.display();
    let script =
        format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > {here}/arguments\ncat > {here}/message\n{ending}\n");
    let path = file(folder, "sendmail", script);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("it is ours");
    format!("--sendmail={}", path.display())
}

#[cfg(unix)]
#[test]
fn the_mail_program_gets_the_message_and_its_status_counts() {
    let folder = folder();
    let report = |ending: &str| {
        let run = smtpauth("report --mail-to a@b.example,e@f.example --mail-from=-c@d.example");
        run.arg(&sendmail(folder.path(), ending)).arg(WEEK).run()
    };
    let ran = report("exit 0");
    assert_eq!((ran.status, ran.said().as_str()), (0, ""), "{}", ran.everything());
    assert!(ran.text().starts_with("mailed to a@b.example, e@f.example: /"), "{}", ran.text());
    let told = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("the program ran");
    assert_eq!(told("arguments"), "-i\n-f\n-c@d.example\n--\na@b.example\ne@f.example\n");
    let message = told("message");
    assert!(
        message.starts_with("From: ") && message.contains("\nTo: ") && !message.contains('\r'),
        "{message}"
    );
    let ran = report("echo 'queue \u{1b}[2J is full' >&2; exit 75");
    assert_eq!((ran.status, ran.text().as_str()), (2, ""), "{}", ran.everything());
    assert!(ran.said().ends_with("sendmail: exit status: 75: queue \\u{1b}[2J is full\n"), "{}", ran.said());
    // It need not read what it does not want.
    let path = file(folder.path(), "sendmail", "#!/bin/sh\necho no >&2\nexit 64\n");
    let ran = smtpauth("report --mail-to a@b.example --mail-from c@d.example")
        .arg(&format!("--sendmail={}", path.display()))
        .arg(WEEK)
        .run();
    assert!(ran.said().ends_with("sendmail: exit status: 64: no\n"), "{}", ran.said());
}

#[test]
fn a_mail_program_that_is_not_there() {
    smtpauth("report --mail-to a@b.example --mail-from c@d.example --sendmail=/nowhere/sendmail").arg(WEEK).fails(
        "not mailed: /nowhere/sendmail: there is no such program; --sendmail=PATH names it, --smtp-url a mail server",
    );
}

/// What would hide who stops, or lose the page, is refused before anything is read.
#[test]
fn what_cannot_be_meant_is_refused() {
    let to = "report --mail-to a@b.example --mail-from c@d.example";
    for (arguments, message) in [
        (format!("{to} --eml - --tls 1.2"), "--tls and --auth would hide some"),
        (format!("{to} --eml - --auth modern"), "--tls and --auth would hide some"),
        (format!("{to} --eml - -o -"), "the page goes into a file"),
        (format!("{to} --eml same.html -o same.html"), "are one file"),
        ("report -o out.csv".to_owned(), "report writes HTML"),
        (
            "report --mail-to a@b.example,bad --mail-from c@d.example --eml -".to_owned(),
            "`a@b.example,bad` is not",
        ),
    ] {
        let ran = smtpauth(&arguments).arg(WEEK).run();
        assert!(
            ran.status == 2 && ran.stdout.is_empty() && ran.said().contains(message),
            "{}",
            ran.everything()
        );
    }
}

/// A report of nothing is mailed all the same, and is an error.
#[test]
fn a_report_of_nothing_is_an_error() {
    let run = smtpauth(
        "report --mail-to a@b.example --mail-from c@d.example --eml - --attach none --domain nobody.example",
    );
    let ran = run.arg(WEEK).run();
    assert_eq!(
        (ran.status, ran.said().as_str()),
        (2, "nothing was counted in these days\n"),
        "{}",
        ran.everything()
    );
    assert!(ran.text().contains("There was nothing to check."), "{}", ran.everything());
}
