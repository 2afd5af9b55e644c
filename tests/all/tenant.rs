//! A made-up tenant with known truth: what its exports say together is what happened. No message counts twice, none that may
//! not have used SMTP AUTH is presented as such, and every account has its device where the sign-in log knows it.

use crate::harness::{Ran, Run, file, folder, same, smtpauth};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// How a message came in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From a client that logged in at Exchange Online.
    Client,
    /// From a client that logged in at the tenant's own server, which hands it on; its connector is told or not.
    OwnServer { connector: bool },
    /// From a mailbox.
    Mailbox,
    /// From outside.
    Outside,
}

struct Message {
    id: usize,
    day: u32,
    minute: u32,
    sender: &'static str,
    client: &'static str,
    tls: &'static str,
    is_basic: bool,
    recipients: usize,
    way: Way,
}

/// Sender, client, TLS version, Basic, messages a day, recipients, way.
type Habit = (&'static str, &'static str, &'static str, bool, usize, usize, Way);

const OWN: Way = Way::OwnServer { connector: false };
const OWN_TOLD: Way = Way::OwnServer { connector: true };

/// What goes on every day.
const HABITS: [Habit; 12] = [
    ("scan@contoso.com", "192.0.2.7", "1_0", true, 3, 1, Way::Client),
    ("erp@contoso.com", "192.0.2.20", "1_2", true, 5, 4, Way::Client),
    ("erp@contoso.com", "192.0.2.20", "1_1", true, 1, 1, Way::Client),
    ("erp@contoso.com", "192.0.2.20", "1_2", false, 2, 1, Way::Client),
    ("till@contoso.com", "198.51.100.1", "1_2", true, 1, 1, Way::Client),
    ("till@contoso.com", "198.51.100.2", "1_0", true, 1, 1, Way::Client),
    ("alerts@contoso.com", "192.0.2.30", "1_3", false, 2, 2, Way::Client),
    ("late@contoso.com", "192.0.2.40", "1_2", true, 2, 1, Way::Client),
    ("lab@contoso.com", "10.0.0.5", "1_2", true, 2, 1, OWN),
    ("fax@contoso.com", "10.0.0.6", "1_2", true, 1, 1, OWN_TOLD),
    ("j.keller@contoso.com", "203.0.113.9", "1_2", false, 4, 3, Way::Mailbox),
    ("news@outside.example", "203.0.113.200", "1_2", false, 3, 1, Way::Outside),
];

/// The report of the portal was exported while this account was filtered out.
const NOT_IN_REPORT: &str = "late@contoso.com";

fn messages() -> Vec<Message> {
    let mut messages = Vec::new();
    for day in 9..16 {
        for (sender, client, tls, is_basic, count, recipients, way) in HABITS {
            for _ in 0..count {
                let id = messages.len();
                let minute = (id as u32 * 37) % 1440;
                messages.push(Message { id, day, minute, sender, client, tls, is_basic, recipients, way });
            }
        }
    }
    messages
}

impl Message {
    fn time(&self, seconds: u32) -> String {
        format!("2026-11-{:02}T{:02}:{:02}:{seconds:02}", self.day, self.minute / 60, self.minute % 60)
    }

    fn message_id(&self) -> String {
        format!("<{}@{}>", self.id, self.sender.rsplit('@').next().unwrap_or_default())
    }

    fn guid(&self) -> String {
        format!("81945af2-cab7-45ad-ba23-{:012}", self.id)
    }

    fn is_from_outside(&self) -> bool {
        self.way == Way::Outside
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// In an order that is none.
fn shuffled(mut rows: Vec<String>) -> String {
    rows.sort_by_key(|row| row.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31) ^ u32::from(byte)));
    rows.concat()
}

/// Sums by sender, class and version.
fn report(messages: &[Message]) -> String {
    let mut sums: BTreeMap<(&str, bool), BTreeMap<&str, usize>> = BTreeMap::new();
    let of_clients = messages.iter().filter(|m| m.way == Way::Client && m.sender != NOT_IN_REPORT);
    for message in of_clients {
        *sums.entry((message.sender, message.is_basic)).or_default().entry(message.tls).or_default() += 1;
    }
    let mut rows =
        "Sender address,Domain,TLS 1.0,TLS 1.1,TLS 1.2,Messages sent,Authentication Protocol\n".to_owned();
    for ((sender, is_basic), tls) in sums {
        let all: usize = tls.values().sum();
        let share = |name| format!("{:.2}", *tls.get(name).unwrap_or(&0) as f64 * 100.0 / all as f64);
        let auth = if is_basic { "Basic Authentication" } else { "Modern Authentication" };
        let shares = ["1_0", "1_1", "1_2"].map(share).join(",");
        writeln!(rows, "{sender},contoso.com,{shares},{all},{auth}").expect("text grows");
    }
    rows
}

/// The extended trace of some days.
fn extended(messages: &[Message], days: std::ops::Range<u32>) -> Vec<u8> {
    let mut rows = Vec::new();
    for m in messages.iter().filter(|m| days.contains(&m.day)) {
        let direction = if m.is_from_outside() { "Incoming" } else { "Originating" };
        let from = if m.is_from_outside() { "Internet" } else { "Hosted" };
        let (client, sender, count) = (m.client, m.sender, m.recipients);
        let mut row = |time: String, source: &str, event: &str, custom: &str| {
            rows.push(format!(
                "{time}.1234567Z,{source},{event},{},{},a@fabrikam.example,2048,{count},\"Re: {}, again\",{sender},{sender},\
                 {direction},{client},S:FromEntity={from};{custom}\n",
                m.message_id(),
                m.guid(),
                m.id
            ));
        };
        let tls = format!("S:tlsversion=SP_PROT_TLS{}_SERVER;S:tlscipher=CALG_AES_256", m.tls);
        match m.way {
            Way::Mailbox => {
                row(m.time(0), "STOREDRIVER", "RECEIVE", "");
                row(m.time(1), "SMTP", "RECEIVE", "S:tlsversion=TLS1_2");
            }
            Way::OwnServer { connector: true } => {
                row(m.time(0), "SMTP", "RECEIVE", &format!("S:InboundConnectorData=Name=Office;{tls}"));
            }
            _ => row(m.time(0), "SMTP", "RECEIVE", &tls),
        }
        row(m.time(2), "AGENT", "AGENTINFO", "");
        row(m.time(3), "STOREDRIVER", "DELIVER", "S:tlsversion=TLS1_3");
    }
    let header = "date_time_utc,source,event_id,message_id,network_message_id,recipient_address,total_bytes,recipient_count,\
                  message_subject,sender_address,return_path,directionality,original_client_ip,custom_data\n";
    utf16(&format!("{header}{}", shuffled(rows)))
}

/// The enhanced summary of some days.
fn summary(messages: &[Message], days: std::ops::Range<u32>) -> Vec<u8> {
    let row = |m: &Message| {
        let recipients = vec!["a@fabrikam.example##Receive, Deliver"; m.recipients].join(";");
        let (id, guid, client, sender) = (m.message_id(), m.guid(), m.client, m.sender);
        let direction = if m.is_from_outside() { "Incoming" } else { "Originating" };
        format!(
            "{}.1234567Z,{sender},\"{recipients}\",Re,2048,{id},{guid},{client},{direction},,Normal\n",
            m.time(0)
        )
    };
    let header = "origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,\
                  network_message_id,original_client_ip,directionality,connector_id,delivery_priority\n";
    let rows = messages.iter().filter(|m| days.contains(&m.day)).map(row).collect();
    utf16(&format!("{header}{}", shuffled(rows)))
}

/// `Get-MessageTraceV2 | Export-Csv`: a row per recipient.
fn cmdlet(messages: &[Message]) -> String {
    let mut rows = Vec::new();
    for m in messages {
        let (clock, half) = (m.minute / 60, if m.minute < 720 { "AM" } else { "PM" });
        let time = format!("11/{}/2026 {}:{:02}:00 {half}", m.day, (clock + 11) % 12 + 1, m.minute % 60);
        for recipient in 0..m.recipients {
            let (id, guid, sender, client) = (m.message_id(), m.guid(), m.sender, m.client);
            rows.push(format!(
                "\"{id}\",\"{time}\",\"{sender}\",\"r{recipient}@fabrikam.example\",\"Delivered\",\"{client}\",\"2048\",\"{guid}\"\n"
            ));
        }
    }
    let header = "\"MessageId\",\"Received\",\"SenderAddress\",\"RecipientAddress\",\"Status\",\"FromIP\",\"Size\",\"MessageTraceId\"\n";
    format!("#TYPE Microsoft.Exchange.MessageTrace\n{header}{}", shuffled(rows))
}

/// Every client that uses Basic signs in once a day.
fn sign_ins(messages: &[Message], days: std::ops::Range<u32>) -> String {
    let logins: BTreeSet<_> = messages
        .iter()
        .filter(|m| m.way == Way::Client && m.is_basic && days.contains(&m.day))
        .map(|m| (m.day, m.sender, m.client))
        .collect();
    let mut rows =
        "Date (UTC),Request ID,Username,IP address,Status,Sign-in error code,Client app,Application ID \n"
            .to_owned();
    for (day, sender, client) in logins {
        for (app, outcome) in [("Authenticated SMTP", "Success,"), ("Browser", "Success,")] {
            writeln!(
                rows,
                "2026-11-{day:02}T06:00:00Z,{day}-{sender}-{client}-{app},{sender},{client},{outcome},{app},x"
            )
            .expect("text grows");
        }
        writeln!(rows, "2026-11-{day:02}T05:00:00Z,{day}-{sender}-x,{sender},203.0.113.66,Failure,50126,Authenticated SMTP,x")
            .expect("text grows");
    }
    rows
}

/// The log of the tenant's own server.
fn own_log(messages: &[Message]) -> String {
    let mut log: Vec<String> = Vec::new();
    for m in messages.iter().filter(|m| matches!(m.way, Way::OwnServer { .. })) {
        let (sender, id, queue, peer) =
            (m.sender, m.message_id(), format!("4PbCZy{:04}z", m.id), format!("unknown[{}]", m.client));
        let said = [
            format!("postfix/smtpd[{}]: connect from {peer}", m.id),
            format!(
                "postfix/smtpd[{}]: Anonymous TLS connection established from {peer}: TLSv1.2 with cipher X (1/1 bits)",
                m.id
            ),
            format!(
                "postfix/smtpd[{}]: {queue}: client={peer}, sasl_method=LOGIN, sasl_username={sender}",
                m.id
            ),
            format!("postfix/cleanup[1]: {queue}: message-id={id}"),
            format!("postfix/qmgr[2]: {queue}: from=<{sender}>, size=2048, nrcpt=1 (queue active)"),
            format!(
                "postfix/smtpd[{}]: disconnect from {peer} ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8",
                m.id
            ),
        ];
        let line = |(second, text): (usize, String)| format!("{}+00:00 mx1 {text}\n", m.time(second as u32));
        log.extend(said.into_iter().enumerate().map(line));
    }
    log.sort();
    log.concat()
}

/// All that the tenant's administrator can get.
fn tenant() -> tempfile::TempDir {
    let messages = messages();
    let folder = folder();
    let path = folder.path();
    file(path, "report.csv", report(&messages));
    file(path, "extended1.csv", extended(&messages, 9..14));
    file(path, "extended2.csv", extended(&messages, 12..16));
    file(path, "summary1.csv", summary(&messages, 9..13));
    file(path, "summary2.csv", summary(&messages, 11..16));
    file(path, "cmdlet.csv", cmdlet(&messages));
    file(path, "interactive.csv", sign_ins(&messages, 9..14));
    file(path, "noninteractive.csv", sign_ins(&messages, 12..16));
    file(path, "mx1.log", own_log(&messages));
    folder
}

const ALL: [&str; 9] = [
    "report.csv",
    "extended1.csv",
    "extended2.csv",
    "summary1.csv",
    "summary2.csv",
    "cmdlet.csv",
    "interactive.csv",
    "noninteractive.csv",
    "mx1.log",
];

/// Runs a view on files of the tenant, whose administrator speaks American English.
fn shown<'a>(view: &str, folder: &Path, files: impl IntoIterator<Item = &'a str>) -> Ran {
    let run = smtpauth(&format!("{view} --date-order mdy")).within(folder);
    let ran = files.into_iter().fold(run, Run::arg).run();
    assert_eq!(ran.status, 0, "{}", ran.everything());
    ran
}

/// Messages by a column of a view.
fn counted(view: &str, folder: &Path, files: &[&str], column: &str) -> BTreeMap<String, usize> {
    let ran = shown(&format!("{view} --format csv"), folder, files.iter().copied());
    let row =
        |row: BTreeMap<String, String>| (row[column].clone(), row["messages"].parse().expect("a count"));
    ran.csv().into_iter().map(row).filter(|(_, count)| *count > 0).collect()
}

/// What is true: messages of clients that logged in, here or there.
fn truth(
    key: impl Fn(&Message) -> &'static str,
    is_wanted: impl Fn(&Message) -> bool,
) -> BTreeMap<String, usize> {
    let mut truth = BTreeMap::new();
    for message in messages().iter().filter(|message| is_wanted(message)) {
        *truth.entry(key(message).to_owned()).or_default() += 1;
    }
    truth
}

fn is_submission(message: &Message) -> bool {
    matches!(message.way, Way::Client | Way::OwnServer { .. })
}

#[test]
fn all_exports_together_are_what_happened() {
    let folder = tenant();
    let accounts = counted("tls --by account --all", folder.path(), &ALL, "account");
    assert_eq!(accounts, truth(|m| m.sender, is_submission));
    let versions = counted("tls --all", folder.path(), &ALL, "tls");
    // The report knows no TLS 1.3.
    let data = |m: &Message| match m.tls {
        "1_0" => "1.0",
        "1_1" => "1.1",
        "1_2" => "1.2",
        _ => "unknown",
    };
    assert_eq!(versions, truth(data, is_submission));
    let said = shown("tls --all", folder.path(), ALL).text();
    for line in [
        "Exchange Online: messages of 4 accounts from the SMTP AUTH clients report (period of the export;",
        ", of 1 account from the extended trace (likely SMTP AUTH)\n",
        "Exchange Online: addresses of 4 accounts from the sign-in log, of 1 account from the message trace\n",
        "left out: 21 messages from outside, 28 from mailboxes, 21 that servers of your own counted\n",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

#[test]
fn every_account_has_its_device() {
    let folder = tenant();
    let clients = counted("tls --by client --all", folder.path(), &ALL, "client");
    // Which of its two devices sent a message of the till, no export tells.
    let client = |m: &Message| if m.sender == "till@contoso.com" { "" } else { m.client };
    assert_eq!(clients, truth(client, is_submission));
    let report = counted("tls --by client --all", folder.path(), &["report.csv"], "client");
    assert_eq!(report.keys().collect::<Vec<_>>(), [""]);
    let sign_ins = shown("export --all", folder.path(), ["interactive.csv", "noninteractive.csv"]).csv();
    let sessions = |login: &str| -> BTreeSet<String> {
        let of = sign_ins.iter().filter(|row| row["login"] == login && row["sessions"] != "0");
        of.map(|row| format!("{} {} {}", row["bucket"], row["client"], row["sessions"])).collect()
    };
    // One a day, however the exports overlap.
    assert_eq!(sessions("scan@contoso.com").len(), 7);
    assert!(sessions("till@contoso.com").contains("2026-11-13 198.51.100.2 1"));
}

#[test]
fn a_trace_alone_has_each_message_once() {
    let folder = tenant();
    let of = |files: &[&str]| counted("tls --details --all", folder.path(), files, "sender");
    let is_client = |m: &Message| m.way == Way::Client || m.way == OWN;
    assert_eq!(of(&["extended1.csv", "extended2.csv"]), truth(|m| m.sender, is_client));
    let said = shown("tls --all", folder.path(), ["extended1.csv", "extended2.csv"]).text();
    assert!(
        said.contains("left out: 21 messages from outside, 7 over a connector, 28 from mailboxes\n"),
        "{said}"
    );
    let traces = ["summary1.csv", "summary2.csv", "cmdlet.csv"];
    assert_eq!(of(&traces), truth(|m| m.sender, |m| !m.is_from_outside()));
    assert_eq!(of(&["cmdlet.csv"]), truth(|m| m.sender, |_| true));
    let title = shown("tls --all", folder.path(), traces).text();
    assert!(title.starts_with("TLS usage of a trace that does not say who used SMTP AUTH"), "{title}");
    // Beside a log of one's own it is no SMTP AUTH.
    let beside = counted("tls --details --all", folder.path(), &["summary1.csv", "mx1.log"], "sender");
    assert_eq!(beside, truth(|m| m.sender, |m| matches!(m.way, Way::OwnServer { .. })));
}

#[test]
fn neither_order_nor_threads_matter() {
    let folder = tenant();
    for view in [
        "summary --all --format json",
        "tls --by client --all",
        "export --all",
        "export --rows messages --all",
    ] {
        let whole = shown(&format!("{view} -j1"), folder.path(), ["."]);
        let threads = shown(&format!("{view} -j3"), folder.path(), ["."]);
        same(&whole.text(), &threads.text());
        let backwards = shown(view, folder.path(), ALL.into_iter().rev());
        let forwards = shown(view, folder.path(), ALL);
        let without_paths = |text: String| {
            text.lines().filter(|line| !line.contains("smtpauth ")).collect::<Vec<_>>().join("\n")
        };
        same(&without_paths(forwards.text()), &without_paths(backwards.text()));
    }
}

/// What machines counted apart is merged by the same rules.
#[test]
fn cells_of_each_export_are_as_good_as_the_exports() {
    let folder = tenant();
    // Messages that a server of one's own counted too are only known where both are read.
    let parts: [&[&str]; 3] = [
        &["report.csv"],
        &["interactive.csv", "noninteractive.csv"],
        &["extended1.csv", "extended2.csv", "mx1.log"],
    ];
    for (index, files) in parts.iter().enumerate() {
        let cells = shown("export --all", folder.path(), files.iter().copied());
        file(folder.path(), &format!("cells{index}.csv"), cells.stdout);
    }
    for view in ["tls --by client --all --format csv", "summary --all --format csv"] {
        let exports = shown(view, folder.path(), parts.iter().flat_map(|files| files.iter().copied()));
        let merged = shown(view, folder.path(), ["cells0.csv", "cells1.csv", "cells2.csv"]);
        same(&exports.text(), &merged.text());
    }
}

#[test]
fn a_report_has_the_days_that_it_is_told() {
    let folder = tenant();
    let period = |period: &str, view: &str| {
        shown(&format!("{view} --period report.csv={period}"), folder.path(), ["report.csv"])
    };
    let told = period("2026-11-09..2026-11-15", "tls");
    assert!(told.text().starts_with("TLS usage · 9 - 15 Nov 2026, 7 days"), "{}", told.everything());
    assert!(told.text().contains("clients report (9 - 15 Nov 2026)\n"), "{}", told.everything());
    let long = period("2026-08-18..2026-11-15", "tls").text();
    assert!(long.contains("clients report (18 Aug - 15 Nov 2026, beyond this window)\n"), "{long}");
    let before = period("2026-11-01..2026-11-08", "tls --since 2026-11-09");
    assert!(
        before.text().contains("No submission with SMTP AUTH in this window."),
        "{}",
        before.everything()
    );
    let usage = |arguments: &str, message: &str| {
        smtpauth(arguments).within(folder.path()).fails(message);
    };
    usage(
        "tls report.csv --period report.csv=today",
        "--period report.csv=today: take FILE=FROM..TO, such as report.csv=2026-11-09..2026-11-15",
    );
    usage(
        "tls report.csv --period other.csv=2026-11-09..2026-11-15",
        "--period other.csv: no input has this name",
    );
    usage(
        "tls cmdlet.csv --period cmdlet.csv=2026-11-09..2026-11-15",
        "--period cmdlet.csv: cmdlet.csv says itself when its messages were sent",
    );
}
