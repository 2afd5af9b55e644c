//! Rows that are like an earlier one are counted by what was found then. With a quote in it a row is always read as a whole: the
//! same table in quotes gives the same cells.

use crate::corpora::oracles::reading::{FAST, NOW, cells, open, written};
use proptest::prelude::*;
use smtpauth::read::{HowToRead, read};
use smtpauth::tally::cell::Dims;
use smtpauth::tally::table::Plan;
use smtpauth::tally::{Filter, Table, Unit};
use smtpauth::time::Clock;
use smtpauth::time::window::Span;
use std::sync::Arc;

/// What an account says of itself, in two runs of columns: sender, login; TLS, mechanism, client, name, server.
const ACCOUNTS: [(&str, &str); 8] = [
    ("scan@contoso.com,scan", "1.2,LOGIN,192.0.2.7,scan.lan,EX1"),
    ("Scan@contoso.com,scan", "1.2,LOGIN,192.0.2.7,scan.lan,EX1"),
    ("scan@contoso.com,", "1.2,LOGIN,192.0.2.7,,EX1"),
    ("erp@contoso.com,erp", "TLSv1,PLAIN,192.0.2.8,,EX2"),
    ("erp@contoso.com,erp", "1.3,PLAIN,192.0.2.8,,EX2"),
    ("out@contoso.com,", "1.2,,192.0.2.9,,EX1"),
    ("<>,erp", "SSLv9,plain,[192.0.2.8],,"),
    ("a,sc", "none,none,,,"),
];

/// A row: who, which hour, and which of the odd cells.
type Row = (usize, u32, (usize, usize, usize));

fn table(rows: &[Row], quote: &str) -> String {
    let mut text =
        String::from("time,sender,login,size,tls,mechanism,client_ip,client_name,server,recipients,count\n");
    for (account, hour, (size, recipients, count)) in rows {
        let (who, how) = ACCOUNTS[*account];
        let time = match hour {
            0 => "soon".to_owned(),
            hour => format!("2026-11-{:02}T{:02}:00:00Z", 9 + hour / 24, hour % 24),
        };
        let row = [
            &time,
            who,
            ["10", "2000", "x"][*size],
            how,
            ["1", "a@x;b@x", "", "many"][*recipients],
            ["1", "2", "0", "x"][*count],
        ];
        let cells: Vec<_> = row.join(",").split(',').map(|cell| format!("{quote}{cell}{quote}")).collect();
        text += &cells.join(",");
        text += "\n";
    }
    text
}

/// All that is found in a table, in slices of so many bytes.
fn found(text: &str, slice: usize, threads: usize, plan: &Arc<Plan>) -> String {
    let file = written(text.as_bytes());
    let inputs = open(file.path()).expect("it is a table");
    let (clock, limit) = (Clock::default(), NOW + 86_400);
    let how = HowToRead { clock, order: None, limit, want: FAST, slice, threads };
    let hidden = indicatif::ProgressBar::hidden();
    let read =
        read(&inputs, &how, None, &hidden, || Table::new(Arc::clone(plan))).expect("the workers come back");
    format!("{}\n{:?}\n{:?}", cells(&read.collector), read.coverage, read.counted)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn rows_like_an_earlier_one_are_counted_as_if_they_were_read(
        rows in proptest::collection::vec(
            (0..8_usize, prop_oneof![1 => Just(0_u32), 30 => 1..240_u32],
             (prop_oneof![9 => 0..2_usize, 1 => 2..3_usize], prop_oneof![9 => 0..3_usize, 1 => 3..4_usize], prop_oneof![9 => 0..2_usize, 1 => 2..4_usize])),
            1..80,
        ),
        slice in prop_oneof![Just(1_usize), Just(300), Just(1 << 20)],
        threads in 1..3_usize,
    ) {
        let (plain, quoted) = (table(&rows, ""), table(&rows, "\""));
        let day = |day: i64| Some(1_793_145_600 + day * 86_400);
        let narrow = Plan {
            dims: Dims { sender: true, ..Dims::default() },
            unit: Unit::Hour,
            reach: Some(60),
            filter: Filter { span: Span { since: day(10), until: day(16) }, ..Filter::default() },
            ..Plan::default()
        };
        for plan in [Plan { dims: Dims::ALL, ..Plan::default() }, narrow] {
            let plan = Arc::new(plan);
            prop_assert_eq!(found(&plain, slice, threads, &plan), found(&quoted, 1 << 20, 1, &plan));
        }
    }
}
