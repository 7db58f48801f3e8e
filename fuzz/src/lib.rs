//! What the fuzz targets check of one input.

mod evaluate;
mod import;
mod parse;

pub use evaluate::evaluate;
pub use import::import;
pub use parse::parse;
