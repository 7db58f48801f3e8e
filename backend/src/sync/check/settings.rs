//! Settings: the project's name, and the seed that it keeps.

use super::{invalid, name_fault, read, refused};
use crate::store::{Asked, Effect, Refused};
use hunch_protocol::SettingsBody;
use serde_json::Value;

pub(super) fn check(asked: Asked<'_>, body: Option<&Value>) -> Result<Effect, Refused> {
    super::only_one(asked.key)?;
    let Some(body) = body else {
        return Err(refused("invalid", "A project's settings cannot be taken away."));
    };
    let SettingsBody { name, seed } = read(body)?;
    if let Some(fault) = name_fault(&name) {
        return Err(invalid("name", fault));
    }
    if seed != asked.inputs.project.seed {
        return Err(invalid("seed", "is given when the project is made and stays"));
    }
    Ok(Effect::default())
}
