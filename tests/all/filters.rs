//! Filters that act before counting: each keeps what the same rule keeps of the exported messages, cells are filtered like
//! logs, and titles say what was kept.

use crate::harness::{Ran, WEEK, file, folder, smtpauth, smtpauth_with};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A log with no TLS line before its first TLS line, and a message without TLS later.
const UNLOGGED: &str = "fixtures/postfix/no-tls-where-tls-is-logged.log";
/// Logs of all kinds, with many clients, versions, mechanisms and the null sender.
const LOGS: [&str; 7] = [
    WEEK,
    UNLOGGED,
    "fixtures/postfix/no-tls-lines.log-20261116",
    "fixtures/postfix/tls-wordings.log",
    "fixtures/exim/selectors.log",
    "fixtures/exchange-smtp/front-and-hub",
    "fixtures/csv/comma.csv",
];

type Row = BTreeMap<String, String>;

fn messages(log: &str, filter: &[String]) -> Vec<Row> {
    let words = ["export", "--rows", "messages", "--all", "--quiet", "--format", "csv", log];
    smtpauth_with(words.into_iter().chain(filter.iter().map(String::as_str))).run().csv()
}

/// Whether a name fits, by trying everything.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            (0..=name.len()).any(|at| name.is_char_boundary(at) && fits(rest, &name[at..]))
        }),
    }
}

/// Whether a row of the export is what an option asks for.
fn keeps(row: &Row, option: &str, value: &str) -> bool {
    let cell = |name: &str| row[name].as_str();
    let named = |name: &str| !cell(name).is_empty() && fits(value, cell(name));
    match option {
        "--client" if value.contains('/') => {
            let network: ipnet::IpNet = value.parse().expect("a network");
            cell("client").parse().is_ok_and(|address: std::net::IpAddr| network.contains(&address))
        }
        "--client" => ["client", "client_name", "helo"].into_iter().any(named),
        "--auth" if ["basic", "modern", "integrated", "other", "unknown"].contains(&value) => {
            cell("auth") == value
        }
        "--auth" => named("mechanism"),
        option => named(option.trim_start_matches('-')),
    }
}

/// A value that an option may be given: one that a row of the log has, perhaps with its beginning or end left open.
fn value(option: &str, row: &Row, how: usize) -> Option<String> {
    let column = match option {
        "--client" => ["client", "client_name", "helo"][how % 3],
        "--auth" => ["auth", "mechanism"][how % 2],
        option => option.trim_start_matches('-'),
    };
    let cell = row[column].replace(',', "*");
    let half = (cell.len() / 2..=cell.len()).find(|at| cell.is_char_boundary(*at)).unwrap_or(0);
    match how / 3 % 4 {
        _ if cell.is_empty() || option == "--tls" || (column == "auth") => Some(cell),
        0 => Some(cell.to_uppercase()),
        1 => Some(format!("{}*", &cell[..half])),
        2 => Some(format!("*{}", &cell[half..])),
        _ if option == "--client" && column == "client" => {
            let address: std::net::IpAddr = cell.parse().ok()?;
            Some(format!("{address}/{}", if address.is_ipv4() { 24 } else { 64 }))
        }
        _ => Some("*".to_owned()),
    }
    .filter(|value| !value.is_empty())
}

fn asked() -> impl Strategy<Value = (usize, Vec<(usize, usize, usize)>)> {
    (0..LOGS.len(), proptest::collection::vec((0..7_usize, any::<usize>(), 0..24_usize), 1..4))
}

const OPTIONS: [&str; 7] = ["--sender", "--login", "--client", "--server", "--domain", "--tls", "--auth"];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Values of one option keep what any of them keeps, options what all of them keep.
    #[test]
    fn a_filter_keeps_what_the_same_rule_keeps_of_the_messages((log, picks) in asked()) {
        let all = messages(LOGS[log], &[]);
        let mut filters: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (option, row, how) in picks {
            let option = OPTIONS[option];
            if let Some(value) = value(option, &all[row % all.len()], how) {
                filters.entry(option).or_default().push(value);
            }
        }
        let words: Vec<String> =
            filters.iter().flat_map(|(option, values)| [(*option).to_owned(), values.join(",")]).collect();
        let is_kept = |row: &&Row| {
            filters.iter().all(|(option, values)| values.iter().any(|value| keeps(row, option, value)))
        };
        let wanted: Vec<Row> = all.iter().filter(is_kept).cloned().collect();
        prop_assert_eq!(messages(LOGS[log], &words), wanted, "{:?}", words);
    }
}

fn run(words: &[&str]) -> Ran {
    smtpauth_with(words.iter().copied()).run()
}

/// What a view says of cells and of the logs from which they come, filtered in the same way: by the view, or before.
#[test]
fn cells_are_filtered_like_logs() {
    let folder = folder();
    for (index, log) in [WEEK, UNLOGGED, "fixtures/postfix/failed-logins.log"].into_iter().enumerate() {
        for (at, filter) in [
            "--domain=contoso.com",
            "--sender=erp@*,<>",
            "--login=scan*,erp",
            "--client=192.0.2.0/24,2001:db8::/32",
            "--server=mx1",
            "--tls=1.0,1.1,none",
            "--tls=none",
            "--tls=unknown",
            "--auth=modern,PLAIN",
        ]
        .into_iter()
        .enumerate()
        {
            let path =
                |kind: &str| folder.path().join(format!("{kind}-{index}-{at}.csv")).display().to_string();
            let (whole, kept) = (path("whole"), path("kept"));
            run(&["export", "--all", log, "-o", &whole]);
            run(&["export", "--all", log, filter, "-o", &kept]);
            for view in ["volume", "tls", "summary"] {
                let told = |path: &str| {
                    let json = run(&[view, "--all", "--format", "json", filter, path]).json();
                    let mut json = json.as_object().expect("an object").clone();
                    json.remove("input");
                    json
                };
                let of_log = told(log);
                assert_eq!(told(&whole), of_log, "{view} {filter} {log}");
                assert_eq!(told(&kept), of_log, "{view} {filter} {log}, filtered before");
            }
        }
    }
}

/// Halves of a log prove together what a missing TLS line means; neither half does alone.
#[test]
fn what_a_missing_tls_line_means_is_decided_behind_the_last_merge() {
    let folder = folder();
    let line = |day: u32, text: &str| format!("2026-11-{day:02}T10:00:00Z mx1 {text}\n");
    let session = |day: u32, tls: &str| {
        let smtpd = format!("postfix/submission/smtpd[{day}]: ");
        let peer = "scan[192.0.2.7]";
        let tls = if tls.is_empty() {
            String::new()
        } else {
            line(
                day,
                &format!(
                    "{smtpd}Anonymous TLS connection established from {peer}: {tls} with cipher X (1/1 bits)"
                ),
            )
        };
        format!(
            "{}{tls}{}{}",
            line(day, &format!("{smtpd}connect from {peer}")),
            line(day, &format!("{smtpd}AAAAAA{day}: client={peer}, sasl_method=LOGIN, sasl_username=scan")),
            line(
                day,
                &format!(
                    "postfix/qmgr[1]: AAAAAA{day}: from=<scan@contoso.com>, size=10, nrcpt=1 (queue active)"
                )
            ),
        )
    };
    let first = format!("{}{}", session(10, "TLSv1.2"), session(12, ""));
    let last = session(14, "TLSv1.2");
    let (first, last) = (file(folder.path(), "1.log", first), file(folder.path(), "2.log", last));
    let mut cells = Vec::new();
    for (index, log) in [&first, &last].into_iter().enumerate() {
        let path = folder.path().join(format!("{index}.csv")).display().to_string();
        run(&["export", "--all", "--tls", "none,1.2", &log.display().to_string(), "-o", &path]);
        cells.push(path);
    }
    let count = |paths: &[&str], tls: &str| {
        let words = ["volume", "--all", "--format", "json", "--tls", tls];
        let words: Vec<_> = words.into_iter().chain(paths.iter().copied()).collect();
        let rows = run(&words).json()["rows"].as_array().expect("rows").clone();
        rows.iter().map(|row| row["messages"].as_u64().expect("a count")).sum::<u64>()
    };
    let (first, last) = (first.display().to_string(), last.display().to_string());
    assert_eq!((count(&[&first], "none"), count(&[&first], "unknown")), (0, 1));
    assert_eq!((count(&[&first, &last], "none"), count(&[&first, &last], "unknown")), (1, 0));
    assert_eq!((count(&[&cells[0], &cells[1]], "none"), count(&[&cells[1], &cells[0]], "unknown")), (1, 0));
}

/// A login that was tried and does not exist is no login that could be asked for.
#[test]
fn failed_logins_are_those_of_whom_is_asked_for() {
    let failed = |filter: &str| {
        let ran =
            smtpauth("summary --format json").arg(filter).arg("fixtures/postfix/failed-logins.log").run();
        let auth = ran.json()["auth"].as_array().expect("classes").clone();
        auth.iter().map(|row| row["failed_logins"].as_u64().expect("a count")).sum::<u64>()
    };
    let all = failed("--all");
    let rows = smtpauth("export --all fixtures/postfix/failed-logins.log").ok().csv();
    let known: Vec<_> =
        rows.iter().filter(|row| row["failed_logins"] != "0" && !row["login"].is_empty()).collect();
    let of_known: u64 = known.iter().map(|row| row["failed_logins"].parse::<u64>().expect("a count")).sum();
    assert!(0 < of_known && of_known < all, "{of_known} of {all}");
    assert_eq!(failed("--login=*"), of_known);
}

#[test]
fn every_title_says_what_was_kept() {
    for view in ["summary", "volume", "volume --details", "tls", "tls --details"] {
        let ran = smtpauth(view).arg("--tls=1.0,TLSv1.1").arg("--client=192.0.2.0/24").arg(WEEK).ok();
        let title = ran.text().lines().next().expect("a title").to_owned();
        assert!(title.contains(" · only client 192.0.2.0/24, TLS 1.0 or TLSv1.1 · "), "{title}");
    }
    let next = smtpauth("volume --domain *.com,contoso.com --login erp").arg(WEEK).ok().text();
    let last =
        format!("Per sender: smtpauth volume --details --login erp --domain '*.com,contoso.com' {WEEK}");
    assert_eq!(next.lines().last(), Some(last.as_str()));
    let json =
        smtpauth("tls --domain contoso.com,x.example --domain y.example --format json").arg(WEEK).ok().json();
    assert_eq!(json["filters"], serde_json::json!({ "domain": ["contoso.com", "x.example", "y.example"] }));
    let nothing = smtpauth("tls --domain nowhere.example").arg(WEEK).ok().text();
    assert!(
        nothing.contains("No submission with SMTP AUTH in this window that the filters keep."),
        "{nothing}"
    );
}

/// Sessions stand for messages only where no messages are logged.
#[test]
fn the_login_of_a_session_stands_for_its_sender() {
    let json = |words: &str| smtpauth(words).arg("--format=json").run().json();
    let front = "summary fixtures/exchange-smtp/front-end.log --all";
    let rows = smtpauth("export --all fixtures/exchange-smtp/front-end.log").run().csv();
    let domain = |row: &&Row| row["sessions"] != "0" && row["login"].ends_with("@contoso.com");
    let sessions: u64 =
        rows.iter().filter(domain).map(|row| row["sessions"].parse::<u64>().expect("a count")).sum();
    assert!(sessions > 0);
    assert_eq!(json(&format!("{front} --domain contoso.com"))["sessions"], sessions);
    let week = json(&format!("summary --domain contoso.com {WEEK}"));
    assert_eq!(week["sessions"], 0, "their messages are there");
}

#[test]
fn what_is_no_filter_is_refused() {
    let fails = |words: &str, message: &str| smtpauth(words).arg(WEEK).fails(message);
    fails(
        "tls --tls 1.5",
        "--tls 1.5: no such version; there are ssl3, 1.0, 1.1, 1.2, 1.3, encrypted, none, unknown",
    );
    let network = "is no address and no network; a network is written 10.1.4.0/24 or 2001:db8::/32, and 10.1.4.* is taken too";
    fails("tls --client 10.1.4", &format!("--client 10.1.4: {network}"));
    fails("tls --client 10.1.4.0/40", &format!("--client 10.1.4.0/40: {network}"));
    fails(
        "tls --domain a@contoso.com",
        "--domain takes the domain of senders, such as contoso.com or *.contoso.com; for addresses there is --sender",
    );
    fails("tls --sender a,,b", "--sender takes one value or several parted by commas, none of them empty");
    let ready = "ready compares all TLS versions and kinds of login that somebody uses: --tls and --auth would hide some; the \
                 commands tls and auth take them";
    fails("ready --tls 1.0", ready);
    fails("ready --auth basic", ready);
    let misspelt = smtpauth("tls --auth plian").arg(WEEK).ok().text();
    assert!(
        misspelt.contains("Kinds of login are basic, modern, integrated, other and unknown;"),
        "{misspelt}"
    );
    fails("inspect --tls 1.0", "inspect shows whole files: --tls does not apply");
}

/// The names that cells have of a client are names of all that it sent.
#[test]
fn cells_know_clients_by_the_names_that_they_hold() {
    let folder = folder();
    let log = "time,sender,login,client_ip,helo\n\
               2026-11-10T10:00:00Z,a@contoso.com,a,192.0.2.1,SCANNER\n\
               2026-11-10T11:00:00Z,b@contoso.com,b,192.0.2.2,LAPTOP\n\
               2026-11-10T12:00:00Z,c@contoso.com,c,192.0.2.3,\n";
    let log = file(folder.path(), "log.csv", log).display().to_string();
    let cells = folder.path().join("cells.csv").display().to_string();
    run(&["export", &log, "-o", &cells]);
    for path in [&log, &cells] {
        for threads in ["1", "3"] {
            let ran =
                run(&["tls", "--by", "sender", "--format", "csv", "--client", "scan*", "-j", threads, path]);
            let senders: Vec<_> = ran.csv().iter().map(|row| row["sender"].clone()).collect();
            assert_eq!(senders, ["a@contoso.com"], "{}", ran.everything());
        }
    }
}
