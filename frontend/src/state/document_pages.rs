//! The documents a page at a time: with their labels once there are some, else as the corpus has them.

use super::{Api, ApiFailure, eval::Eval, project::ProjectState};
use crate::worker::message::Document;
use hunch_protocol::{Corpus, DocumentLabels, LabelsQuery, Page, limits};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// At most this many bytes of a text in a list of documents.
const SUMMARY_BYTES: usize = 500;

/// A document in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRow {
    /// Its number in the corpus, from 0.
    pub number: u64,
    /// What the models make of it, once they have.
    pub labels: Option<DocumentLabels>,
    /// What it says, once its chunk is here.
    pub document: Option<Document>,
}

/// One page of documents and the way to the next and back.
#[derive(Clone, Copy)]
pub struct DocumentPages {
    project: ProjectState,
    eval: Eval,
    /// Which documents; all as the corpus has them while there are no labels.
    which: Signal<LabelsQuery>,
    rows: RwSignal<Option<Vec<DocumentRow>>>,
    failure: RwSignal<Option<ApiFailure>>,
    /// Where each page up to the one shown starts; `None` is the first.
    starts: RwSignal<Vec<Option<String>>>,
    next: RwSignal<Option<String>>,
}

impl DocumentPages {
    /// Loads the first page, and again whenever corpus, labels or the choice of documents change.
    pub fn new(project: ProjectState, eval: Eval, which: Signal<LabelsQuery>) -> Self {
        let pages = Self {
            project,
            eval,
            which,
            rows: RwSignal::new(None),
            failure: RwSignal::new(None),
            starts: RwSignal::new(vec![None]),
            next: RwSignal::new(None),
        };
        let source = Memo::new(move |_| {
            let chunks = project.corpus.with(|corpus| corpus.map(|corpus| corpus.chunks.clone()));
            (
                chunks,
                project
                    .report
                    .with(|report| report.map(|report| report.as_ref().map(|report| report.job.clone()))),
            )
        });
        Effect::new(move |_| {
            which.track();
            if let (Some(_), Some(_)) = source.get() {
                pages.starts.set(vec![None]);
                pages.load();
            }
        });
        pages
    }

    /// The documents of the page. Tracks.
    pub fn rows(self) -> Option<Vec<DocumentRow>> {
        self.rows.get()
    }

    /// How the page stands.
    pub fn status(self) -> super::remote::Status {
        super::remote::Status {
            ready: Memo::new(move |_| self.rows.with(Option::is_some)).into(),
            failure: self.failure.into(),
            retry: Callback::new(move |()| self.load()),
        }
    }

    /// Whether there is a page after this one. Tracks.
    pub fn has_next(self) -> bool {
        self.next.with(Option::is_some)
    }

    /// Whether there is a page before this one. Tracks.
    pub fn has_previous(self) -> bool {
        self.starts.with(|starts| starts.len() > 1)
    }

    /// Turns to the next page.
    pub fn turn_forward(self) {
        if let Some(next) = self.next.get_untracked() {
            self.starts.update(|starts| starts.push(Some(next)));
            self.load();
        }
    }

    /// Turns to the page before.
    pub fn turn_back(self) {
        if self.starts.with_untracked(|starts| starts.len() > 1) {
            self.starts.update(|starts| drop(starts.pop()));
            self.load();
        }
    }

    fn load(self) {
        let start = self.starts.with_untracked(|starts| starts.last().cloned().flatten());
        let labeled = self.project.report.with_untracked(|report| report.is_some_and(Option::is_some));
        if !labeled {
            let page = self.project.corpus.with_untracked(|corpus| {
                corpus.map(|corpus| corpus_page(corpus, start.as_deref(), limits::PAGE as usize))
            });
            return page.into_iter().for_each(|page| self.show(page));
        }
        let (starts, which) = (self.starts.get_untracked(), self.which.get_untracked());
        let query = LabelsQuery { cursor: start, limit: Some(limits::PAGE), ..self.which.get_untracked() };
        spawn_local(async move {
            let answer = Api.labels(&self.project.id(), &query).await;
            // Whoever turned on meanwhile waits for another page.
            if self.starts.try_get_untracked().zip(self.which.try_get_untracked()) != Some((starts, which)) {
                return;
            }
            match answer {
                Ok(Page { items, next }) => {
                    let items = items.into_iter().map(|labels| DocumentRow {
                        number: labels.row,
                        labels: Some(labels),
                        document: None,
                    });
                    self.show(Page { items: items.collect(), next });
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    /// Shows a page; what its documents say follows when the workers have their chunks.
    fn show(self, page: Page<DocumentRow>) {
        let numbers: Vec<u64> = page.items.iter().map(|row| row.number).collect();
        self.failure.set(None);
        self.next.set(page.next);
        self.rows.set(Some(page.items));
        spawn_local(async move {
            let documents = self.eval.documents(numbers, SUMMARY_BYTES).await.unwrap_or_default();
            self.rows.try_update(|rows| {
                for row in rows.iter_mut().flatten() {
                    row.document = documents.iter().find(|document| document.number == row.number).cloned();
                }
            });
        });
    }
}

/// A page of the corpus' documents that are not excluded; the cursor is the number of the first.
fn corpus_page(corpus: &Corpus, start: Option<&str>, limit: usize) -> Page<DocumentRow> {
    let start: u64 = start.and_then(|start| start.parse().ok()).unwrap_or(0);
    let mut first = 0;
    let mut items = Vec::new();
    for chunk in &corpus.chunks {
        let end = first + u64::from(chunk.rows);
        for number in start.max(first)..end {
            let place = u32::try_from(number - first).unwrap_or(u32::MAX);
            if chunk.excluded.binary_search(&place).is_ok() {
                continue;
            }
            if items.len() == limit {
                return Page { items, next: Some(number.to_string()) };
            }
            items.push(DocumentRow { number, labels: None, document: None });
        }
        first = end;
    }
    Page { items, next: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_protocol::ChunkInfo;

    fn corpus() -> Corpus {
        let chunk = |ordinal, rows, excluded| ChunkInfo {
            ordinal,
            hash: String::new(),
            rows,
            text_bytes: 0,
            excluded,
        };
        Corpus { chunks: vec![chunk(0, 3, vec![1]), chunk(1, 4, vec![0, 3])], ..Corpus::default() }
    }

    #[test]
    fn pages_of_the_corpus_show_every_document_once_and_no_excluded_one() {
        let (mut seen, mut start) = (Vec::new(), None);
        loop {
            let page = corpus_page(&corpus(), start.as_deref(), 2);
            seen.extend(page.items.iter().map(|row| row.number));
            match page.next {
                Some(next) => start = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, [0, 2, 4, 5]);
    }
}
