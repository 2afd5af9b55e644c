//! The mail itself: written with `--eml -` and read back by another library than the one that wrote it.

use crate::harness::{NOW, Ran, Run, WEEK, file, folder, smtpauth, smtpauth_with};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use std::fmt::Write as _;

/// To two recipients, onto standard output.
const TO: &str = "report --mail-from noc@contoso.com --mail-to a@contoso.com,b@fabrikam.example --eml -";

/// The message of a run that went well.
fn message(run: Run) -> Vec<u8> {
    let ran = run.ok();
    for line in ran.stdout.split_inclusive(|byte| *byte == b'\n') {
        assert!(line.ends_with(b"\r\n") && line.len() <= 80, "{:?}", String::from_utf8_lossy(line));
        assert!(line.is_ascii(), "{:?}", String::from_utf8_lossy(line));
    }
    ran.stdout
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).expect("it is a message")
}

fn text<'m>(message: &'m Message<'_>) -> std::borrow::Cow<'m, str> {
    message.body_text(0).expect("it has a text part")
}

fn html<'m>(message: &'m Message<'_>) -> std::borrow::Cow<'m, str> {
    message.body_html(0).expect("it has an HTML part")
}

/// Names of headers in order, as they stand there.
fn headers(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let head = text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
    let names = head.lines().filter(|line| !line.starts_with([' ', '\t']));
    names.map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn headers_are_right() {
    let bytes = message(smtpauth(TO).arg(WEEK));
    let mail = parsed(&bytes);
    assert_eq!(mail.subject(), Some("SMTP AUTH: 12 accounts, 4 stop, 9 - 15 Nov 2026"));
    assert_eq!(
        mail.from().and_then(|from| from.first()).and_then(|from| from.address()),
        Some("noc@contoso.com")
    );
    let to: Vec<_> = mail.to().expect("recipients").iter().filter_map(|to| to.address()).collect();
    assert_eq!(to, ["a@contoso.com", "b@fabrikam.example"]);
    assert_eq!(mail.date().map(|date| date.to_timestamp().to_string()), Some(NOW.to_owned()));
    assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(mail.header_raw("MIME-Version").map(str::trim), Some("1.0"));
    assert!(mail.message_id().expect("an id").ends_with("@contoso.com"));
    let again = message(smtpauth(TO).arg(WEEK));
    assert_ne!(parsed(&again).message_id(), mail.message_id());
    let mut names = headers(&bytes);
    names.sort();
    let wanted =
        ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
    assert_eq!(names, wanted);
}

/// The plain text is enough to act on: it holds what the views say, at 76 columns.
#[test]
fn the_text_is_that_of_the_views() {
    let bytes = message(smtpauth(TO).arg(WEEK));
    let mail = parsed(&bytes);
    let text = text(&mail).replace("\r\n", "\n");
    let view = |view: &str| smtpauth(view).arg("--width").arg("76").arg(WEEK).run().text();
    assert!(text.contains(&view("summary")), "{text}");
    assert!(text.contains(&view("unusual")), "{text}");
    assert!(text.contains(&view("tls --details --top 10")), "{text}");
    let ready = view("ready");
    let ready = ready.split_once("\nExit status").map_or(ready.as_str(), |(ready, _)| ready);
    // The time that is shown is named in the title.
    let (_, rows) = ready.split_once("\n\n").expect("a title and rows");
    assert!(text.contains(rows), "{rows}\n\n{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 76), "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn the_html_says_the_same_and_fetches_nothing() {
    let bytes = message(smtpauth(TO).arg(WEEK));
    let mail = parsed(&bytes);
    let html = html(&mail).into_owned();
    for said in [
        "SMTP AUTH clients",
        "NEEDS ACTION",
        "stop when TLS 1.0 and 1.1 are switched off",
        "scan-hr",
        "100% (4)",
        "franking.contoso.com",
    ] {
        assert!(html.to_lowercase().contains(&said.to_lowercase()), "{said}: {html}");
    }
    for word in ["<script", "<link", "<img", "<style", "src=", "href=", "url(", "http:", "https:", "class="] {
        assert!(!html.contains(word), "{word}: {html}");
    }
    assert_eq!(html.matches("<table").count(), html.matches("</table>").count());
    assert_eq!(html.matches("<td").count(), html.matches("</td>").count());
}

#[test]
fn what_is_attached_is_the_page_and_the_table() {
    let bytes = message(smtpauth(TO).arg(WEEK));
    let mail = parsed(&bytes);
    let names: Vec<_> = mail.attachments().filter_map(|part| part.attachment_name()).collect();
    assert_eq!(
        names,
        ["smtp-auth-2026-11-09-2026-11-15.html", "smtp-auth-senders-2026-11-09-2026-11-15.csv"]
    );
    let types: Vec<_> = mail.attachments().filter_map(|part| part.content_type()).collect();
    let shown: Vec<_> =
        types.iter().map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())).collect();
    assert_eq!(shown, ["text/html", "text/csv"]);
    assert!(types.iter().all(|kind| kind.attribute("charset") == Some("utf-8")));
    let contents: Vec<&[u8]> = mail.attachments().map(|part| part.contents()).collect();
    assert_eq!(contents[1], smtpauth("tls --details --format csv").arg(WEEK).ok().stdout);
    assert_eq!(contents[0], smtpauth("report").arg(WEEK).ok().stdout);
    for (attach, wanted) in [("none", 0), ("csv", 1), ("html", 1), ("html,csv", 2)] {
        let bytes = message(smtpauth(TO).arg("--attach").arg(attach).arg(WEEK));
        assert_eq!(parsed(&bytes).attachments().count(), wanted, "{attach}");
    }
}

/// The parts are nested as mail programs expect: the last that they can show is the best.
#[test]
fn parts_are_in_order() {
    let types = |bytes: &[u8]| {
        let mail = parsed(bytes);
        let shown = mail.parts.iter().map(|part| match &part.body {
            PartType::Multipart(parts) => format!("multi {}", parts.len()),
            PartType::Text(_) => "text".to_owned(),
            PartType::Html(_) => "html".to_owned(),
            other => format!("{:?}", std::mem::discriminant(other)),
        });
        shown.collect::<Vec<_>>()
    };
    let all = types(&message(smtpauth(TO).arg(WEEK)));
    assert_eq!(&all[..4], ["multi 3", "multi 2", "text", "html"]);
    let words = types(&message(smtpauth(TO).arg("--attach").arg("none").arg(WEEK)));
    assert_eq!(words, ["multi 2", "text", "html"]);
}

#[test]
fn names_and_subjects_are_encoded() {
    let run = smtpauth_with([
        "report",
        WEEK,
        "--mail-from",
        "Postmeister Grün <noc@bücher.example>",
        "--mail-to",
        "\"Doe, Jané\" <j@contoso.com>",
        "--subject",
        "Übersicht über SMTP AUTH, lang genug, dass die Zeile umgebrochen werden muss, und noch länger",
        "--eml",
        "-",
    ]);
    let bytes = message(run);
    let mail = parsed(&bytes);
    assert_eq!(
        mail.subject(),
        Some("Übersicht über SMTP AUTH, lang genug, dass die Zeile umgebrochen werden muss, und noch länger")
    );
    let from = mail.from().and_then(|from| from.first()).expect("a sender");
    assert_eq!((from.name(), from.address()), (Some("Postmeister Grün"), Some("noc@xn--bcher-kva.example")));
    let to = mail.to().and_then(|to| to.first()).expect("a recipient");
    assert_eq!((to.name(), to.address()), (Some("Doe, Jané"), Some("j@contoso.com")));
}

/// A log of senders, logins and clients that mean harm to mail programs.
fn hostile() -> String {
    let names = [
        "a@evil.example\\r\\nBcc: victim@contoso.com",
        "=?utf-8?Q?evil=0D=0ASubject:_x?=@evil.example",
        "<script>alert(1)</script>@evil.example",
        "\"><img src=x onerror=alert(1)>@evil.example",
        "</td></table><h1>x@evil.example",
        "&lt;b&gt;@evil.example",
        "\u{202e}moc.osotnoc@evil.example",
        "{{7*7}}@evil.example",
        "javascript:alert(1)//@evil.example",
        ".@evil.example",
    ];
    let mut csv = "time,sender,login,client,tls,auth\n".to_owned();
    for (at, name) in names.iter().enumerate() {
        let cell = format!("\"{}\"", name.replace('"', "\"\"").replace("\\r\\n", "\r\n"));
        csv.push_str(&format!(
            "2026-11-{:02}T10:00:00Z,{cell},{cell},192.0.2.{at},TLSv1,LOGIN\n",
            12 + at % 3
        ));
    }
    csv
}

/// Nothing from a log is in a header, and in the HTML it is text.
#[test]
fn what_strangers_wrote_stays_text() {
    let folder = folder();
    let path = file(folder.path(), "hostile.csv", hostile());
    let path = path.to_str().expect("UTF-8");
    let bytes = message(smtpauth(TO).arg(path));
    let calm = message(smtpauth(TO).arg(WEEK));
    assert_eq!(headers(&bytes), headers(&calm));
    let head = String::from_utf8_lossy(&bytes).split("\r\n\r\n").next().unwrap_or_default().to_owned();
    assert!(!head.contains("evil") && !head.contains("victim"), "{head}");
    let mail = parsed(&bytes);
    assert_eq!(mail.subject(), Some("SMTP AUTH: 10 accounts, 10 cannot tell, 8 - 14 Nov 2026"));
    let (text, html) = (text(&mail).into_owned(), html(&mail).replace("<wbr>", ""));
    for (part, name) in [(&text, "text"), (&html, "html")] {
        let bad = part.chars().find(|char| {
            (char.is_control() && !matches!(char, '\r' | '\n')) || matches!(char, '\u{202a}'..='\u{202e}')
        });
        assert_eq!(bad, None, "{name}: {part}");
        assert!(part.contains("evil.example"), "{name}: {part}");
    }
    assert!(
        text.contains("<script>alert(1)</script>@evil.example") && text.contains("\\u{202e}moc.osotnoc"),
        "{text}"
    );
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;@evil.example"), "{html}");
    assert!(html.contains("&amp;lt;b&amp;gt;@evil.example"), "{html}");
    // What opens and closes is ours, and all of it is known.
    let tags: std::collections::BTreeSet<&str> =
        html.split('<').skip(1).filter_map(|rest| rest.split([' ', '>']).next()).collect();
    let known = [
        "!DOCTYPE", "/body", "/div", "/h2", "/h3", "/head", "/html", "/p", "/table", "/tbody", "/td", "/th",
        "/thead", "/title", "/tr", "body", "div", "h2", "h3", "head", "hr", "html", "meta", "p", "table",
        "tbody", "td", "th", "thead", "title", "tr",
    ];
    assert!(tags.iter().all(|tag| known.contains(tag)), "{tags:?}");
}

/// A large log: the page is left out, and that is said in the mail and on standard error.
#[test]
fn what_is_too_large_is_left_out_and_that_is_said() {
    // The table has nearly all that there is room for.
    let mut csv = "time,sender,login,client,tls,auth\n".to_owned();
    let long = "x".repeat(1980);
    for at in 0..3400 {
        let sender = format!("{long}{at:04}@contoso.com");
        let _ = writeln!(csv, "2026-11-12T10:00:00Z,{sender},u{at},192.0.2.1,TLSv1.2,LOGIN");
    }
    let ran = smtpauth(TO).arg("-").stdin(csv).run();
    assert_eq!(ran.status, 0, "{}", ran.said());
    assert!(ran.said().starts_with("Not attached: the page ("), "{}", ran.said());
    assert!(ran.said().ends_with("To make it: smtpauth report -o report.html\n"), "{}", ran.said());
    let mail = parsed(&ran.stdout);
    let names: Vec<_> = mail.attachments().filter_map(|part| part.attachment_name()).collect();
    assert_eq!(names, ["smtp-auth-senders-2026-11-06-2026-11-12.csv"]);
    assert!(
        text(&mail).contains("Not attached: the page (") && html(&mail).contains("Not attached: the page (")
    );
    assert!(ran.stdout.len() < 10_500_000, "{} bytes", ran.stdout.len());
}

/// What was not read is said first.
#[test]
fn what_was_skipped_is_said() {
    let bytes = smtpauth(TO).arg("fixtures/postfix/not-understood.log").run();
    let mail = parsed(&bytes.stdout);
    assert!(text(&mail).starts_with("Lines that were not understood"), "{}", text(&mail));
}

// When there is nothing to say

fn only(reasons: &str, rest: &[&str]) -> Ran {
    let run = smtpauth("report --mail-from noc@contoso.com --mail-to a@contoso.com --eml out.eml --only-if");
    rest.iter().fold(run.arg(reasons), |run, argument| run.arg(argument)).run()
}

/// In a folder of its own, beside `calm.log` (nobody stops) and `week.log` (some do).
fn within(reasons: &str, rest: &[&str]) -> (Ran, bool) {
    let folder = folder();
    let week = std::fs::read(format!("{}/{WEEK}", crate::harness::ROOT)).expect("a fixture");
    file(folder.path(), "week.log", week);
    file(
        folder.path(),
        "calm.csv",
        "time,sender,login,client,tls,auth\n2026-11-12T10:00:00Z,a@contoso.com,a,192.0.2.1,TLSv1.2,LOGIN\n",
    );
    let baseline = smtpauth("ready -o ready.json week.log").within(folder.path()).run();
    assert_eq!(baseline.status, 1, "{}", baseline.everything());
    let run = smtpauth("report --mail-from noc@contoso.com --mail-to a@contoso.com --eml out.eml --only-if");
    let run = rest.iter().fold(run.arg(reasons), |run, argument| run.arg(argument));
    let ran = run.within(folder.path()).run();
    (ran, folder.path().join("out.eml").exists())
}

#[test]
fn only_what_there_is_to_say_is_mailed() {
    let said = |line: &str| format!("not mailed: {line}\n");
    for (reasons, rest, wanted) in [
        ("stops", &["calm.csv"][..], Some("nobody stops")),
        ("stops,unusual", &["calm.csv"], Some("nobody stops, nobody is unusual")),
        ("stops", &["week.log"], None),
        ("unusual", &["week.log"], Some("nobody is unusual")),
        ("stops,unusual", &["week.log"], None),
        ("new", &["--baseline", "ready.json", "week.log"], Some("nobody is new")),
        ("stops", &["--baseline", "ready.json", "week.log"], Some("nobody stops who is not in the baseline")),
        ("new,unusual", &["--baseline", "ready.json", "week.log"], Some("nobody is new, nobody is unusual")),
    ] {
        let (ran, is_mailed) = within(reasons, rest);
        assert_eq!((ran.status, ran.said().as_str()), (0, ""), "{}", ran.everything());
        assert_eq!(is_mailed, wanted.is_none(), "{}", ran.everything());
        let line = wanted.map_or_else(|| "written for a@contoso.com: out.eml\n".to_owned(), said);
        assert_eq!(ran.text(), line, "{}", ran.shown);
    }
    let (quiet, is_mailed) = within("stops", &["-q", "calm.csv"]);
    assert_eq!(
        (quiet.status, quiet.everything().lines().count(), is_mailed),
        (0, 1, false),
        "{}",
        quiet.everything()
    );
}

/// A baseline of other accounts makes these new.
#[test]
fn who_is_not_in_the_baseline_is_new() {
    let folder = folder();
    let others = smtpauth("ready --format json fixtures/exim/new-ids.log").run();
    file(folder.path(), "ready.json", others.stdout);
    let baseline = folder.path().join("ready.json");
    for reason in ["new", "stops"] {
        let run = smtpauth("report --mail-from noc@contoso.com --mail-to a@contoso.com --eml -")
            .arg("--only-if")
            .arg(reason);
        let ran = run.arg("--baseline").arg(baseline.to_str().expect("UTF-8")).arg(WEEK).ok();
        assert!(ran.stdout.starts_with(b"From: "), "{}", ran.everything());
        assert!(ran.text().contains(" stop, 4 new, "), "{}", ran.everything());
    }
}

/// Who hears only of what is wrong must hear that there was nothing to look at.
#[test]
fn nothing_to_look_at_is_not_nothing_to_say() {
    let ran = only("stops", &["fixtures/postfix/week.log", "--domain", "nobody.example"]);
    assert_eq!(ran.status, 2, "{}", ran.everything());
    assert!(ran.said().contains("nothing was counted"), "{}", ran.everything());
}
