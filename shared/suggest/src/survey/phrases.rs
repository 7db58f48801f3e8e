//! Words and phrases of two and three words, level by level: a phrase can only be frequent if its parts are
//! (Agrawal and Srikant 1994).

use super::Share;
use crate::evidence::Tally;
use foldhash::fast::FixedState;
use hunch_engine::words;
use std::collections::{BTreeMap, HashMap};

/// Words of a phrase.
const WORDS: usize = 3;
/// Bytes of a text that are read.
const TEXT_BYTES: usize = 2_048;
/// Longest word, in bytes: what is longer is no word a person would look for.
const WORD_BYTES: usize = 40;
/// Rows a word must be in to be counted; what is in fewer proves nothing.
const SUPPORT: u32 = 2;
/// Words and phrases of a column that are kept, the most telling ones.
const KEPT: usize = 2_000;

/// The number of a word or phrase.
type Id = u32;

/// A word in a text.
#[derive(Debug, Clone, Copy)]
struct Token {
    id: Id,
    /// Whether nothing but one space stands between it and the word before.
    joined: bool,
}

/// The sample's texts as numbers.
#[derive(Debug, Default)]
struct Texts {
    /// Chunk and row.
    places: Vec<(usize, usize)>,
    /// Where each row's tokens start, and the end of the last.
    starts: Vec<usize>,
    tokens: Vec<Token>,
    /// By id.
    spelled: Vec<String>,
}

/// Words and phrases of a column, folded, with what is known of the rows they are in.
pub(super) fn count(
    column: &str,
    shares: &[Share<'_>],
    rows: &[Vec<usize>],
    all: &Tally,
) -> BTreeMap<String, Tally> {
    let mut texts = Texts::read(column, shares, rows);
    let singles: Vec<Vec<Option<Id>>> =
        texts.each().map(|(_, tokens)| tokens.iter().map(|token| Some(token.id)).collect()).collect();
    let mut level = texts.frequent(singles);
    let mut found = texts.tally(&level, shares);
    for _ in 1..WORDS {
        let longer = texts.lengthen(&level);
        level = texts.frequent(longer);
        found.extend(texts.tally(&level, shares));
    }
    keep_telling(found, all)
        .into_iter()
        .map(|(id, tally)| (texts.spelled[id as usize].clone(), tally))
        .collect()
}

impl Texts {
    #[expect(clippy::cast_possible_truncation, reason = "a sample has far fewer words than 2^32")]
    fn read(column: &str, shares: &[Share<'_>], rows: &[Vec<usize>]) -> Self {
        let mut texts = Self { starts: vec![0], ..Self::default() };
        let mut ids: HashMap<String, Id, FixedState> = HashMap::default();
        for (at, (share, rows)) in shares.iter().zip(rows).enumerate() {
            let Some(column) = share.chunk.text_column(column) else { continue };
            for row in rows {
                let text = column.get(*row).unwrap_or_default();
                let folded = hunch_rules::fold(&text[..text.floor_char_boundary(TEXT_BYTES)]);
                let mut end = 0;
                for word in words(&folded) {
                    let joined = end > 0 && folded[end..word.start] == *" ";
                    end = word.end;
                    let word = &folded[word];
                    if word.len() > WORD_BYTES {
                        // The next one is not joined to a word that is known.
                        end = 0;
                        continue;
                    }
                    let id = ids.get(word).copied().unwrap_or_else(|| {
                        let id = texts.spelled.len() as Id;
                        texts.spelled.push(word.to_owned());
                        ids.insert(word.to_owned(), id);
                        id
                    });
                    texts.tokens.push(Token { id, joined });
                }
                texts.places.push((at, *row));
                texts.starts.push(texts.tokens.len());
            }
        }
        texts
    }

    /// The tokens of each row.
    fn each(&self) -> impl Iterator<Item = ((usize, usize), &[Token])> {
        self.places
            .iter()
            .zip(self.starts.windows(2))
            .map(|(place, ends)| (*place, &self.tokens[ends[0]..ends[1]]))
    }

    /// Forgets what is in too few rows.
    fn frequent(&self, mut level: Vec<Vec<Option<Id>>>) -> Vec<Vec<Option<Id>>> {
        let mut rows = vec![0u32; self.spelled.len()];
        let mut last = vec![usize::MAX; self.spelled.len()];
        for (row, ids) in level.iter().enumerate() {
            for id in ids.iter().flatten().map(|id| *id as usize) {
                if std::mem::replace(&mut last[id], row) != row {
                    rows[id] += 1;
                }
            }
        }
        for id in level.iter_mut().flatten() {
            id.take_if(|id| rows[*id as usize] < SUPPORT);
        }
        level
    }

    /// From phrases by the place of their first word to those with one word more.
    #[expect(clippy::cast_possible_truncation, reason = "a sample has far fewer phrases than 2^32")]
    fn lengthen(&mut self, level: &[Vec<Option<Id>>]) -> Vec<Vec<Option<Id>>> {
        let mut ids: HashMap<(Id, Id), Id, FixedState> = HashMap::default();
        let mut spelled = std::mem::take(&mut self.spelled);
        let mut longer = Vec::with_capacity(level.len());
        for ((_, tokens), phrases) in self.each().zip(level) {
            // Both the phrase without its last word and that without its first are frequent.
            let phrase = |at: usize| -> Option<(Id, Id)> {
                Some(((*phrases.get(at)?)?, (*phrases.get(at + 1)?)?)).filter(|_| tokens[at + 1].joined)
            };
            let numbered = (0..phrases.len()).map(|at| {
                let pair = phrase(at)?;
                Some(*ids.entry(pair).or_insert_with(|| {
                    let (first, second) = (&spelled[pair.0 as usize], &spelled[pair.1 as usize]);
                    let last = second.rsplit(' ').next().unwrap_or_default();
                    let phrase = format!("{first} {last}");
                    spelled.push(phrase);
                    spelled.len() as Id - 1
                }))
            });
            longer.push(numbered.collect());
        }
        self.spelled = spelled;
        longer
    }

    /// What is known of the rows that each is in.
    fn tally(&self, level: &[Vec<Option<Id>>], shares: &[Share<'_>]) -> Vec<(Id, Tally)> {
        let mut tallies: BTreeMap<Id, (usize, Tally)> = BTreeMap::new();
        for (row, (((chunk, at), _), ids)) in self.each().zip(level).enumerate() {
            for id in ids.iter().flatten() {
                let (last, tally) = tallies.entry(*id).or_insert((usize::MAX, Tally::default()));
                if std::mem::replace(last, row) != row {
                    tally.add(shares[chunk].evidence.row(at).unwrap_or_default());
                }
            }
        }
        tallies.into_iter().map(|(id, (_, tally))| (id, tally)).collect()
    }
}

/// The phrases whose rows differ most from all rows, in standard deviations.
fn keep_telling(mut found: Vec<(Id, Tally)>, all: &Tally) -> Vec<(Id, Tally)> {
    if found.len() > KEPT {
        let distance = |tally: &Tally| {
            let rows = tally.rows as f64;
            let excess = tally.labels().map(|(label, hits)| hits - rows * all.share(label));
            excess.fold(0.0, f64::max) / rows.sqrt()
        };
        found.sort_by(|(a, x), (b, y)| distance(y).total_cmp(&distance(x)).then(a.cmp(b)));
        found.truncate(KEPT);
    }
    found
}
