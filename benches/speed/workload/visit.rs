//! What one Postfix `smtpd` process says during one session.
//!
//! In: a service, a process, a client, a TLS version.
//! Out: the lines from `connect from` to `disconnect from`, in a script.

use std::fmt;

use super::rng::Rng;
use super::stage::{Script, put};
use super::world::{Client, Outside, Person, Tls};

/// The verbs that are counted, in the order of the `disconnect from` line.
const VERBS: [&str; 8] = ["ehlo", "starttls", "auth", "mail", "rcpt", "data", "rset", "quit"];
/// Number of the verb EHLO.
const EHLO: usize = 0;
/// Number of the verb STARTTLS.
const STARTTLS: usize = 1;
/// Number of the verb AUTH.
pub const AUTH: usize = 2;
/// Number of the verb MAIL.
pub const MAIL: usize = 3;
/// Number of the verb RCPT.
pub const RCPT: usize = 4;
/// Number of the verb DATA.
pub const DATA: usize = 5;
/// Number of the verb RSET.
pub const RSET: usize = 6;
/// Number of the verb QUIT.
pub const QUIT: usize = 7;
/// What OpenSSL says of a client that is too old.
const TLS_PROBLEM: &str =
    "error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_srvr.c:1657:";

/// A session as `smtpd` sees it.
pub struct Visit<'a> {
    service: &'static str,
    pid: u64,
    /// Who came.
    pub client: &'a Client,
    /// What protects the session.
    pub tls: Tls,
    verbs: Verbs,
    /// The lines so far.
    pub script: Script,
}

/// Good and all commands per verb.
#[derive(Default)]
struct Verbs([(u64, u64); VERBS.len()]);

/// As Postfix writes them: ` ehlo=2 rcpt=1/2 commands=3/4`.
impl fmt::Display for Verbs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sum = (0, 0);
        for (name, (good, all)) in VERBS.iter().zip(self.0) {
            if all > 0 {
                write!(out, " {name}={}", Ratio(good, all))?;
            }
            sum = (sum.0 + good, sum.1 + all);
        }
        write!(out, " commands={}", Ratio(sum.0, sum.1))
    }
}

/// `2`, or `1/2` if not all were good.
struct Ratio(u64, u64);

impl fmt::Display for Ratio {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(good, all) = self;
        if good == all { write!(out, "{good}") } else { write!(out, "{good}/{all}") }
    }
}

/// Appends a line of this session's process.
macro_rules! smtpd {
    ($visit:expr, $($format:tt)+) => {{
        $visit.head();
        $crate::workload::stage::say!($visit.script, $($format)+);
    }};
}
pub(crate) use smtpd;

impl<'a> Visit<'a> {
    /// A session that has not begun.
    pub fn new(service: &'static str, pid: u64, client: &'a Client, tls: Tls) -> Self {
        Self { service, pid, client, tls, verbs: Verbs::default(), script: Script::default() }
    }

    /// Begins a line.
    pub fn head(&mut self) {
        put!(&mut self.script.text, "mx1 postfix/{}[{}]: ", self.service, self.pid);
    }

    /// Counts a command.
    pub fn count(&mut self, verb: usize, good: bool) {
        let (ok, all) = &mut self.verbs.0[verb];
        *ok += u64::from(good);
        *all += 1;
    }

    /// The client connects, and TLS begins.
    pub fn opens(&mut self, rng: &mut Rng) {
        let client = self.client;
        smtpd!(self, "connect from {client}");
        self.count(EHLO, true);
        if self.tls == Tls::Off {
            return;
        }
        if self.service != "smtps/smtpd" {
            self.count(STARTTLS, true);
            self.count(EHLO, true);
        }
        let trust = if rng.chance(95) { "Anonymous" } else { "Untrusted" };
        smtpd!(self, "{trust} TLS connection established from {client}: {}", protocol(self.tls));
    }

    /// The session ends.
    pub fn closes(&mut self) {
        smtpd!(self, "disconnect from {}{}", self.client, self.verbs);
    }

    /// The client goes before it does anything.
    pub fn leaves_early(&mut self, rng: &mut Rng) {
        let client = self.client;
        if self.tls != Tls::Off && rng.chance(40) {
            smtpd!(self, "connect from {client}");
            smtpd!(self, "SSL_accept error from {client}: -1");
            smtpd!(self, "warning: TLS library problem: {TLS_PROBLEM}");
            smtpd!(self, "lost connection after CONNECT from {client}");
            smtpd!(self, "disconnect from {client} commands=0/0");
            return;
        }
        self.opens(rng);
        let last = rng.pick(&["EHLO", "AUTH", "UNKNOWN"]);
        smtpd!(self, "lost connection after {last} from {client}");
        self.closes();
    }

    /// The client has the wrong password, one to three times.
    pub fn fails_to_log_in(&mut self, rng: &mut Rng, Person { login, mechanism, .. }: &Person) {
        self.opens(rng);
        let client = self.client;
        for _ in 0..rng.range(1, 3) {
            self.count(AUTH, false);
            if rng.chance(50) {
                smtpd!(self, "warning: {client}: SASL LOGIN authentication failed: UGFzc3dvcmQ6");
            } else {
                let what = "authentication failed: authentication failure";
                smtpd!(self, "warning: {client}: SASL {mechanism} {what}, sasl_username={login}");
            }
        }
        if rng.chance(50) {
            smtpd!(self, "lost connection after AUTH from {client}");
        } else {
            self.count(QUIT, true);
        }
        self.closes();
    }

    /// The server does not take a recipient. As of Postfix 3.10 the line names the login, too.
    pub fn rejects(&mut self, rng: &mut Rng, id: &str, why: &str, person: Option<&Person>) {
        self.count(RCPT, false);
        self.head();
        let (client, helo, to) = (self.client, &self.client.helo, Outside::draw(rng));
        let text = &mut self.script.text;
        put!(text, "{id}: reject: RCPT from {client}: {why}; from=<");
        match person {
            Some(who) => put!(text, "{}", who.sender),
            None => put!(text, "{}", Outside::draw(rng)),
        }
        put!(text, "> to=<{to}> proto=ESMTP helo=<{helo}>");
        if let Some(Person { mechanism, login, .. }) = person {
            put!(text, " sasl_method={mechanism} sasl_username={login}");
        }
        self.script.end_line();
    }
}

/// Protocol and cipher as Postfix writes them.
pub fn protocol(tls: Tls) -> &'static str {
    match tls {
        Tls::V1_0 => "TLSv1 with cipher ECDHE-RSA-AES256-SHA (256/256 bits)",
        Tls::V1_1 => "TLSv1.1 with cipher ECDHE-RSA-AES256-SHA (256/256 bits)",
        Tls::V1_2 => "TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)",
        _ => {
            "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) \
             key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256"
        }
    }
}
