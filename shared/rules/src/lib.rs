//! The rule language: parse, check, format, complete, compile to a plan. Pure: no I/O, no clock, no randomness.

pub mod plan;

pub use plan::*;
