//! Mailing: addresses, subject, the way it goes, and what is a reason to.

use super::usage;
use crate::cli::{self, Attach, OnlyIf};
use crate::error::Error;
use crate::post::{Login, Mailbox, Mechanism, Server, Source, Way, address};
use std::time::Duration;
use url::{Host, Url};

/// The longest subject.
const SUBJECT: usize = 200;
/// How long to wait for a reply, seconds, unless told otherwise.
const PATIENCE: u64 = 60;

/// What is mailed, and how.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Who sends it.
    pub from: Mailbox,
    /// Who gets it.
    pub to: Vec<Mailbox>,
    /// The subject, if it is not to be the usual one.
    pub subject: Option<String>,
    /// The page is attached.
    pub attach_page: bool,
    /// The table of senders is attached.
    pub attach_csv: bool,
    /// Reasons to mail; none: always.
    pub only_if: Vec<OnlyIf>,
    /// How it goes.
    pub way: Way,
}

/// What was typed, if it is to be mailed at all.
pub(super) fn mail_of(typed: &cli::Mail) -> Result<Option<Mail>, Error> {
    if typed.mail_to.is_empty() {
        return match first_option(typed) {
            None => Ok(None),
            Some(option) => Err(usage(&format!("{option} is for mailing: --mail-to says to whom"))),
        };
    }
    let to = address::several(&typed.mail_to.join(",")).map_err(|why| told("--mail-to", &why))?;
    let Some(from) = &typed.mail_from else {
        return Err(usage("--mail-to needs --mail-from: who sends it?"));
    };
    let from = address::one(from).map_err(|why| told("--mail-from", &why))?;
    if typed.only_if.contains(&OnlyIf::New) && typed.baseline.is_none() {
        return Err(usage("--only-if new needs --baseline FILE: new against what?"));
    }
    let attach = match typed.attach.as_slice() {
        [] => &[Attach::Html, Attach::Csv][..],
        some if some.contains(&Attach::None) && some.len() > 1 => {
            return Err(usage("--attach none goes with nothing else"));
        }
        some => some,
    };
    Ok(Some(Mail {
        from,
        to,
        subject: typed.subject.as_deref().map(subject).transpose()?,
        attach_page: attach.contains(&Attach::Html),
        attach_csv: attach.contains(&Attach::Csv),
        only_if: typed.only_if.clone(),
        way: way(typed)?,
    }))
}

/// An option that has no meaning without mailing.
fn first_option(typed: &cli::Mail) -> Option<&'static str> {
    let given = [
        ("--mail-from", typed.mail_from.is_some()),
        ("--subject", typed.subject.is_some()),
        ("--attach", !typed.attach.is_empty()),
        ("--only-if", !typed.only_if.is_empty()),
        ("--baseline", typed.baseline.is_some()),
        ("--smtp-url", typed.smtp_url.is_some()),
        ("--sendmail", typed.sendmail.is_some()),
        ("--eml", typed.eml.is_some()),
    ];
    given.into_iter().chain(of_server(typed)).find(|(_, is_given)| *is_given).map(|(option, _)| option)
}

/// Options that have no meaning without a mail server.
fn of_server(typed: &cli::Mail) -> [(&'static str, bool); 7] {
    [
        ("--smtp-user", typed.smtp_user.is_some()),
        ("--smtp-auth", typed.smtp_auth.is_some()),
        ("--password-file", typed.password_file.is_some()),
        ("--password-command", typed.password_command.is_some()),
        ("--token-command", typed.token_command.is_some()),
        ("--smtp-ca", typed.smtp_ca.is_some()),
        ("--smtp-timeout", typed.smtp_timeout.is_some()),
    ]
}

/// Text that becomes a header.
fn subject(text: &str) -> Result<String, Error> {
    if text.chars().any(char::is_control) {
        return Err(told("--subject", "it holds no line break or other control character"));
    }
    if text.trim().is_empty() || text.chars().count() > SUBJECT {
        return Err(told("--subject", &format!("take a text of 1 to {SUBJECT} characters")));
    }
    Ok(text.to_owned())
}

fn told(option: &str, why: &str) -> Error {
    Error::Usage(format!("{option}: {why}"))
}

/// One of the three ways.
fn way(typed: &cli::Mail) -> Result<Way, Error> {
    let chosen = match (&typed.smtp_url, &typed.sendmail, &typed.eml) {
        (Some(url), None, None) => return server(url, typed).map(Way::Smtp),
        (None, Some(program), None) if program.is_absolute() => Way::Sendmail(program.clone()),
        (None, Some(_), None) => {
            return Err(usage("--sendmail takes an absolute path, such as /usr/sbin/sendmail"));
        }
        (None, None, Some(path)) => Way::File(Some(path.clone()).filter(|path| path.as_os_str() != "-")),
        (None, None, None) => {
            return Err(usage(
                "by which way? --smtp-url smtp://mail.contoso.com is a mail server, --sendmail the mail program of this \
                 machine, --eml FILE only writes the message",
            ));
        }
        _ => return Err(usage("take one of --smtp-url, --sendmail and --eml")),
    };
    match of_server(typed).into_iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(usage(&format!("{option} is for a mail server: it goes with --smtp-url"))),
        None => Ok(chosen),
    }
}

fn server(text: &str, typed: &cli::Mail) -> Result<Server, Error> {
    let (host, port, is_implicit) = parts(text)?;
    let patience = match typed.smtp_timeout {
        Some(0) => return Err(usage("--smtp-timeout takes a number of seconds from 1 to 3600")),
        Some(seconds) if seconds > 3600 => {
            return Err(usage("--smtp-timeout takes a number of seconds from 1 to 3600"));
        }
        seconds => Duration::from_secs(seconds.unwrap_or(PATIENCE)),
    };
    Ok(Server { host, port, is_implicit, ca: typed.smtp_ca.clone(), login: login(typed)?, patience })
}

/// Host, port, and whether TLS comes first.
fn parts(text: &str) -> Result<(String, u16, bool), Error> {
    let forms =
        "take smtp://mail.contoso.com (STARTTLS, port 587) or smtps://mail.contoso.com (TLS, port 465)";
    // It may hold a password: what was typed is not repeated.
    let wrong = |why: &str| Error::Usage(format!("--smtp-url: {why}; {forms}"));
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    let (is_implicit, usual) = match url.scheme() {
        "smtps" => (true, 465),
        "smtp" => (false, 587),
        _ => return Err(wrong("it begins with smtp:// or smtps://")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "it holds no user and no password, which other users of this machine would see: --smtp-user names the user, and \
             --password-file, --password-command or SMTPAUTH_SMTP_PASSWORD the password",
        ));
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it ends with the host or the port"));
    }
    let host = match url.host() {
        Some(Host::Domain(name)) => {
            // Letters of other languages come out of a URL of this kind percent-encoded.
            if name.contains('%') {
                return Err(wrong("write the name of the host as DNS has it (xn--...)"));
            }
            idna::domain_to_ascii(name).map_err(|_| wrong("this is no name of a host"))?
        }
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => format!("[{address}]"),
        None => return Err(wrong("it has no host")),
    };
    match (host.as_str(), url.port()) {
        ("", _) | (_, Some(0)) => Err(wrong("it has no host or no port")),
        (_, port) => Ok((host, port.unwrap_or(usual), is_implicit)),
    }
}

/// As whom to log in, if at all.
fn login(typed: &cli::Mail) -> Result<Option<Login>, Error> {
    let sources = [
        typed.password_file.clone().map(|path| ("--password-file", Source::File(path))),
        typed.password_command.clone().map(|line| ("--password-command", Source::Command(line))),
        typed.token_command.clone().map(|line| ("--token-command", Source::Command(line))),
    ];
    let given: Vec<(&str, Source)> = sources.into_iter().flatten().collect();
    let Some(user) = typed.smtp_user.clone() else {
        let needless = given.first().map(|(option, _)| *option).or(typed.smtp_auth.map(|_| "--smtp-auth"));
        return match needless {
            Some(option) => {
                Err(usage(&format!("{option} needs --smtp-user: the password or token of whom?")))
            }
            None => Ok(None),
        };
    };
    if user.is_empty() || user.chars().any(char::is_control) {
        return Err(usage("--smtp-user takes a name without control characters"));
    }
    if given.len() > 1 {
        return Err(usage("take one of --password-file, --password-command and --token-command"));
    }
    let has_token = typed.token_command.is_some();
    let mechanism = typed.smtp_auth.or(has_token.then_some(Mechanism::Xoauth2));
    match (mechanism, has_token) {
        (Some(Mechanism::Xoauth2), false) => {
            return Err(usage(
                "--smtp-auth xoauth2 needs --token-command COMMAND, which prints a token that is valid now",
            ));
        }
        (Some(Mechanism::Plain | Mechanism::Login), true) => {
            return Err(usage(
                "--token-command is for --smtp-auth xoauth2; a password comes from --password-command",
            ));
        }
        _ => {}
    }
    let source = given.into_iter().next().map_or(Source::Environment, |(_, source)| source);
    Ok(Some(Login { user, mechanism, source }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let host = |text| parts(text).map_err(|error| error.to_string());
        assert_eq!(host("smtp://mail.contoso.com"), Ok(("mail.contoso.com".to_owned(), 587, false)));
        assert_eq!(host("smtps://mail.contoso.com/"), Ok(("mail.contoso.com".to_owned(), 465, true)));
        assert_eq!(host("SMTPS://Mail.contoso.com:2465"), Ok(("mail.contoso.com".to_owned(), 2465, true)));
        assert_eq!(host("smtp://127.0.0.1:25"), Ok(("127.0.0.1".to_owned(), 25, false)));
        assert_eq!(host("smtp://[::1]:25"), Ok(("[::1]".to_owned(), 25, false)));
    }

    #[test]
    fn what_is_no_url_of_a_mail_server_is_refused() {
        for text in [
            "",
            "mail.contoso.com",
            "mail.contoso.com:25",
            "http://mail.contoso.com",
            "smtp://",
            "smtp:///x",
            "smtp://a/b",
            "smtp://a?tls=none",
            "smtp://a#b",
            "smtp://a:0",
            "smtp://a:99999",
            "smtp://u@a",
            "smtp://u:secret@a",
            "smtps://:secret@a",
            "smtp://a b",
        ] {
            let error = parts(text).expect_err(text).to_string();
            assert!(error.starts_with("--smtp-url: ") && !error.contains("secret"), "{text}: {error}");
        }
    }
}
