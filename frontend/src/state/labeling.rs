//! Giving labels: which document is shown, which come next, and the last ones, whose labels can still be changed.

use super::eval::Eval;
use super::label_queue::LabelQueue;
use super::project::ProjectState;
use super::sync::{self, SyncFailure};
use super::toasts::Toasts;
use crate::worker::message::Document;
use hunch_protocol::{AnnotationBody, GoldBody, Key, Kind, Role};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use std::collections::VecDeque;

/// How many decisions stay at hand.
pub const RECENT: usize = 10;
/// How many documents wait behind the one shown, so that the next is always there.
const AHEAD: usize = 8;
/// How many documents are looked through at once for some without a label.
const BATCH: usize = 32;
/// At most this many bytes of a text are shown.
const TEXT_BYTES: usize = 100_000;

/// What was decided about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It has this label.
    Label {
        /// The label's index.
        label: i16,
        /// Whether it is the truth rather than someone's word.
        gold: bool,
    },
    /// It was passed over.
    Skipped,
}

/// What can be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Supply {
    /// More is being looked for.
    #[default]
    Looking,
    /// Every document has been decided.
    Exhausted,
    /// Documents could not be had.
    Failed,
}

/// The label page's state.
#[derive(Clone, Copy)]
pub struct Labeling {
    project: ProjectState,
    eval: Eval,
    queue: StoredValue<LabelQueue>,
    /// The last decided documents, the one shown, and those that come.
    line: RwSignal<VecDeque<Document>>,
    at: RwSignal<usize>,
    supply: RwSignal<Supply>,
    looking: StoredValue<bool>,
    /// Whether labels are given as gold.
    pub as_gold: RwSignal<bool>,
    toasts: Toasts,
}

impl Labeling {
    /// Begins with the first document that has no label.
    pub fn begin(project: ProjectState, eval: Eval) -> Self {
        let labeling = Self {
            project,
            eval,
            queue: StoredValue::new(LabelQueue::default()),
            line: RwSignal::default(),
            at: RwSignal::new(0),
            supply: RwSignal::default(),
            looking: StoredValue::new(false),
            as_gold: RwSignal::new(false),
            toasts: Toasts::expect(),
        };
        let order = Memo::new(move |_| {
            let seed = project.project.with(|project| project.map(|project| project.seed))?;
            let chunks = project.corpus.with(|corpus| corpus.map(|corpus| corpus.chunks.clone()))?;
            project.sync.is_ready().then(|| (seed, project.sync.author(), chunks))
        });
        Effect::new(move |_| {
            if let Some((seed, author, _)) = order.get() {
                labeling.restart(seed, &author);
            }
        });
        labeling
    }

    /// The corpus or the person changed: what waited behind the document shown is drawn anew.
    fn restart(self, seed: u64, author: &str) {
        let queue = self.project.corpus.with_untracked(|corpus| {
            corpus.map(|corpus| LabelQueue::new(corpus, seed, author)).unwrap_or_default()
        });
        self.queue.set_value(queue);
        self.line.update(|line| line.truncate(self.at.get_untracked() + 1));
        self.supply.set(Supply::Looking);
        self.look_ahead();
    }

    /// The document to decide about. Tracks.
    pub fn document(self) -> Option<Document> {
        let at = self.at.get();
        self.line.with(|line| line.get(at).cloned())
    }

    /// Whether there will be one. Tracks.
    pub fn supply(self) -> Supply {
        self.supply.get()
    }

    /// What this person, or gold, says about a document. Tracks.
    pub fn decision(self, document: &str) -> Option<Decision> {
        let sync = self.project.sync;
        let gold = sync.entity(&Key::new(Kind::Gold, document));
        if let Some(gold) = gold.as_ref().and_then(sync::body::<GoldBody>) {
            return Some(Decision::Label { label: gold.label, gold: true });
        }
        let annotation = sync.entity(&annotation_key(&sync.author(), document));
        let annotation = annotation.as_ref().and_then(sync::body::<AnnotationBody>)?;
        Some(annotation.label.map_or(Decision::Skipped, |label| Decision::Label { label, gold: false }))
    }

    /// The last decided documents with their places, the newest first. Tracks.
    pub fn recent(self) -> Vec<(usize, Document, Decision)> {
        let line = self.line.get();
        let decided = line.into_iter().enumerate().filter_map(|(place, document)| {
            let decision = self.decision(&document.id)?;
            Some((place, document, decision))
        });
        let mut recent: Vec<_> = decided.collect();
        recent.reverse();
        recent.truncate(RECENT);
        recent
    }

    /// The place of the document shown. Tracks.
    pub fn place(self) -> usize {
        self.at.get()
    }

    /// How many documents have a label by this person, or gold. Tracks.
    pub fn labeled(self) -> u64 {
        let sync = self.project.sync;
        let author = format!("{}/", sync.author());
        sync.with(Kind::Gold, |gold| {
            let own = sync.with(Kind::Annotation, |annotations| {
                let own = annotations.range(author.clone()..).map_while(|(id, entity)| {
                    Some((id.strip_prefix(&author)?, entity.body.get("label").is_some_and(Value::is_i64)))
                });
                own.filter(|(document, labeled)| *labeled && !gold.contains_key(*document)).count()
            });
            (gold.len() + own) as u64
        })
    }

    /// Whether this person may say what is gold; not before the server has said so. Tracks.
    pub fn may_give_gold(self) -> bool {
        self.project.role().is_some_and(|role| role >= Role::Engineer)
    }

    /// Gives the document shown a label and goes on to the next.
    pub fn give(self, label: i16) {
        self.decide(Some(label));
    }

    /// Passes the document over and goes on to the next.
    pub fn skip(self) {
        self.decide(None);
    }

    fn decide(self, label: Option<i16>) {
        let Some(document) = untrack(|| self.document()) else { return };
        if !self.project.allows(Role::Annotator) {
            return;
        }
        let gold = self.as_gold.get_untracked() && untrack(|| self.may_give_gold());
        self.forward();
        spawn_local(async move {
            if let Err(failure) = self.keep(&document.id, label, gold).await {
                self.toasts.fail(format!("The label could not be kept. {failure} Go back to give it again."));
            }
        });
    }

    async fn keep(self, document: &str, label: Option<i16>, gold: bool) -> Result<(), SyncFailure> {
        let sync = self.project.sync;
        let author = untrack(|| sync.author());
        let (key, body) = if let Some(label) = label.filter(|_| gold) {
            (Key::new(Kind::Gold, document), serde_json::to_value(GoldBody { label, author }))
        } else {
            let key = annotation_key(&author, document);
            let document = document.to_owned();
            let body = AnnotationBody { document, author, label, likelihood: None, guidelines: None };
            (key, serde_json::to_value(body))
        };
        let base = untrack(|| sync.entity(&key)).map_or(0, |entity| entity.revision);
        // A body always has a JSON form.
        sync.put(key, base, body.unwrap_or_default()).await
    }

    /// Takes back what was decided about the document shown.
    pub fn take_back(self) {
        let Some(document) = untrack(|| self.document()) else { return };
        let sync = self.project.sync;
        let keys = [
            Key::new(Kind::Gold, document.id.clone()),
            annotation_key(&untrack(|| sync.author()), &document.id),
        ];
        spawn_local(async move {
            for key in keys {
                let Some(entity) = untrack(|| sync.entity(&key)) else { continue };
                if let Err(failure) = sync.delete(key, entity.revision).await {
                    self.toasts.fail(format!("The label could not be taken back. {failure}"));
                }
            }
        });
    }

    /// Goes to the document before.
    pub fn back(self) {
        self.at.update(|at| *at = at.saturating_sub(1));
    }

    /// Goes to the next document, if this one has been decided.
    pub fn onward(self) {
        if untrack(|| self.document().and_then(|document| self.decision(&document.id))).is_some() {
            self.forward();
        }
    }

    /// Goes to one of the last decided documents.
    pub fn go_to(self, place: usize) {
        self.at.set(place);
    }

    fn forward(self) {
        let length = self.line.with_untracked(VecDeque::len);
        self.at.update(|at| *at = (*at + 1).min(length));
        while self.at.get_untracked() > RECENT {
            self.line.update(|line| drop(line.pop_front()));
            self.at.update(|at| *at -= 1);
        }
        self.look_ahead();
    }

    /// Sees to it that the next documents are there.
    fn look_ahead(self) {
        if self.looking.get_value() {
            return;
        }
        self.looking.set_value(true);
        spawn_local(async move {
            while let Some(true) = self.wants_more() {
                if !self.look().await {
                    break;
                }
            }
            self.looking.try_set_value(false);
        });
    }

    /// `None` if the page is gone.
    fn wants_more(self) -> Option<bool> {
        let ahead = self.line.try_with_untracked(VecDeque::len)?.saturating_sub(self.at.try_get_untracked()?);
        Some(ahead <= AHEAD)
    }

    /// Looks through some documents; `false` if there is no use in looking on.
    async fn look(self) -> bool {
        let drawn = self.queue.try_update_value(|queue| queue.draw(BATCH)).unwrap_or_default();
        if drawn.is_empty() {
            self.supply.try_set(Supply::Exhausted);
            return false;
        }
        let Some(documents) = self.eval.documents(drawn, TEXT_BYTES).await else {
            self.supply.try_set(Supply::Failed);
            return false;
        };
        let open = documents.into_iter().filter(|document| self.is_open(document)).collect::<Vec<_>>();
        self.line.try_update(|line| {
            let known: Vec<u64> = line.iter().map(|document| document.number).collect();
            line.extend(open.into_iter().filter(|document| !known.contains(&document.number)));
        });
        true
    }

    fn is_open(self, document: &Document) -> bool {
        document.gold.is_none() && untrack(|| self.decision(&document.id)).is_none()
    }
}

fn annotation_key(author: &str, document: &str) -> Key {
    Key::new(Kind::Annotation, AnnotationBody::id(author, document))
}
