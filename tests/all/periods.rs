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

/// A trace counts for the days that the report has not counted, whether or not a view shows days.
#[test]
fn a_report_of_some_days_leaves_the_others_to_the_trace() {
    let folder = folder();
    let report = "Sender address,TLS 1.0,TLS 1.1,TLS 1.2,Messages sent\nscan@contoso.com,100,0,0,70\n";
    file(folder.path(), "report.csv", report);
    let row = |day: u8| {
        format!(
            "2026-11-{day:02}T08:00:00.1234567Z,SMTP,RECEIVE,<m{day}@contoso.com>,81945af2-cab7-45ad-ba23-08d8ede270{day:02},\
             a@fabrikam.example,2048,1,scan@contoso.com,scan@contoso.com,Originating,192.0.2.7,S:FromEntity=Hosted\n"
        )
    };
    let header = "date_time_utc,source,event_id,message_id,network_message_id,recipient_address,total_bytes,recipient_count,\
                  sender_address,return_path,directionality,original_client_ip,custom_data\n";
    file(folder.path(), "extended.csv", format!("{header}{}{}", row(5), row(10)));
    let messages = |window: &str| {
        let view =
            "tls --details --format csv report.csv extended.csv --period report.csv=2026-11-01..2026-11-07";
        let ran = smtpauth(view).typed(window).within(folder.path()).ok();
        ran.csv().iter().map(|row| row["messages"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(messages("--since 2026-11-01"), ["71"]);
    assert_eq!(messages("--all"), ["71"]);
}

/// The report knows versions and no devices, the sign-in log devices and no versions: together, each account is judged by its
/// versions and shown with its device.
#[test]
fn a_report_and_a_sign_in_log_say_who_stops_with_which_device() {
    let folder = folder();
    let report = "Sender address,TLS 1.0,TLS 1.1,TLS 1.2,Messages sent,Authentication Protocol\n\
                  scan@contoso.com,100,0,0,70,Basic Authentication\n\
                  erp@contoso.com,0,0,100,30,Basic Authentication\n\
                  crm@contoso.com,0,0,100,5,Modern Authentication\n";
    file(folder.path(), "report.csv", report);
    let sign_ins = "Date (UTC),Request ID,Username,IP address,Status,Sign-in error code,Client app\n\
                    2026-11-14T08:00:00Z,1,scan@contoso.com,203.0.113.7,Success,,Authenticated SMTP\n\
                    2026-11-14T09:00:00Z,2,erp@contoso.com,203.0.113.20,Success,,Authenticated SMTP\n";
    file(folder.path(), "sign-ins.csv", sign_ins);
    let ready = |switch: &str| -> Vec<[String; 4]> {
        let view = format!("ready --format csv --for {switch} report.csv sign-ins.csv");
        let ran = smtpauth(&view).within(folder.path()).run();
        let rows = ran.csv().into_iter();
        let mut rows: Vec<_> = rows
            .map(|row| ["account", "client", "verdict", "last_seen"].map(|name| row[name].clone()))
            .collect();
        rows.sort();
        rows
    };
    let row = |cells: [&str; 4]| cells.map(str::to_owned);
    let [crm, erp, scan] = [
        row(["crm@contoso.com", "", "ready", ""]),
        row(["erp@contoso.com", "203.0.113.20", "ready", "2026-11-14T09:00:00Z"]),
        row(["scan@contoso.com", "203.0.113.7", "stops", "2026-11-14T08:00:00Z"]),
    ];
    assert_eq!(ready("tls1.2"), [crm.clone(), erp.clone(), scan.clone()]);
    // When a report was made says nothing of when somebody was seen.
    assert_eq!(
        ready("tls1.2 --period report.csv=2026-11-09..2026-11-15"),
        [crm.clone(), erp.clone(), scan.clone()]
    );
    // The report knows accounts by their addresses.
    assert_eq!(ready("tls1.2 --login scan@contoso.com"), std::slice::from_ref(&scan));
    let [account, client, _, seen] = erp;
    assert_eq!(ready("modern"), [crm, [account, client, "stops".to_owned(), seen], scan]);
}

/// The number of messages is spelled in several ways, as are all columns of the report.
#[test]
fn the_number_of_messages_has_more_than_one_name() {
    for name in ["Messages sent", "Message count", "Message volume", "Number of messages"] {
        let report = format!("Sender address,TLS 1.0,TLS 1.1,TLS 1.2,{name}\nscan@contoso.com,25,0,75,8\n");
        let row = smtpauth("tls --details --all --format csv").stdin(report).ok().csv().remove(0);
        assert_eq!([&row["messages"], &row["tls1_0"], &row["tls1_2"]], ["8", "2", "6"], "{name}");
    }
}
