//! The sample project: short product comments with known truth, so that every page has something to show.
//!
//! Comments are put together from a small grammar by a generator of our own, so they are the same on every machine and
//! no one's. They are not too easy: praise that says "not bad", complaints that ask questions, typos, missing stars.

mod phrases;

use super::builder::Document;
use super::cell::Value;
use super::writer::pack;
use super::{CorpusError, CorpusSchema};
use hunch_engine::{ABSTAIN, Chunk, Split};
use hunch_protocol::{CorpusColumn, Label};
use hunch_rules::ColumnType;
use phrases::Category;

/// Comments in the sample.
pub const ROWS: usize = 2_000;

/// A project that needs no file.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The project's name.
    pub name: &'static str,
    /// `PRAISE`, `COMPLAINT`, `QUESTION`.
    pub labels: Vec<Label>,
    /// Text, category, stars, verified, posted.
    pub schema: CorpusSchema,
    /// The comments; gold is known on all rows of dev, valid and test and on some of train.
    pub chunks: Vec<Chunk>,
    /// Rules by name and source, some of them deliberately poor.
    pub rules: Vec<(String, String)>,
    /// Lexicons by name and terms.
    pub lexicons: Vec<(String, Vec<String>)>,
    /// The true label of every row.
    pub truth: Vec<i16>,
}

const PRAISE: i16 = 0;
const COMPLAINT: i16 = 1;
const QUESTION: i16 = 2;

/// Makes the sample; the same each time.
pub fn generate() -> Result<Sample, CorpusError> {
    let columns = [
        ("text", ColumnType::Text),
        ("category", ColumnType::Category),
        ("stars", ColumnType::Number),
        ("verified", ColumnType::Bool),
        ("posted", ColumnType::Date),
    ];
    let schema = CorpusSchema {
        columns: columns.map(|(name, kind)| CorpusColumn::new(name, kind)).to_vec(),
        default_text: Some("text".to_owned()),
        sources: Vec::new(),
    };
    let mut rng = Rng(2_026);
    let (documents, truth): (Vec<_>, Vec<_>) = (0..ROWS).map(|row| document(row, &mut rng)).unzip();
    Ok(Sample {
        name: "Product comments",
        labels: labels(),
        chunks: pack(documents, &schema)?,
        schema,
        rules: phrases::RULES.map(|(name, source)| (name.to_owned(), source.to_owned())).to_vec(),
        lexicons: vec![("failures".to_owned(), phrases::FAILURES.map(str::to_owned).to_vec())],
        truth,
    })
}

fn labels() -> Vec<Label> {
    let label = |name: &str, hotkey: &str, description: &str| Label {
        name: name.to_owned(),
        hotkey: hotkey.to_owned(),
        description: description.to_owned(),
        ..Label::default()
    };
    vec![
        label("PRAISE", "p", "The writer is glad to have the product."),
        label("COMPLAINT", "c", "The writer is unhappy with the product, its delivery or its maker."),
        label("QUESTION", "q", "The writer wants to know something before or after buying."),
    ]
}

/// A comment and its true label.
fn document(row: usize, rng: &mut Rng) -> (Document, i16) {
    let label = match rng.below(100) {
        0..46 => PRAISE,
        46..80 => COMPLAINT,
        _ => QUESTION,
    };
    let category = rng.pick(&phrases::CATEGORIES);
    let text = rough(comment(label, category, rng), label, rng);
    let stars = match label {
        PRAISE => [5, 5, 5, 5, 4, 4, 4, 3, 1][rng.below(9)],
        COMPLAINT => [1, 1, 1, 2, 2, 2, 3, 3, 5][rng.below(9)],
        _ => [3, 4, 5][rng.below(3)],
    };
    // Those who ask have rarely bought anything, and some who have give no stars.
    let has_stars = if label == QUESTION { rng.chance(15) } else { rng.chance(88) };
    let verified = rng.chance(if label == QUESTION { 20 } else { 75 });
    // Days of 2024 and 2025.
    let posted = 19_723 + i32::try_from(rng.below(731)).unwrap_or_default();
    let split = match rng.below(100) {
        0..76 => Split::Train,
        76..88 => Split::Dev,
        88..94 => Split::Valid,
        _ => Split::Test,
    };
    let known = split != Split::Train || rng.chance(5);
    let values = vec![
        Some(Value::Text(text)),
        Some(Value::Text(category.name.to_owned())),
        has_stars.then_some(Value::Number(f64::from(stars))),
        rng.chance(97).then_some(Value::Bool(verified)),
        Some(Value::Date(posted)),
    ];
    let gold = if known { label } else { ABSTAIN };
    let id = format!("c{:04}", row + 1);
    (Document { id, split, gold, values, sources: Vec::new() }, label)
}

/// One to three sentences: what the writer is after, and sometimes some small talk before or after it.
fn comment(label: i16, category: &Category, rng: &mut Rng) -> String {
    let product = rng.pick(category.products);
    let pool: &[&str] = match label {
        PRAISE => &phrases::PRAISE,
        COMPLAINT => &phrases::COMPLAINT,
        _ => &phrases::QUESTION,
    };
    let mut sentences = vec![rng.pick(pool)];
    if label != QUESTION && rng.chance(50) {
        let second = rng.pick(pool);
        if !sentences.contains(&second) {
            sentences.push(second);
        }
    }
    if rng.chance(38) {
        sentences.insert(0, rng.pick(&phrases::SMALL_TALK));
    }
    // Few opinions are pure.
    if label == PRAISE && rng.chance(14) {
        sentences.push(rng.pick(&phrases::QUIBBLE));
    } else if label == COMPLAINT && rng.chance(18) {
        sentences.push(rng.pick(&phrases::CONSOLATION));
    }
    let mut text = String::new();
    for sentence in sentences {
        let sentence = expand(sentence, product, category.parts, rng);
        let mut letters = sentence.chars();
        let first = letters.next();
        // After "Hi all," a sentence goes on, unless it starts with "I".
        let goes_on = text.ends_with([',', 'o']) && !sentence.starts_with("I ");
        text.push_str(if text.is_empty() { "" } else { " " });
        text.extend(
            first.map(|first| if goes_on { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() }),
        );
        text.extend(letters);
    }
    text
}

/// Fills the slots of a phrase.
fn expand(phrase: &str, product: &str, parts: &[&str], rng: &mut Rng) -> String {
    let mut text = String::new();
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (slot, after) = after.split_once('}').unwrap_or((after, ""));
        match slot {
            "product" => text.push_str(product),
            "part" => text.push_str(rng.pick(parts)),
            slot => text.push_str(rng.pick(phrases::words(slot))),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What people's typing makes of a text; the unhappy shout a little more than others.
fn rough(text: String, label: i16, rng: &mut Rng) -> String {
    let mut text = match rng.below(100) {
        0..22 => text.to_lowercase(),
        22..26 => text.to_uppercase(),
        _ => text,
    };
    if rng.chance(18) {
        text = typo(&text, rng);
    }
    let shouts = rng.chance([7, 13, 3][usize::from(label.unsigned_abs())]);
    if shouts || rng.chance(20) {
        text.truncate(text.trim_end_matches('.').len());
    }
    match rng.below(100) {
        _ if shouts => text.push_str(rng.pick(&["!!", "!!!", " !!"])),
        0..5 if label == PRAISE => text.push_str(rng.pick(&[" 😀", " 👍", " :)", " ❤️"])),
        0..3 if label == COMPLAINT => text.push_str(rng.pick(&[" 🙄", " :(", " 👎"])),
        _ => {}
    }
    text
}

/// Swaps two neighbouring letters, leaves one out, or doubles one.
fn typo(text: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (1..letters.len().saturating_sub(1))
        .filter(|place| letters[place - 1..=place + 1].iter().all(char::is_ascii_lowercase))
        .collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let place = places[rng.below(places.len())];
    match rng.below(3) {
        0 => letters.swap(place, place + 1),
        1 => drop(letters.remove(place)),
        _ => letters.insert(place, letters[place]),
    }
    letters.into_iter().collect()
}

/// `SplitMix64` (Steele, Lea, Flood 2014): a sample needs no better randomness, but the same everywhere.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is small, so the bias does not show.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

#[cfg(test)]
mod tests;
