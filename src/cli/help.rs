//! What `--help` says beside the options: examples of every command. `-h` is one screen, without what is rarely needed.

use super::Cli;
use clap::{Arg, Command, CommandFactory, FromArgMatches};

/// A command line, and what it shows.
type Example = (&'static str, &'static str);

/// Examples of the commands.
pub const EXAMPLES: [(&str, &[Example]); 13] = [
    (
        "summary",
        &[
            ("smtpauth /var/log", "the week at a glance"),
            ("smtpauth summary --since 30d /var/log", "the last 30 days"),
            ("smtpauth --domain contoso.com /srv/logs", "of one sender domain"),
            ("zcat mail.log.1.gz | smtpauth", "from a pipe"),
        ],
    ),
    (
        "volume",
        &[
            ("smtpauth volume /var/log", "per day and domain"),
            ("smtpauth volume --details --top 10 /var/log", "who sends most"),
            ("smtpauth volume --since 90d -o volume.csv /srv/logs", "as a file for a spreadsheet"),
        ],
    ),
    (
        "tls",
        &[
            ("smtpauth tls /var/log", "all versions"),
            ("smtpauth tls --details /var/log", "per sender, oldest version first"),
            ("smtpauth tls --by client --since 30d /var/log", "from which addresses"),
        ],
    ),
    (
        "auth",
        &[
            ("smtpauth auth /var/log", "Basic, modern, integrated"),
            ("smtpauth auth --details /var/log", "per account, most Basic logins first"),
            ("smtpauth auth --by client /var/log", "from which addresses, also failed logins"),
        ],
    ),
    (
        "sender",
        &[
            ("smtpauth sender erp@contoso.com /var/log", "from which devices, over which TLS version"),
            ("smtpauth sender 10.1.4.20 /var/log", "as whom an address logs in, and fails to"),
            ("smtpauth sender 10.1.4.0/24 /var/log", "a network"),
            ("smtpauth show scan /var/log", "all names with scan in them"),
        ],
    ),
    (
        "ready",
        &[
            ("smtpauth ready /srv/logs", "who stops when TLS 1.0 and 1.1 are switched off"),
            ("smtpauth ready --for modern /srv/logs", "who stops without Basic authentication"),
            ("smtpauth ready -o ready.json /srv/logs", "to compare with next week"),
            ("smtpauth ready --baseline ready.json --fail-on new /srv/logs", "exit code 1 for new ones only"),
        ],
    ),
    (
        "unusual",
        &[
            ("smtpauth unusual /srv/logs", "who stands out this week, against all days before"),
            ("smtpauth unusual --since 30d --sensitivity 5 /srv/logs", "more alarms, of a month"),
            ("smtpauth unusual --scores --all -o scores.csv /srv/logs", "every day of every account"),
        ],
    ),
    (
        "report",
        &[
            ("smtpauth report -o report.html /srv/logs", "the last 7 days, and 90 days to choose from"),
            (
                "smtpauth report --since 30d --embed all -o report.html /srv/logs",
                "a month, and all days to choose from",
            ),
            (
                "smtpauth report --mail-to a@contoso.com --mail-from noc@contoso.com --sendmail /srv/logs",
                "by mail, through this machine",
            ),
        ],
    ),
    (
        "export",
        &[
            ("smtpauth export --all -o mx1.csv /var/log", "to be merged: smtpauth mx1.csv mx2.csv"),
            ("smtpauth export --rows messages --since 2d /var/log", "single messages"),
        ],
    ),
    ("saved", &[("smtpauth saved", "the settings file, and what is saved in it")]),
    ("inspect", &[("smtpauth inspect /var/log", "what is read, what is not, and why")]),
    ("completions", &[("smtpauth completions bash", "into /etc/bash_completion.d/smtpauth")]),
    ("man", &[("smtpauth man --dir /usr/local/share/man/man1", "the pages of all commands")]),
];

/// What `-h` leaves out, in every command.
const RARE: [&str; 26] = [
    "columns",
    "config",
    "min_messages",
    "period",
    "input_format",
    "timezone",
    "color",
    "width",
    "log_timezone",
    "log_year",
    "date_order",
    "strict",
    "keep_duplicates",
    "max_ratio",
    "threads",
    "csv_raw",
    "as_of",
    "subject",
    "attach",
    "smtp_auth",
    "password_command",
    "token_command",
    "smtp_ca",
    "smtp_timeout",
    "sendmail",
    "eml",
];

/// What `-h` says in fewer words than `--help`.
const SHORT: [(&str, &str); 24] = [
    ("paths", "Log files, directories or patterns; `-` is standard input"),
    ("since", "Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]"),
    ("sender", "Only these envelope senders; `*` stands for any text"),
    ("client", "Only these addresses, networks (10.1.0.0/16) or names"),
    ("tls", "Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown..."),
    ("auth", "Only these kinds of login: basic, modern, PLAIN..."),
    ("saved", "What the settings file holds under this name"),
    ("interval", "Length of the periods"),
    ("by", "What a row is"),
    ("sensitivity", "False alarms in 1,000 days of accounts [default: 1]"),
    ("scores", "Every day of every account, alarm or not, as CSV"),
    ("embed", "How many days the page holds: 30d, 8w, all [default: 90d]"),
    ("allow", "A TOML file of logins that may do what they do"),
    ("sort", "Order of the rows"),
    ("top", "So many rows, the others in one; 0 for all"),
    ("format", "Shape of the output"),
    ("fail_on", "Exit code 1 for this"),
    ("baseline", "What an earlier ready --format json wrote"),
    ("mail_to", "Mail the report to these addresses"),
    ("only_if", "Mail only if somebody stops, is unusual, or is new"),
    ("smtp_url", "The mail server: smtp://HOST (STARTTLS) or smtps://HOST"),
    ("smtp_user", "As whom to log in; the password is never an argument"),
    ("password_file", "The password is the first line of this file"),
    ("who", "A sender, login, address, network, host or EHLO name, or a part of one"),
];

/// Options that a command shares with the others and does not take, for a reason that it tells.
const REFUSED: [(&str, &[&str]); 4] = [
    ("ready", &["tls", "auth"]),
    ("report", &["tls", "auth"]),
    ("unusual", &["tls"]),
    (
        "inspect",
        &["since", "until", "all", "as_of", "sender", "login", "client", "server", "domain", "tls", "auth"],
    ),
];

/// Conditions on the rows of commands that have other columns than `summary` and `tls`.
const CONDITIONS: [(&str, &str); 7] = [
    ("volume", "messages >= 100"),
    ("auth", "basic > 0 and messages >= 100"),
    ("sender", "tls is 1.0"),
    ("ready", "last_seen >= 2026-11-01"),
    ("unusual", "messages >= 100"),
    ("export", "mechanism is PLAIN"),
    ("inspect", "skipped > 0"),
];

/// The exit codes, at the end of the longest help and of the manual.
const EXIT: &str = "Exit codes: 0 done; 1 a check found something (ready, --fail-on); 2 wrong use, an error, or input that \
                    could not be read to its end; 130 interrupted";

/// All commands, with their examples.
pub fn command() -> Command {
    let command = Cli::command().mut_args(first);
    let examples = EXAMPLES.iter().filter(|(name, _)| matches!(*name, "summary" | "tls" | "ready"));
    let examples = examples.filter_map(|(_, examples)| examples.first());
    let first = listed(examples.copied());
    let command = command
        .after_help(format!("{first}\n\nA command has a help of its own: smtpauth tls -h"))
        .after_long_help(format!(
            "{first}\n\nA command has a help of its own: smtpauth tls --help\n\n{EXIT}"
        ));
    EXAMPLES.iter().fold(command, |command, (name, examples)| {
        command.mut_subcommand(name, |sub| {
            let all_by_default = matches!(*name, "sender" | "ready");
            let is_only = *name == "saved";
            let sub = sub.mut_args(|arg| match is_only {
                true => arg,
                false => short(default(arg, name, all_by_default)),
            });
            let sub = if *name == "report" { sub.mut_args(of_report) } else { sub };
            sub.after_help(format!("More options, and examples: smtpauth {name} --help"))
                .after_long_help(listed(examples.iter().copied()))
        })
    })
}

/// Reads what was typed; wrong use ends the program.
pub fn parse() -> Cli {
    Cli::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit())
}

/// Beside the commands, `-h` has room for the options that a first look needs; the others are in `smtpauth summary -h`.
fn first(arg: Arg) -> Arg {
    let is_first = matches!(arg.get_id().as_str(), "paths" | "since" | "all" | "format" | "output");
    if is_first { short(arg) } else { rare(arg) }
}

/// Keeps it out of `-h`, but not out of `--help` and the manual, which take what long help there is.
fn rare(arg: Arg) -> Arg {
    match (arg.get_help().cloned(), arg.get_long_help()) {
        (Some(help), None) => arg.long_help(help),
        _ => arg,
    }
    .hide_short_help(true)
}

/// A report has the options of a mail besides: on one screen, those that other commands have too make room for them.
fn of_report(arg: Arg) -> Arg {
    let others = [
        "format", "sender", "login", "client", "server", "tls", "auth", "saved", "baseline", "allow",
        "fail_on",
    ];
    let is_other = others.contains(&arg.get_id().as_str());
    if is_other { arg.hide_short_help(true) } else { arg }
}

/// Keeps it out of `-h`, or has fewer words there.
fn short(arg: Arg) -> Arg {
    let id = arg.get_id().as_str();
    if RARE.contains(&id) {
        return rare(arg);
    }
    let words = SHORT.iter().find(|(short, _)| *short == id).map(|(_, words)| *words);
    match (words, arg.get_help().cloned()) {
        // Where a command has a help of its own for an option, that is short already.
        (Some(words), Some(long)) if arg.get_long_help().is_none() => arg.help(words).long_help(long),
        _ => arg,
    }
}

/// Where a command has another default than the rest.
fn default(arg: Arg, command: &str, all_by_default: bool) -> Arg {
    match arg.get_id().as_str() {
        "since" if all_by_default => {
            let help = "Start: 2026-11-01, yesterday, 30d, 12h [default: all that the logs hold]";
            arg.help(help).long_help(help)
        }
        id if REFUSED.iter().any(|(name, ids)| *name == command && ids.contains(&id)) => arg.hide(true),
        "where_" => {
            let example = CONDITIONS.iter().find(|(name, _)| *name == command);
            let example = example.map_or("tls1_0 > 0", |(_, example)| *example);
            let long =
                format!("Only rows with this: a condition on the columns of the data, such as \"{example}\"");
            arg.help(format!("Only rows with this, such as \"{example}\"")).long_help(long)
        }
        "by" if command == "auth" => arg.help("What a row is; implies --details [default: account]"),
        _ => arg,
    }
}

/// "Examples:", and a line for each.
fn listed(examples: impl Iterator<Item = Example> + Clone) -> String {
    let width = examples.clone().map(|(line, _)| line.len()).max().unwrap_or(0);
    let lines: Vec<_> = examples.map(|(line, what)| format!("  {line:width$}  {what}")).collect();
    format!("Examples:\n{}", lines.join("\n"))
}
