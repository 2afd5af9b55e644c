//! Options that say whose submissions count, and which rows of the result are shown.

use clap::Args;

/// Whose submissions to count: filters act before counting.
#[derive(Debug, Clone, PartialEq, Eq, Args, Default)]
pub struct Filters {
    /// Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and
    /// an option may be given several times
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', help_heading = "Filter")]
    pub sender: Vec<String>,

    /// Only these logins
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Filter")]
    pub login: Vec<String>,

    /// Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names
    #[arg(long, value_name = "CLIENT", value_delimiter = ',', help_heading = "Filter")]
    pub client: Vec<String>,

    /// Only these servers
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Filter")]
    pub server: Vec<String>,

    /// Only senders of these domains
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',', help_heading = "Filter")]
    pub domain: Vec<String>,

    /// Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown
    #[arg(long, value_name = "VERSION", value_delimiter = ',', help_heading = "Filter")]
    pub tls: Vec<String>,

    /// Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN
    #[arg(long, value_name = "KIND", value_delimiter = ',', help_heading = "Filter")]
    pub auth: Vec<String>,

    /// The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved
    #[arg(long, value_name = "NAME", help_heading = "Filter")]
    pub saved: Option<String>,

    /// What was not typed, and where it was set.
    #[arg(skip)]
    pub taken: Vec<super::Taken>,
}

/// Which rows to show: after counting.
#[derive(Debug, Clone, Args, Default)]
pub struct Conditions {
    /// Only rows with this: a condition on the columns of the data, such as "tls1_0_percent > 0 and messages >= 100"
    #[arg(long = "where", value_name = "CONDITION", help_heading = "Rows")]
    pub where_: Option<String>,

    /// Only rows with so many messages at least
    #[arg(long, value_name = "N", help_heading = "Rows")]
    pub min_messages: Option<u64>,

    /// Where the condition was set, if it was not typed.
    #[arg(skip)]
    pub origin: Option<String>,

    /// The same of the number of messages.
    #[arg(skip)]
    pub min_messages_origin: Option<String>,
}

impl Conditions {
    /// Whether any is asked for.
    pub fn is_some(&self) -> bool {
        self.where_.is_some() || self.min_messages.is_some()
    }
}
