//! Votes of people: annotators, crowds, users of a product. They stand beside the votes of rules, but unlike rules a
//! person saw some documents only, so silence says nothing, and there may be thousands of them with few votes each.
//!
//! [`fit_people`] is Dawid-Skene's expectation maximization (Dawid & Skene 1979, without the silent) on sparse votes.
//! The label y of a document has a class prior p, a person j who votes says v with probability `C_j(v | y)`, and labels
//! and people are found in turn:
//!
//! ```text
//! E  q_i(y)     ∝ p(y) · Π_j Σ_v C_j(v | y) · w_ij(v)
//! M  C_j(v | y) = (n_j(y, v) + S·P(v | y)) / (n_j(y) + S)      n_j: the votes of j, shared out by q
//!    P(y | y)   = (Σ_j Σ_v n_j(v, v) + B·A) / (Σ_j n_j + B),   P(v | y) = (1 - P(y | y)) / (k - 1)
//! ```
//!
//! `w` is 1 for the label voted and 0 elsewhere; for an answer that is no vote ("not SPAM") it is how well the answer
//! fits each label that the person may hold to be right, so that a "no" counts for what its author is worth.
//! What rules say of a document, their posterior over their prior, is one more such answer, by a source of its own: where
//! people and rules differ, whoever says the same whatever the document is found out, be it a rule or a person.
//!
//! With few votes each, counts alone would make an oracle of a person who happened to agree twice. So:
//! - a person's table is drawn towards what people of the project are on the whole ([`SHRINKAGE`] votes' worth), taken
//!   as one accuracy; a pooled table of all labels instead reinforces itself, which on rte with 1.5 answers per item
//!   ends at 57.9 % where one accuracy gives 71.7 % and majority vote 69.5 %;
//! - that accuracy starts at [`ACCURACY`] for [`POOL`] votes; rules are drawn towards [`RULES_ACCURACY`];
//! - where one person voted alone, that vote is weighed by what they say on other documents, so that a first answer that
//!   differs from rules does not make its author unreliable;
//! - a vote never speaks against what it says: `C_j(v | y)` counts as at most `C_j(v | v)`. A spammer's vote ends up
//!   saying nothing, not the opposite;
//! - where people contradict rules, those count for what they turned out to be worth, because their posterior, that of a
//!   naive Bayes model, is too sure; where people agree with them it stands, so that agreement never lowers a label;
//! - without a rule, a label that was voted counts as at least [`DOUBT`] times as likely as the most frequent one, so that
//!   what a stranger says is taken for true until someone differs.

mod evidence;
mod fit;
mod tables;
mod votes;

#[cfg(test)]
mod tests;

pub use fit::{PeopleFitted, PeopleOptions, RulesSay, fit_people};
pub use votes::{Answer, PeopleVoteError, PeopleVotes, PersonVote};

/// Moves whenever a probability could.
pub const PEOPLE_MODEL: u32 = 2;

/// S: votes' worth of what is expected of a source in each row of its table.
const SHRINKAGE: f64 = 2.0;
/// A: how often a person of whom nothing is known is right …
const ACCURACY: f64 = 0.9;
/// … and B: for how many votes that counts in the pooled accuracy.
const POOL: f64 = 20.0;
/// How often rules that are sure are expected to be right.
const RULES_ACCURACY: f64 = 0.8;
/// How likely a label that a person voted is taken to be before votes, at least, compared with the most frequent one.
const DOUBT: f64 = 1.0 / 6.0;
/// Documents' worth of the class prior that was given, where it is learned.
const PRIOR_DOCUMENTS: f64 = 20.0;
/// Most steps. On published crowds nothing moves that matters after ten.
const STEPS: u32 = 25;
/// Settled when no probability moves by more.
const TOLERANCE: f64 = 1e-6;
