//! Programs: plans made ready to be evaluated, with everything compiled that can be.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use hunch_rules::plan::{CompareOp, Condition, LabelIndex, Plan, Predicate, TextMatch, canonical_hash};
use serde::Serialize;

use crate::{
    Lexicons, TermWeights, Weights,
    literal::TooManyTerms,
    near::NearSearch,
    regexes::Pattern,
    scalar::{Constants, Operand},
    terms::{Search, SearchKind},
};

/// The content address of a predicate or a computed value.
pub(crate) type Key = Arc<str>;

/// What plans refer to by hash: at least what the plans that are compiled do. Lexicons alone are enough for plans that
/// compare nothing with examples.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// The lexicons.
    pub lexicons: &'a Lexicons,
    /// The weights of terms.
    pub weights: &'a Weights,
}

/// A compiled plan. Cheap to clone and shared between threads.
#[derive(Debug, Clone)]
pub struct Program(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    plan: Plan,
    key: String,
    clauses: Vec<Clause>,
    leaves: Vec<Arc<Leaf>>,
    keys: BTreeSet<Key>,
}

/// Why a plan cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// A regular expression that does not compile, or not within the limits.
    #[error("the regular expression /{pattern}/ cannot be used: {reason}")]
    Regex {
        /// As written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A lexicon whose terms were not given.
    #[error("the terms of the lexicon `@{name}` are not at hand (content {hash})")]
    LexiconMissing {
        /// Its name in the rule.
        name: String,
        /// The hash of its terms.
        hash: String,
    },
    /// A lexicon whose terms are not what a column can be compared with.
    #[error("the lexicon `@{name}` cannot be taken as examples: {reason}")]
    Examples {
        /// Its name in the rule.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Term weights that were not given.
    #[error("the term weights of the column `{column}` are not at hand (content {hash})")]
    WeightsMissing {
        /// The column that is compared with examples.
        column: String,
        /// The hash of the weights.
        hash: String,
    },
    /// Terms beyond what one automaton can hold.
    #[error(transparent)]
    TooManyTerms(#[from] TooManyTerms),
}

/// A clause of a program: see [`hunch_rules::plan::Clause`].
#[derive(Debug)]
pub(crate) struct Clause {
    pub(crate) label: LabelIndex,
    pub(crate) when: Node,
}

/// A compiled [`Condition`].
#[derive(Debug)]
pub(crate) enum Node {
    Always,
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    AtLeast { n: u32, of: Vec<Node> },
    Is(Arc<Leaf>),
}

/// A compiled [`Predicate`] with the key of its results.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) key: Key,
    pub(crate) test: Test,
}

#[derive(Debug)]
pub(crate) enum Test {
    Match { column: String, search: Arc<Search> },
    Near { column: String, search: NearSearch },
    Regex { column: String, pattern: Pattern },
    Compare { left: Operand, op: CompareOp, right: Operand },
    In { value: Operand, list: Constants },
    Missing { value: Operand },
    Truth { column: String },
}

impl<'a> From<&'a Lexicons> for Stored<'a> {
    fn from(lexicons: &'a Lexicons) -> Self {
        static NONE: Weights = Weights::new();
        Self { lexicons, weights: &NONE }
    }
}

impl Program {
    /// Compiles a plan; `stored` holds at least what it refers to.
    pub fn compile<'a>(plan: &Plan, stored: impl Into<Stored<'a>>) -> Result<Self, ProgramError> {
        let mut compiler = Compiler::new(stored.into());
        let clauses = compiler.clauses(&plan.clauses)?;
        let leaves = compiler.leaves.values().cloned().collect();
        let (plan, key, keys) = (plan.clone(), plan.key(), compiler.keys());
        Ok(Self(Arc::new(Inner { plan, key, clauses, leaves, keys })))
    }

    /// The plan it was compiled from.
    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// The plan's key: programs of one key vote alike.
    pub fn key(&self) -> &str {
        &self.0.key
    }

    pub(crate) fn clauses(&self) -> &[Clause] {
        &self.0.clauses
    }

    /// The predicates it is made of, those of rules it names included.
    pub(crate) fn leaves(&self) -> &[Arc<Leaf>] {
        &self.0.leaves
    }

    /// The keys of everything the program has results of.
    pub(crate) fn keys(&self) -> &BTreeSet<Key> {
        &self.0.keys
    }
}

/// Compiles each predicate once, however often a plan names it.
pub(crate) struct Compiler<'a> {
    pub(crate) lexicons: &'a Lexicons,
    weights: &'a Weights,
    leaves: BTreeMap<Key, Arc<Leaf>>,
    measured: BTreeSet<Key>,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(Stored { lexicons, weights }: Stored<'a>) -> Self {
        Self { lexicons, weights, leaves: BTreeMap::new(), measured: BTreeSet::new() }
    }

    pub(crate) fn clauses(
        &mut self,
        clauses: &[hunch_rules::plan::Clause],
    ) -> Result<Vec<Clause>, ProgramError> {
        clauses
            .iter()
            .map(|clause| Ok(Clause { label: clause.label, when: self.node(&clause.when)? }))
            .collect()
    }

    pub(crate) fn node(&mut self, condition: &Condition) -> Result<Node, ProgramError> {
        Ok(match condition {
            Condition::Always => Node::Always,
            Condition::All(of) => Node::All(self.nodes(of)?),
            Condition::Any(of) => Node::Any(self.nodes(of)?),
            Condition::Not(of) => Node::Not(Box::new(self.node(of)?)),
            Condition::AtLeast { n, of } => Node::AtLeast { n: *n, of: self.nodes(of)? },
            Condition::Is(predicate) => Node::Is(self.leaf(predicate)?),
        })
    }

    /// The term weights of that hash; those of no hash weigh all terms alike.
    pub(crate) fn weights(&self, column: &str, hash: &str) -> Result<Arc<TermWeights>, ProgramError> {
        if hash.is_empty() {
            return Ok(Arc::default());
        }
        let missing = || ProgramError::WeightsMissing { column: column.to_owned(), hash: hash.to_owned() };
        self.weights.get(hash).cloned().ok_or_else(missing)
    }

    /// The key of a computed value, or of a part of one, whose results are kept.
    pub(crate) fn measured(&mut self, value: &impl Serialize) -> Key {
        let key: Key = canonical_hash(value).into();
        self.measured.insert(key.clone());
        key
    }

    fn nodes(&mut self, conditions: &[Condition]) -> Result<Vec<Node>, ProgramError> {
        conditions.iter().map(|condition| self.node(condition)).collect()
    }

    fn leaf(&mut self, predicate: &Predicate) -> Result<Arc<Leaf>, ProgramError> {
        let key: Key = predicate.key().into();
        if let Some(leaf) = self.leaves.get(&key) {
            return Ok(leaf.clone());
        }
        let leaf = Arc::new(Leaf { key: key.clone(), test: self.test(predicate)? });
        self.leaves.insert(key, leaf.clone());
        Ok(leaf)
    }

    fn test(&mut self, predicate: &Predicate) -> Result<Test, ProgramError> {
        Ok(match predicate {
            Predicate::Match(found @ TextMatch { column, near: Some(near), .. }) => {
                Test::Near { column: column.clone(), search: NearSearch::new(found, near, self.lexicons)? }
            }
            Predicate::Match(TextMatch { column, place, exact, quantifier, terms, near: None }) => {
                let kind = SearchKind { place: *place, quantifier: *quantifier, exact: *exact };
                Test::Match { column: column.clone(), search: Search::of(terms, kind, self.lexicons)? }
            }
            Predicate::Regex { column, pattern, ignore_case } => {
                Test::Regex { column: column.clone(), pattern: Pattern::new(pattern, *ignore_case)? }
            }
            Predicate::Compare { left, op, right } => Test::Compare {
                left: Operand::compile(left, self)?,
                op: *op,
                right: Operand::compile(right, self)?,
            },
            Predicate::In { value, list } => {
                Test::In { value: Operand::compile(value, self)?, list: Constants::new(list) }
            }
            Predicate::Missing { value } => Test::Missing { value: Operand::compile(value, self)? },
            Predicate::Truth { column } => Test::Truth { column: column.clone() },
        })
    }

    fn keys(self) -> BTreeSet<Key> {
        self.leaves.into_keys().chain(self.measured).collect()
    }
}
