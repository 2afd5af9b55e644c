//! The laws of numbered sessions: any cut, any grouping of pieces and any order of the rows give the same submissions, as
//! long as no two rows of a session bear the same number. The generator uses few sessions, so that nearly every row collides.

use super::super::{HORIZON, Joiner, Size, ToCome, Together};
use crate::event::{SessionKey, Text};
use crate::submission::{Basis, ClientName, Counts, Place, Sink, Submission, Tls};
use crate::turn::{
    Answer, Command, Ends, Peer, Proxied, Receipt, Record, Relayed, Reply, Said, Tracked, Turn,
};
use proptest::prelude::*;
use std::borrow::Cow;

/// Everything that was told, as text, in an order of its own.
#[derive(Default)]
struct Told(Vec<String>);

impl Sink for Told {
    fn submission(&mut self, submission: &Submission<'_>) {
        self.0.push(format!("{submission:?}"));
    }

    fn tls_logged(&mut self, _: &[u8], _: &[u8], _: i64) {}

    fn client_name(&mut self, _: &[u8], _: ClientName<'_>) {}
}

/// A line of a log.
#[derive(Clone, Debug)]
enum Line {
    Turn(Row),
    Relayed(Relayed<'static>),
    Tracked(Tracked<'static>),
}

/// A row of a session.
#[derive(Clone, Debug)]
struct Row {
    at: i64,
    place: Place,
    session: SessionKey<'static>,
    number: u64,
    ends: Ends<'static>,
    said: Said<'static>,
}

fn text(text: &'static str) -> Text<'static> {
    Cow::Borrowed(text.as_bytes())
}

fn peer(port: u16) -> Peer<'static> {
    Peer { address: text("192.0.2.1"), port: Some(port) }
}

fn said() -> impl Strategy<Value = Said<'static>> {
    let reply = |code, to| Said::Reply(Reply { code, to });
    let receipt = Receipt { message_id: Some(text("1@x")), internal_id: None, size: None };
    let proxied = Proxied { session: text("front"), client: peer(7), helo: None };
    prop_oneof![
        1 => Just(Said::Opened),
        1 => Just(Said::Closed),
        2 => prop_oneof![Just(Tls::V1_0), Just(Tls::V1_2)].prop_map(|tls| Said::TlsEstablished(tls, None)),
        2 => Just(Said::Command(Command::Greet(text("scanner")))),
        4 => Just(Said::Command(Command::Login(text("LOGIN")))),
        3 => prop_oneof![Just("scan"), Just("erp")].prop_map(|name| Said::Authenticated(text(name))),
        2 => Just(Said::Command(Command::ServerLogin)),
        2 => Just(Said::Command(Command::Proxy(Box::new(proxied)))),
        3 => prop_oneof![Just("a@x"), Just("b@x")].prop_map(|from| Said::Command(Command::Mail(Some(text(from))))),
        1 => Just(Said::Command(Command::Recipient)),
        1 => Just(Said::Command(Command::Data)),
        1 => Just(Said::Command(Command::Reset)),
        1 => Just(Said::LoginRefused),
        2 => prop_oneof![Just("c1"), Just("c2")].prop_map(|name| Said::Receiving(text(name))),
        1 => Just(Said::HandedOver),
        4 => prop_oneof![Just(235), Just(250), Just(535), Just(354), Just(501)].prop_map(move |code| reply(code, Answer::Any)),
        1 => Just(reply(250, Answer::Sender)),
        1 => Just(reply(250, Answer::Recipient)),
        4 => Just(reply(250, Answer::Message(Box::new(receipt)))),
    ]
}

fn tracked(context: Option<&'static str>, is_marked: bool) -> Tracked<'static> {
    let record = Record {
        at: 0,
        place: Place::default(),
        server: text("EXCH01"),
        service: text("Client Proxy EXCH01"),
        sender: Some(text("t@x")),
        login: None,
        client: None,
        helo: None,
        tls: Tls::Unknown,
        cipher: None,
        mechanism: None,
        basis: Basis::Likely,
        message_id: Some(text("1@x")),
        internal_id: None,
        counts: Counts::message(3, 99),
    };
    Tracked { context: context.map(text), record, is_marked }
}

/// Lines of four sessions, two of a front end and two of a hub, with pauses; each session's rows are numbered, some lost.
fn log() -> impl Strategy<Value = Vec<Line>> {
    let turn = (0..4_usize, said(), 0..12_u8);
    let line = prop_oneof![
        20 => turn.prop_map(|(session, said, lost)| (Some((session, said, lost == 0)), None)),
        1 => (prop_oneof![Just(None), Just(Some("c1")), Just(Some("c2"))], any::<bool>())
            .prop_map(|(context, marked)| (None, Some(tracked(context, marked)))),
        1 => Just((None, None)),
    ];
    let step = prop_oneof![8 => 0..60_i64, 1 => 60..5_000_i64];
    proptest::collection::vec((line, step), 0..60).prop_map(|lines| {
        let (mut at, mut numbers) = (1_000_000, [0_u64; 4]);
        let mut log = Vec::new();
        for ((line, step), offset) in lines.into_iter().zip(0_u64..) {
            at += step;
            let place = Place { input: 0, offset };
            match line {
                (Some((index, said, is_lost)), _) => {
                    let number = numbers[index];
                    numbers[index] += 1;
                    if !is_lost {
                        log.push(Line::Turn(turn_of(index, number, at, place, said)));
                    }
                }
                (None, Some(mut tracked)) => {
                    (tracked.record.at, tracked.record.place) = (at, place);
                    log.push(Line::Tracked(tracked));
                }
                (None, None) => {
                    log.push(Line::Relayed(Relayed { at, place, from: peer(2), session: text("front") }))
                }
            }
        }
        log
    })
}

fn turn_of(index: usize, number: u64, at: i64, place: Place, said: Said<'static>) -> Row {
    let (id, service, local_port, remote) = [
        ("front", "Client Frontend EXCH01", 587, 7),
        ("other", "Client Frontend EXCH01", 587, 8),
        ("hub", "Client Proxy EXCH01", 465, 1),
        ("hub2", "Client Proxy EXCH01", 465, 2),
    ][index];
    let session = SessionKey { host: text("EXCH01"), service: text(service), id: text(id) };
    Row { at, place, session, number, ends: Ends { local: peer(local_port), remote: peer(remote) }, said }
}

fn piece(lines: &[Line], together: Together, told: &mut Told) -> Joiner<'static> {
    let mut joiner = Joiner::of_slice(Size::default(), together);
    for line in lines {
        match line.clone() {
            Line::Turn(Row { at, place, session, number, ends, said }) => {
                joiner.turn(Turn { at, place, session: &session, number, ends: &ends, said }, told);
            }
            Line::Relayed(relayed) => joiner.relayed(relayed, told),
            Line::Tracked(tracked) => joiner.tracked(tracked, told),
        }
    }
    joiner
}

/// Reads pieces that end at these places, and ties them in order.
fn in_pieces(log: &[Line], cuts: &[usize], together: Together) -> Vec<String> {
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (log.len() + 1)).collect();
    ends.extend([0, log.len()]);
    ends.sort_unstable();
    let mut told = Told::default();
    let mut whole = Joiner::anchored(together);
    for pair in ends.windows(2) {
        let later = piece(&log[pair[0]..pair[1]], together, &mut told);
        whole.tie(later, &mut told);
    }
    whole.finish(&mut told);
    told.0.sort();
    told.0
}

fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("SMTPAUTH_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(told.unwrap_or(usual)) }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn any_cut(log in log(), cuts in proptest::collection::vec(any::<usize>(), 0..6), tracking: bool, relays: bool) {
        let together = Together { tracking, relays };
        prop_assert_eq!(in_pieces(&log, &cuts, together), in_pieces(&log, &[], together));
    }

    #[test]
    fn every_row_a_piece(log in log(), tracking: bool, relays: bool) {
        let together = Together { tracking, relays };
        let every: Vec<usize> = (0..log.len()).collect();
        prop_assert_eq!(in_pieces(&log, &every, together), in_pieces(&log, &[], together));
    }

    /// The numbers of the rows put them in order, wherever they stand.
    #[test]
    fn any_order_of_rows(log in log(), keys in proptest::collection::vec(any::<u32>(), 60), tracking: bool) {
        let together = Together { tracking, relays: true };
        let log: Vec<Line> = log.into_iter().filter(|line| !is_end(line)).collect();
        let mut shuffled: Vec<(u32, Line)> = keys.into_iter().cycle().zip(log.iter().cloned()).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let shuffled: Vec<Line> = shuffled.into_iter().map(|(_, line)| line).collect();
        prop_assert_eq!(in_pieces(&shuffled, &[], together), in_pieces(&log, &[], together));
    }
}

/// The rows of a message of a client that logged in, from a row's number and time on.
fn message(number: u64, at: i64) -> Vec<Line> {
    let receipt = Receipt { message_id: Some(text("1@x")), internal_id: None, size: None };
    let said = [
        Said::Command(Command::Login(text("LOGIN"))),
        Said::Authenticated(text("scan")),
        Said::Reply(Reply { code: 235, to: Answer::Any }),
        Said::Command(Command::Mail(Some(text("a@x")))),
        Said::Reply(Reply { code: 250, to: Answer::Sender }),
        Said::Command(Command::Data),
        Said::Reply(Reply { code: 250, to: Answer::Message(Box::new(receipt)) }),
    ];
    let place = |number: u64| Place { input: 0, offset: number };
    let lines = said.into_iter().zip(number..);
    lines.map(|(said, number)| Line::Turn(turn_of(0, number, at, place(number), said))).collect()
}

fn hear(joiner: &mut Joiner<'static>, lines: Vec<Line>, told: &mut Told) {
    joiner.tie(piece(&lines, Together { tracking: true, relays: false }, told), told);
}

fn messages(told: &Told) -> usize {
    told.0.iter().filter(|told| told.contains("messages: 1")).count()
}

/// A session whose beginning is in no log does not keep everything behind it waiting, even if it goes on.
#[test]
fn a_beginning_that_never_comes_is_not_waited_for() {
    let (mut told, mut joiner) = (Told::default(), Joiner::anchored(Together::default()));
    joiner.tie(piece(&message(5, 0), Together::default(), &mut told), &mut told);
    joiner.tie(piece(&message(12, 3 * HORIZON), Together::default(), &mut told), &mut told);
    assert_eq!(joiner.first_waiting(), Some(Place { input: 0, offset: 5 }));
    joiner.evict(ToCome { at: 3 * HORIZON, is_sure: false }, &mut told);
    assert_eq!(messages(&told), 0);
    joiner.evict(ToCome { at: 3 * HORIZON, is_sure: true }, &mut told);
    assert_eq!((messages(&told), joiner.first_waiting()), (2, None));
    joiner.finish(&mut told);
    assert_eq!(messages(&told), 2);
}

/// One half was given up and told; the other one, which comes against all order, is not told again but said.
#[test]
fn a_half_that_comes_too_late_is_not_told_again() {
    let mut arrival = tracked(None, true);
    arrival.record.counts = Counts::message(1, 99);
    let (one, other) = (message(0, 0), vec![Line::Tracked(arrival)]);
    for (first, second) in [(one.clone(), other.clone()), (other, one)] {
        let (mut told, mut joiner) =
            (Told::default(), Joiner::anchored(Together { tracking: true, relays: false }));
        hear(&mut joiner, first, &mut told);
        assert_eq!(joiner.evict(ToCome { at: 9 * HORIZON, is_sure: true }, &mut told), 0);
        assert_eq!(messages(&told), 1);
        hear(&mut joiner, second, &mut told);
        assert_eq!(joiner.evict(ToCome { at: 9 * HORIZON, is_sure: true }, &mut told), 1);
        joiner.finish(&mut told);
        assert_eq!(messages(&told), 1);
    }
}

/// Behind its end, a session's rows would begin another one.
fn is_end(line: &Line) -> bool {
    matches!(line, Line::Turn(Row { said: Said::Closed, .. }))
}
