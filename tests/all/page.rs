//! The page of `smtpauth report` in a real browser: what it counts is what the commands count, it can be used, it can be read
//! without its script, and it asks nothing of any other place.

use crate::browser::Browser;
use crate::harness::{WEEK, file, folder, same, smtpauth};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Logs of messages, of sessions, of both, with failed logins, in two time zones, of a portal's report beside a trace.
const INPUTS: [&str; 6] = [
    "fixtures/postfix/week.log",
    "fixtures/exchange-smtp/front-end.log",
    "fixtures/exchange-smtp/front-end.log fixtures/postfix/week.log",
    "fixtures/postfix/failed-logins.log",
    "--timezone America/New_York --since 2026-11-11 --until 2026-11-14 fixtures/postfix/week.log",
    "--all fixtures/unusual/month.csv",
];

/// A page in a folder of its own.
struct Page {
    folder: tempfile::TempDir,
}

impl Page {
    fn of(arguments: &str) -> Self {
        let folder = folder();
        let path = folder.path().join("report.html");
        smtpauth("report -o").arg(&path.to_string_lossy()).typed(arguments).ok();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("report.html")
    }
}

/// A browser that has opened a page; nothing where there is no browser.
fn opened(arguments: &str) -> Option<(Browser, Page)> {
    let mut browser = Browser::start()?;
    let page = Page::of(arguments);
    browser.open(&page.path());
    Some((browser, page))
}

fn fine(browser: &mut Browser) {
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

/// The rows of the table of colours: name, units, share, perhaps sessions, accounts.
fn legend(browser: &mut Browser, view: &str) -> Vec<Vec<String>> {
    let rows = format!(
        "[...document.querySelectorAll('#{view} .legend tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))"
    );
    serde_json::from_value(browser.eval(&rows)).expect("rows of texts")
}

/// What `--format json` says, with the accounts, as the page would say it.
fn told(arguments: &str, key: &str) -> Vec<(String, u64, u64)> {
    let json = smtpauth(arguments).arg("--format").arg("json").ok().json();
    let units = if json["rows"].as_array().expect("rows").iter().any(|row| row["messages"] != 0) {
        "messages"
    } else {
        "sessions"
    };
    let row = |row: &Value| {
        let count = |name: &str| row[name].as_u64().expect("a count");
        (row[key].as_str().expect("a name").to_owned(), count(units), count("accounts"))
    };
    json["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(row)
        .filter(|(_, count, accounts)| count + accounts > 0)
        .collect()
}

/// The rows that the page shows as CSV are those that the command writes.
fn same_rows(browser: &mut Browser, arguments: &str) {
    for (view, cut) in [("volume", 2), ("tls", 0), ("auth", 0)] {
        browser.click(&format!("#tab-{view}"));
        let shown = browser.download(&format!("#{view} .take"));
        let written = smtpauth(&format!("{view} --details --format csv {arguments}")).ok().text();
        // The page knows days, not times.
        same(&without_last(&written, cut), &without_last(&shown, cut));
    }
}

fn without_last(csv: &str, columns: usize) -> String {
    let cut = |line: &str| line.rsplitn(columns + 1, ',').last().unwrap_or_default().to_owned();
    csv.lines().map(|line| cut(line) + "\n").collect()
}

fn number(text: &str) -> u64 {
    text.replace(',', "").parse().expect("a number")
}

#[test]
fn it_counts_what_the_commands_count() {
    for input in INPUTS {
        let Some((mut browser, _page)) = opened(input) else { return };
        same_rows(&mut browser, input);
        for (view, labels) in [("tls", "told.tls"), ("auth", "told.auth")] {
            browser.click(&format!("#tab-{view}"));
            let names = browser.eval(&format!(
                "(() => {{ const told = JSON.parse(document.getElementById('cells').textContent); return Object.fromEntries({labels}.map(([name, label]) => [label, name])); }})()"
            ));
            let shown = legend(&mut browser, view).into_iter().map(|row| {
                let name = names[&row[0]].as_str().expect("a name").to_owned();
                (name, number(&row[1]), number(row.last().expect("accounts")))
            });
            let shown: Vec<_> = shown.filter(|(_, count, accounts)| count + accounts > 0).collect();
            let mut wanted = told(&format!("{view} {input}"), view);
            let order = |name: &str| shown.iter().position(|(known, ..)| known == name);
            wanted.sort_by_key(|(name, ..)| order(name));
            assert_eq!(shown, wanted, "{view} {input}");
        }
        fine(&mut browser);
    }
}

#[test]
fn a_domain_and_days_count_as_filters_do() {
    let input = "fixtures/exchange-smtp/front-end.log fixtures/postfix/week.log";
    let Some((mut browser, _page)) = opened(input) else { return };
    let options = browser.texts("#domain option");
    for domain in options.iter().skip(1).filter(|name| *name != "no domain") {
        browser.eval(&format!(
            "{{ const one = document.querySelector('#domain'); one.value = [...one.options].find((option) => option.text === {}).value; one.dispatchEvent(new Event('change')); }}",
            json!(domain)
        ));
        same_rows(&mut browser, &format!("--domain {domain} {input}"));
    }
    browser.set("#domain", "-1");
    for (from, to) in [("2026-11-10", "2026-11-12"), ("2026-11-15", "2026-11-15")] {
        browser.set("#from", from);
        browser.set("#to", to);
        browser.set("#from", from);
        same_rows(&mut browser, &format!("--since {from} --until {to} {input}"));
    }
    browser.click("#all");
    same_rows(&mut browser, &format!("--all {input}"));
    browser.click("#reset");
    same_rows(&mut browser, input);
    fine(&mut browser);
}

#[test]
fn rows_are_sorted_searched_and_opened() {
    let Some((mut browser, _page)) = opened(WEEK) else { return };
    browser.click("#tab-tls");
    let column = |browser: &mut Browser, place: u32| {
        browser.texts(&format!("#tls .details tbody tr:not(.opened) > td:nth-child({place})"))
    };
    let before = column(&mut browser, 1);
    browser.click("#tls th[data-id=name] button");
    let names = column(&mut browser, 1);
    assert!(names.is_sorted() && names != before, "{names:?}");
    browser.click("#tls th[data-id=name] button");
    assert!(column(&mut browser, 1).iter().rev().is_sorted());
    browser.click("#tls th[data-id=messages] button");
    let last = browser.eval("document.querySelector('#tls .details thead tr').cells.length");
    let counts = column(&mut browser, u32::try_from(last.as_u64().expect("a number")).expect("a small one"));
    assert!(counts.iter().map(|text| number(text)).rev().is_sorted(), "{counts:?}");
    assert_eq!(browser.text("document.querySelector('#tls th[data-id=messages]').ariaSort"), "descending");
    // The third click gives back the order of the program.
    browser.click("#tls th[data-id=messages] button");
    browser.click("#tls th[data-id=messages] button");
    assert_eq!(column(&mut browser, 1), before);
    browser.set("#tls input[type=search]", "ERP@");
    assert_eq!(column(&mut browser, 1), ["erp@contoso.com"]);
    let csv = browser.download("#tls .take");
    assert_eq!(csv.lines().count(), 2, "{csv}");
    browser.click("#tls button.row");
    assert_eq!(browser.text("document.querySelector('#tls button.row').ariaExpanded"), "true");
    assert_eq!(browser.texts("#tls .behind h4"), ["Clients", "Logins", "TLS", "Login with", "Days"]);
    let sender = smtpauth(&format!("sender erp@contoso.com --since 7d --format json {WEEK}")).ok().json();
    let clients: std::collections::BTreeSet<_> = sender["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["sender"] == "erp@contoso.com")
        .filter_map(|row| row["client"].as_str())
        .collect();
    let shown = browser.texts("#tls .behind section:nth-of-type(1) tbody td:first-child");
    assert_eq!(shown.len(), clients.len());
    assert!(clients.iter().all(|client| shown.iter().any(|shown| shown.contains(client))), "{shown:?}");
    browser.click("#tls button.row");
    assert_eq!(browser.texts("#tls .opened").len(), 0);
    fine(&mut browser);
}

#[test]
fn pointing_at_a_day_shows_its_numbers() {
    let Some((mut browser, _page)) = opened(WEEK) else { return };
    let days = smtpauth(&format!("summary --format json {WEEK}")).ok().json();
    let messages = |day: usize| days["days"][day]["messages"].as_u64().expect("a count");
    let shown = |browser: &mut Browser| {
        let all = browser.texts("#volume .legend tfoot td");
        (browser.text("document.querySelector('#volume .when').firstChild.textContent"), number(&all[1]))
    };
    let place = browser.place("#volume .canvas", 2.5 / 7.0);
    let pointer = json!({"type": "mouseMoved", "x": place[0], "y": place[1], "pointerType": "mouse"});
    browser.call("Input.dispatchMouseEvent", pointer);
    assert_eq!(shown(&mut browser), ("Wed 11 Nov".to_owned(), messages(2)));
    browser.eval("document.querySelector('#volume .canvas').focus()");
    browser.press("ArrowRight");
    assert_eq!(shown(&mut browser), ("Thu 12 Nov".to_owned(), messages(3)));
    let spoken = browser.text("document.activeElement.getAttribute('aria-valuetext')");
    assert!(spoken.starts_with(&format!("Thu 12 Nov: {} message", messages(3))), "{spoken}");
    browser.press("End");
    assert_eq!(shown(&mut browser), ("Sun 15 Nov".to_owned(), messages(6)));
    let spoken = browser.text("document.activeElement.getAttribute('aria-valuetext')");
    assert!(spoken.starts_with("Sun 15 Nov, until 17:30: "), "{spoken}");
    browser.press("Escape");
    assert_eq!(shown(&mut browser).0, "9 - 15 Nov 2026");
    fine(&mut browser);
}

#[test]
fn it_is_whole_without_its_script() {
    let Some(mut browser) = Browser::start() else { return };
    let page = Page::of(WEEK);
    browser.call("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    browser.open(&page.path());
    let visible = "(selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length";
    let count = |browser: &mut Browser, selector: &str| {
        browser.eval(&format!("({visible})({})", json!(selector))).as_u64().expect("a number")
    };
    assert_eq!(count(&mut browser, "#controls, .tools"), 0);
    assert_eq!(count(&mut browser, ".view"), 3);
    let json = smtpauth(&format!("tls --format json {WEEK}")).ok().json();
    let shown: Vec<_> =
        browser.texts("#tls .legend td:nth-child(2)").iter().map(|text| number(text)).collect();
    let wanted: Vec<_> =
        json["rows"].as_array().expect("rows").iter().filter_map(|row| row["messages"].as_u64()).collect();
    assert_eq!(shown, wanted);
    // A column of each day for each view, and each part of it.
    let days = smtpauth(&format!("volume --format json {WEEK}")).ok().json();
    let parts = days["rows"].as_array().expect("rows").len();
    assert_eq!(count(&mut browser, "#volume .canvas rect[class]"), u64::try_from(parts).expect("few"));
    assert_eq!(count(&mut browser, "#volume .canvas rect[fill]"), 1);
    let senders = smtpauth(&format!("tls --details --format json {WEEK}")).ok().json();
    assert_eq!(
        browser.texts("#tls .details tbody tr").len(),
        senders["rows"].as_array().expect("rows").len()
    );
    let summary = smtpauth(&format!("summary --format json {WEEK}")).ok().json();
    let figures: Vec<_> = browser.texts(".figures dd b").iter().map(|text| number(text)).collect();
    let wanted = ["accounts", "messages", "senders", "domains", "clients"]
        .map(|name| summary[name].as_u64().expect("a count"));
    assert_eq!(figures, wanted);
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

/// On a telephone, only tables are wider than the window, and they are scrolled by themselves.
#[test]
fn it_fits_a_small_window() {
    let Some(mut browser) = Browser::start() else { return };
    let page = Page::of(INPUTS[2]);
    let size = json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true});
    browser.call("Emulation.setDeviceMetricsOverride", size);
    browser.open(&page.path());
    browser.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    for view in ["volume", "tls", "auth"] {
        browser.click(&format!("#tab-{view}"));
        browser.click(&format!("#{view} button.row"));
        assert_eq!(browser.eval("document.documentElement.scrollWidth"), 390, "{view}");
    }
    fine(&mut browser);
}

#[test]
fn a_report_is_html_and_nothing_else() {
    smtpauth("report --format csv")
        .arg(WEEK)
        .fails("report writes HTML: for csv and json, take the command of a view, such as tls");
    smtpauth("report --embed 3h")
        .arg(WEEK)
        .fails("--embed 3h: take a number of days or weeks, such as 30d or 8w, or all");
    smtpauth("report --since 12h")
        .arg(WEEK)
        .fails("report shows whole days: --since and --until take days, such as 2026-11-01 or 7d");
    let folder = folder();
    let log = file(folder.path(), "mail.log", crate::harness::read(WEEK));
    let (name, before) = (log.to_string_lossy(), std::fs::read(&log).expect("a log"));
    assert_eq!(smtpauth("report").arg("-o").arg(&name).arg(&name).run().status, 2);
    assert_eq!(std::fs::read(&log).expect("a log"), before);
    for (what, status) in [("stops", 1), ("unusual", 0), ("empty", 0)] {
        assert_eq!(smtpauth("report --fail-on").arg(what).arg(WEEK).run().status, status, "{what}");
    }
}
