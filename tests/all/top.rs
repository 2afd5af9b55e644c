//! `--top` acts in every shape: the first rows, the others in one, and nothing of the sums is lost.

use crate::harness::{Ran, WEEK, file, folder, smtpauth};

const QUARTER: &str = "fixtures/csv/quarter.csv";
const MONTH: &str = "fixtures/unusual/month.csv fixtures/unusual/many-clients.csv";

fn run(words: &str) -> Ran {
    smtpauth(words).run()
}

fn sum(ran: &Ran, column: &str) -> u64 {
    ran.csv().iter().map(|row| row[column].parse::<u64>().unwrap_or(0)).sum()
}

#[test]
fn what_is_left_out_is_one_row_in_data() {
    for (view, name) in [
        (format!("ready {QUARTER}"), "account"),
        (format!("sender erp {QUARTER}"), "client"),
        (format!("unusual --scores {MONTH}"), "account"),
        (format!("tls --details {WEEK}"), "sender"),
        (format!("auth --details {WEEK}"), "account"),
        (format!("volume --details {WEEK}"), "sender"),
    ] {
        let all = run(&format!("{view} --format csv"));
        let rows = all.csv();
        for top in [1, 3, rows.len() - 2] {
            let cut = run(&format!("{view} --format csv --top {top}"));
            let shown = cut.csv();
            assert_eq!(shown.len(), top + 1, "{view} {top}");
            // Failed logins of nobody are a row, and no account.
            let others = [0, 1].map(|nobody| format!("{} others", rows.len() - top - nobody));
            assert!(others.contains(&shown[top][name]), "{view}: {:?}", shown[top]);
            for column in ["messages", "sessions", "failed_logins", "recipients"] {
                if rows[0].contains_key(column) {
                    assert_eq!(sum(&cut, column), sum(&all, column), "{view} {column}");
                }
            }
            assert!(shown[..top].iter().all(|row| rows.contains(row)), "{view} {top}");
        }
        // One row for one other would save nothing.
        for top in [0, rows.len() - 1, rows.len()] {
            assert_eq!(run(&format!("{view} --format csv --top {top}")).csv().len(), rows.len(), "{view}");
        }
    }
}

/// Of each switch-off, those that stop come first.
#[test]
fn the_first_of_ready_are_those_that_stop() {
    let rows = run(&format!("ready --for tls1.2,modern --format csv --top 2 {QUARTER}")).csv();
    let shown: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {} {}", row["switch_off"], row["account"], row["verdict"], row["messages"]))
        .collect();
    assert_eq!(shown.len(), 6, "{shown:?}");
    assert_eq!(shown[..2], ["tls1.0-1.1 erp stops 336", "tls1.0-1.1 scan-hr stops 156"]);
    assert!(shown[2].starts_with("tls1.0-1.1 ") && shown[2].contains(" others  "), "{shown:?}");
    assert!(shown[3].starts_with("basic newsletter stops "), "{shown:?}");
    let folder = folder();
    let cut = run(&format!("ready --format json --top 2 {QUARTER}")).stdout;
    let cut = file(folder.path(), "cut.json", cut).display().to_string();
    let refused = run(&format!("ready --baseline {cut} {QUARTER}"));
    assert!(refused.status == 2 && refused.said().contains("was cut by --top"), "{}", refused.said());
}

/// `unusual` counts incidents: their days are rows. With `--scores`, days.
#[test]
fn the_first_of_unusual_are_the_most_unusual() {
    let incidents = |top: &str| {
        let files =
            "fixtures/unusual/month.csv fixtures/unusual/many-clients.csv fixtures/unusual/volume.csv";
        run(&format!("unusual --format csv --top {top} {files}")).csv()
    };
    let (all, first) = (incidents("0"), incidents("1"));
    let of_first = all.iter().filter(|row| row["incident"] == "1").count();
    assert!(of_first > 0 && of_first < all.len(), "{all:?}");
    assert!(first[..of_first].iter().all(|row| row["incident"] == "1"), "{first:?}");
    let others = all.len() - of_first;
    // Of the others there is one row, be they one or many.
    assert_eq!(first.len(), of_first + usize::from(others > 0));
    let scores = |top: usize| -> Vec<f64> {
        let rows = run(&format!("unusual --scores --top {top} {MONTH}")).csv();
        rows.iter().filter_map(|row| row["score"].parse().ok()).collect()
    };
    let (mut all, first) = (scores(0), scores(3));
    all.sort_by(|one, other| other.total_cmp(one));
    assert_eq!(first, all[..3]);
}

#[test]
fn domains_beyond_the_first_are_one_a_day() {
    let rows = |top: &str| run(&format!("volume --format csv {top} {WEEK}"));
    let (all, cut) = (rows(""), rows("--top 1"));
    assert_eq!((sum(&all, "messages"), sum(&cut, "messages")), (37, 37));
    let names: Vec<String> = cut.csv().iter().map(|row| row["domain"].clone()).collect();
    let is_one = |name: &String| name == "contoso.com" || name.ends_with(" others");
    assert!(names.iter().all(is_one) && names.iter().any(|name| name == "2 others"), "{names:?}");
}
