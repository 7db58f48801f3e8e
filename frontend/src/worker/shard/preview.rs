//! What an augmentation policy does to a sample of documents.

use super::super::message::preview::{
    Cell, Copied, Effect, Effects, Pick, PreviewOrder, PreviewPart, PreviewRow, Said, SamplePart, Show,
};
use super::{Shard, State, row};
use hunch_augment::{AugmentError, Augmenter, DiffKind, DiffPiece, Parameters, Variants, diff};
use hunch_engine::{
    Bitset, Chunk, Column, ColumnData, Evaluator, FormatError, Program, RuleVotes, Split, draw_order,
};
use hunch_model::break_tie;
use hunch_rules::{LabelIndex, Policy};
use std::collections::BTreeMap;
use std::sync::Arc;

/// At most this many bytes of a text are shown.
const SHOWN_BYTES: usize = 1_000;

/// Why there is no preview.
pub enum NoPreview {
    /// A lexicon or a chunk is on its way.
    NotYet,
    /// It cannot be made; why, as a sentence.
    Failed(String),
}

impl From<FormatError> for NoPreview {
    fn from(error: FormatError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Shard {
    /// A sample of the train documents that are here.
    pub fn sample(&self, seed: u64, take: usize) -> SamplePart {
        let mut part = SamplePart::default();
        for (ordinal, held) in &self.chunks {
            let chunk = held.chunk();
            for row in train_rows(held.counted(), chunk).iter_ones() {
                part.rows += 1;
                let hash = draw_order(seed, chunk.ids.get(row).unwrap_or_default());
                part.picks.push(Pick {
                    hash,
                    ordinal: *ordinal,
                    row: u32::try_from(row).unwrap_or(u32::MAX),
                });
            }
        }
        if part.picks.len() > take {
            part.picks.select_nth_unstable(take);
            part.picks.truncate(take);
        }
        part.picks.sort_unstable();
        part
    }

    /// What a policy needs to know of each chunk that is here.
    pub fn measure(&self, policy: &Policy) -> Vec<(u32, Parameters)> {
        let measured = |(ordinal, held): (&u32, &super::Held)| {
            let chunk = held.chunk();
            (*ordinal, Parameters::measure(policy, chunk, &train_rows(held.counted(), chunk)))
        };
        self.chunks.iter().map(measured).collect()
    }

    /// What a policy does to the documents of a sample that are here. What the last preview found out and still holds
    /// is not computed again: while one number is dragged, that is most of it.
    pub fn preview(&mut self, order: &PreviewOrder, picks: &[Pick]) -> Result<PreviewPart, NoPreview> {
        if self.rules.iter().any(|rule| matches!(rule.state, State::Waiting)) {
            return Err(NoPreview::NotYet);
        }
        let rules: Vec<Option<&Program>> = self.rules.iter().map(super::Entry::program).collect();
        let whole = self.augmenter(order, &order.policy)?;
        // A policy of one step is that step alone.
        let alone = if order.policy.steps.len() > 1 { order.policy.steps.len() } else { 0 };
        let alone: Vec<Policy> = (0..alone).map(|step| order.policy.alone(step)).collect();
        let known =
            Known { picks: picks.to_vec(), seed: order.seed, labels: order.labels, rules: self.version };
        let mut kept = self.previewed.take().filter(|kept| kept.known == known);
        let mut kept = kept.take().unwrap_or_else(|| Previewed::new(known));

        let mut part = PreviewPart { steps: vec![Effects::default(); alone.len()], ..PreviewPart::default() };
        let mut by_chunk: BTreeMap<u32, Vec<Pick>> = BTreeMap::new();
        for pick in picks {
            by_chunk.entry(pick.ordinal).or_default().push(*pick);
        }
        for (ordinal, picks) in by_chunk {
            let held = self.chunks.get(&ordinal).ok_or(NoPreview::NotYet)?;
            let originals = if let Some(originals) = kept.originals.remove(&ordinal) {
                originals
            } else {
                let rows = picks.iter().map(|pick| pick.row as usize);
                let rows: Vec<usize> = rows.filter(|row| *row < held.chunk().rows).collect();
                Judged::new(held.chunk().take(&rows)?, None, &rules, order.labels)
            };
            for (at, policy) in alone.iter().enumerate() {
                let shown = order.show.step == Some(at);
                if let Some(effects) = kept.effects(ordinal, policy, &order.parameters).filter(|_| !shown) {
                    part.steps[at] += effects;
                    continue;
                }
                let made = Made::new(&self.augmenter(order, policy)?, &originals, &rules, order.labels)?;
                let effects = made.effects(&originals);
                part.steps[at] += effects;
                kept.steps.push((ordinal, policy.clone(), order.parameters.clone(), effects));
                if shown {
                    made.show(&originals, &picks, order.show, &mut part.rows);
                }
            }
            let made = Made::new(&whole, &originals, &rules, order.labels)?;
            part.whole += made.effects(&originals);
            if order.show.step.is_none_or(|step| step >= alone.len()) {
                made.show(&originals, &picks, order.show, &mut part.rows);
            }
            kept.originals.insert(ordinal, originals);
        }
        kept.steps.retain(|(_, policy, ..)| alone.contains(policy));
        self.previewed = Some(kept);
        if alone.is_empty() {
            part.steps = vec![part.whole; order.policy.steps.len()];
        }
        part.rows.sort_by_key(|row| row.pick);
        part.rows.truncate(order.show.take);
        Ok(part)
    }

    fn augmenter(&self, order: &PreviewOrder, policy: &Policy) -> Result<Augmenter, NoPreview> {
        Augmenter::new(policy, &self.lexicons, &order.parameters, order.seed).map_err(|error| match error {
            AugmentError::LexiconMissing(_) => NoPreview::NotYet,
            other @ AugmentError::ParameterMissing(_) => NoPreview::Failed(other.to_string()),
        })
    }
}

/// What the last preview found out that the next may need again.
pub(super) struct Previewed {
    known: Known,
    /// By chunk.
    originals: BTreeMap<u32, Judged>,
    /// What a step does alone, by chunk.
    steps: Vec<(u32, Policy, Parameters, Effects)>,
}

/// What all of it depends on.
#[derive(PartialEq, Eq)]
struct Known {
    picks: Vec<Pick>,
    seed: u64,
    labels: usize,
    rules: u64,
}

impl Previewed {
    fn new(known: Known) -> Self {
        Self { known, originals: BTreeMap::new(), steps: Vec::new() }
    }

    fn effects(&self, ordinal: u32, policy: &Policy, parameters: &Parameters) -> Option<Effects> {
        let same = |(at, of, measured, _): &&(u32, Policy, Parameters, Effects)| {
            *at == ordinal && of == policy && measured == parameters
        };
        self.steps.iter().find(same).map(|(.., effects)| *effects)
    }
}

fn train_rows(counted: &Bitset, chunk: &Chunk) -> Bitset {
    let mut rows: Bitset = chunk.splits.iter().map(|split| *split == Split::Train).collect();
    rows.and(counted);
    rows
}

/// Documents and what the rules say about each.
struct Judged {
    chunk: Arc<Chunk>,
    said: Vec<Said>,
}

impl Judged {
    /// `parents` are the documents whose ids decide ties, if those are not the chunk's own.
    fn new(
        chunk: Chunk,
        parents: Option<(&Chunk, &[usize])>,
        rules: &[Option<&Program>],
        labels: usize,
    ) -> Self {
        let rows = chunk.rows;
        let mut evaluator = Evaluator::new(chunk);
        let votes: Vec<Option<RuleVotes>> =
            rules.iter().map(|rule| rule.map(|program| evaluator.votes_in(program, 0..rows))).collect();
        let chunk = evaluator.chunk().clone();
        let said = (0..rows).map(|row| {
            let id = parents.map_or(chunk.ids.get(row), |(parents, of)| parents.ids.get(of[row]));
            said(&votes, row, labels, id.unwrap_or_default())
        });
        let said = said.collect();
        Self { chunk, said }
    }
}

fn said(votes: &[Option<RuleVotes>], row: usize, labels: usize, id: &str) -> Said {
    let mut tally = vec![0.0; labels];
    let mut said = Said::default();
    for votes in votes {
        let vote = votes.as_ref().and_then(|votes| LabelIndex::try_from(votes.vote(row)).ok());
        said.votes.push(vote);
        if let Some(count) = vote.and_then(|label| tally.get_mut(usize::from(label))) {
            *count += 1.0;
        }
    }
    if said.votes.iter().any(Option::is_some) {
        said.label = LabelIndex::try_from(break_tie(&tally, id)).ok();
    }
    said
}

/// Copies of all documents of a sample.
struct Made {
    variants: Variants,
    judged: Judged,
    copies: usize,
}

impl Made {
    fn new(
        augmenter: &Augmenter,
        originals: &Judged,
        rules: &[Option<&Program>],
        labels: usize,
    ) -> Result<Self, FormatError> {
        let rows: Vec<usize> = (0..originals.chunk.rows).collect();
        let variants = augmenter.variants(&originals.chunk, &rows)?;
        let whole = variants.whole(&originals.chunk)?;
        let judged = Judged::new(whole, Some((&originals.chunk, &variants.parents)), rules, labels);
        Ok(Self { variants, judged, copies: augmenter.copies() as usize })
    }

    /// What was said about the copies of a document.
    fn said(&self, row: usize) -> &[Said] {
        &self.judged.said[row * self.copies..(row + 1) * self.copies]
    }

    fn has(&self, effect: Effect, row: usize, original: &Said) -> bool {
        self.said(row).iter().any(|copy| match effect {
            Effect::Any => true,
            Effect::Votes => copy.votes != original.votes,
            Effect::Label => copy.label != original.label,
        })
    }

    fn effects(&self, originals: &Judged) -> Effects {
        let count = |effect| {
            originals.said.iter().enumerate().filter(|(row, said)| self.has(effect, *row, said)).count()
                as u64
        };
        Effects {
            rows: originals.said.len() as u64,
            votes: count(Effect::Votes),
            labels: count(Effect::Label),
        }
    }

    fn show(&self, originals: &Judged, picks: &[Pick], show: Show, out: &mut Vec<PreviewRow>) {
        let shown = originals.said.iter().enumerate().filter(|(row, said)| self.has(show.effect, *row, said));
        for (row, said) in shown.take(show.take) {
            let copies = self.said(row).iter().zip(row * self.copies..).map(|(said, copy)| Copied {
                cells: self
                    .cells(originals, row, copy)
                    .map(|(_, before, after)| changes(before, after))
                    .collect(),
                said: said.clone(),
            });
            out.push(PreviewRow {
                pick: picks[row],
                id: originals.chunk.ids.get(row).unwrap_or_default().to_owned(),
                cells: self
                    .cells(originals, row, row * self.copies)
                    .map(|(column, value, _)| Cell { column: column.to_owned(), value })
                    .collect(),
                said: said.clone(),
                copies: copies.collect(),
            });
        }
    }

    /// The columns that the policy changes, with a document's values and those of a copy.
    fn cells<'a>(
        &'a self,
        originals: &'a Judged,
        row: usize,
        copy: usize,
    ) -> impl Iterator<Item = (&'a str, Option<String>, Option<String>)> {
        self.variants.chunk.columns.iter().map(move |Column { name, data }| {
            let before = originals.chunk.column(name).and_then(|data| value(data, row));
            (name.as_str(), before, value(data, copy))
        })
    }
}

/// A value as it is shown.
fn value(data: &ColumnData, row: usize) -> Option<String> {
    match data {
        ColumnData::Text(texts) | ColumnData::Category(texts) => texts.get(row).map(|text| {
            let shown = &text[..text.floor_char_boundary(SHOWN_BYTES)];
            if shown.len() < text.len() { format!("{shown}…") } else { text.to_owned() }
        }),
        ColumnData::Number(values) => values.get(row).map(|number| number.to_string()),
        ColumnData::Bool(values) => values.get(row).map(|value| value.to_string()),
        ColumnData::Date(values) => values.get(row).map(row::iso_date),
        ColumnData::Vector(vectors) => row::vector(vectors, row),
    }
}

fn changes(before: Option<String>, after: Option<String>) -> Vec<DiffPiece> {
    match (before, after) {
        (Some(before), Some(after)) => diff(&before, &after),
        (Some(before), None) => vec![DiffPiece { text: before, kind: DiffKind::Removed }],
        (None, Some(after)) => vec![DiffPiece { text: after, kind: DiffKind::Added }],
        (None, None) => Vec::new(),
    }
}
