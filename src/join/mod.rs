//! Lines of one session or queue id in, submissions out.
//!
//! A [`Joiner`] is a piece of state: what is known about sessions and queue ids after a stretch of log. Every slice
//! of a file gets a joiner of its own, which knows nothing of what came before. An event whose meaning depends on
//! that is *put off*; when the joiner of the stretch before is at hand, [`Joiner::tie`] replays the events that were
//! put off and takes over what is open at the end. Replaying goes through the same rules as reading ([`Joiner::apply`]),
//! which is why the way a log is cut never changes the answer: there is no second set of rules.
//!
//! Sessions whose rows are numbered (`dialogs`) need no putting off: their rows wait for each other, whatever their order.
//!
//! Time is part of the join: a message is accepted within [`HORIZON`] of its beginning or not at all, a session ends
//! [`HORIZON`] after its last line. Eviction only drops what this rule would not pair any more.

mod again;
mod conversation;
mod dialogs;
mod link;
mod numbered;
mod queue;
mod session;
mod tie;
pub mod traces;
mod twin;

pub use dialogs::{Apart, Together};

use crate::event::{Event, Former, Head, Kind, Login, ProcessKey, QueueKey, Writer};
use crate::map::Map;
use crate::submission::{Counts, Place, Sink, Submission, Tls, mechanism};
use crate::turn::{Relayed, Tracked, Turn};
use dialogs::Dialogs;
use queue::{Accepted, Draft, Entry, Held, Slot};
use session::Session;

/// Seconds of log time within which the two halves of a message, or two lines of a session, belong together.
pub const HORIZON: i64 = 3600;

/// What is known about sessions and queue ids after a stretch of log.
#[derive(Debug, Clone, Default)]
pub struct Joiner<'a> {
    /// Whether the stretch begins where the logs begin: then what is not known does not exist.
    anchored: bool,
    /// Sessions seen; `None` is one known to be closed.
    sessions: Map<ProcessKey, Option<Session<'a>>>,
    /// Queue ids seen.
    queue: Map<QueueKey, Slot<'a>>,
    /// What depends on the stretch before this one, in order.
    put_off: Vec<PutOff<'a>>,
    /// Whether there are drafts in `put_off`: nearly never, and then the end of a session need not look there.
    puts_off_drafts: bool,
    /// Accepted messages whose session is about to be taken over; only filled during a tie.
    unsettled: Option<Vec<(Box<Draft<'a>>, Accepted<'a>)>>,
    /// Sessions whose rows are numbered.
    dialogs: Dialogs<'a>,
    /// How much may be open until it is looked through for what is too old.
    sweep_at: usize,
    /// What is earlier than this was given up, because nothing so early would come.
    given_up_before: Option<i64>,
}

/// How much a joiner knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Queue ids.
    queue_ids: usize,
    /// Sessions whose rows are not numbered.
    sessions: usize,
    /// What depends on the stretch before.
    put_off: usize,
}

/// The earliest time that lines still to be read can bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToCome {
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// Nothing speaks against it. Else logs may follow that begin earlier.
    pub is_sure: bool,
}

/// What waits for the stretch of log before.
#[derive(Debug, Clone)]
enum PutOff<'a> {
    /// An event that is to be applied.
    Event(Event<'a>),
    /// What an instance then holds under a queue id whose earlier events wait.
    Entry(QueueKey, Entry<'a>),
    /// A message that was accepted, and that perhaps was taken in before.
    Again(Box<Draft<'a>>, Accepted<'a>),
}

impl<'a> Joiner<'a> {
    /// The joiner of the beginning of the logs.
    pub fn anchored(together: Together) -> Self {
        Self { anchored: true, dialogs: Dialogs::new(true, together), ..Self::default() }
    }

    /// The joiner of a stretch in the middle of a log, with room for about so much.
    pub fn of_slice(size: Size, together: Together) -> Self {
        let mut joiner = Self { dialogs: Dialogs::new(false, together), ..Self::default() };
        joiner.queue.reserve(size.queue_ids);
        joiner.sessions.reserve(size.sessions);
        joiner.put_off.reserve(size.put_off);
        joiner
    }

    /// How much it knows: about what the next slice's will.
    pub fn size(&self) -> Size {
        Size { queue_ids: self.queue.len(), sessions: self.sessions.len(), put_off: self.put_off.len() }
    }

    /// Takes one event in, in the order of the log. What it needs of `kind` it takes out.
    pub fn apply(&mut self, head: &Head<'a>, kind: &mut Kind<'a>, sink: &mut impl Sink) {
        if let Kind::TlsEstablished { .. } = kind {
            sink.tls_logged(&head.writer.host, &head.writer.service, head.at);
        }
        self.step(head, kind, sink);
    }

    /// Takes a row of a numbered session in. What it needs of it, it takes out.
    pub fn turn(&mut self, turn: Turn<'_, 'a>, sink: &mut impl Sink) {
        self.dialogs.turn(turn, sink);
    }

    /// Takes a row of a front end's send log in.
    pub fn relayed(&mut self, relayed: Relayed<'a>, sink: &mut impl Sink) {
        self.dialogs.relayed(relayed, sink);
    }

    /// Takes a message of message tracking in.
    pub fn tracked(&mut self, tracked: Tracked<'a>, sink: &mut impl Sink) {
        self.dialogs.tracked(tracked, sink);
    }

    /// As `apply`, for an event that has been seen before: what it says about the server is told already. An event whose
    /// meaning depends on a stretch that this joiner has not seen waits.
    fn step(&mut self, head: &Head<'a>, kind: &mut Kind<'a>, sink: &mut impl Sink) {
        let (at, place, instance) = (head.at, head.place, head.writer.numbers.instance);
        let is_known = match kind {
            Kind::Opened => {
                self.opened(head.session(), at, place, sink);
                true
            }
            Kind::TlsEstablished { tls, cipher } => {
                let logged = |session: &mut Session<'a>| session.tls = Some((*tls, cipher.clone()));
                self.in_session(&head.session(), (at, place), sink, logged).is_some()
            }
            Kind::LoginFailed(login, times) => {
                failed(&head.writer, at, place, (login, *times), sink);
                true
            }
            Kind::MessageBegun { queue, login: None } => {
                let id = queue.as_ref().map(|id| head.queue(id));
                self.begun_by_nobody(&head.session(), at, instance, id)
            }
            Kind::MessageBegun { queue, login } => self.begun(head, queue.as_ref(), login, sink),
            Kind::MessageInjected { queue } => {
                self.set(head.queue(queue), Entry { instance, held: Held::Plain(at) });
                true
            }
            Kind::MessageAccepted { queue, acceptance } => {
                let accepted = || Accepted { at, place, acceptance: std::mem::take(acceptance) };
                self.accepted(&head.queue(queue), instance, accepted, sink)
            }
            Kind::MessageNamed { queue, message_id } => self.named(&head.queue(queue), instance, message_id),
            Kind::MessageProxied(acceptance) => {
                let accepted = Accepted { at, place, acceptance: acceptance.clone() };
                self.proxied(&head.session(), accepted, sink)
            }
            Kind::MessageGone { queue } => {
                self.set(head.queue(queue), Entry::closed(instance));
                true
            }
            Kind::Closed { starttls } => self.closed(&head.session(), at, *starttls, sink),
        };
        if !is_known {
            self.wait(head, kind);
        }
    }

    /// Puts an event off, and with it the queue id that it touches: later events of that id wait behind it.
    #[cold]
    #[inline(never)]
    fn wait(&mut self, head: &Head<'a>, kind: &mut Kind<'a>) {
        let mut event = Event { head: head.clone(), kind: std::mem::replace(kind, Kind::Opened) };
        if is_unasked(&event) {
            self.ask_now(&mut event);
        }
        match &event.kind {
            Kind::MessageBegun { queue: Some(id), .. }
            | Kind::MessageAccepted { queue: id, .. }
            | Kind::MessageNamed { queue: id, .. } => {
                self.queue.entry(head.queue(id)).or_default().waits = true;
            }
            // Whatever the session was, it is over now: what follows under this key is known.
            Kind::Closed { .. } => {
                self.sessions.insert(head.session(), None);
            }
            _ => {}
        }
        self.put_off.push(PutOff::Event(event));
    }
}

/// Whether an event holds a question that nobody has been asked: one that has been is for the stretch before only, because
/// it is about the moment of the event, and this stretch may have gone on since.
fn is_unasked(event: &Event<'_>) -> bool {
    let Kind::MessageBegun { login: Some(login), .. } = &event.kind else { return false };
    matches!(login.former, Former::Named(_))
}

/// A refused login needs no join: its line says all there is.
fn failed(
    writer: &Writer<'_>,
    at: i64,
    place: Place,
    (login, times): (&Login<'_>, u64),
    sink: &mut impl Sink,
) {
    sink.submission(&Submission {
        time: Some(at),
        place,
        server: Some(&writer.host),
        service: Some(&writer.service),
        login: login.login.as_deref(),
        client: login.client.as_deref(),
        client_name: login.client_name.as_deref(),
        mechanism: login.mechanism.as_deref().map(mechanism),
        tls: Some(Tls::Unknown),
        counts: Some(Counts { failed_logins: times, ..Counts::ZERO }),
        ..Submission::default()
    });
}

#[cfg(test)]
mod tests;
