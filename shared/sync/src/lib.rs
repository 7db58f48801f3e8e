//! The algebra of sync: what an operation does to the entities of a project, in which order devices learn of it, and
//! how a device's own copy follows. Pure: no I/O, no clock, no randomness; ids, times and what is stored are arguments.
//! The server and the browser carry out on their databases what is decided here. `docs/sync.md` is the protocol.
//!
//! | file | what |
//! |---|---|
//! | `entity`, `operation`, `conflict` | what crosses the wire |
//! | `merge` | what becomes of an edit: the three-way decision, kind by kind |
//! | `step` | carrying out one operation: the revisions to write and the receipt |
//! | `log` | numbers of devices, pages of a pull, tombstones and how they end |
//! | `replica` | a device's copy: entities, outbox, cursor |

mod conflict;
mod entity;
mod log;
mod merge;
mod operation;
mod replica;
mod step;

pub use conflict::*;
pub use entity::*;
pub use log::*;
pub use merge::{Decision, Edit, Verdict, decide};
pub use operation::*;
pub use replica::*;
pub use step::*;
