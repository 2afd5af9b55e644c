//! The words of message traces: what one row of a trace says about a message. A trace has several rows for a message, in any
//! order, and not every row says how the message came in.
//!
//! A format turns a row into [`Traced`]; `join::traces` turns all rows of a message into one submission.

use crate::submission::{Place, Sink, Tls};

/// What a row says about a message. Text is borrowed and untrusted; fields as in [`crate::submission::Submission`].
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "Submission documents the same fields")]
pub struct Traced<'a> {
    pub at: i64,
    pub place: Place,
    /// By what the trace tells the message from others: Exchange Online gives each a GUID. Empty where there is none.
    pub id: &'a [u8],
    pub message_id: Option<&'a [u8]>,
    pub sender: Option<&'a [u8]>,
    pub client: Option<&'a [u8]>,
    pub client_name: Option<&'a [u8]>,
    pub helo: Option<&'a [u8]>,
    /// TLS of the connection over which the message came, and the cipher, where the row says so.
    pub tls: Option<Tls>,
    pub cipher: Option<&'a [u8]>,
    /// Number of recipients, where the row says so.
    pub recipients: u64,
    /// The recipient that the row is about, where there is a row for each.
    pub recipient: Option<&'a [u8]>,
    pub bytes: u64,
    /// What the row says about the way on which the message came.
    pub arrival: Arrival,
}

/// What a row says about the way on which its message came in. The later ones decide more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arrival {
    /// Nothing: the row is about something that happened later.
    Later,
    /// Nothing, and it is all that the trace says of this message and recipient.
    Untold,
    /// By SMTP, from within the tenant.
    Smtp,
    /// On a way on which no client comes that logs in with SMTP AUTH.
    Other(OtherWay),
}

/// A way on which no client comes that logs in with SMTP AUTH.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OtherWay {
    /// From outside of the tenant.
    Outside,
    /// From a server of the tenant's own, over a connector.
    Connector,
    /// From a mailbox: Outlook, Outlook on the web, Exchange Web Services, a phone.
    Mailbox,
}

impl OtherWay {
    /// What is said of one message and of several that came so.
    pub fn words(self) -> &'static str {
        match self {
            Self::Outside => "from outside",
            Self::Connector => "over a connector",
            Self::Mailbox => "from mailboxes",
        }
    }
}

/// Who is told what rows say: submissions, and rows of messages of which there are more.
pub trait RowSink: Sink {
    /// A row of a trace.
    fn traced(&mut self, traced: &Traced<'_>);
}
