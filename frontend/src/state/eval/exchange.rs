//! What live evaluation keeps beside its signals: the workers, what they were asked, and what they said.

use super::RowsQuery;
use super::board::Board;
use super::pool::Pool;
use crate::worker::message::preview::{PreviewPart, SamplePart};
use crate::worker::message::refit::Refitted;
use crate::worker::message::suggest::Told;
use crate::worker::message::{Document, Draft, Row, SavedRule, Subject};
use futures::channel::oneshot;
use hunch_augment::Parameters;
use hunch_engine::Pairs;
use std::cmp::Reverse;
use std::collections::BTreeMap;

const TOO_SLOW: &str = "It was stopped: it took more than ten seconds on a part of the corpus.";
const BROKEN: &str = "It no longer compiles, so it votes nowhere. Open it to see why.";

/// See the module.
#[derive(Default)]
pub(super) struct Exchange {
    pub(super) pool: Option<Pool>,
    pub(super) board: Board,
    /// Whether signals will be set with the next frame.
    pub(super) flush_is_due: bool,
    version: u64,
    rules: Vec<SavedRule>,
    seq: u64,
    /// What the editor said last without errors.
    draft: Option<Draft>,
    /// Rules that took a worker down, as they were then: they are not evaluated until they change.
    runaways: Vec<SavedRule>,
    /// Questions about the present draft.
    pub(super) rows: Questions<Row>,
    pub(super) documents: Questions<Document>,
    pub(super) samples: Questions<SamplePart>,
    pub(super) measures: Questions<(u32, Parameters)>,
    pub(super) previews: Questions<Result<PreviewPart, String>>,
    pub(super) suggestions: Questions<Result<Told, String>>,
    pub(super) refits: Questions<Result<Box<Refitted>, String>>,
    pub(super) pairs: Questions<Pairs>,
    pub(super) words: Words,
}

/// Frequent words, of all workers together.
#[derive(Default)]
pub(super) struct Words(BTreeMap<String, u64>);

impl Words {
    /// Takes one worker's words; returns all, the most frequent first.
    pub(super) fn take(&mut self, words: Vec<(String, u64)>) -> Vec<String> {
        for (word, documents) in words {
            *self.0.entry(word).or_default() += documents;
        }
        let mut all: Vec<(&String, &u64)> = self.0.iter().collect();
        all.sort_by_key(|(word, documents)| (Reverse(**documents), *word));
        all.into_iter().map(|(word, _)| word.clone()).collect()
    }
}

impl Exchange {
    /// Takes other saved rules.
    pub(super) fn set_rules(&mut self, rules: Vec<SavedRule>) {
        self.rules = rules;
        self.runaways.retain(|runaway| self.rules.contains(runaway));
        self.tell_rules();
    }

    /// Asks for the saved rules' figures anew; votes that the workers have are not computed again.
    fn tell_rules(&mut self) {
        self.version += 1;
        self.board.set_rules(self.version, self.rules.iter().map(|rule| rule.id.clone()).collect());
        let mut told = self.rules.clone();
        for rule in &mut told {
            if self.runaways.contains(rule) {
                rule.plan = None;
                self.board.refuse(Subject::Rule(rule.id.clone()), TOO_SLOW.to_owned());
            } else if rule.plan.is_none() {
                self.board.refuse(Subject::Rule(rule.id.clone()), BROKEN.to_owned());
            }
        }
        self.pool.iter().for_each(|pool| pool.set_rules(self.version, told.clone()));
    }

    /// Takes what the editor says about `rule`; `None` if it has errors, which leaves the draft before as it is.
    /// Returns whether anything changed.
    pub(super) fn set_draft(&mut self, rule: Option<&str>, draft: Option<Draft>) -> bool {
        let of_the_same = self.draft.as_ref().is_some_and(|before| before.replaces.as_deref() == rule);
        if self.pool.is_none() || self.draft == draft || (draft.is_none() && of_the_same) {
            return false;
        }
        self.draft = draft;
        self.tell_draft(self.draft.clone());
        true
    }

    fn tell_draft(&mut self, draft: Option<Draft>) {
        self.seq += 1;
        self.board.set_draft(self.seq);
        self.rows.open.clear();
        self.pool.iter().for_each(|pool| pool.set_draft(self.seq, draft.clone()));
    }

    /// Goes on without what took a worker down.
    pub(super) fn stop(&mut self, culprit: &Subject) {
        // The new worker does not know what the old one was asked.
        self.suggestions.open.clear();
        self.refits.open.clear();
        self.pairs.open.clear();
        if let Subject::Rule(id) = culprit {
            self.runaways.extend(self.rules.iter().find(|rule| rule.id == *id).cloned());
        }
        self.tell_rules();
        match culprit {
            Subject::Rule(_) => self.tell_draft(self.draft.clone()),
            Subject::Draft => {
                self.tell_draft(None);
                self.board.refuse(Subject::Draft, TOO_SLOW.to_owned());
            }
        }
    }

    /// Asks for documents of the draft.
    pub(super) fn ask_rows(&mut self, query: &RowsQuery) -> Option<oneshot::Receiver<Vec<Row>>> {
        let pool = self.pool.as_ref().filter(|_| query.seq == self.seq)?;
        Some(self.rows.ask(|request| pool.ask_rows(request, query.seq, query.tab, &query.pieces)))
    }

    /// Asks for documents by chunk and row, of each main text at most so many bytes.
    pub(super) fn ask_documents(
        &mut self,
        places: &[(u32, u32)],
        bytes: usize,
    ) -> Option<oneshot::Receiver<Vec<Document>>> {
        let pool = self.pool.as_ref()?;
        Some(self.documents.ask(|request| pool.ask_documents(request, places, bytes)))
    }
}

/// Questions that several workers answer, each a part.
pub(super) struct Questions<T> {
    open: BTreeMap<u64, Question<T>>,
    last: u64,
}

struct Question<T> {
    missing: usize,
    parts: Vec<T>,
    answer: oneshot::Sender<Vec<T>>,
}

impl<T> Default for Questions<T> {
    fn default() -> Self {
        Self { open: BTreeMap::new(), last: 0 }
    }
}

impl<T> Questions<T> {
    /// Asks under a new number; `ask` returns how many will answer.
    pub(super) fn ask(&mut self, ask: impl FnOnce(u64) -> usize) -> oneshot::Receiver<Vec<T>> {
        self.last += 1;
        let (answer, whole) = oneshot::channel();
        let missing = ask(self.last);
        self.open.insert(self.last, Question { missing, parts: Vec::new(), answer });
        self.settle(self.last);
        whole
    }

    /// Takes one worker's part.
    pub(super) fn take(&mut self, number: u64, parts: Vec<T>) {
        if let Some(question) = self.open.get_mut(&number) {
            question.parts.extend(parts);
            question.missing -= 1;
            self.settle(number);
        }
    }

    fn settle(&mut self, number: u64) {
        if self.open.get(&number).is_some_and(|question| question.missing == 0)
            && let Some(question) = self.open.remove(&number)
        {
            // Whoever asked may be gone.
            let _ = question.answer.send(question.parts);
        }
    }
}
