//! Submissions in, one small table of cells out. Tables merge: of slices, files, days and machines, in any grouping,
//! to the same result.

pub mod behaviour;
mod buckets;
pub mod cell;
pub mod clients;
pub mod evidence;
pub mod filter;
pub mod lowest;
pub mod names;
pub mod origin;
pub mod pattern;
pub mod table;

pub use cell::{Dims, Unit};
pub use filter::Filter;
pub use table::{Cell, Row, Share, Table};
