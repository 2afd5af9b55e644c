//! Sessions that run beside one another, written as one log in the order of time.
//!
//! In: a [`Source`] of scripts (the lines of one session or delivery, without stamps) and a size.
//! Out: a file in which up to 45 sessions and deliveries are interleaved over 14 days, from 7 to 20 November
//! 2026.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use super::rng::Rng;

/// The days of a log.
pub const DAYS: u64 = 14;
/// The day of November on which a log begins.
const FIRST_DAY: u64 = 7;
/// 7 November 2026 00:00 UTC in seconds since 1970.
const FIRST_SECOND: u64 = 1_794_009_600;
/// The days of the week, from that on which a log begins.
const WEEKDAYS: [&str; 7] = ["Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri"];
/// The most scripts that run beside one another, those aside that a script itself begins.
const CROWD: u64 = 45;

/// How a time is written; in a log, also how its lines are.
#[derive(Clone, Copy)]
pub enum Stamp {
    /// `Nov  7 10:00:00`
    Bsd,
    /// `2026-11-07 10:00:00`
    Dashed,
    /// `2026-11-07T10:00:00Z`
    Rfc3339,
    /// `2026-11-07T10:00:00.000Z`, followed by a comma; lines end as on Windows
    Exchange,
    /// `Sat, 7 Nov 2026 10:00:00 +0000`
    Mail,
}

impl Stamp {
    /// What stands between the time and the rest of a line.
    fn gap(self) -> u8 {
        if let Stamp::Exchange = self { b',' } else { b' ' }
    }

    /// What ends a line.
    fn end(self) -> &'static [u8] {
        if let Stamp::Exchange = self { b"\r\n" } else { b"\n" }
    }
}

/// The time within a log: it never goes back, and never leaves its day before it is told to.
pub struct Clock {
    day: u64,
    millis: u64,
    step: u64,
}

impl Clock {
    /// A clock for a log of so many bytes: half a second a line, less where that would not fit into the days.
    pub fn new(bytes: u64) -> Self {
        let lines_a_day = bytes / DAYS / 140;
        let step = 72_000_000 / lines_a_day.max(1);
        Self { day: 0, millis: 0, step: step.min(500) }
    }

    /// Goes to the begin of a day.
    pub fn start(&mut self, day: u64) {
        self.day = day;
        self.millis = 0;
    }

    /// Goes on by the time of one line.
    pub fn tick(&mut self, rng: &mut Rng) {
        self.millis = (self.millis + rng.below(2 * self.step + 1)).min(86_399_999);
    }

    /// Milliseconds since the begin of the log.
    fn elapsed(&self) -> u64 {
        self.day * 86_400_000 + self.millis
    }

    /// Seconds since 1970.
    pub fn epoch(&self) -> u64 {
        FIRST_SECOND + self.elapsed() / 1000
    }

    /// Appends the time.
    pub fn stamp(&self, style: Stamp, out: &mut Vec<u8>) {
        let (day, second) = (FIRST_DAY + self.day, self.millis / 1000);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        match style {
            Stamp::Bsd => put!(out, "Nov {day:2} {hour:02}:{minute:02}:{second:02}"),
            Stamp::Dashed => put!(out, "2026-11-{day:02} {hour:02}:{minute:02}:{second:02}"),
            Stamp::Rfc3339 => put!(out, "2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
            Stamp::Exchange => {
                let millis = self.millis % 1000;
                put!(out, "2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z");
            }
            Stamp::Mail => {
                let name = WEEKDAYS[(self.day % 7) as usize];
                put!(out, "{name}, {day} Nov 2026 {hour:02}:{minute:02}:{second:02} +0000");
            }
        }
    }
}

/// What a script does next.
enum Step {
    /// Write the text up to this offset as a line.
    Line(usize),
    /// Let another script begin.
    Begin(Script),
    /// Do nothing for so many milliseconds.
    Pause(u64),
    /// Give something back to the source (a process, an inode).
    Release(u32),
}

/// The lines of one session or delivery, in order.
#[derive(Default)]
pub struct Script {
    /// The text of all lines, without stamps and line ends.
    pub text: Vec<u8>,
    steps: Vec<Step>,
    next: usize,
    written: usize,
}

impl Script {
    /// Ends the line that was appended to `text`.
    pub fn end_line(&mut self) {
        self.steps.push(Step::Line(self.text.len()));
    }

    /// At this point another script begins and runs beside this one.
    pub fn begin(&mut self, other: Script) {
        self.steps.push(Step::Begin(other));
    }

    /// At this point nothing happens for so many seconds.
    pub fn pause(&mut self, seconds: u64) {
        self.steps.push(Step::Pause(seconds * 1000));
    }

    /// At this point something goes back to the source.
    pub fn release(&mut self, token: u32) {
        self.steps.push(Step::Release(token));
    }
}

/// Appends to a `Vec<u8>`, as `write!` does, which cannot fail there.
macro_rules! put {
    ($out:expr, $($format:tt)+) => {
        std::io::Write::write_fmt($out, format_args!($($format)+)).expect("memory takes every byte")
    };
}
pub(crate) use put;

/// Appends a line to a script, as `write!` does.
macro_rules! say {
    ($script:expr, $($format:tt)+) => {{
        $crate::workload::stage::put!(&mut $script.text, $($format)+);
        $script.end_line();
    }};
}
pub(crate) use say;

/// What invents sessions.
pub trait Source {
    /// The next session.
    fn next(&mut self, rng: &mut Rng, clock: &Clock) -> Script;
    /// Takes back what a script released.
    fn release(&mut self, token: u32);
}

/// The file that is written.
pub struct Log {
    file: File,
    buffer: Vec<u8>,
    stamp: Stamp,
    /// Bytes written so far.
    pub bytes: u64,
    /// Lines written so far.
    pub lines: u64,
}

impl Log {
    /// Creates the file.
    pub fn create(path: &Path, stamp: Stamp) -> io::Result<Self> {
        Ok(Self { file: File::create(path)?, buffer: Vec::with_capacity(1 << 21), stamp, bytes: 0, lines: 0 })
    }

    /// Writes one line: what `fill` appends behind the time.
    pub fn line(&mut self, clock: &Clock, fill: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let before = self.buffer.len();
        clock.stamp(self.stamp, &mut self.buffer);
        fill(&mut self.buffer);
        self.ended(before)
    }

    /// Writes a line that has no time (a header).
    pub fn bare(&mut self, text: &str) -> io::Result<()> {
        let before = self.buffer.len();
        self.buffer.extend_from_slice(text.as_bytes());
        self.ended(before)
    }

    /// Ends a line that began at `before`.
    fn ended(&mut self, before: usize) -> io::Result<()> {
        self.buffer.extend_from_slice(self.stamp.end());
        self.bytes += (self.buffer.len() - before) as u64;
        self.lines += 1;
        if self.buffer.len() >= 1 << 20 {
            self.file.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Writes what is left, down to the disk, so that nothing is written behind the back of a measurement;
    /// its length.
    pub fn close(mut self) -> io::Result<u64> {
        self.file.write_all(&self.buffer)?;
        self.file.sync_all()?;
        Ok(self.bytes)
    }
}

/// The scripts that are running.
struct Stage<'a, S> {
    source: &'a mut S,
    clock: Clock,
    rng: Rng,
    active: Vec<Script>,
    asleep: Vec<(u64, Script)>,
    crowd: u64,
    last: usize,
}

/// Writes a log of at least so many bytes.
pub fn play(source: &mut impl Source, log: &mut Log, bytes: u64, rng: Rng) -> io::Result<()> {
    let clock = Clock::new(bytes);
    let mut stage = Stage { source, clock, rng, active: Vec::new(), asleep: Vec::new(), crowd: 1, last: 0 };
    for day in 0..DAYS {
        stage.clock.start(day);
        while log.bytes < bytes * (day + 1) / DAYS {
            stage.fill();
            stage.step(log)?;
        }
        while !stage.active.is_empty() {
            stage.step(log)?;
        }
    }
    Ok(())
}

impl<S: Source> Stage<'_, S> {
    /// Wakes and begins scripts, as many as are wanted at the moment: a number that wanders from 1 to
    /// `CROWD`.
    fn fill(&mut self) {
        if self.rng.below(50) == 0 {
            let to = self.crowd + self.rng.below(7);
            self.crowd = to.saturating_sub(3).clamp(1, CROWD);
        }
        let now = self.clock.elapsed();
        if let Some(due) = self.asleep.iter().position(|(wake, _)| *wake <= now) {
            let (_, script) = self.asleep.swap_remove(due);
            self.active.push(script);
        }
        while (self.active.len() as u64) < self.crowd {
            let script = self.source.next(&mut self.rng, &self.clock);
            self.active.push(script);
        }
    }

    /// Lets one script go on up to its next line; half of the time the one that wrote the last line.
    fn step(&mut self, log: &mut Log) -> io::Result<()> {
        let stays = self.last < self.active.len() && self.rng.chance(50);
        let at = if stays { self.last } else { self.rng.index(self.active.len()) };
        self.last = at;
        let mut begun = None;
        loop {
            let script = &mut self.active[at];
            let Some(step) = script.steps.get_mut(script.next) else {
                self.active.swap_remove(at);
                break;
            };
            script.next += 1;
            match step {
                Step::Line(end) => {
                    self.clock.tick(&mut self.rng);
                    let text = &script.text[script.written..*end];
                    script.written = *end;
                    let gap = log.stamp.gap();
                    log.line(&self.clock, |out| {
                        out.push(gap);
                        out.extend_from_slice(text);
                    })?;
                    break;
                }
                Step::Begin(other) => begun = Some(std::mem::take(other)),
                Step::Release(token) => self.source.release(*token),
                Step::Pause(millis) => {
                    let wake = self.clock.elapsed() + *millis;
                    self.asleep.push((wake, self.active.swap_remove(at)));
                    break;
                }
            }
            self.active.extend(begun.take());
        }
        Ok(())
    }
}
