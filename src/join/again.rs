//! Messages that a content filter gives back: they name the queue id that they had (XFORWARD IDENT).
//!
//! A message counts once, so one whose former id is in use is not counted again. A client may name any id, so one that
//! nobody has seen proves nothing. The question is about the moment at which the message began: a slice that cannot answer
//! it keeps it, and it is answered by the stretch before, in the state in which that one ended.

use super::queue::{Draft, Held};
use super::{HORIZON, Joiner, PutOff};
use crate::event::{Event, Kind, Login, QueueKey, Text};

impl<'a> Joiner<'a> {
    /// Whether a message was taken in before; `None` if that is for the stretch before to say.
    pub(super) fn is_again(&self, host: &Text<'a>, login: &Login<'a>, at: i64) -> Option<bool> {
        let Some(id) = &login.original_queue else { return Some(false) };
        self.is_in_use(host, id, at)
    }

    /// Whether a queue id is in use at a time.
    fn is_in_use(&self, host: &Text<'a>, id: &Text<'a>, at: i64) -> Option<bool> {
        let slot = self.queue.get(&QueueKey { host: host.clone(), id: id.clone() });
        let is_near = |begun: i64| at.saturating_sub(begun).saturating_abs() <= HORIZON;
        let mut entries = slot.into_iter().flat_map(|slot| slot.entries());
        if entries.any(|entry| entry.begun_at().is_some_and(is_near)) {
            return Some(true);
        }
        if self.anchored {
            return Some(false);
        }
        if self.put_off.iter().any(|put_off| begins(put_off, host, id, at)) {
            return Some(true);
        }
        slot.filter(|slot| !slot.waits && slot.entries().next().is_some()).map(|_| false)
    }

    /// Answers the question that an event which is put off holds, if it can be answered here.
    pub(super) fn ask_now(&self, event: &mut Event<'a>) {
        let (host, at) = (&event.session.host, event.at);
        let Kind::MessageBegun { login, .. } = &mut event.kind else { return };
        let answer = login.as_ref().and_then(|login| self.is_again(host, login, at));
        match (answer, login) {
            (Some(true), login) => *login = None,
            (Some(false), Some(login)) => login.original_queue = None,
            _ => {}
        }
    }
}

impl Joiner<'static> {
    /// Answers the questions of the stretch that follows, before anything of it is taken over.
    pub(super) fn answer(&self, later: &mut Joiner<'_>) {
        let ask = |draft: &Draft<'_>| {
            let id = draft.original.clone()?;
            self.is_in_use(&own(&draft.session.host), &own(&id), draft.at)
        };
        for slot in later.queue.values_mut() {
            for entry in slot.entries_mut() {
                let Held::Draft(draft) = &mut entry.held else { continue };
                match ask(draft) {
                    Some(true) => entry.held = Held::Plain(draft.at),
                    Some(false) => draft.original = None,
                    None => {}
                }
            }
        }
        for index in 0..later.put_off.len() {
            let (before, rest) = later.put_off.split_at_mut(index);
            match rest.first_mut() {
                Some(PutOff::Event(event)) => self.answer_event(event, before),
                Some(PutOff::Entry(_, entry)) => {
                    let Held::Draft(draft) = &mut entry.held else { continue };
                    match ask(draft) {
                        Some(true) => entry.held = Held::Plain(draft.at),
                        Some(false) => draft.original = None,
                        None => {}
                    }
                }
                Some(PutOff::Again(draft, _)) if ask(draft) == Some(false) => draft.original = None,
                Some(PutOff::Again(..)) | None => {}
            }
        }
    }

    fn answer_event(&self, event: &mut Event<'_>, before: &[PutOff<'_>]) {
        let (host, at) = (event.session.host.clone(), event.at);
        let Kind::MessageBegun { login, .. } = &mut event.kind else { return };
        let Some(id) = login.as_ref().and_then(|login| login.original_queue.clone()) else { return };
        let begun_before = before.iter().any(|put_off| begins(put_off, &host, &id, at));
        let answer = if begun_before { Some(true) } else { self.is_in_use(&own(&host), &own(&id), at) };
        match (answer, login) {
            (Some(true), login) => *login = None,
            (Some(false), Some(login)) => login.original_queue = None,
            _ => {}
        }
    }
}

fn own(text: &Text<'_>) -> Text<'static> {
    crate::event::own(text.clone())
}

/// Whether an event that was put off begins a message under this id, near this time.
fn begins(put_off: &PutOff<'_>, host: &Text<'_>, wanted: &Text<'_>, at: i64) -> bool {
    let PutOff::Event(event) = put_off else { return false };
    let Kind::MessageBegun { queue: Some(id), .. } = &event.kind else { return false };
    let is_near = at.saturating_sub(event.at).saturating_abs() <= HORIZON;
    is_near && id == wanted && event.session.host == *host
}
