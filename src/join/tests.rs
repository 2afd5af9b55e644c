//! The law of the joiner: however a log is cut, and in whatever order neighbouring pieces are tied, the submissions are
//! those of reading it in one go. The generator uses few hosts, processes and queue ids and long pauses, so that nearly
//! every event collides with another.

use super::*;
use crate::event::{Acceptance, Former, Id, Numbers, Text};
use crate::submission::ClientName;
use proptest::prelude::*;
use std::borrow::Cow;

/// Everything that was told, as text, in an order of its own.
#[derive(Default)]
struct Told(Vec<String>);

impl Sink for Told {
    fn submission(&mut self, submission: &Submission<'_>) {
        self.0.push(format!("{submission:?}"));
    }

    fn tls_logged(&mut self, server: &[u8], service: &[u8], at: i64) {
        self.0.push(format!("{server:?} {service:?} {at}"));
    }

    fn client_name(&mut self, _: &[u8], _: ClientName<'_>) {}
}

impl Told {
    fn sorted(mut self) -> Vec<String> {
        self.0.sort();
        self.0
    }
}

fn text(text: &'static str) -> Text<'static> {
    Cow::Borrowed(text.as_bytes())
}

fn queue() -> impl Strategy<Value = Text<'static>> {
    prop_oneof![Just("AAAAAA"), Just("BBBBBB"), Just("CCCCCC")].prop_map(text)
}

fn instance() -> impl Strategy<Value = u32> {
    prop_oneof![3 => Just(1), 1 => Just(2)]
}

fn writer(instance: u32) -> Writer<'static> {
    let numbers = Numbers { host: 1, service: 1, instance };
    Writer { host: text("mx1"), service: text("postfix/submission"), numbers }
}

fn login() -> impl Strategy<Value = Option<Login<'static>>> {
    let login =
        (any::<bool>(), proptest::option::weighted(0.2, queue())).prop_map(|(proxied, former)| Login {
            mechanism: Some(text("PLAIN")),
            login: Some(text("scan")),
            proxied,
            former: former.map_or(Former::Unnamed, Former::Named),
            ..Login::default()
        });
    proptest::option::weighted(0.7, login)
}

fn kind() -> impl Strategy<Value = Kind<'static>> {
    let acceptance = || Acceptance { sender: Some(text("a@contoso.com")), ..Acceptance::default() };
    prop_oneof![
        Just(Kind::Opened),
        prop_oneof![Just(Tls::V1_0), Just(Tls::V1_2)]
            .prop_map(|tls| Kind::TlsEstablished { tls, cipher: None }),
        (proptest::option::weighted(0.8, queue()), login())
            .prop_map(|(queue, login)| Kind::MessageBegun { queue, login: login.map(Box::new) }),
        queue().prop_map(move |queue| Kind::MessageAccepted { queue, acceptance: acceptance() }),
        queue().prop_map(|queue| Kind::MessageInjected { queue }),
        Just(Kind::MessageProxied(acceptance())),
        queue().prop_map(|queue| Kind::MessageGone { queue }),
        queue().prop_map(|queue| Kind::MessageNamed { queue, message_id: text("<1@x>") }),
        any::<bool>().prop_map(|starttls| Kind::Closed { starttls }),
        Just(Kind::LoginFailed(Box::default(), 2)),
    ]
}

/// A log: events with rising, sometimes falling times.
fn log() -> impl Strategy<Value = Vec<Event<'static>>> {
    let step = prop_oneof![4 => 0..60_i64, 1 => -60..4000_i64];
    let event = (kind(), instance(), prop_oneof![Just("1"), Just("2")], step);
    proptest::collection::vec(event, 0..40).prop_map(|events| {
        let mut at = 1_000_000;
        let each = events.into_iter().zip(0_u64..).map(|((kind, instance, pid, step), offset)| {
            at += step;
            let process = Id::of(pid.as_bytes());
            let place = Place { input: 0, offset };
            Event { head: Head { at, place, writer: writer(instance), process }, kind }
        });
        each.collect()
    })
}

fn apply(joiner: &mut Joiner<'static>, event: &Event<'static>, told: &mut Told) {
    joiner.apply(&event.head, &mut event.kind.clone(), told);
}

/// Reads events one by one, as the beginning of the logs.
fn in_one_go(events: &[Event<'static>]) -> Vec<String> {
    let mut told = Told::default();
    let mut joiner = Joiner::anchored(Together::default());
    events.iter().for_each(|event| apply(&mut joiner, event, &mut told));
    joiner.finish(&mut told);
    told.sorted()
}

fn piece(events: &[Event<'static>], told: &mut Told) -> Joiner<'static> {
    let mut joiner = Joiner::of_slice(Size::default(), Together::default());
    events.iter().for_each(|event| apply(&mut joiner, event, told));
    joiner
}

fn cut<'e>(events: &'e [Event<'static>], cuts: &[usize]) -> Vec<&'e [Event<'static>]> {
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (events.len() + 1)).collect();
    ends.extend([0, events.len()]);
    ends.sort_unstable();
    ends.windows(2).map(|pair| &events[pair[0]..pair[1]]).collect()
}

fn sure(at: i64) -> ToCome {
    ToCome { at, is_sure: true }
}

/// Sessions that a stranger opens and never closes: what cannot pair any more goes silently, what exceeds the cap is
/// counted.
#[test]
fn open_sessions_are_bounded() {
    let mut told = Told::default();
    let mut joiner = Joiner::anchored(Together::default());
    let open = |number: usize, at: i64| {
        let process = Id::of(number.to_string().as_bytes());
        let place = Place { input: 0, offset: number as u64 };
        Event { head: Head { at, place, writer: writer(1), process }, kind: Kind::Opened }
    };
    for number in 0..60_000 {
        apply(&mut joiner, &open(number, 0), &mut told);
    }
    assert_eq!(joiner.evict(sure(3 * HORIZON), &mut told), 0);
    assert_eq!(joiner.sessions.len(), 0);
    for number in 0..210_000 {
        apply(&mut joiner, &open(number, 1_000_000), &mut told);
    }
    assert_eq!(joiner.evict(sure(1_000_000), &mut told), 210_000);
    assert_eq!(joiner.sessions.len(), 0);
}

/// `SMTPAUTH_CASES` asks for more.
fn cases() -> ProptestConfig {
    let told = std::env::var("SMTPAUTH_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(told.unwrap_or(1500)) }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn cutting_changes_nothing(events in log(), cuts in proptest::collection::vec(0..1000_usize, 0..6)) {
        let mut told = Told::default();
        let mut whole = Joiner::anchored(Together::default());
        for events in cut(&events, &cuts) {
            let piece = piece(events, &mut told);
            whole.tie(piece, &mut told);
        }
        whole.finish(&mut told);
        prop_assert_eq!(told.sorted(), in_one_go(&events));
    }

    #[test]
    fn every_event_a_piece(events in log()) {
        let mut told = Told::default();
        let mut whole = Joiner::anchored(Together::default());
        for event in &events {
            let piece = piece(std::slice::from_ref(event), &mut told);
            whole.tie(piece, &mut told);
        }
        whole.finish(&mut told);
        prop_assert_eq!(told.sorted(), in_one_go(&events));
    }

    /// Neighbours are tied to each other first, in any grouping, and to the beginning of the logs last.
    #[test]
    fn tying_is_associative(
        events in log(),
        cuts in proptest::collection::vec(0..1000_usize, 1..6),
        order in proptest::collection::vec(0..1000_usize, 6),
    ) {
        let mut told = Told::default();
        let mut pieces: Vec<_> = cut(&events, &cuts).into_iter().map(|events| piece(events, &mut told)).collect();
        for pick in order {
            if pieces.len() > 1 {
                let left = pick % (pieces.len() - 1);
                let right = pieces.remove(left + 1);
                pieces[left].tie(right, &mut told);
            }
        }
        let mut whole = Joiner::anchored(Together::default());
        for piece in pieces {
            whole.tie(piece, &mut told);
        }
        whole.finish(&mut told);
        prop_assert_eq!(told.sorted(), in_one_go(&events));
    }
}
