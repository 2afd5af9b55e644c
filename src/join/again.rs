//! Messages that a content filter gives back: they name the queue id that they had (XFORWARD IDENT).
//!
//! A message counts once, so one whose former id is in use is not counted again. A client may name any id, so one that
//! is not in use proves nothing. The question is about the moment at which the message began: a slice that cannot answer
//! it keeps what it knew of the id at that moment, and the stretch before answers from the state in which it ended.

use super::queue::{Entry, Held};
use super::{HORIZON, Joiner, PutOff};
use crate::event::{Event, Former, Id, Kind, Login, Question, QueueKey, Text};

impl<'a> Joiner<'a> {
    /// Whether a message was taken in before. If that is not known here, `former` keeps the question for the stretch
    /// before; if it is known that it was not, `former` says so.
    #[cold]
    #[inline(never)]
    pub(super) fn is_again(&self, host: u32, login: &mut Login<'a>, at: i64) -> bool {
        let mut question = match std::mem::take(&mut login.former) {
            Former::Named(id) => Box::new(Question { id, known: Vec::new() }),
            Former::Asked(question) => question,
            former @ (Former::Unnamed | Former::Unseen) => {
                login.former = former;
                return false;
            }
        };
        for (instance, begun) in self.held_under(host, &question.id) {
            if !question.known.iter().any(|(known, _)| *known == instance) {
                question.known.push((instance, begun));
            }
        }
        let is_near = |begun: i64| at.saturating_sub(begun).saturating_abs() <= HORIZON;
        let again = question.known.iter().any(|(_, begun)| begun.is_some_and(is_near));
        login.former = if self.anchored { Former::Unseen } else { Former::Asked(question) };
        again
    }

    /// What the instances hold under a queue id, as far as this stretch of log has said it.
    fn held_under(&self, host: u32, id: &Text<'a>) -> Vec<(u32, Option<i64>)> {
        let key = QueueKey { host, id: Id::of(id) };
        let entries = self.queue.get(&key).into_iter().flat_map(|slot| slot.entries());
        let mut held: Vec<_> = entries.map(|entry| (entry.instance, entry.begun_at())).collect();
        for put_off in &self.put_off {
            let (instance, begun) = match put_off {
                PutOff::Event(event) => match &event.kind {
                    Kind::MessageBegun { queue: Some(begun), .. }
                        if begun == id && event.head.writer.numbers.host == host =>
                    {
                        (event.head.writer.numbers.instance, Some(event.head.at))
                    }
                    _ => continue,
                },
                PutOff::Entry(of, entry) if *of == key => (entry.instance, entry.begun_at()),
                PutOff::Entry(..) | PutOff::Again(..) => continue,
            };
            held.retain(|(known, _)| *known != instance);
            held.push((instance, begun));
        }
        held
    }

    /// Asks for an event that is put off.
    pub(super) fn ask_now(&self, event: &mut Event<'a>) {
        let Event { head, kind } = event;
        let Kind::MessageBegun { login, .. } = kind else { return };
        let host = head.writer.numbers.host;
        if login.as_deref_mut().is_some_and(|login| self.is_again(host, login, head.at)) {
            *login = None;
        }
    }

    fn ask_for_entry(&self, entry: &mut Entry<'a>) {
        let Some(draft) = entry.draft_mut() else { return };
        let at = draft.at;
        if self.is_again(draft.writer.numbers.host, &mut draft.login, at) {
            entry.held = Held::Plain(at);
        }
    }

    /// Answers the questions of the stretch that follows, before anything of it is taken over.
    pub(super) fn answer(&self, later: &mut Self) {
        for slot in later.queue.values_mut() {
            slot.entries_mut().for_each(|entry| self.ask_for_entry(entry));
        }
        for session in later.sessions.values_mut().flatten() {
            let is_again = |draft: &mut Box<super::Draft<'a>>| {
                self.is_again(draft.writer.numbers.host, &mut draft.login, draft.at)
            };
            if let Some(pending) = &mut session.pending
                && pending.held.as_mut().is_some_and(is_again)
            {
                pending.held = None;
            }
        }
        later.put_off.retain_mut(|put_off| match put_off {
            PutOff::Event(event) => {
                self.ask_now(event);
                true
            }
            PutOff::Entry(_, entry) => {
                self.ask_for_entry(entry);
                true
            }
            PutOff::Again(draft, _) => !self.is_again(draft.writer.numbers.host, &mut draft.login, draft.at),
        });
    }
}
