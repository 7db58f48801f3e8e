//! Trees to test with: any that a source can have.

use super::{
    Argument, Augment, Clause, Expr, ExprKind, File, Item, Labels, Lexicon, LexiconTerms, Name, Near, Regex,
    Rule, Step, Terms,
};
use crate::diagnostic::Span;
use crate::plan::{ArithmeticOp, CompareOp, MatchPlace, Quantifier};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn node(kind: ExprKind) -> Expr {
    Expr { span: Span::default(), kind }
}

fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

fn named(text: String) -> Name {
    Name { text, span: Span::default() }
}

/// Some are words of the language elsewhere.
const NAMES: &[&str] =
    &["a", "order", "file", "at", "least", "of", "words", "missing", "with", "exactly", "ünïcode", "x_1"];

fn identifier() -> impl Strategy<Value = String> {
    select(NAMES).prop_map(str::to_owned)
}

fn any_text() -> impl Strategy<Value = String> {
    "[ -~\\n\\t\u{0}é💥\u{202e}\"\\\\#/]{1,12}"
}

fn name() -> impl Strategy<Value = Name> {
    identifier().prop_map(named)
}

fn label() -> impl Strategy<Value = Name> {
    prop_oneof![identifier(), any_text(), Just("when".to_owned())].prop_map(named)
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (0u32..100).prop_map(f64::from), proptest::num::f64::POSITIVE]
}

fn constant() -> impl Strategy<Value = Expr> {
    prop_oneof![
        number().prop_map(|value| ExprKind::Number(-value)),
        number().prop_map(ExprKind::Number),
        any_text().prop_map(ExprKind::Text),
        any::<bool>().prop_map(ExprKind::Bool),
        any_text().prop_map(|text| ExprKind::Date(named(text))),
        identifier().prop_map(ExprKind::Name),
    ]
    .prop_map(node)
}

/// A constant outside lists, where a sign is an operator.
fn unsigned() -> impl Strategy<Value = Expr> {
    constant().prop_map(|constant| match constant.kind {
        ExprKind::Number(value) => node(ExprKind::Number(value.abs())),
        _ => constant,
    })
}

fn list() -> impl Strategy<Value = Vec<Expr>> {
    vec(constant(), 1..5)
}

fn regex() -> impl Strategy<Value = Regex> {
    ("([a/ #\"(]|\\\\[.d\\\\]){1,10}", any::<bool>()).prop_map(|(pattern, ignore_case)| Regex {
        span: Span::default(),
        pattern,
        ignore_case,
    })
}

fn terms() -> impl Strategy<Value = Terms> {
    prop_oneof![
        any_text().prop_map(|text| Terms::One(named(text))),
        name().prop_map(Terms::Lexicon),
        (select(&[Quantifier::Any, Quantifier::All][..]), list())
            .prop_map(|(quantifier, list)| Terms::List(quantifier, list)),
    ]
}

fn near() -> impl Strategy<Value = Near> {
    (0u32..9, terms(), any::<bool>()).prop_map(|(distance, terms, ordered)| Near {
        span: Span::default(),
        distance,
        terms,
        ordered,
    })
}

fn argument() -> impl Strategy<Value = Argument> {
    prop_oneof![
        identifier().prop_map(|name| Argument::Value(node(ExprKind::Name(name)))),
        any_text().prop_map(|text| Argument::Value(node(ExprKind::Text(text)))),
        number().prop_map(|value| Argument::Value(node(ExprKind::Number(value)))),
        regex().prop_map(Argument::Regex),
        name().prop_map(|name| Argument::Terms(Terms::Lexicon(name), Span::default())),
        list().prop_map(|list| Argument::Terms(Terms::List(Quantifier::Any, list), Span::default())),
        list().prop_map(|list| Argument::List(list, Span::default())),
    ]
}

fn call() -> impl Strategy<Value = Expr> {
    // `file (` and the like must not read as words of the language here.
    (select(&["words", "count", "vote", "f"][..]), vec(argument(), 0..4)).prop_map(|(function, arguments)| {
        node(ExprKind::Call { function: named(function.to_owned()), arguments })
    })
}

/// An operand of a sum; `inner` stands in parentheses.
fn operand(inner: impl Strategy<Value = Expr> + Clone + 'static) -> BoxedStrategy<Expr> {
    let primary = prop_oneof![
        4 => unsigned(),
        2 => "[ -_a-~é]{1,6}".prop_map(|name| node(ExprKind::Column(name))),
        2 => call(),
        1 => inner.clone().prop_map(|inner| node(ExprKind::Paren(boxed(inner)))),
        1 => (0u32..9, vec(inner, 1..4)).prop_map(|(n, of)| node(ExprKind::AtLeast { n, of })),
    ]
    .boxed();
    prop_oneof![4 => primary.clone(), 1 => primary.prop_map(|inner| node(ExprKind::Negate(boxed(inner))))]
        .boxed()
}

fn arithmetic(signs: &'static [ArithmeticOp], operand: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    (operand.clone(), vec((select(signs), operand), 0..3))
        .prop_map(|(first, rest)| {
            if rest.is_empty() { first } else { node(ExprKind::Arithmetic { first: boxed(first), rest }) }
        })
        .boxed()
}

fn comparison(inner: impl Strategy<Value = Expr> + Clone + 'static) -> BoxedStrategy<Expr> {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    use MatchPlace::{Anywhere, TextEnd, TextStart, Word, WordEnd, WordStart};
    let sum = || arithmetic(&[Add, Subtract], arithmetic(&[Multiply, Divide], operand(inner.clone())));
    let value = || sum().prop_map(boxed);
    prop_oneof![
        1 => sum(),
        1 => (value(), select(&[Less, LessOrEqual, Equal, NotEqual, GreaterOrEqual, Greater][..]), value())
            .prop_map(|(left, op, right)| node(ExprKind::Compare { left, op, right })),
        1 => (value(), any::<bool>(), list()).prop_map(|(value, negated, list)| node(ExprKind::In { value, negated, list })),
        1 => (value(), any::<bool>()).prop_map(|(value, negated)| node(ExprKind::Missing { value, negated })),
        1 => (value(), regex()).prop_map(|(value, regex)| node(ExprKind::Matches { value, regex })),
        2 => (value(), select(&[Anywhere, Word, TextStart, TextEnd, WordStart, WordEnd][..]), any::<bool>(), terms(), option::of(near()))
            .prop_map(|(value, place, exact, terms, near)| node(ExprKind::Search { value, place, exact, terms, near })),
    ]
    .boxed()
}

fn chained(operand: BoxedStrategy<Expr>, kind: fn(Vec<Expr>) -> ExprKind) -> BoxedStrategy<Expr> {
    vec(operand, 1..4)
        .prop_map(move |mut of| if of.len() == 1 { of.remove(0) } else { node(kind(of)) })
        .boxed()
}

fn condition() -> BoxedStrategy<Expr> {
    let leaf = comparison(unsigned().boxed());
    leaf.prop_recursive(3, 24, 4, |inner| {
        let not = comparison(inner).prop_flat_map(
            |inner| prop_oneof![3 => Just(inner.clone()), 1 => Just(node(ExprKind::Not(boxed(inner))))],
        );
        chained(chained(not.boxed(), ExprKind::And), ExprKind::Or)
    })
    .boxed()
}

fn clause() -> impl Strategy<Value = Clause> {
    (label(), option::weighted(0.8, condition())).prop_map(|(label, when)| Clause {
        span: Span::default(),
        label,
        when,
    })
}

fn item() -> impl Strategy<Value = Item> {
    let span = Span::default();
    let lexicon = prop_oneof![
        list().prop_map(LexiconTerms::List),
        any_text().prop_map(|text| LexiconTerms::File(named(text)))
    ];
    prop_oneof![
        1 => vec(label(), 1..4).prop_map(move |labels| Item::Labels(Labels { span, labels })),
        1 => (name(), lexicon).prop_map(move |(name, terms)| Item::Lexicon(Lexicon { span, name, terms })),
        1 => (option::of(name()), Just(named("train".to_owned())), 0..200_u32, vec(step(), 1..6)).prop_map(move |(name, split, copies, steps)| {
            Item::Augment(Augment { span, name, split, copies, copies_span: span, steps })
        }),
        3 => (name(), option::of(any_text()), vec(clause(), 1..4)).prop_map(move |(name, description, clauses)| {
            Item::Rule(Rule { span, name, description: description.map(named), clauses })
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    (select(&["swap", "typo", "f"][..]), vec(argument(), 0..4)).prop_map(|(name, arguments)| Step {
        span: Span::default(),
        name: named(name.to_owned()),
        arguments,
    })
}

/// A file.
pub(crate) fn file() -> impl Strategy<Value = File> {
    vec(item(), 0..4).prop_map(|items| File { items })
}
