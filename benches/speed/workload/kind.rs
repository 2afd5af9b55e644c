//! The kinds of logs: what they are called, and how their files are named and begin.

use super::clock::{Clock, Stamp};
use super::{csv, exchange, exim, postfix};

/// The kinds of logs.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A Postfix log with BSD stamps.
    Postfix,
    /// An Exim main log.
    Exim,
    /// A trace with one message a row.
    Csv,
    /// The SMTP protocol logs of an Exchange Server.
    Exchange,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Postfix, Kind::Exim, Kind::Csv, Kind::Exchange];

    /// What the table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Postfix => "postfix",
            Kind::Exim => "exim",
            Kind::Csv => "csv",
            Kind::Exchange => "exchange",
        }
    }

    /// How it writes its times.
    pub fn stamp(self) -> Stamp {
        match self {
            Kind::Postfix => postfix::Postfix::STAMP,
            Kind::Exim => exim::Exim::STAMP,
            Kind::Csv => csv::STAMP,
            Kind::Exchange => exchange::Exchange::STAMP,
        }
    }

    /// The name of the file with a number, at whose begin the clock stands. A Postfix log has the date on
    /// which logrotate put it away, which tells the year that its stamps leave out; Exchange names the hour
    /// in which a file begins. The others are written as one file.
    pub fn file_name(self, clock: &Clock, number: u64, hours_per_file: u64) -> String {
        let begin = number * hours_per_file;
        match self {
            Kind::Postfix => format!("mail.log-{}", clock.day_name((begin + hours_per_file) / 24)),
            Kind::Exim => "mainlog".to_owned(),
            Kind::Csv => "trace.csv".to_owned(),
            Kind::Exchange => format!("RECV{}{:02}-1.LOG", clock.day_name(begin / 24), begin % 24),
        }
    }

    /// Appends the lines with which each file begins.
    pub fn head(self, clock: &Clock, out: &mut Vec<u8>) {
        match self {
            Kind::Postfix | Kind::Exim => {}
            Kind::Csv => csv::head(out),
            Kind::Exchange => exchange::head(clock, out),
        }
    }
}
