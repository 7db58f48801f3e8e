//! Lexicons: some words under a name that rules may use.

use super::{invalid, name_fault, policy, read, refused};
use crate::rules::broken;
use crate::store::{Asked, Effect, Refused};
use hunch_protocol::{INLINE_TERM_BYTES, LexiconAddress, LexiconBody, LexiconTerms, limits};
use serde_json::Value;

pub(super) fn check(asked: Asked<'_>, body: Option<&Value>) -> Result<Effect, Refused> {
    let Asked { inputs, key, .. } = asked;
    let Some(body) = body else {
        let mut after = inputs.clone();
        after.lexicons.retain(|lexicon| lexicon.name != key.id);
        let mut users = broken(inputs, &after);
        users.extend(policy::broken(inputs, &after));
        if users.is_empty() {
            return Ok(Effect::default());
        }
        let detail = format!("Rules use this lexicon: {}. Edit them first.", users.join(", "));
        return Err(refused("in-use", detail));
    };
    if let Some(fault) = name_fault(&key.id) {
        return Err(invalid("name", fault));
    }
    let count = match read(body)? {
        LexiconBody::Terms(LexiconTerms { terms }) => {
            if terms.iter().map(String::len).sum::<usize>() > INLINE_TERM_BYTES {
                let most = format!("must have at most {INLINE_TERM_BYTES} bytes; put more by their hash");
                return Err(invalid("terms", most));
            }
            terms.len()
        }
        LexiconBody::Address(LexiconAddress { count, .. }) => usize::try_from(count).unwrap_or(usize::MAX),
    };
    match count {
        0 => Err(invalid("terms", "must hold at least one word")),
        count if count > limits::LEXICON_TERMS => {
            Err(invalid("terms", format!("must be at most {}", limits::LEXICON_TERMS)))
        }
        _ => Ok(Effect::default()),
    }
}
