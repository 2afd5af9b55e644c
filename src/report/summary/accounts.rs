//! Which accounts the summary is about, where a condition asks for some of them.

use crate::report::fold::{Details, Group, seen};
use crate::report::rows::{By, Sort};
use crate::report::subject::Subject;
use crate::report::tls;
use crate::report::value::Value;
use crate::submission::Auth;
use std::collections::BTreeSet;

/// The columns of an account: those of the other views by account. `unknown` is the TLS version.
pub const COLUMNS: [&str; 33] = [
    "account",
    "domain",
    "messages",
    "sessions",
    "failed_logins",
    "recipients",
    "bytes",
    "first_seen",
    "last_seen",
    "tls1_0",
    "tls1_0_percent",
    "tls1_1",
    "tls1_1_percent",
    "tls1_2",
    "tls1_2_percent",
    "tls1_3",
    "tls1_3_percent",
    "ssl3",
    "ssl3_percent",
    "encrypted",
    "encrypted_percent",
    "none",
    "none_percent",
    "unknown",
    "unknown_percent",
    "basic",
    "basic_percent",
    "modern",
    "modern_percent",
    "integrated",
    "integrated_percent",
    "other",
    "other_percent",
];

/// The accounts that the condition keeps: those of which it keeps a row. `None`: nothing is asked.
pub fn kept<'a>(subject: &Subject<'a>) -> Option<BTreeSet<Option<&'a [u8]>>> {
    subject.scope.condition?;
    let all = Details::with_failures(subject, By::Account, Sort::Name, None);
    Some(all.only(subject, None, &COLUMNS, cells).names())
}

fn cells(group: &Group<'_>) -> Vec<Value> {
    let counts = &group.counts;
    let total = group.tls.total();
    let numbers = [counts.messages, counts.sessions, counts.failed_logins].map(Value::Count);
    // A message has recipients and a size: where their sum is 0, the log has neither.
    let sizes =
        [counts.recipients, counts.bytes].map(|sum| if sum > 0 { Value::Count(sum) } else { Value::Missing });
    let versions = tls::DATA_ORDER.into_iter().map(|tls| group.tls.get(tls));
    let classes = [Auth::Basic, Auth::Modern, Auth::Integrated, Auth::Other];
    let shares = versions.chain(classes.into_iter().map(|class| group.auth.get(class)));
    let shares = shares.flat_map(|count| [Value::Count(count), Value::Percent(count, total)]);
    numbers.into_iter().chain(sizes).chain(seen(group)).chain(shares).collect()
}
