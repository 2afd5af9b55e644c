//! Tables of the user's own: `--columns` says which column holds what, and what is not understood proposes it.

use crate::harness::{file, folder, smtpauth};
use std::collections::BTreeMap;

const TABLE: &str = "Zeitpunkt;Absender;Empf;Protokoll;Gegenstelle;Konto\n\
                     13.11.2026 08:00:00;scan@contoso.com;a@fabrikam.example;TLSv1.0;192.0.2.7;scan\n\
                     13.11.2026 08:01:00;erp@contoso.com;a@fabrikam.example;TLSv1.2;192.0.2.20;erp\n";
const OBJECTS: &str = "[{\"Zeitpunkt\":\"2026-11-13T08:00:00Z\",\"mail\":{\"Absender\":\"scan@contoso.com\"},\"Protokoll\":\"TLSv1.0\",\
                       \"Gegenstelle\":\"192.0.2.7\",\"Konto\":\"scan\"},\
                       {\"Zeitpunkt\":\"2026-11-13T08:01:00Z\",\"mail\":{\"Absender\":\"erp@contoso.com\"},\"Protokoll\":\"TLSv1.2\",\
                       \"Gegenstelle\":\"192.0.2.20\",\"Konto\":\"erp\"}]";

fn by_login(name: &str, content: &str, columns: &str) -> BTreeMap<String, (String, String)> {
    let folder = folder();
    file(folder.path(), name, content);
    let view = format!("export --rows messages --all {name} --columns {columns}");
    let rows = smtpauth(&view).within(folder.path()).ok().csv();
    rows.into_iter().map(|row| (row["login"].clone(), (row["time"].clone(), row["tls"].clone()))).collect()
}

#[test]
fn columns_are_mapped() {
    let wanted = |zone: &str| {
        let row = |login: &str, time: &str, tls: &str| {
            (login.to_owned(), (format!("{time}{zone}"), tls.to_owned()))
        };
        BTreeMap::from([row("erp", "2026-11-13T08:01:00", "1.2"), row("scan", "2026-11-13T08:00:00", "1.0")])
    };
    let told = "time=zeitpunkt,sender=Absender,tls=Protokoll,client=Gegenstelle,login=Konto";
    assert_eq!(by_login("table.csv", TABLE, told), wanted(""));
    assert_eq!(by_login("objects.json", OBJECTS, &told.replace("Absender", "mail.Absender")), wanted("Z"));
    // What is told comes before what a name means.
    let table = "time,sender,mail,login,tls\n2026-11-13T08:00:00Z,x,scan@contoso.com,scan,1.0\n";
    let folder = folder();
    file(folder.path(), "table.csv", table);
    let rows = smtpauth("tls --details --all --format csv table.csv --columns sender=mail")
        .within(folder.path())
        .ok()
        .csv();
    assert_eq!(rows[0]["sender"], "scan@contoso.com");
}

#[test]
fn what_is_not_understood_proposes_the_line_to_type() {
    let folder = folder();
    file(folder.path(), "table.csv", TABLE);
    let proposal = "; by what stands in it, perhaps --columns sender=Absender,time=Zeitpunkt,tls=Protokoll,client_ip=Gegenstelle";
    let names = "is a table, but its columns are not those of a mail log: Zeitpunkt, Absender, Empf, Protokoll, Gegenstelle, Konto";
    smtpauth("inspect table.csv").within(folder.path()).fails(&format!("table.csv: {names}{proposal}"));
    file(
        folder.path(),
        "mail.csv",
        "time,sender,login,tls\n2026-11-13T08:00:00Z,scan@contoso.com,scan,1.0\n",
    );
    let rows = smtpauth("inspect --format csv .").within(folder.path()).ok().csv();
    let why = rows.iter().find(|row| row["file"] == "./table.csv").map(|row| row["why"].clone());
    assert_eq!(why, Some(format!("is a table whose columns are not those of a mail log{proposal}")));
    // Only what can be a sender is proposed.
    file(folder.path(), "people.csv", "Name,Vorname,Geburtstag\nA,B,1970\n");
    let message =
        "people.csv: is a table, but its columns are not those of a mail log: Name, Vorname, Geburtstag";
    smtpauth("inspect people.csv").within(folder.path()).fails(message);
    let fields = "time, sender, login, tls, cipher, mechanism, client_ip, client_name, helo, recipients, size, message_id, server, count";
    for part in ["when", "sender=", "colour=Red"] {
        let message = format!(
            "--columns {part}: take FIELD=COLUMN, such as time=When,sender=From; fields are {fields}"
        );
        smtpauth(&format!("tls table.csv --columns time=Zeitpunkt,{part}"))
            .within(folder.path())
            .fails(&message);
    }
}

/// Our own rows of single messages have a class of logins beside the mechanism.
#[test]
fn the_name_to_recommend_counts() {
    let rows = "time,sender,login,auth,mechanism\n\
                2026-11-10T10:00:00Z,a@b.example,a,basic,PLAIN\n\
                2026-11-10T10:00:01Z,b@b.example,,unknown,\n";
    let messages = smtpauth("export --all --rows messages --format csv").stdin(rows).ok().csv();
    let told: Vec<_> =
        messages.iter().map(|row| (row["sender"].as_str(), row["mechanism"].as_str())).collect();
    assert_eq!(told, [("a@b.example", "PLAIN")]);
}
