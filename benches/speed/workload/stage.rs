//! Sessions that run beside one another, written as one log in the order of time.
//!
//! In: a [`Source`] of scripts (the lines of one session or delivery, without stamps), a size and a number of
//! days. Out: a log in which up to 45 sessions and deliveries are interleaved over those days.

use std::io;

use super::clock::Clock;
use super::log::Log;
use super::rng::Rng;

/// The most scripts that run beside one another, those aside that a script itself begins.
const CROWD: u64 = 45;

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

/// Writes a log of at least so many bytes, each day as much as any other.
pub fn play(source: &mut impl Source, log: &mut Log, bytes: u64, days: u64, rng: Rng) -> io::Result<()> {
    let clock = Clock::new(bytes, days);
    let mut stage = Stage { source, clock, rng, active: Vec::new(), asleep: Vec::new(), crowd: 1, last: 0 };
    for day in 0..days {
        stage.clock.start(day);
        while log.bytes < bytes * (day + 1) / days {
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
                    let gap = log.stamp().gap();
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
