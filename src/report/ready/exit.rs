//! What `smtpauth ready` says of its exit status.

use super::Asked;
use crate::report::findings::{FailOn, Findings};
use crate::report::value::{Sentence, counted};

/// A page and a mail have no exit status.
pub(super) fn nothing_to_check(asked: &Asked) -> &'static str {
    match asked.fail_on.is_empty() {
        true => "There was nothing to check.",
        false => "Exit status 2: there was nothing to check.",
    }
}

/// Why the exit status is what it is.
pub(super) fn exit(asked: &Asked, findings: &Findings) -> Option<Sentence> {
    if findings.is_empty {
        return Some(vec![nothing_to_check(asked).into()]);
    }
    if findings.is_not_compared && asked.fail_on.contains(&FailOn::New) {
        return Some(vec!["Exit status 2: the baseline does not tell what of all this is new.".into()]);
    }
    if !findings.fails(&asked.fail_on) {
        return None;
    }
    let mut line: Sentence = vec!["Exit status 1: ".into()];
    let mut say = |on: FailOn, count: u64, what: (&'static str, &'static str)| {
        if asked.fail_on.contains(&on) && count > 0 {
            line.extend((line.len() > 1).then(|| ", ".into()));
            line.extend(counted(count, what));
        }
    };
    say(FailOn::Stops, findings.stops, ("account stops", "accounts stop"));
    say(FailOn::Unknown, findings.unknown, ("cannot be told", "cannot be told"));
    say(FailOn::New, findings.new, ("is new", "are new"));
    Some(line)
}
