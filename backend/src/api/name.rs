//! What names must be like.

use super::error::{Result, invalid};
use hunch_protocol::limits;

/// 422 about the field `name` unless the name will do.
pub(crate) fn check_name(name: &str) -> Result<()> {
    name_fault(name).map_or(Ok(()), |fault| Err(invalid("name", fault)))
}

/// What is wrong with a name: it has 1 to 200 characters, none of them a control character, and no space around it.
pub(crate) fn name_fault(name: &str) -> Option<String> {
    if name.is_empty() {
        Some("must not be empty".into())
    } else if name.chars().count() > limits::NAME_CHARS {
        Some(format!("must have at most {} characters", limits::NAME_CHARS))
    } else if name.chars().any(char::is_control) {
        Some("must not hold control characters".into())
    } else if name.trim() != name {
        Some("must not begin or end with a space".into())
    } else {
        None
    }
}
