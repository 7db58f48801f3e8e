//! What names must be like.

use super::error::{Result, invalid};
pub(crate) use crate::sync::name_fault;

/// 422 about the field `name` unless the name will do.
pub(crate) fn check_name(name: &str) -> Result<()> {
    name_fault(name).map_or(Ok(()), |fault| Err(invalid("name", fault)))
}
