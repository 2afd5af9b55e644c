//! The collector that writes single messages, in the order of the logs, whatever the threads.
//!
//! A message is written at its place: that of the line which accepted it. One whose TLS only the end of its session tells
//! keeps those behind it waiting, an hour of log time at most.

use crate::cli::{Format, Schema};
use crate::error::Error;
use crate::probe::Input;
use crate::read::Collector;
use crate::render::json::{self, Frame};
use crate::render::output::Output;
use crate::render::{Style, csv};
use crate::report::ecs;
use crate::report::messages::{COLUMNS, row};
use crate::report::{Condition, ValueOf};
use crate::submission::{ClientName, Place, Sink, Submission, Tls};
use crate::tally::Filter;
use crate::tally::evidence::Evidence;
use crate::time::Clock;
use crate::time::zone::day_of;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// A row of a table that counts more than this is not written as single ones: who made it up could fill any disk.
pub const MOST_OF_A_ROW: u64 = 1_000_000;

/// What all collectors of a run share.
pub struct Shared<'s> {
    /// The inputs, by rank.
    pub inputs: &'s [Input],
    /// What a missing TLS line means.
    pub evidence: &'s Evidence,
    /// What is kept.
    pub filter: Filter,
    /// Which rows are written.
    pub condition: Option<&'s Condition>,
    /// How a row is written.
    pub shape: Shape,
    /// Zones.
    pub clock: Clock,
    /// The logs hold no messages: sessions are told.
    pub sessions: bool,
    /// Where rows go.
    pub writer: Mutex<Writer>,
}

/// Rows on their way.
pub struct Messages<'s> {
    shared: &'s Shared<'s>,
    /// By place, as they are to be written; a row of a table may stand for several messages.
    rows: BTreeMap<Place, (io::Result<Vec<u8>>, u64)>,
}

impl<'s> Messages<'s> {
    /// No rows yet.
    pub fn new(shared: &'s Shared<'s>) -> Self {
        Self { shared, rows: BTreeMap::new() }
    }

    /// Writes all rows in front of a place.
    fn write_before(&mut self, waiting: Option<Place>) -> Result<(), Error> {
        let kept = waiting.map_or_else(BTreeMap::new, |place| self.rows.split_off(&place));
        let ready = std::mem::replace(&mut self.rows, kept);
        let mut writer = self.shared.writer.lock().unwrap_or_else(PoisonError::into_inner);
        ready.into_iter().try_for_each(|(place, (row, times))| {
            if times > MOST_OF_A_ROW {
                return Err(self.too_many(place, times));
            }
            let row = row.map_err(|error| writer.out.error(error))?;
            (0..times).try_for_each(|_| writer.row(&row))
        })
    }

    fn too_many(&self, place: Place, times: u64) -> Error {
        let input = self.input_of(place).map(|input| input.name.clone()).unwrap_or_default();
        let what = if self.shared.sessions { "sessions" } else { "messages" };
        Error::TooManyInARow(input, place.offset, times, what)
    }

    fn input_of(&self, place: Place) -> Option<&'s Input> {
        self.shared.inputs.get(usize::try_from(place.input).ok()?)
    }

    /// Writes what is left.
    pub fn finish(mut self) -> Result<(), Error> {
        self.write_before(None)
    }

    fn settled(&self, submission: &Submission<'_>) -> Tls {
        match (submission.tls(), submission.time) {
            (Tls::Unlogged, Some(at)) => {
                let mut clock = self.shared.clock;
                let day = day_of(clock.wall(at));
                let (server, service) =
                    (submission.server.unwrap_or_default(), submission.service.unwrap_or_default());
                self.shared.evidence.settle(server, service, day)
            }
            (Tls::Unlogged, None) => Tls::Unknown,
            (tls, _) => tls,
        }
    }
}

impl Sink for Messages<'_> {
    fn submission(&mut self, submission: &Submission<'_>) {
        let counts = submission.counts();
        let times = if self.shared.sessions { counts.sessions } else { counts.messages };
        if times == 0 || !self.shared.filter.keeps(submission, false) {
            return;
        }
        let tls = self.settled(submission);
        if !self.shared.filter.keeps_tls(tls) {
            return;
        }
        let (format, source) = self
            .input_of(submission.place)
            .map_or(("", ""), |input| (input.detected.format.as_str(), input.name.as_str()));
        let row = row(submission, tls, format, source);
        let is_kept = self.shared.condition.is_none_or(|condition| condition.keeps(&COLUMNS, &row));
        if !is_kept {
            return;
        }
        let row = match self.shared.shape.schema {
            Schema::Own => row,
            Schema::Ecs => ecs::row(&row, self.shared.sessions),
        };
        self.rows.insert(submission.place, (self.shared.shape.text(row), times));
    }

    fn tls_logged(&mut self, _: &[u8], _: &[u8], _: i64) {}

    fn client_name(&mut self, _: &[u8], _: ClientName<'_>) {}
}

impl Collector for Messages<'_> {
    fn advance(&mut self, _: i64) {}

    fn hand_over(
        &mut self,
        worker: &mut Self,
        slice: Range<Place>,
        waiting: impl Fn() -> Option<Place>,
    ) -> Result<(), Error> {
        let mut rows = worker.rows.split_off(&slice.start);
        worker.rows.append(&mut rows.split_off(&slice.end));
        self.rows.append(&mut rows);
        self.write_before(waiting())
    }

    fn merge(&mut self, mut worker: Self) -> Result<(), Error> {
        self.rows.append(&mut worker.rows);
        Ok(())
    }
}

/// How a row is written.
pub struct Shape {
    format: Format,
    schema: Schema,
    columns: Vec<&'static str>,
    style: Style,
}

impl Shape {
    /// In this format, with the names of this schema.
    pub fn new(format: Format, schema: Schema, style: Style) -> Self {
        let columns = match schema {
            Schema::Own => COLUMNS.to_vec(),
            Schema::Ecs => ecs::columns(),
        };
        Self { format, schema, columns, style }
    }

    /// A row as text: each worker writes its own, so that only bytes wait for their turn.
    fn text(&self, row: Vec<ValueOf<'_>>) -> io::Result<Vec<u8>> {
        let (columns, style) = (&self.columns, &self.style);
        let record = match (self.format, self.schema) {
            (Format::Table | Format::Csv, _) => return Ok(csv::text([row], csv::OF_A_ROW, style)),
            (_, Schema::Own) => json::record(columns, &row, style),
            (Format::Json, Schema::Ecs) => json::nested(columns, &row, style),
            (Format::Ndjson, Schema::Ecs) => json::present(columns, &row, style),
        };
        let mut text = Vec::new();
        match self.format {
            Format::Ndjson => json::line(&record, &mut text)?,
            _ => serde_json::to_writer(&mut text, &record)?,
        }
        Ok(text)
    }
}

/// Writes rows one by one.
pub struct Writer {
    /// What stands between the rows of an object.
    rows: Option<json::Rows>,
    out: Output,
}

impl Writer {
    /// Writes what stands in front of the rows.
    pub fn new(shape: &Shape, frame: &Frame, mut out: Output) -> Result<Self, Error> {
        let opened = match shape.format {
            Format::Table | Format::Csv => {
                out.write_all(&csv::header(&shape.columns, &shape.style)).map(|()| None)
            }
            Format::Json => json::Rows::open(frame, &shape.style, &mut out).map(Some),
            Format::Ndjson => Ok(None),
        };
        match opened {
            Ok(rows) => Ok(Self { rows, out }),
            Err(error) => Err(out.error(error)),
        }
    }

    fn row(&mut self, text: &[u8]) -> Result<(), Error> {
        let begun = self.rows.as_mut().map_or(Ok(()), |rows| rows.begin(&mut self.out));
        begun.and_then(|()| self.out.write_all(text)).map_err(|error| self.out.error(error))
    }

    /// Writes what stands behind the rows.
    pub fn finish(mut self) -> Result<(), Error> {
        if let Some(rows) = self.rows
            && let Err(error) = rows.close(&mut self.out)
        {
            return Err(self.out.error(error));
        }
        self.out.finish()
    }
}
