//! The edges of words: `\b` and its kin, by the characters of `\w` on either side.

use super::{Flavor, Place, Printer};
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};

/// What a part of an expression begins or ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Always a `\w`.
    Word,
    /// Never one.
    Other,
}

/// What every match of these parts, one after the other, begins with, if it is always of one kind.
pub(super) fn first(parts: &[Hir]) -> Option<Side> {
    side_of_some(parts, &mut parts.iter(), End::First)
}

/// What every match of these parts ends with.
pub(super) fn last(parts: &[Hir]) -> Option<Side> {
    side_of_some(parts, &mut parts.iter().rev(), End::Last)
}

fn side_of_some(parts: &[Hir], ordered: &mut dyn Iterator<Item = &Hir>, end: End) -> Option<Side> {
    // Parts that are all empty leave the edge to what is beyond them.
    if parts.iter().all(can_be_empty) { None } else { of_sequence(ordered, end) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

fn can_be_empty(hir: &Hir) -> bool {
    hir.properties().minimum_len() == Some(0)
}

/// What every match of a part that is not empty begins or ends with.
fn side(hir: &Hir, end: End) -> Option<Side> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            let c = if end == End::First { text.chars().next()? } else { text.chars().next_back()? };
            Some(if regex_syntax::try_is_word_character(c).ok()? { Side::Word } else { Side::Other })
        }
        HirKind::Class(Class::Unicode(class)) => of_class(class),
        HirKind::Class(Class::Bytes(class)) => of_class(&class.to_unicode_class()?),
        HirKind::Repetition(repetition) => side(&repetition.sub, end),
        HirKind::Capture(capture) => side(&capture.sub, end),
        HirKind::Concat(parts) if end == End::First => of_sequence(&mut parts.iter(), end),
        HirKind::Concat(parts) => of_sequence(&mut parts.iter().rev(), end),
        HirKind::Alternation(branches) => one(branches.iter().map(|branch| side(branch, end))),
    }
}

/// Parts that can be empty leave it to those after them as well.
fn of_sequence(parts: &mut dyn Iterator<Item = &Hir>, end: End) -> Option<Side> {
    let mut sides = Vec::new();
    for part in parts.filter(|part| !matches!(part.kind(), HirKind::Look(_) | HirKind::Empty)) {
        sides.push(side(part, end));
        if !can_be_empty(part) {
            break;
        }
    }
    one(sides.into_iter())
}

fn one(mut sides: impl Iterator<Item = Option<Side>>) -> Option<Side> {
    let first = sides.next()??;
    sides.all(|side| side == Some(first)).then_some(first)
}

fn of_class(class: &ClassUnicode) -> Option<Side> {
    let words = words()?;
    let (mut inside, mut outside) = (class.clone(), class.clone());
    inside.intersect(&words);
    outside.difference(&words);
    match (inside.ranges().is_empty(), outside.ranges().is_empty()) {
        (false, true) => Some(Side::Word),
        (true, false) => Some(Side::Other),
        _ => None,
    }
}

/// All `\w`.
fn words() -> Option<ClassUnicode> {
    match regex_syntax::parse(r"\w").ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        _ => None,
    }
}

/// A class of `\w`, or of all else, as a dialect writes it.
fn class(flavor: Flavor, ascii: bool, side: Side) -> String {
    let mut printer = Printer { flavor, lazy: false, out: String::new() };
    let pattern = match (ascii, side) {
        (false, Side::Word) => r"\w",
        (false, Side::Other) => r"\W",
        (true, Side::Word) => "[0-9A-Za-z_]",
        (true, Side::Other) => "[^0-9A-Za-z_]",
    };
    // Infallible: these parse and are not empty.
    let _written = regex_syntax::parse(pattern).map(|hir| printer.whole(&hir));
    printer.out
}

/// What an edge asks of the characters before and after: nothing, or that there is a `\w` (`true`) or is none.
type Asked = (Option<bool>, Option<bool>);

/// The ways in which an edge is there.
fn ways(look: Look) -> Vec<Asked> {
    match look {
        Look::WordStartUnicode | Look::WordStartAscii => vec![(Some(false), Some(true))],
        Look::WordEndUnicode | Look::WordEndAscii => vec![(Some(true), Some(false))],
        Look::WordStartHalfUnicode | Look::WordStartHalfAscii => vec![(Some(false), None)],
        Look::WordEndHalfUnicode | Look::WordEndHalfAscii => vec![(None, Some(false))],
        Look::WordUnicodeNegate | Look::WordAsciiNegate => {
            vec![(Some(true), Some(true)), (Some(false), Some(false))]
        }
        _ => vec![(Some(true), Some(false)), (Some(false), Some(true))],
    }
}

fn is_ascii(look: Look) -> bool {
    matches!(
        look,
        Look::WordAscii
            | Look::WordAsciiNegate
            | Look::WordStartAscii
            | Look::WordEndAscii
            | Look::WordStartHalfAscii
            | Look::WordEndHalfAscii
    )
}

/// The ways that what stands beside the edge leaves open, without what it settles.
fn open(look: Look, before: Option<Side>, after: Option<Side>) -> Vec<Asked> {
    // What is known is about all `\w`, not about those of ASCII.
    let (before, after) = if is_ascii(look) { (None, None) } else { (before, after) };
    let settle = |asked: Option<bool>, known: Option<Side>| match (asked, known) {
        (Some(word), Some(side)) => (word == (side == Side::Word)).then_some(None),
        (asked, _) => Some(asked),
    };
    ways(look).into_iter().filter_map(|(b, a)| Some((settle(b, before)?, settle(a, after)?))).collect()
}

/// An edge for a dialect that looks at characters without taking them.
pub(super) fn looked_at(look: Look, before: Option<Side>, after: Option<Side>, flavor: Flavor) -> String {
    let word = class(flavor, is_ascii(look), Side::Word);
    let one = |(before, after): &Asked| {
        let before = before.map(|is_word| format!("(?<{}{word})", if is_word { "=" } else { "!" }));
        let after = after.map(|is_word| format!("(?{}{word})", if is_word { "=" } else { "!" }));
        before.unwrap_or_default() + &after.unwrap_or_default()
    };
    let ways: Vec<String> = open(look, before, after).iter().map(one).collect();
    if ways.is_empty() {
        return r"(?!)".to_owned(); // it can never be there
    }
    format!("(?:{})", ways.join("|"))
}

/// An edge at the start or the end of an expression for a dialect that cannot look: it takes the character beside it.
pub(super) fn taken(
    look: Look,
    before: Option<Side>,
    after: Option<Side>,
    place: Place,
    flavor: Flavor,
) -> Result<String, String> {
    const ELSEWHERE: &str = "DuckDB's expressions know words of ASCII letters only, so an edge of a word can stand at the \
        start or the end of the whole expression, beside a character that is always, or never, part of a word";
    let class = |side| class(flavor, is_ascii(look), side);
    let open = open(look, before, after);
    match open.as_slice() {
        [(Some(false), None)] if place.first => Ok(format!(r"(?:\A|{})", class(Side::Other))),
        [(Some(true), None)] if place.first => Ok(class(Side::Word)),
        [(None, Some(false))] if place.last => Ok(format!(r"(?:{}|\z)", class(Side::Other))),
        [(None, Some(true))] if place.last => Ok(class(Side::Word)),
        [(None, None)] => Ok("(?:)".to_owned()),
        _ => Err(ELSEWHERE.to_owned()),
    }
}
