//! A session that is open at the end of a slice goes on in the ordered stage, with text of its own.

use super::{Attempt, Conversation, Login, Proxying};
use crate::event::own;
use crate::turn::Command;

impl Attempt<'_> {
    fn own(self) -> Attempt<'static> {
        Attempt {
            mechanism: self.mechanism.map(own),
            login: self.login.map(own),
            refused: self.refused.map(|(at, place, remote)| (at, place, remote.own())),
            refused_name: self.refused_name.map(own),
        }
    }
}

impl Conversation<'_> {
    /// The same with owned text.
    pub fn own(self) -> Conversation<'static> {
        let login =
            |login: Login<'_>| Login { mechanism: login.mechanism.map(own), login: login.login.map(own) };
        Conversation {
            has_gap: self.has_gap,
            front: self.front,
            helo: self.helo.map(own),
            tls: self.tls.map(|(tls, cipher)| (tls, cipher.map(own))),
            starts_tls: self.starts_tls,
            in_flight: self.in_flight.into_iter().map(Command::own).collect(),
            attempt: self.attempt.map(Attempt::own),
            login: self.login.map(login),
            began: self.began,
            is_front_end: self.is_front_end,
            is_counted: self.is_counted,
            is_server: self.is_server,
            has_replies: self.has_replies,
            server_login: self.server_login.map(|(at, place, remote, port)| (at, place, remote.own(), port)),
            way: self.way.map(|Proxying { way, begun, said }| Proxying { way: way.own(), begun, said }),
            transaction: self.transaction.map(|sender| sender.map(own)),
            recipients: self.recipients,
            context: self.context.map(own),
        }
    }
}
