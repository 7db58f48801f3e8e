//! Label models: what many noisy votes on a document say about its label, and how right each source seems to be.
//!
//! Votes are first counted as a table of distinct rows ([`PatternCounter`]), models are fitted on that table ([`fit()`]),
//! and each document reads its probabilities from its pattern's row ([`Fitted`]).
//! Pure and deterministic: equal votes give equal bits on every platform, whatever the order of rows and sources.
//! All logarithms and exponentials come from `libm`, and sums run over patterns and sources in the table's order.
//!
//! | file | what |
//! |---|---|
//! | `pattern` | the table of vote rows |
//! | `fit` | models by name, their options, what they find |
//! | `majority`, `weighted`, `expectation` | the models; `expectation` is Dawid-Skene's EM in its several forms |
//! | `matrix_completion`, `triplet` | Snorkel's and FlyingSquid's models |
//! | `robust` | the default |
//! | `similar` | copies of sources, which share one weight |
//! | `explain`, `warnings`, `sensitivity` | why a label is as it is, what to know before trusting it, what hangs on the prior |
//! | `people` | votes of people, beside those of rules or alone |
//! | `posterior` | log-weights of votes, and the probabilities they add up to |
//! | `source_kind` | whether silence is a sign |
//! | `agreement` | how far people agree, with each other and with gold |
//! | `calibration` | probabilities that mean what they say |
//! | `end_model` | a classifier that learns from the labels and labels what no rule covers |
//! | `gold`, `cross_fit` | gold that models learn from, and honest scores where they do; what a source is worth |
//! | `against_majority` | labels that differ from majority vote's |
//! | `interval` | how far a share can be trusted |
//! | `ties`, `score` | the label of a document, and how good labels are against gold |

mod against_majority;
pub mod agreement;
pub mod calibration;
mod cross_fit;
pub mod end_model;
mod expectation;
mod explain;
mod fit;
mod gold;
mod interval;
mod majority;
mod matrix_completion;
mod pattern;
mod people;
mod posterior;
mod random;
mod robust;
mod score;
mod sensitivity;
mod similar;
mod source_kind;
mod ties;
mod triplet;
mod warnings;
mod weighted;

#[cfg(test)]
mod tests;

pub use against_majority::{Moved, moved_from_majority};
pub use cross_fit::{cross_fit, source_values};
pub use explain::{Explainer, Explanation, Reason, Term, rival};
pub use fit::{FitError, FitOptions, Fitted, Labels, ModelKind, Prior, UnknownModel, fit};
pub use gold::GoldCounts;
pub use interval::{Interval, share_interval, wilson};
pub use pattern::{PatternCounter, PatternFormatError, PatternTable, VoteError};
pub use people::{
    Answer, PEOPLE_MODEL, PeopleFitted, PeopleOptions, PeopleVoteError, PeopleVotes, PersonVote, RulesSay,
    fit_people,
};
pub use score::{Scores, Tally, score, score_folds, score_rows};
pub use sensitivity::{Flip, flips};
pub use source_kind::SourceKind;
pub use ties::{Ties, break_tie, most_likely};
pub use warnings::{Versus, Warning, below_majority, majority_is_enough, vote_warnings, warnings};
