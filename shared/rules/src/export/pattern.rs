//! Regular expressions in the dialects of other tools.
//!
//! An expression is read as this language reads it, and what it means is written anew: classes by their characters, case
//! by the letters that fold alike, the edges of words by the characters beside them. So no table of the tool matters.

mod characters;
mod edges;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// Dialects of regular expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavor {
    /// DuckDB's. Looks at no character that it does not take.
    Re2,
    /// "Advanced" expressions; of several matches at a place, rules of its own choose.
    Postgres,
    /// Spark's.
    Java,
    Python,
}

/// What an expression is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Whether it matches somewhere.
    Test,
    /// How often it matches; each match at a place must have one length, or be chosen as here.
    Count {
        /// Whether the caller knows that there is one length at each place.
        one_length: bool,
    },
}

/// An expression in another dialect, or why there is none.
pub(super) fn translate(
    pattern: &str,
    ignore_case: bool,
    flavor: Flavor,
    usage: Use,
) -> Result<String, String> {
    let hir = ParserBuilder::new()
        .case_insensitive(ignore_case)
        .build()
        .parse(pattern)
        .map_err(|error| error.to_string())?;
    if let Use::Count { one_length } = usage {
        if hir.properties().minimum_len().unwrap_or(0) == 0 {
            return Err("matches of nothing are counted in different ways".to_owned());
        }
        if flavor == Flavor::Re2 && !hir.properties().look_set().is_empty() {
            return Err("DuckDB counts matches without regard to what stands beside them".to_owned());
        }
        if flavor == Flavor::Postgres && !one_length && !has_one_length(&hir) {
            return Err("Postgres prefers other matches where several begin at one place".to_owned());
        }
    }
    let mut printer = Printer { flavor, lazy: usage != Use::Test, out: String::new() };
    printer.whole(&hir)?;
    Ok(printer.out)
}

/// Whether matches that begin at one place have one length, whichever an engine prefers.
fn has_one_length(hir: &Hir) -> bool {
    match hir.kind() {
        // The longest run of single characters, if nothing follows.
        HirKind::Repetition(Repetition { max: None, greedy: true, sub, .. }) => {
            matches!(sub.kind(), HirKind::Class(_))
        }
        HirKind::Capture(capture) => has_one_length(&capture.sub),
        _ => length(hir).is_some(),
    }
}

/// The number of characters of every match, if it is one number.
fn length(hir: &Hir) -> Option<usize> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => Some(std::str::from_utf8(&literal.0).ok()?.chars().count()),
        HirKind::Class(_) => Some(1),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.filter(|max| *max == repetition.min)?;
            length(&repetition.sub)?.checked_mul(usize::try_from(times).ok()?)
        }
        HirKind::Capture(capture) => length(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(length).sum(),
        HirKind::Alternation(branches) => {
            let mut lengths = branches.iter().map(length);
            let first = lengths.next()??;
            lengths.all(|length| length == Some(first)).then_some(first)
        }
    }
}

/// Where a part stands in the whole expression.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Nothing stands before it.
    first: bool,
    /// Nothing stands after it.
    last: bool,
    /// How often it is repeated at most, by all repetitions around it.
    times: u32,
}

struct Printer {
    flavor: Flavor,
    /// Whether to keep repetitions lazy; it makes no difference to whether something matches.
    lazy: bool,
    out: String,
}

impl Printer {
    fn whole(&mut self, hir: &Hir) -> Result<(), String> {
        self.part(hir, Place { first: true, last: true, times: 1 })
    }

    fn part(&mut self, hir: &Hir, place: Place) -> Result<(), String> {
        match hir.kind() {
            HirKind::Empty => self.out.push_str("(?:)"),
            HirKind::Literal(literal) => {
                let text =
                    std::str::from_utf8(&literal.0).map_err(|_| "it is about bytes, not characters")?;
                text.chars().for_each(|c| self.character(c, false));
            }
            HirKind::Class(Class::Unicode(class)) => self.class(class)?,
            HirKind::Class(Class::Bytes(class)) => {
                let class = class.to_unicode_class().ok_or("it is about bytes, not characters")?;
                self.class(&class)?;
            }
            HirKind::Look(look) => self.look(*look, None, None, place)?,
            HirKind::Repetition(repetition) => self.repetition(repetition, place)?,
            HirKind::Capture(capture) => self.group(&capture.sub, place)?,
            HirKind::Concat(parts) => self.sequence(parts, place)?,
            HirKind::Alternation(branches) => {
                for (at, branch) in branches.iter().enumerate() {
                    if at > 0 {
                        self.out.push('|');
                    }
                    self.part(branch, place)?;
                }
            }
        }
        Ok(())
    }

    fn sequence(&mut self, parts: &[Hir], place: Place) -> Result<(), String> {
        for (at, part) in parts.iter().enumerate() {
            let (first, last) = (at == 0, at + 1 == parts.len());
            let inner = Place { first: place.first && first, last: place.last && last, ..place };
            match part.kind() {
                HirKind::Look(look) => {
                    let (before, after) = (edges::last(&parts[..at]), edges::first(&parts[at + 1..]));
                    self.look(*look, before, after, inner)?;
                }
                HirKind::Alternation(_) => self.group(part, inner)?,
                _ => self.part(part, inner)?,
            }
        }
        Ok(())
    }

    fn group(&mut self, hir: &Hir, place: Place) -> Result<(), String> {
        self.out.push_str("(?:");
        self.part(hir, place)?;
        self.out.push(')');
        Ok(())
    }

    fn repetition(&mut self, repetition: &Repetition, place: Place) -> Result<(), String> {
        let count = repetition.max.unwrap_or(repetition.min).max(1);
        let times = place.times.saturating_mul(count);
        let most = match self.flavor {
            Flavor::Re2 => 1_000,
            Flavor::Postgres => 255,
            Flavor::Java | Flavor::Python => u32::MAX,
        };
        if times > most {
            return Err(format!("it repeats a part more than {most} times"));
        }
        let inner = Place { first: false, last: false, times };
        let single = match repetition.sub.kind() {
            HirKind::Class(_) => true,
            HirKind::Literal(literal) => {
                std::str::from_utf8(&literal.0).is_ok_and(|text| text.chars().nth(1).is_none())
            }
            _ => false,
        };
        if single {
            self.part(&repetition.sub, inner)?;
        } else {
            self.group(&repetition.sub, inner)?;
        }
        let quantifier = match (repetition.min, repetition.max) {
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (0, Some(1)) => "?".to_owned(),
            (min, None) => format!("{{{min},}}"),
            (min, Some(max)) if min == max => format!("{{{min}}}"),
            (min, Some(max)) => format!("{{{min},{max}}}"),
        };
        self.out.push_str(&quantifier);
        if !repetition.greedy && self.lazy {
            self.out.push('?');
        }
        Ok(())
    }

    fn look(
        &mut self,
        look: Look,
        before: Option<edges::Side>,
        after: Option<edges::Side>,
        place: Place,
    ) -> Result<(), String> {
        let written = match (look, self.flavor) {
            (Look::Start, _) => r"\A".to_owned(),
            (Look::End, Flavor::Re2 | Flavor::Java) => r"\z".to_owned(),
            (Look::End, Flavor::Python | Flavor::Postgres) => r"\Z".to_owned(),
            (Look::StartLF, Flavor::Re2) => "(?m:^)".to_owned(),
            (Look::EndLF, Flavor::Re2) => "(?m:$)".to_owned(),
            (Look::StartLF, _) => r"(?:\A|(?<=\n))".to_owned(),
            (Look::EndLF, Flavor::Java) => r"(?:\z|(?=\n))".to_owned(),
            (Look::EndLF, _) => r"(?:\Z|(?=\n))".to_owned(),
            (Look::StartCRLF | Look::EndCRLF, _) => {
                return Err("the ends of lines by `\\r\\n` (`(?R)`) have no equal".to_owned());
            }
            (Look::WordAscii, Flavor::Re2) => r"\b".to_owned(),
            (Look::WordAsciiNegate, Flavor::Re2) => r"\B".to_owned(),
            (look, Flavor::Re2) => edges::taken(look, before, after, place, self.flavor)?,
            (look, flavor) => edges::looked_at(look, before, after, flavor),
        };
        self.out.push_str(&written);
        Ok(())
    }
}
