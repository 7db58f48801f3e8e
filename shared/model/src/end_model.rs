//! The end model: a small text and table classifier that learns from probabilistic labels and labels what no rule covers.
//!
//! It is multinomial logistic regression on hashed words, phrases of two words, letter sequences, and attributes,
//! noise-aware: the loss of a document is the cross-entropy to its probabilities, so that a document on which the label
//! model is unsure teaches little. [`Training`] reads the corpus chunk by chunk in several passes and keeps nothing of
//! a document between them, so a corpus may be much larger than memory. Beside the model itself it trains one model per
//! fold on the documents of the other folds; those judge the documents they have not seen, which gives the
//! cross-validated figures and the temperature that calibrates the model.
//!
//! Equal chunks in equal order with equal options give an equal model to the bit on every platform (letters and their
//! lower case by the Unicode tables of one build). Within a chunk the order of rows changes nothing as long as ids
//! differ; other chunks, or chunks in another order, give another model that is about as good.
//!
//! | file | what |
//! |---|---|
//! | `options`, `inputs` | what to learn, from which columns |
//! | `grams`, `features` | a document as a sparse list of numbers |
//! | `learner` | one logistic regression under way |
//! | `training` | the passes |
//! | `model`, `explanation`, `bytes` | the model: probabilities, what they come from, how it is kept |

mod bytes;
mod error;
mod explanation;
mod features;
mod grams;
mod inputs;
mod learner;
mod model;
mod options;
#[cfg(test)]
mod tests;
mod training;

pub use bytes::EndModelFormatError;
pub use error::EndModelError;
pub use explanation::{Contribution, Explanation, Feature};
pub use grams::TEXT_BYTES;
pub use inputs::{Input, InputKind};
pub use model::EndModel;
pub use options::{EndModelOptions, STATE_BYTES};
pub use training::{CrossValidation, HELD_OUT_ROWS, Pass, Targets, Trained, Training};
