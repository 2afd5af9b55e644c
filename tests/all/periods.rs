//! The report of the portal has no days: which it is told, and what two exports of it have in common.

use crate::harness::{file, folder, smtpauth};

/// Of two exports that may have counted the same messages, the one with more of an account counts; of two that cannot, both.
#[test]
fn exports_of_the_report_are_never_added_up() {
    let folder = folder();
    let report = |name: &str, row: &str| {
        file(folder.path(), name, format!("Sender address,TLS 1.0,TLS 1.1,TLS 1.2,Messages sent\n{row}\n"));
    };
    report("one.csv", "scan@contoso.com,100,0,0,70");
    report("two.csv", "Scan@Contoso.com,0,0,100,30");
    let of = |more: &str| {
        let view = format!("tls --details --all --format csv one.csv two.csv {more}");
        let row = smtpauth(&view).within(folder.path()).ok().csv().remove(0);
        (row["messages"].clone(), row["tls1_0"].clone(), row["tls1_2"].clone())
    };
    let told = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(of(""), told("70", "70", "0"));
    let first = "--period one.csv=2026-11-01..2026-11-07";
    assert_eq!(of(first), told("70", "70", "0"));
    assert_eq!(of(&format!("{first} --period two.csv=2026-11-07..2026-11-13")), told("70", "70", "0"));
    assert_eq!(of(&format!("{first} --period two.csv=2026-11-08..2026-11-14")), told("100", "70", "30"));
}
