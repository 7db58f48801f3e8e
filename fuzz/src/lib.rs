//! What the fuzz targets check of one input.

mod evaluate;
mod parse;

pub use evaluate::evaluate;
pub use parse::parse;
