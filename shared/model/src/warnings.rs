//! What users should know before they trust the labels: each with a reason and a way out.

use crate::{
    fit::Fitted,
    interval::wilson,
    majority::vote_shares,
    pattern::PatternTable,
    score::{Tally, score},
    similar::Similar,
    source_kind::SourceKind,
    ties::most_likely,
};

/// A source that votes on more than this share of the rows decides more than a rule should.
const BROAD: f64 = 0.5;
/// A label whose share of the votes is below this in two, and accordingly in more, is rare.
const RARE: f64 = 0.1;
/// Rows with a vote that sources must share for their accuracies to be told apart.
const OVERLAPS: u64 = 30;

/// Something to know, as data.
#[derive(Debug, Clone, PartialEq)]
pub enum Warning {
    /// There are no votes at all.
    NoVotes,
    /// Fewer than three sources vote: their accuracies cannot be told from their votes.
    FewSources {
        /// How many vote.
        voting: usize,
    },
    /// On so few rows do two sources vote that accuracies are mostly guessed.
    FewOverlaps {
        /// Rows with two votes or more.
        rows: u64,
    },
    /// Every vote is for one label: no model can find another.
    OneLabel {
        /// The label.
        label: u16,
    },
    /// A label that hardly any vote is for.
    Rare {
        /// The label.
        label: u16,
        /// Its share of the votes.
        share: f64,
    },
    /// A rule that votes on more than half of the rows.
    Broad {
        /// The source, by index.
        source: usize,
        /// The share of rows it votes on.
        coverage: f64,
    },
    /// Gold shows a source to be right less often than by chance.
    WorseThanChance {
        /// The source, by index.
        source: usize,
        /// Rows with gold where it is right …
        right: u64,
        /// … of those where it votes.
        votes: u64,
    },
    /// Two sources vote the same nearly always; they share one vote's weight.
    NearDuplicates {
        /// The sources, by index.
        sources: (usize, usize),
        /// Same votes, as a share of the rows where either votes.
        overlap: f64,
    },
    /// A source votes only where another votes the same.
    Subsumed {
        /// The source, by index.
        source: usize,
        /// The one that has all its votes.
        by: usize,
    },
    /// On gold the model is below majority vote by more than noise; majority vote's labels are better.
    BelowMajority {
        /// Rows that only the model gets right …
        model_only: f64,
        /// … and rows that only majority vote does.
        majority_only: f64,
    },
}

impl Warning {
    /// A stable name of the kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoVotes => "no-votes",
            Self::FewSources { .. } => "few-sources",
            Self::FewOverlaps { .. } => "few-overlaps",
            Self::OneLabel { .. } => "one-label",
            Self::Rare { .. } => "rare-label",
            Self::Broad { .. } => "broad-source",
            Self::WorseThanChance { .. } => "worse-than-chance",
            Self::NearDuplicates { .. } => "near-duplicates",
            Self::Subsumed { .. } => "subsumed",
            Self::BelowMajority { .. } => "below-majority",
        }
    }

    /// What is the matter, and why it matters.
    pub fn reason(&self, sources: &[String], labels: &[String]) -> String {
        let source = |index: &usize| sources.get(*index).map_or("?", String::as_str);
        let label = |index: &u16| labels.get(usize::from(*index)).map_or("?", String::as_str);
        match self {
            Self::NoVotes => "no source votes, so nothing is labeled".to_owned(),
            Self::FewSources { voting } => {
                format!(
                    "{voting} of the sources vote: with fewer than three, agreement does not show who is right"
                )
            }
            Self::FewOverlaps { rows } => {
                format!("{rows} documents have two votes: too few to tell how right the sources are")
            }
            Self::OneLabel { label: only } => {
                format!("every vote is for {}: no model can find another", label(only))
            }
            Self::Rare { label: rare, share } => {
                format!(
                    "{:.1} % of the votes are for {}: its documents are hard to find",
                    share * 100.0,
                    label(rare)
                )
            }
            Self::Broad { source: broad, coverage } => {
                format!("`{}` votes on {:.0} % of the documents", source(broad), coverage * 100.0)
            }
            Self::WorseThanChance { source: bad, right, votes } => {
                format!(
                    "`{}` is right on {right} of {votes} gold documents, less often than by chance",
                    source(bad)
                )
            }
            Self::NearDuplicates { sources: (one, other), overlap } => format!(
                "`{}` and `{}` vote the same on {:.0} % of the documents where either votes: they share one vote's weight",
                source(one),
                source(other),
                overlap * 100.0
            ),
            Self::Subsumed { source: small, by } => {
                format!("wherever `{}` votes, `{}` votes the same", source(small), source(by))
            }
            Self::BelowMajority { model_only, majority_only } => format!(
                "on gold majority vote is right on {majority_only:.0} documents that the model gets wrong, the model on {model_only:.0} that majority vote gets wrong"
            ),
        }
    }

    /// The sources it is about, by index.
    pub fn sources(&self) -> Vec<usize> {
        match *self {
            Self::Broad { source, .. } | Self::WorseThanChance { source, .. } => vec![source],
            Self::NearDuplicates { sources: (one, other), .. } => vec![one, other],
            Self::Subsumed { source, by } => vec![source, by],
            _ => Vec::new(),
        }
    }

    /// What to do about it.
    pub fn way_out(&self) -> &'static str {
        match self {
            Self::NoVotes => "write a rule that votes somewhere",
            Self::FewSources { .. } => "add sources, or label some gold and let the model learn from it",
            Self::FewOverlaps { .. } => "write rules that overlap with others, or label some gold",
            Self::OneLabel { .. } => "write rules for the other labels",
            Self::Rare { .. } => {
                "write rules for that label, or give its share of the documents as class prior"
            }
            Self::Broad { .. } => "narrow it, or make sure on gold that it is right",
            Self::WorseThanChance { .. } => "look at what it gets wrong; turn it round or take it away",
            Self::NearDuplicates { .. } => "keep one of them",
            Self::Subsumed { .. } => "take it away unless it is meant to strengthen the other",
            Self::BelowMajority { .. } => "majority vote's labels are used; label more gold to find out why",
        }
    }
}

/// What is to be known of votes, a model and, where there is gold, how both fare on it.
///
/// `gold` holds rows with gold as [`score`] takes them.
pub fn warnings(table: &PatternTable, fitted: &Fitted, kind: SourceKind, gold: &Tally) -> Vec<Warning> {
    let majority = vote_shares(table);
    let rows = gold.rows().filter(|(pattern, ..)| (*pattern as usize) < table.len());
    let pairs = rows.map(|(pattern, label, rows)| Judged {
        model: fitted.posterior(pattern),
        majority: majority.row(pattern as usize),
        pattern,
        label,
        rows,
    });
    let mut found = vote_warnings(table, kind, gold);
    found.extend(mcnemar(pairs).filter(|_| found.first() != Some(&Warning::NoVotes)));
    found
}

/// What is to be known of votes, and of sources that gold speaks against.
pub fn vote_warnings(table: &PatternTable, kind: SourceKind, gold: &Tally) -> Vec<Warning> {
    let rows = table.rows();
    let cell_rows = table.cell_counts();
    let mut of_source = vec![0_u64; table.sources().len()];
    let mut of_label = vec![0_u64; table.labels()];
    for (cell, rows) in table.cells().iter().zip(&cell_rows) {
        of_source[cell.source as usize] += rows;
        of_label[usize::from(cell.label)] += rows;
    }
    let votes: u64 = of_label.iter().sum();
    if votes == 0 {
        return vec![Warning::NoVotes];
    }
    let mut found = Vec::new();
    let voting = of_source.iter().filter(|votes| **votes > 0).count();
    if voting < 3 {
        found.push(Warning::FewSources { voting });
    }
    let overlapping = table.patterns().filter(|(cells, _)| cells.len() > 1).map(|(_, rows)| rows).sum();
    if voting > 1 && overlapping < OVERLAPS {
        found.push(Warning::FewOverlaps { rows: overlapping });
    }
    found.extend(of_labels(&of_label, votes));
    if kind == SourceKind::Rules {
        for (source, votes) in of_source.iter().enumerate() {
            let coverage = *votes as f64 / rows as f64;
            if coverage > BROAD {
                found.push(Warning::Broad { source, coverage });
            }
        }
    }
    found.extend(worse_than_chance(table, gold));
    let similar = Similar::of(table);
    for (one, other, overlap) in similar.near_duplicates() {
        found.push(Warning::NearDuplicates { sources: (one, other), overlap });
    }
    if kind == SourceKind::Rules {
        found.extend(similar.subsumed().into_iter().map(|(source, by)| Warning::Subsumed { source, by }));
    }
    found
}

fn of_labels(of_label: &[u64], votes: u64) -> Vec<Warning> {
    let index = |label: usize| u16::try_from(label).unwrap_or(u16::MAX);
    let voted: Vec<usize> = (0..of_label.len()).filter(|&label| of_label[label] > 0).collect();
    if let ([only], true) = (&voted[..], of_label.len() > 1) {
        return vec![Warning::OneLabel { label: index(*only) }];
    }
    let rare = RARE * 2.0 / of_label.len().max(2) as f64;
    let share = |label: usize| of_label[label] as f64 / votes as f64;
    let rare_ones = (0..of_label.len()).filter(|&label| of_label.len() > 1 && share(label) < rare);
    rare_ones.map(|label| Warning::Rare { label: index(label), share: share(label) }).collect()
}

fn worse_than_chance(table: &PatternTable, gold: &Tally) -> Vec<Warning> {
    let mut seen = vec![(0_u64, 0_u64); table.sources().len()];
    for (pattern, label, rows) in gold.rows() {
        for (source, vote) in table.votes(pattern).into_iter().enumerate().filter(|(_, vote)| *vote >= 0) {
            seen[source].0 += if vote == label { rows } else { 0 };
            seen[source].1 += rows;
        }
    }
    let chance = 1.0 / table.labels() as f64;
    let is_bad = |&(_, (right, votes)): &(usize, (u64, u64))| {
        wilson(right, votes).is_some_and(|interval| interval.high < chance)
    };
    let bad = seen.into_iter().enumerate().filter(is_bad);
    bad.map(|(source, (right, votes))| Warning::WorseThanChance { source, right, votes }).collect()
}

/// A model and majority vote, to be compared on rows with gold that the model did not learn from.
#[derive(Debug, Clone, Copy)]
pub struct Versus<'a> {
    /// The model.
    pub model: &'a Fitted,
    /// Majority vote, with the same patterns.
    pub majority: &'a Fitted,
    /// The rows.
    pub gold: &'a Tally,
}

/// Whether a model is below majority vote on gold by more than noise, over all parts of the gold together.
///
/// The test of `McNemar` (1947) at two standard deviations, on expected rows where ties are guessed.
pub fn below_majority<'a>(parts: impl IntoIterator<Item = Versus<'a>>) -> Option<Warning> {
    mcnemar(parts.into_iter().flat_map(|Versus { model, majority, gold }| {
        gold.rows().map(|(pattern, label, rows)| Judged {
            model: model.posterior(pattern),
            majority: majority.posterior(pattern),
            pattern,
            label,
            rows,
        })
    }))
}

/// Rows with gold, as two models see them.
struct Judged<'a> {
    model: &'a [f64],
    majority: &'a [f64],
    pattern: u32,
    label: i16,
    rows: u64,
}

fn mcnemar<'a>(judged: impl Iterator<Item = Judged<'a>>) -> Option<Warning> {
    let (mut model_only, mut majority_only) = (0.0, 0.0);
    let right = |row: &[f64], label: usize| {
        let tied = most_likely(row);
        if tied.contains(&label) { 1.0 / tied.len() as f64 } else { 0.0 }
    };
    for Judged { model, majority, label, rows, .. } in judged.filter(|judged| judged.pattern != 0) {
        let label = usize::try_from(label).unwrap_or(usize::MAX);
        let gain = right(model, label) - right(majority, label);
        if gain > 0.0 {
            model_only += gain * rows as f64;
        } else {
            majority_only -= gain * rows as f64;
        }
    }
    let differ = model_only + majority_only;
    (majority_only - model_only > 2.0 * differ.sqrt() && differ > 0.0)
        .then_some(Warning::BelowMajority { model_only, majority_only })
}

/// Whether a model is no better on gold than majority vote by more than noise, so that majority vote is enough; none
/// without gold.
pub fn majority_is_enough<'a>(parts: impl IntoIterator<Item = Versus<'a>>) -> Option<bool> {
    let (mut rows, mut right_model, mut right_majority) = (0, 0.0, 0.0);
    for Versus { model, majority, gold } in parts {
        let of_part = gold.rows().map(|(_, _, rows)| rows).sum::<u64>();
        if let (Some(by_model), Some(by_majority)) =
            (score(model, gold).accuracy, score(majority, gold).accuracy)
        {
            rows += of_part;
            right_model += by_model * of_part as f64;
            right_majority += by_majority * of_part as f64;
        }
    }
    let n = rows as f64;
    let (model, simple) = (right_model / n, right_majority / n);
    (rows > 0).then(|| model - simple <= (model * (1.0 - model) / n).sqrt())
}
