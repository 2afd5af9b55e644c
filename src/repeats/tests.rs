use super::*;
use crate::submission::{self, Counts};

/// Two chains of an input each that share the time from 0 to 100, and a third input that shares nothing.
fn shared() -> Shared {
    let place = |chain, shared| Place { chain, shared, all_alike: false };
    let inputs = vec![place(0, Some((0, 100))), place(1, Some((0, 100))), place(0, None)];
    Shared { inputs, later: vec![vec![(0, 100)], Vec::new()], seed: RandomState::new() }
}

fn message(input: u32, time: i64, queue_id: Option<&'static [u8]>) -> Submission<'static> {
    Submission {
        time: Some(time),
        place: submission::Place { input, offset: 0 },
        queue_id,
        counts: Some(Counts::message(1, 10)),
        ..Submission::default()
    }
}

/// How much of each counts.
fn decided(submissions: &[Submission<'_>]) -> (Vec<u64>, Repeats) {
    let (shared, mut repeats) = (shared(), Repeats::default());
    let decided = submissions.iter().map(|submission| match shared.identity(submission) {
        Some(identity) => repeats.decide(&shared, identity, submission),
        None => submission.counts().failed_logins.max(1),
    });
    (decided.collect(), repeats)
}

#[test]
fn as_often_as_the_input_that_has_it_most_often() {
    let [first, second] = [message(0, 10, Some(b"A")), message(1, 10, Some(b"A"))];
    let all = [first.clone(), first, second.clone(), second.clone(), second];
    let (decided, repeats) = decided(&all);
    assert_eq!(decided, [1, 1, 0, 0, 1]);
    assert_eq!(repeats.repeated.by_pair, BTreeMap::from([((1, 0), [2, 0, 0])]));
}

#[test]
fn only_the_same_in_the_time_that_is_shared() {
    for (other, times) in [
        (message(1, 10, Some(b"A")), 0),
        (message(1, 11, Some(b"A")), 1),
        (message(1, 10, Some(b"B")), 1),
        (message(2, 10, Some(b"A")), 1),
        (Submission { login: Some(b"scan"), ..message(1, 10, Some(b"A")) }, 1),
        (Submission { server: Some(b"mx1"), ..message(1, 10, Some(b"A")) }, 1),
        (Submission { counts: Some(Counts::session()), ..message(1, 10, Some(b"A")) }, 1),
    ] {
        assert_eq!(decided(&[message(0, 10, Some(b"A")), other.clone()]).0, [1, times], "{other:?}");
    }
    let late = [message(0, 101, Some(b"A")), message(1, 101, Some(b"A"))];
    assert_eq!(decided(&late).0, [1, 1]);
    let without_id = [message(0, 10, None), message(1, 10, None)];
    assert_eq!(decided(&without_id).0, [1, 1]);
}

#[test]
fn refused_logins_are_counted_one_by_one() {
    let failed = |input, times| Submission {
        counts: Some(Counts { failed_logins: times, ..Counts::ZERO }),
        ..message(input, 10, None)
    };
    assert_eq!(decided(&[failed(0, 3), failed(1, 1), failed(1, 4)]).0, [3, 0, 2]);
}

#[test]
fn what_no_later_input_holds_is_forgotten() {
    let (_, mut repeats) = decided(&[message(0, 10, Some(b"A")), message(1, 20, Some(b"B"))]);
    assert_eq!(repeats.len, 1, "nothing comes behind the last chain");
    repeats.forget(&shared(), 0);
    assert_eq!(repeats.len, 1);
    repeats.forget(&shared(), 1);
    assert_eq!(repeats.len, 0);
}

#[test]
fn what_is_held_comes_back() {
    let mut held = Held::default();
    let submission = Submission {
        server: Some(b"mx1"),
        sender: Some(b""),
        helo: Some(b"scanner"),
        mechanism: Some(b"PLAIN".into()),
        ..message(1, 10, Some(b"A"))
    };
    held.push(7, &submission);
    held.push(8, &message(2, 11, None));
    let back: Vec<String> = held.iter().map(|one| format!("{one:?}")).collect();
    assert_eq!(back, [format!("{:?}", (7, submission)), format!("{:?}", (8, message(2, 11, None)))]);
}
