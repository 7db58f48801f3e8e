//! Augmentation: changed copies of train documents, made by the policies that `hunch_rules` reads.
//!
//! [`Augmenter`] carries a policy out on a chunk. All randomness is keyed by (seed, document, policy, step, copy), so a
//! copy depends on nothing but its parent, the policy and the seed: not on other documents, on the order of the work or
//! on the machine. `docs/augmentation.md` defines every transformation.

mod augmenter;
mod diff;
mod keyboard;
mod parameters;
mod random;
mod terms;
mod text;

pub use augmenter::{AugmentError, Augmenter, Variants, variant_id};
pub use diff::{DiffKind, DiffPiece, diff};
pub use parameters::{Categories, Moments, Parameters};
