//! Settings: the project's name, the seed that it keeps, and terms not to be suggested.

use super::{invalid, name_fault, read, refused};
use crate::store::{Asked, Effect, Refused};
use hunch_protocol::{SettingsBody, limits};
use serde_json::Value;

pub(super) fn check(asked: Asked<'_>, body: Option<&Value>) -> Result<Effect, Refused> {
    super::only_one(asked.key)?;
    let Some(body) = body else {
        return Err(refused("invalid", "A project's settings cannot be taken away."));
    };
    let SettingsBody { name, seed, blacklist } = read(body)?;
    if let Some(fault) = name_fault(&name) {
        return Err(invalid("name", fault));
    }
    if seed != asked.inputs.project.seed {
        return Err(invalid("seed", "is given when the project is made and stays"));
    }
    if blacklist.len() > limits::BLACKLIST_TERMS {
        return Err(invalid("blacklist", format!("must have at most {} terms", limits::BLACKLIST_TERMS)));
    }
    let sorted = blacklist.is_sorted_by(|a, b| a < b);
    if !sorted || blacklist.iter().any(|term| term.is_empty() || term.chars().count() > limits::NAME_CHARS) {
        let most = limits::NAME_CHARS;
        return Err(invalid(
            "blacklist",
            format!("must be sorted, without repeats, each of 1 to {most} characters"),
        ));
    }
    Ok(Effect::default())
}
