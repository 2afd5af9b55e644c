//! The page and the mail of any log: their markup is ours, whatever the log says, and who reads them gets what was written.

use super::reading::{EVERY_LINE, NOW, STYLE, open, read_inputs, subject, written};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use mail_parser::MessageParser;
use smtpauth::post::{Attachment, Kind, Letter, Mailbox, Ready};
use smtpauth::render::{self, html, mail};
use smtpauth::report::detailed::Detailed;
use smtpauth::report::ready::Asked;
use smtpauth::report::unusual::Options;
use smtpauth::report::{self, By, Half, Report, Subject};

/// Attributes of the page whose values we choose among few, or count.
const ATTRIBUTES: &str = "aria-controls aria-hidden aria-label aria-labelledby charset class colspan content d fill height hidden \
     href http-equiv id lang name patternunits patterntransform preserveaspectratio role rowspan scope style tabindex type viewbox width x y \
     align bgcolor border cellpadding cellspacing dir title aria-selected aria-expanded aria-live value min max step for open data-id";

/// Any log.
pub fn check(log: &[u8]) {
    let file = written(log);
    let Some(inputs) = open(file.path()) else { return };
    let read = read_inputs(&inputs, 1 << 20, 1, EVERY_LINE);
    let subject = subject(&read.collector);
    let page = html::page(&Detailed::of(&subject, None, &Options::default(), &[], &[]), &STYLE);
    let page = String::from_utf8(page).expect("a page is UTF-8");
    of_the_page(&page);
    letter(&subject, page);
}

/// The tags of a text, scripts and styles left aside.
fn tags(html: &str) -> (Vec<StartTag<()>>, Vec<String>) {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let (mut tags, mut texts) = (Vec::new(), Vec::new());
    for token in Tokenizer::new_with_emitter(html, emitter) {
        match token.expect("memory is read") {
            Token::StartTag(tag) => tags.push(tag),
            Token::String(text) => texts.push(String::from_utf8_lossy(&text).into_owned()),
            Token::Comment(comment) => panic!("a comment: {comment:?}"),
            Token::Error(error) => panic!("no browser should have to guess: {error:?}"),
            Token::EndTag(_) | Token::Doctype(_) => {}
        }
    }
    (tags, texts)
}

/// Nothing is fetched, nothing is run, no attribute is a stranger's.
fn harmless(tags: &[StartTag<()>]) {
    for tag in tags {
        let name = String::from_utf8_lossy(&tag.name);
        let is_ours =
            !matches!(&*name, "img" | "iframe" | "object" | "embed" | "link" | "base" | "video" | "audio");
        assert!(is_ours, "{name}");
        for (attribute, value) in &tag.attributes {
            let (attribute, value) = (String::from_utf8_lossy(attribute), String::from_utf8_lossy(value));
            assert!(ATTRIBUTES.split_whitespace().any(|known| known == attribute), "{attribute} of {name}");
            let is_inside = attribute != "href" || value.starts_with('#');
            assert!(is_inside && (attribute != "style" || !value.contains("url(")), "{attribute}={value}");
        }
    }
}

fn of_the_page(page: &str) {
    let (tags, texts) = tags(page);
    harmless(&tags);
    let count = |name: &[u8]| tags.iter().filter(|tag| *tag.name == name).count();
    assert_eq!((count(b"script"), count(b"style"), count(b"meta")), (2, 1, 5));
    let cells = texts
        .iter()
        .filter(|text| text.starts_with('{'))
        .filter(|text| serde_json::from_str::<serde_json::Value>(text).is_ok());
    assert!(cells.count() > 0, "the cells are no JSON");
}

/// A message with all of it, read back by another library.
fn letter(subject: &Subject<'_>, page: String) {
    let reports: [Report<'_>; 3] = [
        report::summary::report(subject),
        report::ready::report(subject, &Asked::default(), Some(30), Half::Screen).0,
        report::tls::details(subject, By::Sender, None, Some(10)),
    ];
    let parts = mail::parts("SMTP AUTH", &["first".to_owned()], &reports, &["last".to_owned()], &STYLE);
    let parts = parts.expect("memory takes it");
    harmless(&tags(&parts.html).0);
    let mut table = Vec::new();
    render::csv::write(report::cells::report(subject), &STYLE, &mut table).expect("memory takes it");
    let attachments = vec![
        Attachment { name: "page.html".to_owned(), kind: Kind::Html, bytes: page.into_bytes() },
        Attachment { name: "cells.csv".to_owned(), kind: Kind::Csv, bytes: table },
    ];
    let address: Mailbox = "smtpauth@contoso.com".parse().expect("an address");
    let letter = Letter {
        from: address.clone(),
        to: vec![address],
        subject: "SMTP AUTH".to_owned(),
        date: NOW,
        text: parts.text,
        html: parts.html,
        attachments,
    };
    let file = written(b"");
    Ready::File(Some(file.path().to_owned())).send(&letter).expect("it can be written");
    read_back(&std::fs::read(file.path()).expect("it can be read"), &letter);
}

fn read_back(bytes: &[u8], letter: &Letter) {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let (_, whole) = lines.split_last().expect("a line");
    // RFC 5322, section 2.1.1: at most 998 characters; lines end with CR LF, and neither stands alone.
    let is_line = |line: &&[u8]| {
        line.strip_suffix(b"\r").is_some_and(|line| line.len() <= 998 && !line.contains(&b'\r'))
    };
    assert!(whole.iter().all(is_line), "a line that no server takes");
    let message = MessageParser::default().parse(bytes).expect("a message");
    assert_eq!(message.headers().len(), 8, "{:?}", message.headers());
    let ends = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(message.body_text(0).map(|text| ends(&text)), Some(ends(&letter.text)));
    assert_eq!(message.body_html(0).map(|text| ends(&text)), Some(ends(&letter.html)));
    let contents: Vec<&[u8]> = message.attachments().map(|part| part.contents()).collect();
    let wanted: Vec<&[u8]> = letter.attachments.iter().map(|attachment| &*attachment.bytes).collect();
    assert_eq!(contents, wanted);
}
