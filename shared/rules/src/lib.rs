//! The rule language: parse, check, format, complete, compile to a plan. Pure: no I/O, no clock, no randomness.
//!
//! `lexer` → `parser` → `ast` → `check` → [`plan`]; `format` and `complete` work on the first three; [`tree`] is the `ast` as JSON; `hover` and `fixes` are for editors.
//! [`import`] makes rules of other tools' files, [`export`] writes plans in other tools' languages.
//!
//! To add an operator: its words in `words` (and `lexer`, if they mean something only beside one another), its place in the grammar in `parser`, its node in `ast`, its meaning in
//! `plan` and `check`, its spelling in `format`, its offer in `complete`, its section in `docs/rule-language.md`.

pub mod ast;
pub mod export;
pub mod import;
pub mod limits;
pub mod plan;
pub mod policy;
pub mod tree;

mod check;
mod complete;
mod diagnostic;
mod explain;
mod fixes;
mod fold;
mod format;
mod hover;
mod lexer;
mod lexicon;
mod line_index;
mod parser;
mod regex;
mod rename;
mod schema;
mod suggest;
mod vector;
mod words;

pub use check::{Compiled, CompiledPolicy, CompiledRule, Compiler, Source, compile, compile_policy};
pub use complete::{Completion, CompletionKind, Surroundings, complete};
pub use diagnostic::{Diagnostic, Severity, Span, code};
pub use explain::explain;
pub use fixes::{Edit, Fix, fixes};
pub use fold::{fold, fold_char};
pub use format::format;
pub use hover::{Hover, hover};
pub use lexer::{Token, TokenKind, is_identifier, quote, tokens};
pub use lexicon::{lexicon_hash, normalize_terms};
pub use line_index::LineIndex;
pub use parser::parse;
pub use plan::*;
pub use policy::{Amount, NumberKind, Policy, PolicyNumber, PolicyStep, TextChange};
pub use regex::build_regex;
pub use rename::{names_lexicon, rename_lexicon, rename_references};
pub use schema::{ColumnDef, LexiconDef, Schema, WeightsDef};
pub use vector::{VectorError, parse_example, parse_vector};
