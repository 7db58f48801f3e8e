//! Words: swapped, left out, put in, replaced, and the marks behind them.

use super::Pieces;
use crate::random::Random;
use crate::terms::{Found, Groups};
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation as _;

/// Two words change places, `times` over.
pub(super) fn swap(text: &mut Pieces<'_>, times: usize, random: &mut Random) {
    let words = text.words.len();
    if words < 2 {
        return;
    }
    for _ in 0..times {
        let first = random.index(words);
        // One of the others.
        let second = (first + 1 + random.index(words - 1)) % words;
        text.words.swap(first, second);
    }
}

/// A share of the words is left out; of the last words one stays.
pub(super) fn delete(text: &mut Pieces<'_>, share: f64, random: &mut Random) {
    let mut chosen = random.some(share, text.words.len());
    if chosen.len() == text.words.len() {
        let stays = random.index(chosen.len());
        if stays < chosen.len() {
            chosen.remove(stays);
        }
    }
    chosen.into_iter().rev().for_each(|word| text.remove(word));
}

/// A share as many terms as there are words are put behind words.
pub(super) fn insert(text: &mut Pieces<'_>, share: f64, groups: &Groups, random: &mut Random) {
    let terms = groups.all();
    for word in random.some(share, text.words.len()).into_iter().rev() {
        if let Some(term) = random.pick(&terms) {
            text.insert_after(word, (*term).to_owned());
        }
    }
}

/// A share of the terms in the text give way to others of their groups.
pub(super) fn replace(text: &mut Pieces<'_>, share: f64, groups: &Groups, random: &mut Random) {
    let found = groups.find(text);
    let chosen = random.some(share, found.len());
    replace_some(text, groups, &found, &chosen, random);
}

fn replace_some(
    text: &mut Pieces<'_>,
    groups: &Groups,
    found: &[Found],
    chosen: &[usize],
    random: &mut Random,
) {
    for found in chosen.iter().rev().filter_map(|at| found.get(*at)) {
        if let Some(term) = random.pick(&groups.others(*found)) {
            let term = in_case_of(&text.words[found.first], term);
            text.set_phrase(found.first, found.words, term);
        }
    }
}

/// The term with capitals where the word that it replaces has them: at its start, or throughout.
fn in_case_of(word: &str, term: &str) -> String {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let first = letters.next().is_some_and(char::is_uppercase);
    let rest: Vec<char> = letters.collect();
    if first && !rest.is_empty() && rest.iter().all(|c| c.is_uppercase()) {
        return term.to_uppercase();
    }
    let mut chars = term.chars();
    match chars.next() {
        Some(c) if first => c.to_uppercase().chain(chars).collect(),
        _ => term.to_owned(),
    }
}

/// Marks that are recognized behind a word.
const MARKS: &str = ",.!?;:…،؛؟。、，！？；：।";
/// Marks that are added.
const ADDED: [char; 6] = [',', '.', '!', '?', ';', ':'];

/// Behind a share of the words a mark is doubled or left out if there is one, and added if there is none.
pub(super) fn punctuation(text: &mut Pieces<'_>, share: f64, random: &mut Random) {
    let words = text.words.len();
    for at in random.some(share, words) {
        let (gap, is_last) = (&text.gaps[at + 1], at + 1 == words);
        let mark = first_alone(gap).filter(|mark| MARKS.contains(*mark));
        let changed = match mark {
            None => random.pick(&ADDED).map(|mark| format!("{mark}{gap}")),
            // Without its only mark a gap between words would be none.
            Some(mark) if (is_last || gap.len() > mark.len_utf8()) && random.chance(0.5) => {
                Some(gap[mark.len_utf8()..].to_owned())
            }
            Some(mark) => Some(format!("{mark}{gap}")),
        };
        if let Some(changed) = changed {
            text.gaps[at + 1] = Cow::Owned(changed);
        }
    }
}

/// The character at the start of a text, if no combining mark follows it.
fn first_alone(text: &str) -> Option<char> {
    let mut chars = text.graphemes(true).next()?.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// One of the operations of Wei & Zou 2019 (arXiv:1901.11196), each as likely as the others: synonyms replaced,
/// synonyms inserted, words swapped, words deleted. The first two need a word of the text among the synonyms.
pub(super) fn eda(text: &mut Pieces<'_>, alpha: f64, synonyms: &Groups, random: &mut Random) {
    let words = text.words.len();
    if alpha <= 0.0 || words == 0 {
        return;
    }
    let times = eda_times(alpha, words);
    let found = synonyms.find(text);
    match random.below(if found.is_empty() { 2 } else { 4 }) {
        0 => swap(text, times, random),
        1 => {
            let deleted: Vec<usize> = (0..words).filter(|_| random.chance(alpha)).collect();
            let spared = (deleted.len() == words).then(|| random.index(words));
            deleted.into_iter().rev().filter(|word| Some(*word) != spared).for_each(|word| text.remove(word));
        }
        2 => {
            let mut places: Vec<usize> = (0..found.len()).collect();
            random.shuffle(&mut places);
            places.truncate(times);
            places.sort_unstable();
            replace_some(text, synonyms, &found, &places, random);
        }
        _ => {
            let others: Vec<Vec<&str>> = found.iter().map(|found| synonyms.others(*found)).collect();
            for _ in 0..times {
                let term = random.pick(&others).and_then(|others| random.pick(others));
                let place = random.index(text.words.len());
                if let Some(term) = term {
                    text.insert_after(place, (*term).to_owned());
                }
            }
        }
    }
}

/// The paper's n: `max(1, ⌊α · words⌋)`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the words")]
fn eda_times(alpha: f64, words: usize) -> usize {
    ((alpha * words as f64) as usize).max(1)
}
