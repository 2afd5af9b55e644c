//! `smtpauth ready`: who stops, who does not, and of whom it cannot be told; what is new against an earlier run.

use crate::harness::{Ran, WEEK, file, folder, read, smtpauth};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Three months of three servers, with every cell of the table of verdicts.
const QUARTER: &str = "fixtures/csv/quarter.csv";
const NOBODY: &str = "fixtures/csv/nobody-stops.csv";

fn ready(options: &str) -> Ran {
    let run = options.split_whitespace().fold(smtpauth("ready --format csv"), |run, option| run.arg(option));
    run.arg(QUARTER).run()
}

/// The verdicts and reasons of an account, one for each of its clients.
fn verdicts(ran: &Ran, account: &str) -> Vec<String> {
    let rows = ran.csv();
    let of_account = rows.iter().filter(|row| row["account"] == account);
    of_account.map(|row| format!("{} {}", row["verdict"], row["reason"])).collect()
}

#[test]
fn screens() {
    let mut screens = String::new();
    for words in [
        "ready --width 100",
        "ready --width 80",
        "ready --top 3 --width 100",
        "ready --for modern --width 100",
        "ready --for tls1.2,oauth --seen-within 30d --width 100",
        "ready --format csv",
        "ready --for modern --format json",
    ] {
        let _ = writeln!(screens, "{}", smtpauth(words).arg(QUARTER).run().everything());
    }
    for words in ["ready", "ready --format csv"] {
        let _ = writeln!(screens, "{}", smtpauth(words).arg(NOBODY).run().everything());
    }
    for words in [
        "ready fixtures/postfix/week.log",
        "ready fixtures/postfix/no-tls-lines.log-20261116",
        "ready fixtures/exchange-smtp/front-end.log",
        "ready fixtures/csv/unmarked.csv",
        "ready fixtures/csv/counts.csv",
        "ready fixtures/hostile/control-characters.log",
    ] {
        let _ = writeln!(screens, "{}", smtpauth(words).run().everything());
    }
    crate::screens::snapshot("ready", &screens);
}

/// Each thread judges the accounts of its share: how many there are changes nothing.
#[test]
fn shares_of_accounts_change_nothing() {
    for log in [QUARTER, WEEK, "fixtures"] {
        let told = |threads: &str| {
            let ran = smtpauth("ready --for tls1.2,oauth --format csv").arg(threads).arg(log).run();
            (ran.status, ran.csv())
        };
        let alone = told("-j1");
        assert!(alone.1.len() > 7, "{log}: {} clients", alone.1.len());
        for threads in ["-j2", "-j3", "-j7"] {
            assert_eq!(told(threads), alone, "{log}, {threads}");
        }
    }
}

/// Each cell of the table of verdicts, as it comes out of a log.
#[test]
fn every_verdict() {
    let tls = ready("");
    assert_eq!(tls.status, 1);
    for (account, wanted) in [
        ("scan-hr", &["stops old_tls"][..]),
        ("till", &["stops old_tls"]),
        ("fax", &["stops old_tls"]),
        ("erp", &["ready new_tls", "stops old_tls"]),
        ("copier", &["cannot_tell server_limit"]),
        ("office", &["cannot_tell tls_not_logged"]),
        ("door", &["cannot_tell tls_version_not_logged"]),
        ("ups", &["not_affected password_in_clear"]),
        ("newsletter", &["ready new_tls"]),
        ("scan-it", &["ready new_tls"]),
        ("payroll", &["stops old_tls"]),
    ] {
        assert_eq!(verdicts(&tls, account), wanted, "{account}");
    }
    let modern = ready("--for modern");
    for (account, wanted) in [
        ("scan-hr", "stops basic"),
        ("m.rossi@fabrikam.example", "ready modern"),
        ("contoso\\crm", "ready integrated"),
        ("gate", "cannot_tell other_mechanism"),
        ("kiosk", "cannot_tell mechanism_not_logged"),
    ] {
        assert_eq!(verdicts(&modern, account), [wanted], "{account}");
    }
    assert_eq!(ready("--for oauth").stdout, modern.stdout);
}

#[test]
fn a_repaired_device_counts_as_ready() {
    let rows = ready("").csv();
    let row = rows.iter().find(|row| row["account"] == "scan-it").expect("it is there");
    let cells = ["changed_on", "also_seen", "messages", "tls"].map(|column| row[column].as_str());
    assert_eq!(cells, ["2026-10-05", "1.0", "42", "1.2"]);
    // Six days after the repair it was not known yet whether it holds.
    let rows = ready("--until 2026-10-04").csv();
    assert!(rows.iter().any(|row| row["account"] == "scan-it" && row["verdict"] == "stops"));
}

/// A server's limit is known by whoever got more, also where only others are shown.
#[test]
fn a_limit_of_the_server_is_nobody_elses() {
    let rows = |login: &str| {
        let row =
            |tls: &str, who: &str| format!("2026-11-01T08:00:00Z,mx1,{who}@contoso.com,{who},{tls},LOGIN\n");
        let head = "time,server,sender,login,tls,mechanism\n";
        let folder = folder();
        let log = format!("{head}{}{}", row("TLSv1", "old"), row("TLSv1.2", login));
        let path = file(folder.path(), "log.csv", log);
        let ran = smtpauth("ready --format csv --login old").arg(path.to_str().expect("UTF-8"));
        verdicts(&ran.run(), "old")
    };
    assert_eq!(rows("new"), ["stops old_tls"]);
    let folder = folder();
    let only_old =
        "time,server,sender,login,tls,mechanism\n2026-11-01T08:00:00Z,mx1,a@b.example,old,TLSv1,LOGIN\n";
    let path = file(folder.path(), "log.csv", only_old);
    let ran = smtpauth("ready --format csv").arg(path.to_str().expect("UTF-8")).run();
    assert_eq!(verdicts(&ran, "old"), ["cannot_tell server_limit"]);
}

#[test]
fn exit_codes() {
    let status = |words: &str| smtpauth(words).run().status;
    assert_eq!(status("ready fixtures/csv/nobody-stops.csv"), 0);
    assert_eq!(status("ready fixtures/csv/quarter.csv"), 1);
    // It cannot be told, which is no reason to be calm.
    assert_eq!(status("ready fixtures/postfix/no-tls-lines.log-20261116"), 1);
    assert_eq!(status("ready --fail-on stops fixtures/postfix/no-tls-lines.log-20261116"), 0);
    // Nothing to check.
    assert_eq!(status("ready --since 2020-01-01 --until 2020-01-02 fixtures/csv/quarter.csv"), 2);
    assert_eq!(status("ready fixtures/csv/unmarked.csv"), 2);
    // The other views fail when they are told to.
    assert_eq!(status("tls fixtures/csv/quarter.csv"), 0);
    assert_eq!(status("tls --fail-on stops fixtures/csv/quarter.csv"), 1);
    assert_eq!(status("summary --fail-on unknown fixtures/csv/quarter.csv"), 1);
    assert_eq!(status("volume --fail-on stops,unknown fixtures/csv/nobody-stops.csv"), 0);
    assert_eq!(status("auth --fail-on empty fixtures/csv/quarter.csv"), 0);
    assert_eq!(status("auth --fail-on empty --until 2020-01-02 fixtures/csv/quarter.csv"), 1);
    smtpauth("tls --fail-on new fixtures/csv/quarter.csv")
        .fails("--fail-on new belongs to smtpauth ready --baseline FILE");
    smtpauth("ready --fail-on new fixtures/csv/quarter.csv")
        .fails("--fail-on new needs --baseline FILE: new against what?");
    smtpauth("ready --seen-within soon fixtures/csv/quarter.csv")
        .fails("--seen-within soon: take a number of days or weeks, such as 30d or 8w");
    // What could not be read outweighs what was found.
    let folder = folder();
    let cut = file(folder.path(), "cut.csv", read(QUARTER) + "2026-11-21T20:00:00Z,mx1,a@b.example,\"a\n");
    assert_eq!(smtpauth("ready --strict").arg(cut.to_str().expect("UTF-8")).run().status, 2);
}

/// Exchange Online switches Basic off, one's own servers do not; sign-ins name the device of what the report counts.
#[test]
fn exchange_online_is_asked_about_basic_too() {
    let report = "fixtures/smtp-auth-report/new-center.csv";
    let mut screens = String::new();
    for words in ["ready --width 100", "ready --format csv"] {
        let ran = smtpauth(words).arg(report).arg("fixtures/sign-ins/portal.csv").arg(WEEK).run();
        let _ = writeln!(screens, "{}", ran.everything());
    }
    crate::screens::snapshot("ready-online", &screens);
    let switches = |ran: &Ran| ran.csv().iter().map(|row| row["switch_off"].clone()).collect::<BTreeSet<_>>();
    let online = smtpauth("ready --format csv").arg(report).run();
    assert_eq!(switches(&online), ["basic", "tls1.0-1.1"].map(str::to_owned).into());
    assert_eq!(switches(&ready("")), ["tls1.0-1.1".to_owned()].into());
}

/// What a baseline did not judge is neither new nor as before, and that is said.
#[test]
fn a_baseline_is_compared_with_what_it_judged() {
    let folder = folder();
    let of = |name: &str, options: &str| {
        let ran = smtpauth("ready --format json").arg("--for").arg(options).arg(QUARTER).run();
        file(folder.path(), name, ran.stdout).display().to_string()
    };
    let (tls, modern) = (of("tls.json", "tls1.2"), of("modern.json", "modern"));
    let run =
        |words: &str, baseline: &str| smtpauth(words).arg("--baseline").arg(baseline).arg(QUARTER).run();
    let marks = |ran: &Ran, switch: &str| -> BTreeSet<String> {
        let rows = ran.csv().into_iter().filter(|row| row["switch_off"] == switch);
        rows.map(|row| row["baseline"].clone()).collect()
    };
    let only = |mark: &str| BTreeSet::from([mark.to_owned()]);
    let none = run("ready --for modern --format csv", &tls);
    assert_eq!((none.status, marks(&none, "basic")), (1, only("")));
    // What cannot be compared is no news, and no reason to be calm.
    let check = run("ready --for modern --fail-on new", &tls);
    assert_eq!(check.status, 2);
    let text = check.text();
    let said = [
        "\nNOT COMPARED  the baseline does not say who stops here; one that does is made with --for modern\n",
        "\nNOT COMPARED  the baseline also says who stops with --for tls1.2, which is not asked here\n",
        "\nExit status 2: the baseline does not tell what of all this is new.\n",
    ];
    assert!(said.iter().all(|line| text.contains(line)) && !text.contains("Baseline"), "{text}");
    let both = run("ready --for tls1.2,modern --format csv", &modern);
    assert_eq!((marks(&both, "basic"), marks(&both, "tls1.0-1.1")), (only("as before"), only("")));
    let same = run("ready --for modern --fail-on new", &modern);
    assert!(same.status == 0 && !same.text().contains("NOT COMPARED"), "{}", same.text());
}

#[test]
fn who_was_not_seen_lately_is_left_out() {
    let accounts = |ran: &Ran| ran.csv().iter().map(|row| row["account"].clone()).collect::<Vec<_>>();
    let (all, lately) = (accounts(&ready("")), accounts(&ready("--seen-within 4w")));
    assert!(all.contains(&"archive".to_owned()) && !lately.contains(&"archive".to_owned()));
    assert!(lately.contains(&"payroll".to_owned()));
    assert!(!accounts(&ready("--seen-within 2w")).contains(&"payroll".to_owned()));
}

/// Against the run of three weeks before, and against itself.
#[test]
fn a_baseline_marks_what_is_new_and_what_is_gone() {
    let folder = folder();
    let earlier = smtpauth("ready --format json --until 2026-10-20").arg(QUARTER).run();
    let path = file(folder.path(), "ready.json", &earlier.stdout);
    let path = path.to_str().expect("UTF-8");
    let with =
        |words: &str, baseline: &str| smtpauth(words).arg("--baseline").arg(baseline).arg(QUARTER).run();
    let marks = |ran: &Ran| -> BTreeMap<String, String> {
        let rows = ran.csv();
        let bad = rows.iter().filter(|row| row["verdict"] == "stops" || row["verdict"] == "cannot_tell");
        bad.map(|row| (format!("{} {}", row["account"], row["client"]), row["baseline"].clone())).collect()
    };
    let ran = with("ready --format csv", path);
    assert_eq!(ran.status, 1);
    let found = marks(&ran);
    for (row, mark) in
        [("scan-hr 192.0.2.21", "as before"), ("fax 192.0.2.95", "new"), ("alarm 192.0.2.82", "new")]
    {
        assert_eq!(found[row], mark, "{row}");
    }
    let mut shown = with("ready --width 100", path).everything();
    shown = shown.replace(path, "ready.json");
    crate::screens::snapshot("ready-baseline", &shown);
    assert_eq!(with("ready --fail-on new", path).status, 1);

    let now = file(folder.path(), "now.json", smtpauth("ready --format json").arg(QUARTER).run().stdout);
    let now = now.to_str().expect("UTF-8");
    let same = with("ready --format csv --fail-on new", now);
    assert_eq!(same.status, 0);
    assert!(marks(&same).values().all(|mark| mark == "as before"), "{}", same.everything());
    // Looked at from before, what came later is gone; and what was gone once is not told again.
    let back = smtpauth("ready --format json --until 2026-10-20 --baseline").arg(now).arg(QUARTER).run();
    let back = file(folder.path(), "back.json", back.stdout);
    let csv = smtpauth("ready --format csv --until 2026-10-20 --baseline").arg(now).arg(QUARTER).run();
    assert_eq!(marks(&csv)["fax 192.0.2.95"], "gone");
    let again =
        smtpauth("ready --format csv --until 2026-10-20 --baseline").arg(back.to_str().expect("UTF-8"));
    assert!(!marks(&again.arg(QUARTER).run()).contains_key("fax 192.0.2.95"));

    let filtered = smtpauth("ready --format json --login erp").arg(QUARTER).run().stdout;
    let filtered = file(folder.path(), "erp.json", filtered);
    let refused = with("ready", filtered.to_str().expect("UTF-8"));
    assert_eq!((refused.status, refused.stdout.len()), (2, 0));
    assert!(refused.said().contains("does not hold all accounts (login); take it without filters"));

    let other = file(folder.path(), "tls.json", smtpauth("tls --format json").arg(QUARTER).run().stdout);
    let other = other.to_str().expect("UTF-8");
    let refused = with("ready", other);
    assert_eq!((refused.status, refused.stdout.len()), (2, 0));
    assert!(
        refused
            .said()
            .contains("is what another command wrote; take what smtpauth ready --format json wrote")
    );
}
