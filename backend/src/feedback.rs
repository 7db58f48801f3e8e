//! Feedback: what a product's users answer in its widgets, who they are, and what their answers mean as votes.
//!
//! It knows nothing of HTTP. [`crate::api`] lets requests in by [`Gate`] and asks [`Reading`] what each answer means; the
//! store writes the answer and its annotation in one transaction.

mod gate;
mod identity;
mod limiter;
mod read;
mod vote;

pub use gate::Gate;
pub(crate) use identity::IdentityError;
pub use limiter::Limiter;
pub(crate) use read::{Reading, Refusal};
pub(crate) use vote::VoteError;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// What every publishable key begins with.
const KEY_PREFIX: &str = "hwk_";
/// What every secret begins with, so that leaked ones are found by those who look for them.
const SECRET_PREFIX: &str = "hws_";

/// A publishable key. It need not be secret, only unlike all others.
pub(crate) fn new_key(random: [u8; 32]) -> String {
    format!("{KEY_PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(&random[..18]))
}

/// A secret that signs identities.
pub(crate) fn new_secret(random: [u8; 32]) -> String {
    format!("{SECRET_PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random))
}
