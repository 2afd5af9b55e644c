use super::servers::Servers;
use super::shared::Compared;
use super::*;
use crate::submission;

/// Two chains of an input each that share the time from 0 to 100, and a third input that shares nothing.
fn shared(learnt: &Learnt) -> Shared {
    let input =
        |chain, shared| Compared { chain, shared, is_log: true, has_hosts: true, ..Compared::default() };
    let inputs = vec![input(0, Some((0, 100))), input(1, Some((0, 100))), input(0, None)];
    let names: [&[u8]; 2] = [b"mx1", b"mx1.contoso.com"];
    Shared::of(inputs, Servers::of(names.into_iter()), learnt)
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

/// What counts, and what was left out. `learnt` is what an earlier reading found out, with the same seed.
fn counted_after(
    learnt: &Learnt,
    submissions: &[Submission<'_>],
) -> (Vec<String>, [u64; 3], Completed, Repeated) {
    let (shared, mut repeats) = (shared(learnt), Repeats::new(learnt, true));
    let (mut counted, mut sums) = (Vec::new(), [0; 3]);
    let mut out = |one: &Submission<'_>| {
        let counts = one.counts();
        let more = [counts.messages, counts.sessions, counts.failed_logins];
        sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        counted.push(format!("{one:?}"));
    };
    for submission in submissions {
        match shared.identity(submission) {
            Some(identity) => repeats.decide(&shared, identity, submission, &mut out),
            None => out(submission),
        }
    }
    let (completed, repeated) = repeats.finish(&mut out);
    counted.sort();
    (counted, sums, completed, repeated)
}

fn counted(submissions: &[Submission<'_>]) -> ([u64; 3], Repeated) {
    let (_, sums, _, repeated) = counted_after(&Learnt::default(), submissions);
    (sums, repeated)
}

#[test]
fn as_often_as_the_input_that_has_it_most_often() {
    let [first, second] = [message(0, 10, Some(b"A")), message(1, 10, Some(b"A"))];
    let all = [first.clone(), first, second.clone(), second.clone(), second];
    let (counted, repeated) = counted(&all);
    assert_eq!(counted, [3, 0, 0]);
    assert_eq!(repeated.by_pair, BTreeMap::from([((1, 0), [2, 0, 0])]));
}

#[test]
fn only_the_same_in_the_time_that_is_shared() {
    let named =
        |server: &'static [u8], input| Submission { server: Some(server), ..message(input, 10, Some(b"A")) };
    for (first, other, messages) in [
        (message(0, 10, Some(b"A")), message(1, 10, Some(b"A")), 1),
        (message(0, 10, Some(b"A")), message(1, 11, Some(b"A")), 2),
        (message(0, 10, Some(b"A")), message(1, 10, Some(b"B")), 2),
        (message(0, 10, Some(b"A")), message(2, 10, Some(b"A")), 2),
        (named(b"mx1", 0), named(b"mx1.contoso.com", 1), 1),
        (named(b"mx2", 0), named(b"mx1.contoso.com", 1), 2),
        (named(b"mx1", 0), named(b"mx1.example.org", 1), 2),
        (message(0, 101, Some(b"A")), message(1, 101, Some(b"A")), 2),
        (message(0, 10, None), message(1, 10, None), 2),
    ] {
        assert_eq!(counted(&[first, other.clone()]).0, [messages, 0, 0], "{other:?}");
    }
    let session = Submission { counts: Some(Counts::session()), ..message(1, 10, Some(b"A")) };
    assert_eq!(counted(&[message(0, 10, Some(b"A")), session]).0, [1, 1, 0]);
}

/// A login fails on two servers within a second: which of them a line is of, is not to be guessed.
#[test]
fn refused_logins_are_counted_one_by_one() {
    let failed = |input, times| Submission {
        counts: Some(Counts { failed_logins: times, ..Counts::ZERO }),
        ..message(input, 10, None)
    };
    let all = [failed(0, 3), failed(1, 1), failed(1, 4)];
    assert_eq!(counted(&all).0, [0, 0, 8], "nobody says whose they are");
    let named = all.map(|one| Submission { server: Some(b"mx1"), ..one });
    let learnt = Learnt::default();
    let mut shared = shared(&learnt);
    shared.inputs.iter_mut().for_each(|input| input.all_alike = true);
    let (mut repeats, mut sum) = (Repeats::new(&learnt, true), 0);
    let mut out = |one: &Submission<'_>| sum += one.counts().failed_logins;
    for one in &named {
        let identity = shared.identity(one).expect("it is known whose it is");
        repeats.decide(&shared, identity, one, &mut out);
    }
    repeats.finish(&mut out);
    assert_eq!(sum, 5);
}

/// Whichever copy comes first, all that is known counts; and again when copies count as they come.
#[test]
fn the_copy_that_knows_more_completes_the_other() {
    let knows = |input, tls, cipher| Submission {
        tls: Some(tls),
        cipher,
        server: Some(if input == 0 { b"mx1" } else { b"mx1.contoso.com" }),
        message_id: Some(b"1@contoso.com"),
        ..message(input, 10, Some(b"A"))
    };
    let bare = Submission { login: Some(b"scan"), ..knows(0, Tls::Unlogged, None) };
    let full = knows(1, Tls::V1_2, Some(&b"X"[..]));
    let expect = Submission { login: Some(b"scan"), place: bare.place, ..full.clone() };
    let learnt = Learnt::default();
    let (counted, _, completed, _) = counted_after(&learnt, &[bare.clone(), full.clone()]);
    assert_eq!(counted, [format!("{:?}", Submission { queue_id: None, ..expect.clone() })]);
    let (again, _, _, repeated) = counted_after(&learnt.with(completed), &[bare.clone(), full.clone()]);
    assert_eq!(again, [format!("{expect:?}")]);
    assert_eq!(repeated.by_pair, BTreeMap::from([((1, 0), [1, 0, 0])]));
    for (one, other) in [(&bare, &full), (&full, &bare)] {
        let both = complete::complete(one, other);
        assert_eq!(format!("{:?}", Submission { place: bare.place, ..both }), format!("{expect:?}"));
    }
}

#[test]
fn what_no_later_input_holds_is_let_go() {
    let learnt = Learnt::default();
    let (shared, mut repeats) = (shared(&learnt), Repeats::new(&learnt, true));
    let first = message(0, 10, Some(b"A"));
    let mut count = 0;
    let mut out = |_: &Submission<'_>| count += 1;
    repeats.decide(&shared, shared.identity(&first).unwrap(), &first, &mut out);
    assert_eq!(repeats.seen.len(), 1, "it may come again");
    let last = message(1, 20, Some(b"B"));
    repeats.decide(&shared, shared.identity(&last).unwrap(), &last, &mut out);
    assert_eq!(repeats.seen.len(), 1, "nothing comes behind the last chain");
    repeats.kept = 0;
    repeats.let_go(|seen| !shared.is_later(1, seen.kept.time), &mut out);
    assert_eq!((repeats.seen.len(), count), (0, 2));
}

/// More than can be remembered is said; once it is known which times two inputs cover, only those are remembered.
#[test]
fn only_what_may_come_twice_is_remembered() {
    let ids = [&b"A"[..], b"B", b"C", b"D"];
    let rows = |input: u32, from: i64| {
        ids.iter().zip(from..).map(move |(id, at)| message(input, at * 10_000, Some(id)))
    };
    let covers = [Some((0, 30_000)), Some((30_000, 60_000)), None];
    let all: Vec<_> = rows(0, 0).chain(rows(1, 3)).collect();
    let input = |chain| Compared { chain, shared: Some((i64::MIN, i64::MAX)), ..Compared::default() };
    let read = |learnt: &Learnt, within: bool| {
        let mut inputs = vec![input(0), input(1)];
        for (input, covers) in inputs.iter_mut().zip(covers).filter(|_| within) {
            input.shared = covers;
        }
        let (shared, mut repeats) =
            (Shared::of(inputs, Servers::default(), learnt), Repeats::new(learnt, true));
        for one in &all {
            if let Some(identity) = shared.identity(one) {
                repeats.decide(&shared, identity, one, &mut |_| {});
            }
        }
        repeats.repeated.is_incomplete
    };
    let mut learnt = Learnt::default();
    learnt.most = 2;
    assert_eq!([read(&learnt, false), read(&learnt, true)], [true, false]);
    let known = learnt.covering(covers.to_vec()).expect("it is new");
    assert!(known.covering(covers.to_vec()).is_none());
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
