//! `smtpauth sender WHO`: one name, whatever it is a name of.

use crate::harness::{Ran, smtpauth, smtpauth_with};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const QUARTER: &str = "fixtures/csv/quarter.csv";
const FAILED: &str = "fixtures/postfix/failed-logins.log";

fn about(who: &str) -> Ran {
    smtpauth_with(["sender", who, "--format", "csv", QUARTER]).ok()
}

/// Messages of all rows.
fn messages(ran: &Ran) -> u64 {
    ran.csv().iter().map(|row| row["messages"].parse::<u64>().expect("a count")).sum()
}

/// What a column holds.
fn values(ran: &Ran, column: &str) -> BTreeSet<String> {
    ran.csv().iter().map(|row| row[column].clone()).collect()
}

#[test]
fn screens() {
    let mut screens = String::new();
    for words in [
        "sender erp@contoso.com --width 100",
        "sender erp@contoso.com --width 80",
        "sender erp --interval month",
        "sender fax --interval day --since 2026-11-10",
        "sender scan",
        "sender 192.0.2.0/26 --top 3",
        "sender wince-pc7",
        "sender nobody",
        "show ups --format json",
        "sender payroll@contoso.com --format csv",
        "sender payroll@contoso.com --format csv --interval month",
    ] {
        let _ = writeln!(screens, "{}", smtpauth(words).arg(QUARTER).run().everything());
    }
    for (words, path) in [
        ("sender 198.51.100.77", FAILED),
        ("sender a.novak@contoso.com", FAILED),
        ("sender scan-hr", "fixtures/exchange-smtp/front-end.log"),
        ("sender <>", "fixtures/csv/comma.csv"),
        ("sender scan@contoso.com", "fixtures/csv/counts.csv"),
        ("sender contoso", "fixtures/hostile/control-characters.log"),
    ] {
        let _ = writeln!(screens, "{}", smtpauth(words).arg(path).run().everything());
    }
    crate::screens::snapshot("sender", &screens);
}

/// The same printer by each of its names.
#[test]
fn any_name_leads_to_the_same() {
    for who in
        ["scan-hr", "scan-hr@contoso.com", "SCAN-HR@Contoso.COM", "192.0.2.21", "kmbt-c258", "192.0.2.21/32"]
    {
        let ran = about(who);
        assert_eq!((messages(&ran), values(&ran, "login").len()), (156, 1), "{who}");
    }
    // A part that fits one name is that name; one that fits several, all of them.
    assert_eq!(messages(&about("C258")), 156);
    assert_eq!(values(&about("kmbt"), "login"), ["scan-hr", "scan-it"].map(str::to_owned).into());
    // An address as it is spelled elsewhere.
    assert_eq!(messages(&about("::ffff:192.0.2.21")), 156);
}

#[test]
fn what_is_exact_goes_before_what_is_a_part() {
    // "erp" is a login and a part of erp@contoso.com and erp-app01.
    assert_eq!(messages(&about("erp")), 4650);
    assert_eq!(messages(&about("erp@contoso.com")), 4562);
    assert_eq!(values(&about("erp"), "sender").len(), 2);
}

#[test]
fn an_address_tells_whom_it_tried() {
    let ran = smtpauth("sender 198.51.100.77 --format csv").arg(FAILED).ok();
    let rows = ran.csv();
    let failed: u64 = rows.iter().map(|row| row["failed_logins"].parse::<u64>().expect("a count")).sum();
    assert_eq!((failed, values(&ran, "login").contains("a.novak@contoso.com")), (3, true));
    let of_account = smtpauth("sender a.novak@contoso.com --format csv").arg(FAILED).ok();
    assert!(values(&of_account, "client").contains("198.51.100.77"));
}

#[test]
fn nobody_is_no_error_unless_it_is_to_be_one() {
    let ran = about("nobody");
    assert_eq!(ran.text().lines().count(), 1);
    assert_eq!(smtpauth("sender nobody --fail-on empty").arg(QUARTER).run().status, 1);
    assert_eq!(smtpauth("sender erp --fail-on empty").arg(QUARTER).run().status, 0);
}

/// Periods add up to what is there, whatever their length.
#[test]
fn periods_add_up() {
    for interval in ["day", "week", "month"] {
        let ran = smtpauth("sender erp --format csv --interval").arg(interval).arg(QUARTER).ok();
        assert_eq!(messages(&ran), 4650, "{interval}");
    }
    let months = smtpauth("sender erp --format csv --interval month").arg(QUARTER).ok();
    let wanted = ["2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01"].map(str::to_owned);
    assert_eq!(values(&months, "period"), wanted.into());
}
