//! Tables, Exchange logs and JSON: every row is counted as one thing, and our own cells give the same cells again.

use super::reading::{EVERY_LINE, cells, open, read_inputs, written};

/// A header that makes a log of what follows.
const HEADS: [&[u8]; 5] = [
    b"",
    b"time,sender,login,client_ip,tls,mechanism,size,recipients\n",
    b"#Software: Microsoft Exchange Server\r\n#Log-type: SMTP Receive Protocol Log\r\n#Fields: date-time,connector-id,session-id,\
      sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n",
    b"\"message_trace_id\",\"sender_address\",\"recipient_address\",\"origin_timestamp_utc\",\"recipient_status\"\r\n",
    b"[{\"time\":\"2026-11-12T10:00:00Z\",\"sender\":\"a@b\",\"login\":\"a\"},",
];

/// The first byte chooses the head.
pub fn check(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let file = written(&[HEADS[usize::from(*first) % HEADS.len()], rest].concat());
    let Some(inputs) = open(file.path()) else { return };
    let read = read_inputs(&inputs, 1 << 20, 1, EVERY_LINE);
    for coverage in &read.coverage {
        assert_eq!(coverage.lines, coverage.used + coverage.ignored + coverage.skipped, "{coverage:?}");
    }
    let table = cells(&read.collector);
    let exported = written(table.as_bytes());
    let Some(inputs) = open(exported.path()) else { panic!("cells are not read: {table:?}") };
    let again = read_inputs(&inputs, 1 << 20, 1, EVERY_LINE);
    let again = cells(&again.collector);
    assert_eq!(again, table);
}
