//! Sessions: what a client's connection had, and the messages that wait to learn it.

use super::queue::{Accepted, Draft, Fate};
use super::{HORIZON, Joiner, PutOff};
use crate::event::{ProcessKey, QueueKey, Text};
use crate::submission::{Counts, Place, Sink, Submission, Tls, mechanism};
use std::collections::hash_map::Entry;

/// One connection.
#[derive(Debug, Clone)]
pub struct Session<'a> {
    /// Where it began: tells it from other sessions under the same key.
    pub began: Place,
    /// Its beginning is not in the logs, so a missing TLS line proves nothing.
    pub headless: bool,
    /// Time of its last line.
    pub last: i64,
    /// TLS and cipher, once logged.
    pub tls: Option<(Tls, Option<Text<'a>>)>,
    /// A login was counted.
    pub counted: bool,
    /// What waits for it: nothing, where nobody logs in or TLS is logged.
    pub pending: Option<Box<Pending<'a>>>,
}

/// What waits for the end of a session.
#[derive(Debug, Clone, Default)]
pub struct Pending<'a> {
    /// The message that a proxy in front of the queue holds.
    pub held: Option<Box<Draft<'a>>>,
    /// Queue ids begun here that wait for the TLS of this session.
    pub begun: Vec<QueueKey>,
    /// Accepted messages (and, without an acceptance, the session itself) that wait for it too.
    pub waiting: Vec<(Box<Draft<'a>>, Option<Accepted<'a>>)>,
}

impl<'a> Session<'a> {
    fn new(began: Place, at: i64, headless: bool) -> Self {
        Self { began, headless, last: at, tls: None, counted: false, pending: None }
    }

    /// Whether it is still open at this time.
    pub fn is_live(&self, at: i64) -> bool {
        at.saturating_sub(self.last).saturating_abs() <= HORIZON
    }

    /// Whether nothing waits for its end.
    fn is_quiet(&self) -> bool {
        self.pending.as_ref().is_none_or(|pending| pending.begun.is_empty() && pending.waiting.is_empty())
    }

    /// What the missing TLS line means, now that the session is over.
    fn tls_at_end(&self, starttls: bool) -> Tls {
        match (starttls, self.headless) {
            (true, _) => Tls::Encrypted,
            (false, true) => Tls::Unknown,
            (false, false) => Tls::Unlogged,
        }
    }

    /// What waits for its end.
    pub fn pending(&mut self) -> &mut Pending<'a> {
        self.pending.get_or_insert_default()
    }
}

impl<'a> Joiner<'a> {
    pub(super) fn opened(&mut self, key: ProcessKey, at: i64, place: Place, sink: &mut impl Sink) {
        let session = Some(Session::new(place, at, false));
        match self.sessions.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(session);
            }
            Entry::Occupied(mut slot) => {
                if let Some(old) = slot.insert(session) {
                    let key = slot.key().clone();
                    self.end(&key, old, false, sink);
                }
            }
        }
    }

    /// The client is gone. Returns whether anything is known of the session.
    pub(super) fn closed(&mut self, key: &ProcessKey, at: i64, starttls: bool, sink: &mut impl Sink) -> bool {
        if self.anchored {
            if let Some(session) = self.sessions.remove(key).flatten() {
                let in_time = session.is_live(at);
                self.end(key, session, starttls && in_time, sink);
            }
            return true;
        }
        let Some(slot) = self.sessions.get_mut(key) else { return false };
        // Most sessions are of clients that did not log in: nothing waits for their end.
        if !self.puts_off_drafts && slot.as_ref().is_none_or(Session::is_quiet) {
            *slot = None;
        } else if let Some(session) = slot.take() {
            let in_time = session.is_live(at);
            self.end(key, session, starttls && in_time, sink);
        }
        true
    }

    /// Does something in the session under a key, as [`Self::session`] finds it; `None` if the stretch before has to say
    /// which session that is.
    pub(super) fn in_session<R>(
        &mut self,
        key: &ProcessKey,
        (at, place): (i64, Place),
        sink: &mut impl Sink,
        act: impl FnOnce(&mut Session<'a>) -> R,
    ) -> Option<R> {
        match self.sessions.get_mut(key) {
            None if !self.anchored => None,
            // Nearly always: found and open, with one look.
            Some(Some(session)) if session.is_live(at) => {
                session.last = session.last.max(at);
                Some(act(session))
            }
            _ => Some(act(self.session(key.clone(), at, place, sink))),
        }
    }

    /// The session under a key, begun anew (without its head) if there is none or the old one is too long ago.
    #[cold]
    #[inline(never)]
    pub(super) fn session(
        &mut self,
        key: ProcessKey,
        at: i64,
        place: Place,
        sink: &mut impl Sink,
    ) -> &mut Session<'a> {
        if !self.is_live(&key, at) {
            self.finish_session(&key, false, sink);
        }
        let slot = self.sessions.entry(key).or_insert(None);
        let session = slot.get_or_insert_with(|| Session::new(place, at, true));
        session.last = session.last.max(at);
        session
    }

    /// Whether a session is open under this key at this time.
    fn is_live(&self, key: &ProcessKey, at: i64) -> bool {
        let session = self.sessions.get(key).and_then(Option::as_ref);
        session.is_some_and(|session| session.is_live(at))
    }

    /// The session is over: what waited for its TLS learns what the missing line means.
    pub(super) fn finish_session(&mut self, key: &ProcessKey, starttls: bool, sink: &mut impl Sink) {
        if let Some(session) = self.sessions.get_mut(key).and_then(Option::take) {
            self.end(key, session, starttls, sink);
        }
    }

    #[inline(never)]
    fn end(&mut self, key: &ProcessKey, session: Session<'a>, starttls: bool, sink: &mut impl Sink) {
        let tls = session.tls_at_end(starttls);
        let Session { began, pending, .. } = session;
        let Pending { begun, waiting, .. } = pending.map(|pending| *pending).unwrap_or_default();
        let is_of_session =
            |draft: &&mut Draft<'a>| draft.fate == Fate::Waits(began) && draft.session == *key;
        for id in &begun {
            let Some(slot) = self.queue.get_mut(id) else { continue };
            slot.drafts_mut().filter(is_of_session).for_each(|draft| draft.fate = Fate::Known(tls, None));
        }
        if self.puts_off_drafts {
            for put_off in &mut self.put_off {
                let draft = match put_off {
                    PutOff::Event(_) => None,
                    PutOff::Entry(_, entry) => entry.draft_mut(),
                    PutOff::Again(draft, _) => Some(&mut **draft),
                };
                let draft = draft.filter(is_of_session);
                draft.into_iter().for_each(|draft| draft.fate = Fate::Known(tls, None));
            }
        }
        for (draft, accepted) in &waiting {
            emit(draft, accepted.as_ref(), tls, None, sink);
        }
    }

    /// A message is accepted: tell it, or let it wait for the end of its session if its TLS is still open.
    pub(super) fn settle(&mut self, draft: Box<Draft<'a>>, accepted: Accepted<'a>, sink: &mut impl Sink) {
        let began = match &draft.fate {
            Fate::Known(tls, cipher) => {
                return emit(&draft, Some(&accepted), *tls, cipher.as_ref(), sink);
            }
            Fate::Waits(began) => *began,
        };
        let session = self.sessions.get_mut(&draft.session).and_then(Option::as_mut);
        match session.filter(|session| session.began == began) {
            Some(session) => session.pending().waiting.push((draft, Some(accepted))),
            None => match &mut self.unsettled {
                Some(unsettled) => unsettled.push((draft, accepted)),
                None => emit(&draft, Some(&accepted), Tls::Unlogged, None, sink),
            },
        }
    }
}

/// Tells the sink about a message, or (without an acceptance) about the session in which it was begun.
pub fn emit(
    draft: &Draft<'_>,
    accepted: Option<&Accepted<'_>>,
    tls: Tls,
    cipher: Option<&Text<'_>>,
    sink: &mut impl Sink,
) {
    let login = &draft.login;
    let mut submission = Submission {
        time: Some(draft.at),
        place: draft.place,
        server: Some(&draft.writer.host),
        service: Some(&draft.writer.service),
        login: login.login.as_deref(),
        client: login.client.as_deref(),
        client_name: login.client_name.as_deref(),
        mechanism: login.mechanism.as_deref().map(mechanism),
        tls: Some(tls),
        cipher: cipher.map(AsRef::as_ref),
        counts: Some(Counts::session()),
        ..Submission::default()
    };
    if let Some(Accepted { at, place, acceptance }) = accepted {
        submission.time = Some(*at);
        submission.place = *place;
        submission.sender = acceptance.sender.as_deref();
        submission.helo = acceptance.helo.as_deref();
        submission.message_id = draft.message_id.as_deref();
        submission.queue_id = draft.queue.as_deref();
        let recipients = acceptance.recipients.unwrap_or(0);
        submission.counts = Some(Counts::message(recipients, acceptance.size.unwrap_or(0)));
    }
    sink.submission(&submission);
}
