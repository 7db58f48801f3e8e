//! Letters: mistyped, or in another case.

use super::Pieces;
use super::pieces::{graphemes, join};
use crate::keyboard::neighbours;
use crate::random::Random;
use std::borrow::Cow;

/// How a letter is mistyped.
#[derive(Debug, Clone, Copy)]
enum Slip {
    /// It comes twice.
    Double,
    /// It changes places with the next.
    Transpose,
    /// It is left out.
    Omit,
    /// A neighbouring key is hit.
    Key,
}

/// A share of the letters are mistyped, each in one of the ways that are possible there.
pub(super) fn typo(text: &str, share: f64, random: &mut Random) -> Option<String> {
    let graphemes = graphemes(text);
    let is_letter = |at: usize| graphemes.get(at).is_some_and(|it| it.starts_with(char::is_alphabetic));
    let letters: Vec<usize> = (0..graphemes.len()).filter(|at| is_letter(*at)).collect();
    let mut chosen = random.some(share, letters.len()).into_iter().map(|letter| letters[letter]).peekable();
    let mut typed: Vec<Cow<'_, str>> = Vec::with_capacity(graphemes.len());
    let mut at = 0;
    while at < graphemes.len() {
        // One that was moved by a slip before it is not mistyped again.
        while chosen.next_if(|chosen| *chosen < at).is_some() {}
        let letter = graphemes[at];
        if chosen.next_if_eq(&at).is_none() {
            typed.push(letter.into());
            at += 1;
            continue;
        }
        let next = graphemes.get(at + 1).copied().filter(|_| is_letter(at + 1));
        let keys = if letter.len() == 1 { letter.chars().flat_map(neighbours).collect() } else { Vec::new() };
        let mut slips = vec![Slip::Double];
        if next.is_some_and(|next| next != letter) {
            slips.push(Slip::Transpose);
        }
        if next.is_some() || (at > 0 && is_letter(at - 1)) {
            slips.push(Slip::Omit);
        }
        if !keys.is_empty() {
            slips.push(Slip::Key);
        }
        match random.pick(&slips) {
            Some(Slip::Transpose) => {
                typed.extend(next.map(Cow::from));
                typed.push(letter.into());
                at += 1;
            }
            Some(Slip::Omit) => {}
            Some(Slip::Key) => typed.extend(random.pick(&keys).map(|key| key.to_string().into())),
            Some(Slip::Double) | None => typed.extend([letter.into(), letter.into()]),
        }
        at += 1;
    }
    join(typed.iter().map(|it| &**it))
}

/// A share of the words that have capitals or could have are written in another case: small, capital, or with a capital
/// at the start.
pub(super) fn case(text: &mut Pieces<'_>, share: f64, random: &mut Random) {
    let cases: Vec<(usize, Vec<String>)> =
        text.words.iter().map(|word| other_cases(word)).enumerate().collect();
    let cased: Vec<_> = cases.into_iter().filter(|(_, others)| !others.is_empty()).collect();
    for (word, others) in random.some(share, cased.len()).into_iter().map(|at| &cased[at]) {
        if let Some(other) = random.pick(others) {
            text.words[*word] = Cow::Owned(other.clone());
        }
    }
}

/// The other ways to write a word, by the standard library's case mappings.
fn other_cases(word: &str) -> Vec<String> {
    let lower = word.to_lowercase();
    let mut chars = lower.chars();
    let title: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    let mut cases = vec![lower, word.to_uppercase(), title];
    cases.dedup();
    cases.retain(|case| case != word);
    cases
}
