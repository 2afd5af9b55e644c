//! What an earlier run found (its `--format json`), and what is new, as before or gone since.

use super::client::Key;
use super::verdict::{Switch, Verdict};
use super::{COLUMNS, Part};
use crate::report::Value;
use crate::report::condition::{Kind, kind_of};
use crate::time::Zone;
use crate::time::window::{self, Bound};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// A row of the earlier run, by the names of its columns.
type Row = BTreeMap<String, Json>;

/// The rows of an earlier run.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    rows: Vec<Row>,
    /// What it judged at all: what it did not cannot be compared.
    switches: BTreeSet<String>,
    accounts: BTreeSet<Account>,
    clients: BTreeSet<Client>,
}

/// What is switched off, account, verdict.
type Account = (String, Option<String>, String);

/// An account, and server and client.
type Client = (Account, Option<String>, Option<String>);

/// What a row is against the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The account did not have this verdict.
    New,
    /// The account did, but this client did not.
    NewClient,
    /// Nothing has changed.
    AsBefore,
    /// The baseline says nothing of it.
    NotCompared,
}

impl Mark {
    /// The spelling in data and tables.
    pub fn data(self) -> Option<&'static str> {
        match self {
            Self::New => Some("new"),
            Self::NewClient => Some("new client"),
            Self::AsBefore => Some("as before"),
            Self::NotCompared => None,
        }
    }

    /// The same as a value.
    pub fn value(self) -> Value {
        self.data().map_or(Value::Missing, Value::from)
    }
}

#[derive(serde::Deserialize)]
struct File {
    command: String,
    rows: Vec<Row>,
    #[serde(default)]
    filters: BTreeMap<String, Json>,
}

impl Baseline {
    /// Reads what an earlier run wrote; the error says what it is instead.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        let take = "take what smtpauth ready --format json wrote";
        let file: File = serde_json::from_slice(json).map_err(|error| format!("{error}; {take}"))?;
        if file.command != "ready" {
            return Err(format!("is what another command wrote; {take}"));
        }
        if !file.filters.is_empty() {
            let filters: Vec<&str> = file.filters.keys().map(String::as_str).collect();
            let filters = filters.join(", ");
            return Err(format!("does not hold all accounts ({filters}); take it without filters"));
        }
        let switches = file.rows.iter().filter_map(|row| text(row, "switch_off")).collect();
        // What was gone then is not there to be compared with.
        let rows: Vec<Row> =
            file.rows.into_iter().filter(|row| text(row, "baseline").as_deref() != Some("gone")).collect();
        let clients: Option<BTreeSet<Client>> = rows.iter().map(client).collect();
        let is_cut = |row: &Row| text(row, "verdict").is_none() && text(row, "switch_off").is_some();
        let why = if rows.iter().any(is_cut) { "was cut by --top" } else { "has rows without a verdict" };
        let clients = clients.ok_or_else(|| format!("{why}; {take}"))?;
        let accounts = clients.iter().map(|(account, _, _)| account.clone()).collect();
        Ok(Self { rows, switches, accounts, clients })
    }

    /// Whether it judged what happens when this is switched off.
    pub fn judged(&self, switch: Switch) -> bool {
        self.switches.contains(switch.data())
    }

    /// Whether an account did not have this verdict, as far as that can be compared.
    pub fn is_new(&self, switch: Switch, account: Option<&[u8]>, verdict: Verdict) -> bool {
        self.judged(switch) && !self.accounts.contains(&of_account(switch, account, verdict))
    }

    /// What a row is.
    pub fn mark(&self, switch: Switch, key: &Key<'_>, verdict: Verdict) -> Mark {
        if !self.judged(switch) {
            return Mark::NotCompared;
        }
        if self.is_new(switch, key.account, verdict) {
            return Mark::New;
        }
        let known = self.clients.contains(&of_client(switch, key, verdict));
        if known { Mark::AsBefore } else { Mark::NewClient }
    }

    /// Rows of clients that stopped, or could not be told, and are not there any more, or not with this verdict.
    pub(super) fn gone_rows(&self, part: &Part<'_>) -> Vec<Vec<Value>> {
        let now: BTreeSet<Client> = part
            .accounts
            .iter()
            .flat_map(|account| account.clients.iter().chain(&account.hidden))
            .map(|client| of_client(part.switch, &client.key, client.verdict))
            .collect();
        let gone =
            self.bad_rows(part.switch).filter(|row| client(row).is_some_and(|row| !now.contains(&row)));
        gone.map(gone_row).collect()
    }

    /// Accounts that stopped and do not any more, as far as one of their rows is shown.
    pub(super) fn gone_accounts(&self, part: &Part<'_>, is_shown: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let now: BTreeSet<Account> =
            part.accounts.iter().map(|a| of_account(part.switch, a.name, a.verdict)).collect();
        let rows = self.bad_rows(part.switch).filter(|row| is_shown(&gone_row(row)));
        let stopped = rows.filter_map(client).map(|(account, _, _)| account);
        let stopped: BTreeSet<Account> =
            stopped.filter(|(_, _, verdict)| verdict == Verdict::Stops.data()).collect();
        let name = |name: &Option<String>| Value::text(name.as_deref().map(str::as_bytes));
        stopped.difference(&now).map(|(_, account, _)| name(account)).collect()
    }

    fn bad_rows(&self, switch: Switch) -> impl Iterator<Item = &Row> {
        let bad = [Verdict::Stops, Verdict::CannotTell].map(|verdict| Some(verdict.data().to_owned()));
        self.rows.iter().filter(move |row| {
            text(row, "switch_off").as_deref() == Some(switch.data()) && bad.contains(&text(row, "verdict"))
        })
    }
}

fn text(row: &Row, column: &str) -> Option<String> {
    row.get(column).and_then(Json::as_str).map(str::to_owned)
}

fn client(row: &Row) -> Option<Client> {
    let account = (text(row, "switch_off")?, text(row, "account"), text(row, "verdict")?);
    Some((account, text(row, "server"), text(row, "client")))
}

fn of_account(switch: Switch, account: Option<&[u8]>, verdict: Verdict) -> Account {
    // The null sender is written so.
    let account = account.map(|name| if name.is_empty() { "<>".to_owned() } else { as_json(name) });
    (switch.data().to_owned(), account, verdict.data().to_owned())
}

fn of_client(switch: Switch, key: &Key<'_>, verdict: Verdict) -> Client {
    (of_account(switch, key.account, verdict), key.server.map(as_json), key.client.map(as_json))
}

/// Text as JSON holds it: bytes that are no UTF-8 as U+FFFD.
fn as_json(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend((!chunk.invalid().is_empty()).then_some('\u{fffd}'));
    }
    text
}

/// A row of the earlier run as one of this.
fn gone_row(row: &Row) -> Vec<Value> {
    let cells = COLUMNS.iter().map(|column| row.get(*column).map_or(Value::Missing, |v| value(column, v)));
    cells.chain(["gone".into()]).collect()
}

fn value(column: &str, json: &Json) -> Value {
    match json {
        // A condition compares times.
        Json::String(text) if kind_of(column) == Kind::Time => match window::parse(text, Zone::Utc, 0) {
            Ok(Bound::Instant(instant)) => Value::Instant(instant),
            Ok(Bound::Day(day)) => Value::Day(day),
            _ => Value::text(Some(text.as_bytes())),
        },
        Json::String(text) => Value::text(Some(text.as_bytes())),
        Json::Number(number) => number.as_u64().map_or(Value::Missing, Value::Count),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => Value::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_refused() {
        for json in ["", "[]", "{}", r#"{"command":"tls","rows":[]}"#, r#"{"command":"ready","rows":[{}]}"#] {
            let error = Baseline::read(json.as_bytes()).expect_err(json);
            assert!(error.contains("smtpauth ready --format json"), "{json}: {error}");
        }
    }

    #[test]
    fn marks() {
        let json = r#"{"command":"ready","rows":[
            {"switch_off":"tls1.0-1.1","account":"scan","server":"mx1","client":"192.0.2.1","verdict":"stops"},
            {"switch_off":"tls1.0-1.1","account":"gone","server":"mx1","client":null,"verdict":"stops","baseline":"gone"}]}"#;
        let baseline = Baseline::read(json.as_bytes()).expect("a baseline");
        let mark = |account: &'static [u8], client: &'static [u8], verdict| {
            let key = Key { account: Some(account), server: Some(b"mx1"), client: Some(client) };
            baseline.mark(Switch::Tls12, &key, verdict)
        };
        assert_eq!(mark(b"scan", b"192.0.2.1", Verdict::Stops), Mark::AsBefore);
        assert_eq!(mark(b"scan", b"192.0.2.2", Verdict::Stops), Mark::NewClient);
        assert_eq!(mark(b"scan", b"192.0.2.1", Verdict::Ready), Mark::New);
        assert_eq!(mark(b"gone", b"192.0.2.1", Verdict::Stops), Mark::New);
        let key = Key { account: Some(b"scan"), server: Some(b"mx1"), client: Some(b"192.0.2.1") };
        assert_eq!(baseline.mark(Switch::Modern, &key, Verdict::Stops), Mark::NotCompared);
        assert!(!baseline.is_new(Switch::Modern, Some(b"scan"), Verdict::Stops));
    }

    #[test]
    fn names_are_compared_as_json_spells_them() {
        assert_eq!(as_json(b"a\xffb\xe2\x82"), "a\u{fffd}b\u{fffd}");
        assert_eq!(as_json("grün".as_bytes()), "grün");
    }
}
