//! Looks at places all along a plain file: where it goes back in time somebody has put logs together, and of a quiet server
//! neither end may have a line.

use super::ends::lines_at;
use super::samples::Samples;
use super::{Ends, whole_lines};
use crate::formats::lines::Glance;
use crate::input::platform;
use crate::time::HOUR;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;

/// How many lines of a mail server are looked at in each place of a larger file. A folder has many of them, of which few are
/// read.
const OF_EACH: usize = 4;
/// Bytes of a look at the place where time goes back.
const LOOK: usize = 4 << 10;
/// A file of more stretches than that is a jumble.
const STRETCHES: usize = 32;

/// A stretch of an input in which time goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The place of its first line.
    pub begins: u64,
    /// The first and the last moment of it, as far as samples tell.
    pub covers: (i64, i64),
}

/// What the lines that were looked at so far tell.
#[derive(Default)]
struct Walk {
    passes: Vec<Pass>,
    /// The latest moment of each host in the pass at hand: the clocks of two may be in different zones.
    latest: BTreeMap<Box<[u8]>, i64>,
    /// The latest moment of any of them, in all passes.
    last: Option<i64>,
    is_disordered: bool,
    /// The place of the line before.
    before: u64,
}

impl Ends {
    /// Looks at places all along the file.
    pub(super) fn see_samples(
        &mut self,
        file: &File,
        samples: &Samples<'_>,
        glance: &mut Glance<'_>,
    ) -> io::Result<()> {
        let mut walk = Walk::default();
        let of_each = if samples.whole().is_some() { usize::MAX } else { OF_EACH };
        for (offset, piece) in samples.pieces() {
            let is_end = offset.saturating_add(u64::try_from(piece.len()).unwrap_or(0)) >= samples.len;
            // What is cut off has half a stamp or half a name.
            let lines = lines_at(if is_end { piece } else { whole_lines(piece) }, offset);
            let mut looked_at = 0_usize;
            for (place, line) in lines {
                let Some((message, _)) = glance.mail(line, place) else { continue };
                self.see_host(message.host);
                let found = (place.offset, message.at, message.host);
                walk.line(found, |from, last| turning_point(glance, file, from, found, last))?;
                looked_at = looked_at.saturating_add(1);
                if looked_at >= of_each {
                    break;
                }
            }
        }
        let is_last_late = self.last.zip(walk.last).is_some_and(|(at, last)| is_back(at, last));
        self.is_disordered = walk.is_disordered || is_last_late;
        if let Some((pass, last)) = walk.passes.last_mut().zip(self.last) {
            pass.covers.1 = pass.covers.1.max(last);
        }
        if (2..=STRETCHES).contains(&walk.passes.len()) {
            self.passes = walk.passes;
        }
        Ok(())
    }
}

impl Walk {
    /// One more line: its place, its time and its host. `begins` finds where a pass that it belongs to begins, when, and when the
    /// one before ends.
    fn line(
        &mut self,
        (place, at, host): (u64, i64, &[u8]),
        begins: impl FnOnce(u64, i64) -> io::Result<(u64, i64, i64)>,
    ) -> io::Result<()> {
        self.is_disordered |= self.last.is_some_and(|last| is_back(at, last));
        self.last = self.last.max(Some(at));
        let latest = self.latest.get(host).copied();
        if let Some(last) = latest.filter(|last| is_back(at, *last) && self.passes.len() <= STRETCHES) {
            let (begins, first, end) = begins(self.before, last)?;
            self.passes.last_mut().into_iter().for_each(|pass| pass.covers.1 = pass.covers.1.max(end));
            self.passes.push(Pass { begins, covers: (first.min(at), at) });
            self.latest.clear();
        }
        self.before = place;
        let latest = latest.filter(|_| !self.latest.is_empty());
        if latest.is_none_or(|latest| at > latest) {
            self.latest.insert(host.into(), at);
        }
        match self.passes.last_mut() {
            Some(pass) => pass.covers = (pass.covers.0.min(at), pass.covers.1.max(at)),
            None => self.passes.push(Pass { begins: 0, covers: (at, at) }),
        }
        Ok(())
    }
}

/// Servers write no line that much late.
fn is_back(at: i64, last: i64) -> bool {
    at < last.saturating_sub(HOUR)
}

/// The place and the time of the first line of a host that is over an hour earlier than `last`, as the one that was found is, and
/// the one at `from` is not; and the latest time before it.
fn turning_point(
    glance: &mut Glance<'_>,
    file: &File,
    mut from: u64,
    (found, at, host): (u64, i64, &[u8]),
    last: i64,
) -> io::Result<(u64, i64, i64)> {
    let mut bytes = vec![0; LOOK];
    let mut line = |from: u64, is_wanted: &dyn Fn(i64) -> bool| -> io::Result<Option<(u64, i64)>> {
        let read = platform::read_at(file, &mut bytes, from)?;
        for (place, line) in lines_at(whole_lines(bytes.get(..read).unwrap_or_default()), from) {
            if let Some((message, _)) = glance.mail(line, place)
                && message.host == host
                && is_wanted(message.at)
            {
                return Ok(Some((place.offset, message.at)));
            }
        }
        Ok(None)
    };
    let look = u64::try_from(LOOK).unwrap_or(u64::MAX);
    let mut to = found;
    while to.saturating_sub(from) > look {
        let middle = from.midpoint(to);
        match line(middle, &|_| true)? {
            Some((place, at)) if place < to && is_back(at, last) => to = place,
            Some((place, _)) if place < to => from = place,
            // Lines of others only: where it turns is not to be seen more closely.
            _ => break,
        }
    }
    let end = Cell::new(last);
    let is_turn = |at: i64| {
        is_back(at, last) || {
            end.set(end.get().max(at));
            false
        }
    };
    while from < to {
        if let Some((place, first)) = line(from, &is_turn)? {
            return Ok((place.min(to), first, end.get()));
        }
        from = from.saturating_add(look.div_euclid(2));
    }
    Ok((to, at, end.get()))
}
