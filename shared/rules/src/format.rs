//! The canonical spelling.

use crate::diagnostic::Diagnostic;
use crate::parser::parse;

/// Formats a source; a source with errors is left alone and its errors are returned.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let (_, diagnostics) = parse(text);
    if diagnostics.is_empty() { Ok(text.to_owned()) } else { Err(diagnostics) }
}
