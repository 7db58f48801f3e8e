//! The votes of people as sparse lists, in an order of their own.

use crate::pattern::Cell;
use std::{collections::BTreeSet, ops::Range};
use thiserror::Error;

/// What a person said about a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer<'a> {
    /// The label is this one.
    Label(i16),
    /// How well the answer fits each label, one number of at least 0 per label, at least one of them positive; only their
    /// ratios matter. "Not the second of three" is `[1, 0, 1]`.
    Likelihood(&'a [f64]),
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonVote<'a> {
    /// The document's id.
    pub document: &'a str,
    /// The person, by a name that is theirs alone.
    pub source: &'a str,
    /// What they said.
    pub answer: Answer<'a>,
}

/// A vote that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PeopleVoteError {
    /// The vote is not the index of a label.
    #[error("`{source_name}` votes {vote}, but labels are numbered 0 to {last}", last = labels.saturating_sub(1))]
    NoSuchLabel {
        /// The person.
        source_name: String,
        /// The vote.
        vote: i16,
        /// Number of labels.
        labels: usize,
    },
    /// The likelihoods are no evidence.
    #[error("likelihoods of `{source_name}` must be {labels} numbers of at least 0, one of them positive")]
    Likelihood {
        /// The person.
        source_name: String,
        /// Number of labels.
        labels: usize,
    },
    /// A person answered twice about one document.
    #[error("`{source_name}` votes twice on `{document}`")]
    Twice {
        /// The person.
        source_name: String,
        /// The document.
        document: String,
    },
}

/// Answers of people, by document and person; the order in which they were given changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct PeopleVotes {
    labels: usize,
    /// Ascending.
    documents: Vec<String>,
    /// Ascending.
    sources: Vec<String>,
    pub(super) lists: Lists,
}

/// Votes as lists.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Lists {
    /// How many of the sources are people; rules, if they say something, are the source after them.
    pub(super) people: u32,
    /// The labels that each source may have meant, by source, then label: one set of parameters each.
    pub(super) cells: Vec<Cell>,
    /// Per document where its votes start; one more than there are documents.
    pub(super) starts: Vec<usize>,
    pub(super) votes: Vec<Vote>,
    /// What votes are made of: a cell, and how well the answer fits its label, 1 for the best.
    pub(super) parts: Vec<(u32, f64)>,
}

/// One source's vote on one document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vote {
    pub(super) source: u32,
    /// Into `parts`; not empty.
    pub(super) parts: Range<usize>,
}

impl Lists {
    /// Where the votes on a document are in `votes`.
    pub(super) fn on(&self, document: usize) -> Range<usize> {
        self.starts[document]..self.starts[document + 1]
    }

    /// How many documents there are.
    pub(super) fn documents(&self) -> usize {
        self.starts.len() - 1
    }

    /// Where the parts of the votes on a document are in `parts`.
    pub(super) fn parts_on(&self, document: usize) -> Range<usize> {
        let start = |vote: usize| self.votes.get(vote).map_or(self.parts.len(), |vote| vote.parts.start);
        start(self.starts[document])..start(self.starts[document + 1])
    }

    /// The labels that a vote may mean, with how well it fits each.
    pub(super) fn meant(&self, vote: usize) -> impl Iterator<Item = (usize, f64)> {
        let parts = &self.parts[self.votes[vote].parts.clone()];
        parts.iter().map(|(cell, fit)| (usize::from(self.cells[*cell as usize].label), *fit))
    }

    /// Adds a vote to the last document.
    pub(super) fn push(&mut self, source: u32, parts: impl IntoIterator<Item = (u32, f64)>) {
        let start = self.parts.len();
        self.parts.extend(parts);
        self.votes.push(Vote { source, parts: start..self.parts.len() });
    }
}

impl PeopleVotes {
    /// Collects answers about `labels` labels.
    pub fn new<'a>(
        labels: usize,
        votes: impl IntoIterator<Item = PersonVote<'a>>,
    ) -> Result<Self, PeopleVoteError> {
        let mut given: Vec<PersonVote<'a>> = votes.into_iter().collect();
        given.sort_unstable_by_key(|vote| (vote.document, vote.source));
        let key = |vote: &PersonVote<'a>| (vote.document, vote.source);
        if let Some(pair) = given.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
            let (document, source_name) = (pair[0].document.to_owned(), pair[0].source.to_owned());
            return Err(PeopleVoteError::Twice { source_name, document });
        }
        let names: BTreeSet<&str> = given.iter().map(|vote| vote.source).collect();
        let sources: Vec<String> = names.into_iter().map(str::to_owned).collect();

        let mut meant = Vec::with_capacity(given.len());
        for vote in &given {
            let source = sources.binary_search_by(|name| name.as_str().cmp(vote.source)).unwrap_or_default();
            meant.push((u32::try_from(source).unwrap_or(u32::MAX), labels_meant(vote, labels)?));
        }
        let cells: BTreeSet<(u32, u16)> = meant
            .iter()
            .flat_map(|(source, labels)| labels.iter().map(|(label, _)| (*source, *label)))
            .collect();
        let cells: Vec<Cell> = cells.into_iter().map(|(source, label)| Cell { source, label }).collect();

        let mut documents: Vec<String> = Vec::new();
        let mut lists =
            Lists { people: u32::try_from(sources.len()).unwrap_or(u32::MAX), cells, ..Lists::default() };
        for (given, (source, meant)) in given.iter().zip(meant) {
            if documents.last().is_none_or(|last| last != given.document) {
                documents.push(given.document.to_owned());
                lists.starts.push(lists.votes.len());
            }
            let place = |label| {
                let found =
                    lists.cells.binary_search_by_key(&(source, label), |cell| (cell.source, cell.label));
                u32::try_from(found.unwrap_or_default()).unwrap_or(u32::MAX)
            };
            let parts: Vec<_> = meant.into_iter().map(|(label, fit)| (place(label), fit)).collect();
            lists.push(source, parts);
        }
        lists.starts.push(lists.votes.len());
        Ok(Self { labels, documents, sources, lists })
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The ids of documents with an answer, ascending.
    pub fn documents(&self) -> &[String] {
        &self.documents
    }

    /// The people, ascending.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// How often each person is there, in the order of [`Self::sources`].
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.sources.len()];
        self.lists.votes.iter().for_each(|vote| counts[vote.source as usize] += 1);
        counts
    }

    /// Adds what people say of a document to votes per label: one for each, shared out among the labels that an answer
    /// fits.
    pub fn add_to(&self, document: usize, votes: &mut [f64]) {
        for vote in self.lists.on(document) {
            let sum: f64 = self.lists.meant(vote).map(|(_, fit)| fit).sum();
            self.lists.meant(vote).for_each(|(label, fit)| votes[label] += fit / sum);
        }
    }
}

/// The labels that an answer may mean, ascending, with how well it fits each, 1 for the best.
fn labels_meant(vote: &PersonVote<'_>, labels: usize) -> Result<Vec<(u16, f64)>, PeopleVoteError> {
    let source_name = || vote.source.to_owned();
    match vote.answer {
        Answer::Label(label) => match u16::try_from(label) {
            Ok(index) if usize::from(index) < labels => Ok(vec![(index, 1.0)]),
            _ => Err(PeopleVoteError::NoSuchLabel { source_name: source_name(), vote: label, labels }),
        },
        Answer::Likelihood(fits) => {
            let best = fits.iter().copied().fold(0.0, f64::max);
            let sound = fits.iter().all(|fit| *fit >= 0.0 && fit.is_finite());
            if fits.len() != labels || !sound || best <= 0.0 {
                return Err(PeopleVoteError::Likelihood { source_name: source_name(), labels });
            }
            let meant = (0..).zip(fits).filter(|(_, fit)| **fit > 0.0);
            Ok(meant.map(|(label, fit)| (label, fit / best)).collect())
        }
    }
}
