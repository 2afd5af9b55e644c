//! Header lines of Exchange logs that are not as they should be: damaged, alone, followed by notes, or of an export with too few
//! columns.

use crate::harness::{file, folder, smtpauth};

const HEADER: &str = "#Software: Microsoft Exchange Server\n#Log-type: SMTP Receive Protocol Log\n";
const FIELDS: &str = "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n";

/// A session of a client that logs in, by its number.
fn session(number: usize) -> String {
    let said = [
        "+,,",
        "<,EHLO mfp,",
        "<,AUTH LOGIN,",
        "*,scan@contoso.com,authenticated",
        ">,235 2.7.0 Authentication successful,",
        "-,,Local",
    ];
    let row = |(index, said): (usize, &str)| {
        let second = number % 60;
        format!(
            "2026-11-10T08:00:{second:02}.000Z,EX\\Client EX,08D0{number:012X},{index},10.0.0.1:587,10.1.1.7:5000,{said}\n"
        )
    };
    said.into_iter().enumerate().map(row).collect()
}

fn inspected(name: &str, text: &str) -> (i32, std::collections::BTreeMap<String, String>) {
    let folder = folder();
    file(folder.path(), name, text);
    let ran = smtpauth("inspect --format csv").arg(name).within(folder.path()).run();
    (ran.status, ran.csv().remove(0))
}

#[test]
fn rows_under_a_damaged_header_are_counted() {
    let damaged = FIELDS.replace("session-id,", "");
    let text =
        [HEADER, FIELDS, &session(1), HEADER, &damaged, &session(2), HEADER, FIELDS, &session(3)].concat();
    let (_, row) = inspected("RECV.LOG", &text);
    assert_eq!([&row["used"], &row["skipped"], &row["submissions"]], ["12", "6", "2"]);
    let other = "#Software: x\n#Log-type: POP3 Log\n#Fields: dateTime,sessionId\n1,2\n3,4\n";
    let (_, row) = inspected("RECV.LOG", &[HEADER, FIELDS, &session(1), other].concat());
    assert_eq!([&row["used"], &row["skipped"], &row["ignored"]], ["6", "0", "8"]);
}

#[test]
fn a_damaged_header_is_called_by_its_name() {
    let folder = folder();
    let damaged = [HEADER, "#Fields: date-time,connector-id\n", &session(1)].concat();
    file(folder.path(), "RECV.LOG", &damaged);
    smtpauth("tls RECV.LOG").within(folder.path()).fails(
        "RECV.LOG: calls itself SMTP Receive Protocol Log, but columns are missing in its #Fields line: put it back as \
         Exchange Server wrote it",
    );
    // Nobody named it: the others count, and that one is missing is said.
    file(folder.path(), "RECV2.LOG", [HEADER, FIELDS, &session(1)].concat());
    let ran = smtpauth("summary --all .").within(folder.path()).run();
    assert_eq!(ran.status, 2, "{}", ran.everything());
    assert!(ran.said().contains("RECV.LOG: calls itself"), "{}", ran.everything());
}

#[test]
fn an_hour_without_traffic_is_no_error() {
    let folder = folder();
    file(folder.path(), "RECV1.LOG", [HEADER, FIELDS].concat());
    smtpauth("tls --all RECV1.LOG").within(folder.path()).ok();
    file(folder.path(), "RECV2.LOG", [HEADER, FIELDS, &session(1)].concat());
    smtpauth("tls --all RECV1.LOG RECV2.LOG").within(folder.path()).ok();
    // Rows that nobody understands are another thing.
    file(folder.path(), "RECV1.LOG", [HEADER, FIELDS, "a,b\n"].concat());
    assert_eq!(smtpauth("tls --all RECV1.LOG").within(folder.path()).run().status, 2);
}

/// Slices are small enough for the note to be the only header line of many.
#[test]
fn a_note_between_rows_is_no_header() {
    use crate::exchange_read::{EVERY_LINE, open, read_inputs};
    let folder = folder();
    let other = ["#Log-type: POP3 Log\n", "# note\n"].concat();
    let rows: String = (0..40).map(session).collect();
    // The file begins with other columns: those are not to come back.
    let wider = |lines: &str| lines.replace('\n', ",more\n");
    let first = [HEADER, &wider(FIELDS), &wider(&session(51))].concat();
    let text = [&first, HEADER, FIELDS, &session(50), "# note\n", &rows, &other, &rows].concat();
    let inputs = open(&[file(folder.path(), "RECV.LOG", &text)]);
    let sum = |slice| {
        let read = read_inputs(&inputs, slice, 2, EVERY_LINE);
        (read.coverage[0].used, read.coverage[0].skipped, read.counted[0].sessions)
    };
    let whole = sum(1 << 20);
    assert_eq!((whole.0, whole.1), (82 * 6, 0));
    for slice in [100, 300, 1000, 2000, 5000] {
        assert_eq!(sum(slice), whole, "{slice}");
    }
}

#[test]
fn an_export_with_too_few_columns_is_refused() {
    let folder = folder();
    let text = "\"Timestamp\",\"EventId\",\"Source\",\"Sender\",\"Recipients\",\"MessageId\"\n\
                \"2026-11-10T08:00:00Z\",\"DELIVER\",\"STOREDRIVER\",\"a@contoso.com\",\"b@contoso.com\",\"<1@x>\"\n";
    file(folder.path(), "tracking.csv", text);
    smtpauth("tls tracking.csv").within(folder.path()).fails(
        "tracking.csv: is an export of message tracking without ConnectorId; for example\n  Get-MessageTrackingLog \
         -ResultSize Unlimited | Export-Csv tracking.csv -NoTypeInformation -Encoding UTF8\nexports all columns",
    );
    let told = smtpauth("inspect --format csv --input-format csv tracking.csv").within(folder.path()).run();
    assert_eq!(told.csv()[0]["format"], "csv", "{}", told.everything());
}
