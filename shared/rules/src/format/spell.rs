//! How a tree is spelled on one line.

use crate::ast::{Argument, Expr, ExprKind, Name, Near, Regex, Step, Terms};
use crate::lexer::{is_identifier, quote_regex};
use crate::plan::ArithmeticOp;
use crate::words::{COMPARISONS, PRODUCTS, QUANTIFIERS, SEARCHES, SUMS, word_for};

pub(super) use crate::lexer::quote;

/// A label or another name that may need quotes.
pub(super) fn spell_name(name: &Name) -> String {
    if is_identifier(&name.text) { name.text.clone() } else { quote(&name.text) }
}

/// A condition or value.
pub(super) fn spell(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number(number) => spell_number(*number),
        ExprKind::Text(text) => quote(text),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Date(text) => format!("date({})", quote(&text.text)),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Column(name) => format!("`{name}`"),
        ExprKind::Paren(inner) => format!("({})", spell(inner)),
        ExprKind::Not(inner) => format!("not {}", spell(inner)),
        ExprKind::Negate(inner) => format!("-{}", spell(inner)),
        ExprKind::And(of) => join(of, " and "),
        ExprKind::Or(of) => join(of, " or "),
        ExprKind::AtLeast { of, .. } => format!("{}({})", spell_head(expr), join(of, ", ")),
        ExprKind::Arithmetic { first, rest } => {
            let mut line = spell(first);
            for (op, operand) in rest {
                line.extend([" ", spell_sign(*op), " ", &spell(operand)]);
            }
            line
        }
        ExprKind::Compare { left, op, right } => {
            format!("{} {} {}", spell(left), word_for(COMPARISONS, op), spell(right))
        }
        ExprKind::In { list, .. } => spell_head(expr) + &spell_list(list),
        ExprKind::Missing { value, negated } => {
            format!("{} is {}missing", spell(value), if *negated { "not " } else { "" })
        }
        ExprKind::Matches { value, regex } => format!("{} ~ {}", spell(value), spell_regex(regex)),
        ExprKind::Search { terms, near, .. } => {
            let terms = match terms {
                Terms::List(_, list) => spell_list(list),
                other => spell_terms(other),
            };
            format!("{}{terms}{}", spell_head(expr), near.as_ref().map(spell_near).unwrap_or_default())
        }
        ExprKind::Call { function, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(spell_argument).collect();
            format!("{}({})", function.text, arguments.join(", "))
        }
        // Sources with errors are not formatted.
        ExprKind::Error => String::new(),
    }
}

/// What stands before the list of an expression that has one, with the space between.
pub(super) fn spell_head(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::AtLeast { n, .. } => format!("at least {n} of "),
        ExprKind::In { value, negated, .. } => {
            format!("{} {}in ", spell(value), if *negated { "not " } else { "" })
        }
        ExprKind::Search { value, place, exact, terms, .. } => {
            let place = word_for(SEARCHES, place);
            let exactly = if *exact { " exactly" } else { "" };
            let quantifier = match terms {
                Terms::List(quantifier, _) => format!("{} ", word_for(QUANTIFIERS, quantifier)),
                _ => String::new(),
            };
            format!("{} {place}{exactly} {quantifier}", spell(value))
        }
        _ => String::new(),
    }
}

/// `( … , … )`
pub(super) fn spell_list(list: &[Expr]) -> String {
    format!("({})", join(list, ", "))
}

fn join(of: &[Expr], separator: &str) -> String {
    of.iter().map(spell).collect::<Vec<_>>().join(separator)
}

fn spell_number(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) { number.to_string() } else { format!("{number:e}") }
}

fn spell_regex(regex: &Regex) -> String {
    format!("/{}/{}", quote_regex(&regex.pattern), if regex.ignore_case { "i" } else { "" })
}

fn spell_terms(terms: &Terms) -> String {
    match terms {
        Terms::One(text) => quote(&text.text),
        Terms::Lexicon(name) => format!("@{}", name.text),
        Terms::List(quantifier, list) => {
            format!("{} {}", word_for(QUANTIFIERS, quantifier), spell_list(list))
        }
    }
}

fn spell_near(near: &Near) -> String {
    let ordered = if near.ordered { " in order" } else { "" };
    let words = if near.distance == 1 { "word" } else { "words" };
    format!(" within {} {words} of {}{ordered}", near.distance, spell_terms(&near.terms))
}

/// A transformation with its parameters.
pub(super) fn spell_step(step: &Step) -> String {
    let arguments: Vec<String> = step.arguments.iter().map(spell_argument).collect();
    format!("{}({})", step.name.text, arguments.join(", "))
}

fn spell_argument(argument: &Argument) -> String {
    match argument {
        Argument::Value(expr) => spell(expr),
        Argument::Regex(regex) => spell_regex(regex),
        Argument::Terms(terms, _) => spell_terms(terms),
        Argument::List(list, _) => spell_list(list),
    }
}

fn spell_sign(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add | ArithmeticOp::Subtract => word_for(SUMS, &op),
        ArithmeticOp::Multiply | ArithmeticOp::Divide => word_for(PRODUCTS, &op),
    }
}
