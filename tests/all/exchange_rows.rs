//! How Exchange Server writes down a conversation: rows of protocol logs and of message tracking.
//!
//! Written from the documentation of the logs and from published samples, and not from the reader that is tested.

/// Numbers that look random and are the same every time.
pub struct Dice(u64);

impl Dice {
    /// The dice of a world.
    pub fn new(seed: u64) -> Self {
        // Neighbouring seeds are not to give the same numbers, one throw later.
        let mut dice = Self(seed.wrapping_mul(0xd129_0d3c_7a5b_ff43) ^ 0x5eed);
        Self(dice.next())
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// A place in a list of this length.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).expect("a length"))).expect("a place")
    }

    /// Whether something that happens so often of a hundred times happens.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of a list.
    pub fn pick<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.place(list.len())]
    }

    /// One of these words.
    pub fn word<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.place(list.len())]
    }
}

/// Which log of a server a row is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Log {
    /// SmtpReceive of the front end.
    Front,
    /// SmtpReceive of the transport service behind it; of Exchange 2010 the only one.
    Hub,
    /// SmtpSend of the front end.
    Send,
    /// Message tracking.
    Tracking,
}

/// A row of a log.
#[derive(Clone, Debug)]
pub struct Row {
    /// When: milliseconds since 2026-11-01.
    pub at: u64,
    /// The number of the server that wrote it.
    pub server: usize,
    /// In which log.
    pub log: Log,
    /// Its cells.
    pub cells: Vec<String>,
}

/// The columns of a protocol log.
pub const PROTOCOL: &str =
    "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context";
/// The columns of message tracking since Exchange 2013.
pub const TRACKING: &str = "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data,transport-traffic-type,log-id,schema-version";
/// Columns that message tracking of Exchange 2010 does not have.
pub const SINCE_2013: [&str; 4] =
    ["network-message-id", "transport-traffic-type", "log-id", "schema-version"];

/// `2026-11-10T09:00:00.000Z` of a time in milliseconds since 2026-11-01.
pub fn stamp(at: u64) -> String {
    let (day, of_day) = (1 + at / 86_400_000, at % 86_400_000);
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60);
    format!("2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", of_day % 1000)
}

/// `address:port`; the colons of IPv6 are in brackets.
pub fn endpoint(address: &str, port: u16) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// One session that is being written down.
pub struct Talk {
    /// The time of the next row.
    pub at: u64,
    /// Its rows so far.
    pub rows: Vec<Row>,
    server: usize,
    log: Log,
    /// Connector, session id.
    head: [String; 2],
    /// Endpoints: the server's, the other one.
    ends: [String; 2],
}

/// What makes up a session: the server and its log, connector, session id, local and remote endpoint.
pub struct Opening<'o> {
    /// The number of the server.
    pub server: usize,
    /// Its log.
    pub log: Log,
    /// The connector.
    pub connector: &'o str,
    /// The session id.
    pub id: &'o str,
    /// The server's endpoint.
    pub local: String,
    /// The client's.
    pub remote: String,
}

impl Talk {
    /// A session begins, with its `+` row.
    pub fn open(opening: Opening<'_>, at: u64) -> Self {
        let mut talk = Self::begin(opening, at);
        talk.row("+", "", "");
        talk
    }

    /// A session begins, but no connection yet.
    pub fn begin(opening: Opening<'_>, at: u64) -> Self {
        let Opening { server, log, connector, id, local, remote } = opening;
        let head = [connector.to_owned(), id.to_owned()];
        Self { at, rows: Vec::new(), server, log, head, ends: [local, remote] }
    }

    /// The local endpoint is known from now on.
    pub fn move_to(&mut self, local: String) {
        self.ends[0] = local;
    }

    /// A row. Many rows bear the same millisecond.
    pub fn row(&mut self, event: &str, data: &str, context: &str) {
        let number = self.rows.len();
        let [connector, id] = self.head.clone();
        let [local, remote] = self.ends.clone();
        let texts = [event, data, context].map(str::to_owned);
        let mut cells = vec![stamp(self.at), connector, id, number.to_string(), local, remote];
        cells.extend(texts);
        self.rows.push(Row { at: self.at, server: self.server, log: self.log, cells });
        self.at += [1, 0, 0, 3, 19, 0, 2][number % 7];
    }

    /// The client says this, and is answered.
    pub fn asks(&mut self, command: &str, reply: &str) {
        self.row("<", command, "");
        self.row(">", reply, "");
    }

    /// Time passes.
    pub fn wait(&mut self, milliseconds: u64) {
        self.at += milliseconds;
    }

    /// The banner and the first EHLO. The banner tells local time, which means nothing.
    pub fn greet(&mut self, host: &str, ehlo: &str, anonymous: bool) {
        if anonymous {
            // Everybody gets these permissions on connecting: no proof of anything.
            self.row(
                "*",
                "SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders",
                "Set Session Permissions",
            );
        }
        self.row(
            ">",
            &format!("220 {host} Microsoft ESMTP MAIL Service ready at Tue, 10 Nov 2026 09:57:37 +0100"),
            "",
        );
        self.ehlo(host, ehlo, true);
    }

    /// EHLO and its answer, folded into one row.
    pub fn ehlo(&mut self, host: &str, ehlo: &str, starttls: bool) {
        let starttls = if starttls { "STARTTLS " } else { "" };
        let words = format!(
            "SIZE 37748736 PIPELINING DSN ENHANCEDSTATUSCODES {starttls}AUTH NTLM LOGIN 8BITMIME BINARYMIME CHUNKING"
        );
        self.asks(&format!("EHLO {ehlo}"), &format!("250  {host} Hello [192.0.2.99] {words}"));
    }

    /// TLS begins.
    pub fn tls(&mut self, verb: &str, protocol: &str) {
        self.asks(verb, "220 2.0.0 SMTP server ready");
        self.row(
            "*",
            " CN=*.example.com, OU=\"Mail, TLS protocol\" *.example.com;example.com",
            "Sending certificate Subject Issuer name Serial number Thumbprint Not before Not after Subject alternate names",
        );
        let context = format!(
            "TLS protocol {protocol} negotiation succeeded using bulk encryption algorithm CALG_AES_256 with strength 256 bits, MAC hash algorithm CALG_SHA_384 with strength 0 bits and key exchange algorithm CALG_ECDH_EPHEM with strength 255 bits"
        );
        self.row("*", "", &context);
    }

    /// A login that is refused.
    pub fn refuse_login(&mut self, verb: &str, user: &str) {
        self.asks(verb, "334 <authentication response>");
        self.row(">", "334 <authentication response>", "");
        let mechanism = verb.split(' ').next_back().unwrap_or_default().to_uppercase();
        self.row("*", "", &format!("Inbound AUTH {mechanism} failed because of LogonDenied"));
        self.row("*", "", &format!("User Name: {user}"));
        self.row("*", "Tarpit for '0.00:00:05' due to '535 5.7.3 Authentication unsuccessful'", "");
        self.wait(5000);
        self.row(">", "535 5.7.3 Authentication unsuccessful", "");
    }

    /// A login up to the row that says who it is; the closing reply is the caller's.
    pub fn begin_login(&mut self, verb: &str, user: &str) {
        self.asks(verb, "334 <authentication response>");
        if !verb.contains("NTLM") {
            self.row(">", "334 <authentication response>", "");
        }
        let permissions =
            "SMTPSubmit SMTPAcceptAnyRecipient SMTPAcceptAnySender BypassAntiSpam AcceptRoutingHeaders";
        self.row("*", permissions, "Set Session Permissions");
        self.row("*", user, "authenticated");
    }

    /// The login succeeded.
    pub fn end_login(&mut self) {
        self.row(">", "235 2.7.0 Authentication successful", "");
    }

    /// The client is gone.
    pub fn close(&mut self, context: &str) {
        self.row("-", "", context);
    }
}
