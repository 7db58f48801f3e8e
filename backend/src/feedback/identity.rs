//! Who answers: a user whom the product vouches for by a signature, or an id that a browser keeps.

use crate::store::StoredWidget;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hunch_protocol::Identity;
use sha2::Sha256;
use uuid::Uuid;

/// Most characters of a user's id.
const ID_CHARS: usize = 64;

/// Why an identity is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IdentityError {
    /// Nobody vouches for the user, and the widget wants that.
    #[error("This widget takes answers of signed identities only; docs/widget.md says how to sign one.")]
    Unsigned,
    /// The id cannot be one.
    #[error(
        "`identity.id` must be 1 to 64 of the characters A-Z a-z 0-9 . _ - when it is signed, and a UUID when it is not."
    )]
    NotAnId,
    /// The signature is not that of any current secret.
    #[error("The signature does not fit the identity; sign `ID:EXPIRES` with the widget's current secret.")]
    Wrong,
    /// The signature was good once.
    #[error("The signature has expired; sign the identity anew.")]
    Expired,
}

/// The name of the user among the widget's: `user-` and the product's id, or `anon-` and the browser's. Nobody who is
/// not signed gets the name of someone who is.
pub(crate) fn name(identity: &Identity, widget: &StoredWidget, now: i64) -> Result<String, IdentityError> {
    let (expires, signature) = match (identity.expires, &identity.signature) {
        (Some(expires), Some(signature)) => (expires, signature),
        (None, None) if !widget.widget.settings.anonymous => return Err(IdentityError::Unsigned),
        (None, None) => {
            let id = Uuid::try_parse(&identity.id).map_err(|_| IdentityError::NotAnId)?;
            return Ok(format!("anon-{id}"));
        }
        _ => return Err(IdentityError::Wrong),
    };
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if identity.id.is_empty() || identity.id.len() > ID_CHARS || !identity.id.bytes().all(good) {
        return Err(IdentityError::NotAnId);
    }
    let (current, old) = &widget.secrets;
    let old = old.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
    let signature = unhex(signature).ok_or(IdentityError::Wrong)?;
    if !current.iter().chain(old).any(|secret| signs(secret, &identity.id, expires, &signature)) {
        return Err(IdentityError::Wrong);
    }
    if expires <= now / 1_000_000 {
        return Err(IdentityError::Expired);
    }
    Ok(format!("user-{}", identity.id))
}

/// Whether a secret signed an id until a time. It compares in constant time.
fn signs(secret: &str, id: &str, expires: i64, signature: &[u8]) -> bool {
    // A key may have any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(format!("{id}:{expires}").as_bytes());
    mac.verify_slice(signature).is_ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let (pairs, []) = digits.as_ref()?.as_chunks::<2>() else { return None };
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_protocol::{SaveWidget, Widget};

    const NOW: i64 = 1_000_000_000;

    fn widget(anonymous: bool) -> StoredWidget {
        let settings = SaveWidget { anonymous, ..SaveWidget::default() };
        StoredWidget {
            id: Uuid::nil(),
            project: Uuid::nil(),
            widget: Widget { settings, ..Widget::default() },
            secrets: (Some("new".into()), Some(("old".into(), NOW + 1))),
        }
    }

    fn signed(secret: &str, id: &str, expires: i64) -> Identity {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
        mac.update(format!("{id}:{expires}").as_bytes());
        let bytes = mac.finalize().into_bytes();
        let signature = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        Identity { id: id.into(), expires: Some(expires), signature: Some(signature) }
    }

    #[test]
    fn the_documented_signature_is_the_one_that_is_checked() {
        // printf 'alice:2000000000' | openssl dgst -sha256 -hmac hws_example
        let identity = signed("hws_example", "alice", 2_000_000_000);
        let documentation = include_str!("../../../docs/widget.md");
        assert!(
            documentation.contains(&identity.signature.expect("signed")),
            "the example in docs/widget.md"
        );
    }

    #[test]
    fn only_the_current_secret_and_for_a_while_the_one_before_sign() {
        let name = |identity: &Identity, now| name(identity, &widget(false), now);
        assert_eq!(name(&signed("new", "alice", 2_000), NOW), Ok("user-alice".into()));
        assert_eq!(name(&signed("old", "alice", 2_000), NOW), Ok("user-alice".into()));
        assert_eq!(name(&signed("old", "alice", 2_000), NOW + 1), Err(IdentityError::Wrong));
        assert_eq!(name(&signed("other", "alice", 2_000), NOW), Err(IdentityError::Wrong));
        assert_eq!(name(&signed("new", "alice", 1_000), NOW), Err(IdentityError::Expired));
        let mut forged = signed("new", "alice", 2_000);
        forged.id = "bob".into();
        assert_eq!(name(&forged, NOW), Err(IdentityError::Wrong));
        forged = signed("new", "alice", 1_000);
        forged.expires = Some(2_000);
        assert_eq!(name(&forged, NOW), Err(IdentityError::Wrong));
        assert_eq!(name(&signed("new", "a/b", 2_000), NOW), Err(IdentityError::NotAnId));
    }

    #[test]
    fn who_is_not_signed_is_nobody_who_is() {
        let id = "0192d4e0-0000-7000-8000-000000000001";
        let bare = |id: &str| Identity { id: id.into(), ..Identity::default() };
        assert_eq!(name(&bare(id), &widget(true), NOW), Ok(format!("anon-{id}")));
        assert_eq!(name(&bare("alice"), &widget(true), NOW), Err(IdentityError::NotAnId));
        assert_eq!(name(&bare(id), &widget(false), NOW), Err(IdentityError::Unsigned));
        let half = Identity { signature: Some("00".into()), ..bare(id) };
        assert_eq!(name(&half, &widget(true), NOW), Err(IdentityError::Wrong));
    }
}
