//! The settings file: defaults and named sets of options, what goes before what, what is said of it, what is wrong in it.

use crate::harness::{NOW, Ran, SMTPAUTH, WEEK, file, folder, read, smtpauth, smtpauth_with};
use std::path::Path;

/// Runs in the root with this settings file.
fn with(content: &str, words: &[&str]) -> Ran {
    let folder = folder();
    let path = file(folder.path(), "smtpauth.toml", content).display().to_string();
    let mut ran = smtpauth_with(words.iter().copied()).env("SMTPAUTH_CONFIG", &path).run();
    let hide = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&path, "FILE").into_bytes();
    (ran.stdout, ran.stderr) = (hide(&ran.stdout), hide(&ran.stderr));
    ran
}

fn title(ran: &Ran) -> String {
    assert_eq!(ran.status, 0, "{}", ran.everything());
    ran.text().lines().next().expect("a title").to_owned()
}

const FILE: &str = "[defaults]\ntimezone = \"Europe/Berlin\"\ntop = 2\ndomain = \"contoso.com\"\n\n\
                    [saved.old-tls]\ntls = [\"1.0\", \"1.1\"]\nwhere = \"messages >= 2\"\nsince = \"30d\"\n\n\
                    [saved.everybody]\ndomain = \"*\"\n";

#[test]
fn what_is_typed_goes_before_what_is_saved_and_that_before_the_defaults() {
    let title = |words: &[&str]| title(&with(FILE, words));
    let (berlin, rest) =
        ("TLS usage · 9 - 15 Nov 2026, 7 days, Europe/Berlin", "share of messages · newest line");
    assert!(
        title(&["tls", WEEK])
            .starts_with(&format!("{berlin} · only domain contoso.com (smtpauth.toml) · {rest}"))
    );
    assert!(
        title(&["tls", "--saved", "everybody", WEEK])
            .starts_with(&format!("{berlin} · only domain * (saved everybody) · {rest}"))
    );
    assert!(
        title(&["tls", "--saved", "everybody", "--domain", "x.example", "--timezone", "UTC", WEEK])
            .starts_with("TLS usage · 9 - 15 Nov 2026, 7 days, UTC · only domain x.example · ")
    );
    let old = title(&["tls", "--saved", "old-tls", WEEK]);
    let wanted = "TLS usage per sender · 17 Oct - 15 Nov 2026, 30 days, Europe/Berlin · only domain contoso.com (smtpauth.toml), TLS 1.0 or 1.1 \
                  (saved old-tls) · only rows with messages >= 2 (saved old-tls) · ";
    assert!(old.starts_with(wanted), "{old}");
    assert!(
        title(&["tls", "--saved", "old-tls", "--until", "2026-11-15", WEEK])
            .contains("9 - 15 Nov 2026, 7 days")
    );
}

/// A number of rows by default is for tables of rows, and does not ask for one.
#[test]
fn defaults_do_not_change_what_is_shown() {
    let chart = with(FILE, &["tls", WEEK]).text();
    assert!(chart.starts_with("TLS usage · "), "{chart}");
    let details = with(FILE, &["tls", "--details", WEEK]).text();
    assert!(details.contains("\n2 others") || details.contains(" others "), "{details}");
    assert_eq!(with(FILE, &["inspect", WEEK]).status, 0);
}

/// What nobody types each time: the shape, what is an error, what is said.
#[test]
fn shape_and_strictness_may_be_set() {
    let set = "[defaults]\nformat = \"csv\"\n[saved.strict]\nstrict = true\n[saved.quiet]\nquiet = true\nkeep-duplicates = true\n";
    assert!(with(set, &["tls", WEEK]).text().starts_with("tls,messages,"));
    assert!(with(set, &["tls", WEEK, "--format", "table"]).text().starts_with("TLS usage"));
    let folder = folder();
    let out = folder.path().join("tls.json").display().to_string();
    assert_eq!(with(set, &["tls", WEEK, "-o", &out]).status, 0);
    assert!(std::fs::read_to_string(&out).expect("it is written").starts_with('{'));
    // A table is what there is anyway: it is no error where there is none.
    assert_eq!(with("[defaults]\nformat = \"table\"\n", &["export", WEEK]).status, 0);
    // Nor does it stand in the way of a page.
    let page = folder.path().join("report.html").display().to_string();
    assert_eq!(with(set, &["report", WEEK, "-o", &page]).status, 0);
    let damaged = "fixtures/postfix/not-understood.log";
    assert_eq!(with(set, &["tls", damaged]).status, 0);
    assert_eq!(with(set, &["tls", damaged, "--saved", "strict"]).status, 2);
    assert!(!with(set, &["tls", damaged]).stderr.is_empty());
    assert!(with(set, &["tls", damaged, "--saved", "quiet"]).stderr.is_empty());
    let listed = with(set, &["saved"]).text();
    assert!(listed.contains("--saved quiet   --quiet --keep-duplicates\n"), "{listed}");
    let help = smtpauth("saved -h").ok().text();
    assert!(help.contains("--config <FILE>"), "{help}");
}

/// Who sends once a month is asked about in `ready`, whatever the usual window is; that is said.
#[test]
fn a_window_by_default_is_not_that_of_all_views() {
    let set = "[defaults]\nsince = \"2d\"\n";
    assert!(title(&with(set, &["tls", WEEK])).contains(", 2 days, UTC"));
    for words in [&["ready", "--fail-on", "empty", WEEK][..], &["sender", "erp", WEEK]] {
        let title = title(&with(set, words));
        assert!(
            title.contains(", 7 days, UTC · all that the logs hold, whatever smtpauth.toml says · "),
            "{title}"
        );
    }
    let named = with("[saved.x]\nsince = \"2d\"\n", &["sender", "erp", "--saved", "x", WEEK]);
    assert!(title(&named).contains(", 2 days, UTC"), "{}", named.text());
}

#[test]
fn the_file_may_be_named_or_refused() {
    let folder = folder();
    let path = file(folder.path(), "other.toml", "[defaults]\nsince = \"2d\"\n").display().to_string();
    let days = |words: &[&str]| title(&with(FILE, words)).contains(", 2 days, UTC");
    assert!(days(&["volume", "--config", &path, WEEK]));
    assert!(!days(&["volume", "--config", "", WEEK]));
    let home = folder.path().join(".config/smtpauth");
    std::fs::create_dir_all(&home).expect("a folder can be made");
    std::fs::rename(&path, home.join("smtpauth.toml")).expect("it can be moved");
    if cfg!(unix) {
        let run = std::process::Command::new(SMTPAUTH)
            .args(["volume", WEEK])
            .env_clear()
            .env("HOME", folder.path())
            .env("SOURCE_DATE_EPOCH", NOW)
            .current_dir(crate::harness::ROOT)
            .output()
            .expect("the program starts");
        assert!(String::from_utf8_lossy(&run.stdout).contains(", 2 days, UTC"));
    }
}

#[test]
fn saved_lists_what_the_file_sets() {
    let listed = with(FILE, &["saved"]);
    let wanted = "FILE\n\nalways             --timezone Europe/Berlin --domain contoso.com --top 2\n\
                  --saved everybody  --domain '*'\n--saved old-tls    --since 30d --tls 1.0,1.1 --where 'messages >= 2'\n";
    assert_eq!((listed.status, listed.text().as_str()), (0, wanted));
    let none = smtpauth("saved").ok().text();
    assert!(none.starts_with("There is no settings file") && none.contains("[saved.old-tls]"), "{none}");
}

#[test]
fn what_is_wrong_in_it_is_said_with_its_line() {
    let fails = |content: &str, words: &[&str], message: &str| {
        let ran = with(content, words);
        assert_eq!((ran.status, ran.stdout.as_slice()), (2, &b""[..]), "{}", ran.everything());
        assert_eq!(ran.said(), format!("smtpauth: {message}\n"));
    };
    let tls = ["tls", WEEK];
    fails(
        "[defaults]\n\nsinse = \"7d\"\n",
        &tls,
        "FILE: TOML parse error at line 3, column 1\n  |\n3 | sinse = \"7d\"\n  | ^^^^^\nunknown field `sinse`, expected one of \
         `since`, `until`, `as-of`, `timezone`, `sender`, `login`, `client`, `server`, `domain`, `tls`, `auth`, `where`, \
         `min-messages`, `sort`, `top`, `format`, `strict`, `quiet`, `csv-raw`, `keep-duplicates`, `columns`, `period`, \
         `log-timezone`, `log-year`, `date-order`, `max-ratio`, `threads`, `width`, `color`",
    );
    fails(
        "[saved.x]\nsort = \"size\"\n",
        &tls,
        "FILE: TOML parse error at line 2, column 8\n  |\n2 | sort = \"size\"\n  |        ^^^^^^\ntake one of tls, auth, messages, name",
    );
    fails(
        "[defaults]\ntls = 1.0\n",
        &tls,
        "FILE: TOML parse error at line 2, column 7\n  |\n2 | tls = 1.0\n  |       ^^^\ninvalid type: floating point `1.0`, expected a text \
         or a list of texts",
    );
    fails(
        "[defaults]\ntls = \"1.4\"\n",
        &tls,
        "--tls 1.4: no such version; there are ssl3, 1.0, 1.1, 1.2, 1.3, encrypted, none, unknown\nFILE sets --tls 1.4",
    );
    fails(
        FILE,
        &["tls", "--saved", "x", WEEK],
        "--saved x: FILE holds no [saved.x]; there are everybody, old-tls",
    );
    fails(
        FILE,
        &["inspect", "--saved", "everybody", WEEK],
        "--saved everybody: inspect shows whole files, which no filter cuts",
    );
    smtpauth("tls --config nowhere.toml").arg(WEEK).fails("nowhere.toml: no such file or directory");
    let none = smtpauth("tls --saved x").arg(WEEK).run().said();
    assert!(none.starts_with("smtpauth: --saved x: there is no settings file"), "{none}");
}

/// What may be set is what stands in the README.
#[test]
fn the_readme_names_what_may_be_set() {
    let readme = read(Path::new("README.md"));
    let ran = with("[defaults]\nx = 1\n", &["tls", WEEK]).said();
    for name in ran.split("expected one of ").nth(1).expect("a list").split('`').filter(|part| part.len() > 2)
    {
        assert!(readme.contains(&format!("`{name}`")) || readme.contains(&format!("`--{name}")), "{name}");
    }
}
