//! Each format, told that the bytes are of it: each line or row is counted as one thing, the fast search finds what reading
//! every line finds, what was counted can be exported and read again, and what a line says stands in it.

use super::reading::{EVERY_LINE, FAST, NOW, exported, open, open_as, read_inputs, written};
use smtpauth::event::{Acceptance, Former, Id, Kind, Login, Numbers, Text};
use smtpauth::formats::{Class, Message, Messages, Shape, Want, by_name};
use smtpauth::submission::{Place, Submission};

/// Any bytes, as a file of the format of a name.
pub fn check(format: &str, bytes: &[u8]) {
    let format = by_name(format).expect("a format has this name");
    if let Shape::Messages(messages) = &format.shape {
        bytes.split(|byte| *byte == b'\n').for_each(|line| grammar(messages, line));
    }
    let file = written(bytes);
    let Some(inputs) = open_as(file.path(), Some(format)) else { return };
    let fast = read_inputs(&inputs, 1 << 20, 1, FAST);
    let every = read_inputs(&inputs, 1 << 20, 1, EVERY_LINE);
    for coverage in fast.coverage.iter().chain(&every.coverage) {
        assert_eq!(coverage.lines, coverage.used + coverage.ignored + coverage.skipped, "{coverage:?}");
    }
    let table = exported(&every.collector);
    assert_eq!(exported(&fast.collector), table);
    // CSV is UTF-8: of other bytes it keeps that they were there, which may change the order of names.
    if table.contains('\u{fffd}') {
        return;
    }
    let file = written(table.as_bytes());
    let Some(inputs) = open(file.path()) else { panic!("cells are not read: {table:?}") };
    assert_eq!(exported(&read_inputs(&inputs, 1 << 20, 1, EVERY_LINE).collector), table);
}

/// A program's name, a blank, and what it said.
fn grammar(messages: &Messages, line: &[u8]) {
    let (program, text) = line.split_at(line.iter().position(|byte| *byte == b' ').unwrap_or(line.len()));
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let Some(known) = (messages.program)(program) else { return };
    let (place, numbers) = (Place::default(), Numbers::default());
    let message =
        Message { at: NOW, place, host: b"mx1", program, known, numbers, pid: b"77", text, times: 1 };
    assert!(program.starts_with(message.service()));
    for want in [FAST, EVERY_LINE, Want { every_line: true, message_ids: false }] {
        let class = (messages.read)(&message, want);
        assert_eq!(format!("{class:?}"), format!("{:?}", (messages.read)(&message, want)), "read again");
        for said in texts(&class) {
            // By its place, not by its letters: nothing that a line says is put together from parts of it.
            let is_within = |whole: &[u8]| {
                whole.as_ptr_range().contains(&said.as_ptr())
                    && said.as_ptr_range().end <= whole.as_ptr_range().end
            };
            let is_part = said.is_empty() || is_within(text) || is_within(program);
            // Names of mechanisms are folded; those that a line only hints at are the program's own words.
            let is_mechanism =
                said.iter().all(|byte| byte.is_ascii_uppercase() || !byte.is_ascii_alphabetic());
            assert!(
                is_part || is_mechanism,
                "{:?} is not in {:?}",
                Id::of(said),
                String::from_utf8_lossy(text)
            );
        }
    }
}

/// Every text of what a line says.
fn texts<'c>(class: &'c Class<'_>) -> Vec<&'c [u8]> {
    match class {
        Class::Event(kind) => of_kind(kind),
        Class::Submission(submission) => of_submission(submission),
        Class::Ignored(_) | Class::Issue(_) => Vec::new(),
    }
}

fn of_kind<'k>(kind: &'k Kind<'_>) -> Vec<&'k [u8]> {
    let plain =
        |texts: &[Option<&'k Text<'_>>]| texts.iter().flatten().map(|text| &***text).collect::<Vec<_>>();
    match kind {
        Kind::Opened | Kind::Closed { .. } => Vec::new(),
        Kind::TlsEstablished { cipher, .. } => plain(&[cipher.as_ref()]),
        Kind::LoginFailed(login, _) => of_login(login),
        Kind::MessageBegun { queue, login } => {
            let login = login.as_deref().map(of_login).unwrap_or_default();
            [plain(&[queue.as_ref()]), login].concat()
        }
        Kind::MessageInjected { queue } | Kind::MessageGone { queue } => plain(&[Some(queue)]),
        Kind::MessageAccepted { queue, acceptance } => {
            [plain(&[Some(queue)]), of_acceptance(acceptance)].concat()
        }
        Kind::MessageNamed { queue, message_id } => plain(&[Some(queue), Some(message_id)]),
        Kind::MessageProxied(acceptance) => of_acceptance(acceptance),
    }
}

fn of_login<'l>(login: &'l Login<'_>) -> Vec<&'l [u8]> {
    let former = match &login.former {
        Former::Named(id) => Some(id),
        Former::Asked(question) => Some(&question.id),
        Former::Unnamed | Former::Unseen => None,
    };
    let Login { mechanism, login, client, client_name, .. } = login;
    let texts = [mechanism.as_ref(), login.as_ref(), client.as_ref(), client_name.as_ref(), former];
    texts.into_iter().flatten().map(|text| &**text).collect()
}

fn of_acceptance<'a>(acceptance: &'a Acceptance<'_>) -> Vec<&'a [u8]> {
    [&acceptance.sender, &acceptance.helo].into_iter().flatten().map(|text| &**text).collect()
}

fn of_submission<'s>(submission: &'s Submission<'_>) -> Vec<&'s [u8]> {
    let Submission { sender, login, client, client_name, helo, cipher, message_id, queue_id, .. } =
        submission;
    let plain = [sender, login, client, client_name, helo, cipher, message_id, queue_id];
    let plain = plain.into_iter().flatten().copied();
    plain.chain(submission.mechanism.as_deref()).collect()
}
