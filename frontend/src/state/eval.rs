//! Live evaluation: the saved rules and the one being edited, over the whole corpus, in the browser's workers.
//!
//! Figures are signals; they follow each edit and always tell how many rows they are of. Nothing here runs the engine.

pub mod board;
mod exchange;
pub mod full;
pub mod language;
mod orders;
pub mod pairs;
mod pool;
pub mod preview;
pub mod refit;
pub mod sampling;
pub mod suggestions;

use super::project::ProjectState;
use crate::worker::message::{Document, LexiconRef, Piece, Report, Row, SavedRule, Shape, Tab, WeightsRef};
use board::{DraftFigures, Loading, SavedFigures};
use exchange::Exchange;
use full::Full;
use hunch_protocol::{ChunkInfo, Corpus, LexiconInfo, routes};
use hunch_rules::{Compiler, LabelIndex, Plan};
use language::{Checked, Language};
use leptos::prelude::*;
use pool::{News, Pool};
use sampling::{Held, Sampling};
use std::sync::Arc;

/// Live figures of the open project. Given by context next to [`ProjectState`].
#[derive(Clone, Copy)]
pub struct Eval {
    project: ProjectState,
    exchange: StoredValue<Exchange, LocalStorage>,
    started: RwSignal<bool>,
    compiler: StoredValue<Compiler>,
    language: Memo<Option<Arc<Language>>>,
    edit: RwSignal<Option<Edit>>,
    checked: Memo<Checked>,
    active: Memo<Option<Vec<SavedRule>>>,
    loading: RwSignal<Loading>,
    saved: RwSignal<SavedFigures>,
    draft: RwSignal<DraftFigures>,
    /// Documents in the corpus, if the workers hold a sample of it.
    sampled_of: StoredValue<Option<u64>>,
    sampling: RwSignal<Option<Sampling>>,
    full: RwSignal<Option<Full>>,
    full_request: StoredValue<Option<web_sys::XmlHttpRequest>, LocalStorage>,
    /// Frequent words of the corpus, the most frequent first.
    words: RwSignal<Arc<Vec<String>>>,
    failure: RwSignal<Option<String>>,
}

/// What the editor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The saved rule it would replace; `None` for a new one.
    pub rule: Option<String>,
    /// The text.
    pub text: String,
    /// Counts edits.
    pub seq: u64,
}

/// Which documents to show, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsQuery {
    /// The draft they are of.
    seq: u64,
    tab: Tab,
    pieces: Vec<Piece>,
    /// Whether the saved rules' votes are known on all of the corpus: rows shown without are asked for again.
    with_votes: bool,
}

impl Eval {
    /// Gets ready; workers start with [`Self::start`].
    pub fn new(project: ProjectState) -> Self {
        let language = Memo::new(move |_| {
            project.project.with(|of| {
                project.corpus.with(|corpus| {
                    project.lexicons.with(|lexicons| {
                        project
                            .rules
                            .with(|rules| Some(Arc::new(Language::new(of?, corpus?, lexicons?, rules?))))
                    })
                })
            })
        });
        // One for all: what it found usable is not checked again with each keystroke.
        let compiler = StoredValue::new(Compiler::without_sizes());
        let edit = RwSignal::new(None::<Edit>);
        let checked = Memo::new(move |_| {
            edit.with(|edit| {
                let (Some(edit), Some(language)) = (edit, language.get()) else { return Checked::default() };
                check(compiler, &language, &edit.text, edit.rule.as_deref())
            })
        });
        let active = Memo::new(move |_| {
            let language = language.get()?;
            compiler.try_update_value(|compiler| language.saved(compiler))
        });
        let eval = Self {
            project,
            exchange: StoredValue::new_local(Exchange::default()),
            started: RwSignal::new(false),
            compiler,
            language,
            edit,
            checked,
            active,
            loading: RwSignal::default(),
            saved: RwSignal::default(),
            draft: RwSignal::default(),
            sampled_of: StoredValue::new(None),
            sampling: RwSignal::new(None),
            full: RwSignal::new(None),
            full_request: StoredValue::new_local(None),
            words: RwSignal::default(),
            failure: RwSignal::new(None),
        };
        eval.follow_project();
        eval
    }

    /// Starts the workers, once.
    pub fn start(self) {
        if self.started.get_untracked() {
            return;
        }
        match Pool::start(move |news| self.hear(news)) {
            Ok(pool) => {
                self.exchange.update_value(|it| it.pool = Some(pool));
                self.started.set(true);
            }
            Err(message) => self.failure.set(Some(message)),
        }
    }

    /// The workers hear of each change of corpus, lexicons and rules.
    fn follow_project(self) {
        Effect::new(move |_| {
            if self.started.get() {
                self.project.corpus.with(|corpus| corpus.into_iter().for_each(|corpus| self.load(corpus)));
            }
        });
        Effect::new(move |_| {
            if self.started.get() {
                self.project.lexicons.with(|all| all.into_iter().for_each(|all| self.set_lexicons(all)));
            }
        });
        // Gold of this browser counts before the server has it.
        Effect::new(move |_| {
            if self.started.get() {
                let gold = self.project.sync.gold();
                self.exchange.with_value(|it| it.pool.iter().for_each(|pool| pool.set_gold(gold.clone())));
            }
        });
        Effect::new(move |_| {
            if let (true, Some(rules)) = (self.started.get(), self.active.get()) {
                self.set_rules(rules);
            }
        });
        Effect::new(move |_| {
            self.started.track();
            self.language.track();
            self.tell_draft();
        });
    }

    fn load(self, corpus: &Corpus) {
        let project = self.project.id();
        let held = Held::new(&project, corpus, sampling::limit());
        let weights = corpus.columns.iter().filter_map(|column| column.weights.clone());
        let weights = weights.map(|hash| WeightsRef { url: routes::weights(&project, &hash), hash });
        let weights = weights.collect();
        let shape = Shape { columns: corpus.columns.clone(), sources: corpus.sources.clone() };
        self.sampled_of.set_value(held.is_sample.then_some(corpus.rows));
        self.exchange.update_value(|it| {
            if let Some(pool) = &it.pool {
                pool.load(held.chunks.iter().map(|(chunk, _)| chunk.clone()).collect(), shape);
                pool.set_weights(weights);
            }
            it.board.set_corpus(held.chunks);
        });
        self.flush();
    }

    fn set_lexicons(self, lexicons: &[LexiconInfo]) {
        let project = self.project.id();
        let reference = |lexicon: &LexiconInfo| LexiconRef {
            hash: lexicon.hash.clone(),
            url: routes::lexicon(&project, &lexicon.name),
        };
        // The server does not know terms that are still on their way to it.
        let known = |lexicon: &&LexiconInfo| self.project.terms_on_their_way(&lexicon.name).is_none();
        let lexicons: Vec<LexiconRef> = lexicons.iter().filter(known).map(reference).collect();
        self.exchange.with_value(|it| it.pool.iter().for_each(|pool| pool.set_lexicons(lexicons.clone())));
    }

    fn set_rules(self, rules: Vec<SavedRule>) {
        self.exchange.update_value(|it| it.set_rules(rules));
        self.flush();
    }

    /// Says what the editor says now. Figures follow.
    pub fn edit(self, rule: Option<String>, text: String) {
        let seq = self.edit.with_untracked(|edit| edit.as_ref().map_or(0, |edit| edit.seq)) + 1;
        if let Some(performance) = window().performance() {
            let _ = performance.mark("hunch:edit");
        }
        self.stop_full();
        self.edit.set(Some(Edit { rule, text, seq }));
        self.tell_draft();
    }

    /// Tells the workers at once, so that no figure of an older text passes for one of the newest.
    ///
    /// A text with errors leaves them as they are: its figures remain those of the last text without.
    fn tell_draft(self) {
        let rule = self.edit.with_untracked(|edit| edit.as_ref().and_then(|edit| edit.rule.clone()));
        let draft =
            self.checked.with_untracked(|checked| checked.rule.as_ref().map(|it| it.draft(rule.clone())));
        let changed =
            self.exchange.try_update_value(|it| it.set_draft(rule.as_deref(), draft)).unwrap_or_default();
        if changed {
            self.flush();
        }
    }

    fn hear(self, news: News) {
        match news {
            News::Report(Report::Rows { request, rows }) => {
                self.exchange.try_update_value(|it| it.rows.take(request, rows));
            }
            News::Report(Report::Documents { request, documents }) => {
                self.exchange.try_update_value(|it| it.documents.take(request, documents));
            }
            News::Report(Report::Sample { request, part }) => {
                self.exchange.try_update_value(|it| it.samples.take(request, vec![part]));
            }
            News::Report(Report::Measured { request, chunks }) => {
                self.exchange.try_update_value(|it| it.measures.take(request, chunks));
            }
            News::Report(Report::Preview { request, part }) => {
                self.exchange.try_update_value(|it| it.previews.take(request, vec![part]));
            }
            News::Report(Report::Pairs { request, pairs }) => {
                self.exchange.try_update_value(|it| it.pairs.take(request, vec![pairs]));
            }
            News::Report(Report::Suggest { request, told }) => {
                self.exchange.try_update_value(|it| it.suggestions.take(request, vec![told]));
            }
            News::Report(Report::Words { words }) => {
                let words = self.exchange.try_update_value(|it| it.words.take(words));
                self.words.try_set(Arc::new(words.unwrap_or_default()));
            }
            News::Report(Report::Refit { request, answer }) => {
                self.exchange.try_update_value(|it| it.refits.take(request, vec![answer]));
            }
            News::Report(Report::LoadFailed { message }) | News::Broken(message) => {
                self.failure.try_set(Some(message));
            }
            News::Report(report) => {
                if self.exchange.try_update_value(|it| it.board.hear(report)) == Some(true) {
                    self.flush_soon();
                }
            }
            News::Runaway(culprit) => {
                self.exchange.try_update_value(|it| it.stop(&culprit));
                self.flush_soon();
            }
        }
    }

    /// Shows what is known with the next frame: reports come faster than frames.
    fn flush_soon(self) {
        let was_due = self.exchange.try_update_value(|it| std::mem::replace(&mut it.flush_is_due, true));
        if was_due == Some(false) {
            request_animation_frame(move || self.flush());
        }
    }

    fn flush(self) {
        let now = self.exchange.try_update_value(|it| {
            it.flush_is_due = false;
            (it.board.loading(), it.board.saved(), it.board.draft())
        });
        if let Some((loading, saved, draft)) = now {
            let of = self.sampled_of.try_get_value().flatten();
            set_if_changed(self.sampling, of.map(|of| Sampling { rows: loading.total, of }));
            set_if_changed(self.loading, loading);
            set_if_changed(self.saved, saved);
            set_if_changed(self.draft, draft);
        }
    }

    /// Frequent words of the corpus, the most frequent first; none until the workers have looked.
    pub fn words(self) -> Signal<Arc<Vec<String>>> {
        self.words.into()
    }

    /// Loads again what failed to load.
    pub fn retry(self) {
        self.failure.set(None);
        self.project.corpus.refresh();
        self.project.lexicons.refresh();
        self.project.corpus.with(|corpus| corpus.into_iter().for_each(|corpus| self.load(corpus)));
    }

    /// The sample that figures are of, if the corpus is more than this browser holds.
    pub fn sampling(self) -> Signal<Option<Sampling>> {
        self.sampling.into()
    }

    /// How much of the corpus is here.
    pub fn loading(self) -> Signal<Loading> {
        self.loading.into()
    }

    /// The saved rules' figures.
    pub fn saved(self) -> Signal<SavedFigures> {
        self.saved.into()
    }

    /// The edited rule's figures.
    pub fn draft(self) -> Signal<DraftFigures> {
        self.draft.into()
    }

    /// What the editor says.
    pub fn edited(self) -> Signal<Option<Edit>> {
        self.edit.into()
    }

    /// What the editor's text means.
    pub fn checked(self) -> Signal<Checked> {
        self.checked.into()
    }

    /// What a text means where it takes the place of the saved rule `replaces`, or is a new one.
    pub fn check(self, language: &Language, text: &str, replaces: Option<&str>) -> Checked {
        check(self.compiler, language, text, replaces)
    }

    /// The project as the language sees it, once it is loaded.
    pub fn language(self) -> Signal<Option<Arc<Language>>> {
        self.language.into()
    }

    /// The identifiers of the active rules, in the order in which documents carry their votes. Tracks.
    pub fn active(self) -> Vec<String> {
        self.active.with(|rules| rules.iter().flatten().map(|rule| rule.id.clone()).collect())
    }

    /// The labels an active rule can vote. Tracks.
    pub fn labels_of(self, rule: &str) -> Vec<LabelIndex> {
        self.active.with(|rules| {
            let rule = rules.iter().flatten().find(|it| it.id == rule);
            rule.and_then(|rule| rule.plan.as_ref()).map(Plan::labels).unwrap_or_default()
        })
    }

    /// Why figures may be missing, as a sentence.
    pub fn failure(self) -> Signal<Option<String>> {
        self.failure.into()
    }

    /// Where a tab's documents are, as far as is known. Tracks.
    pub fn locate(self, tab: Tab, offset: u64, limit: u64) -> RowsQuery {
        let seq = self.draft.with(|draft| draft.seq);
        let with_votes = self.saved.with(SavedFigures::is_exact);
        let pieces = self.exchange.with_value(|it| it.board.locate(tab, offset, limit));
        RowsQuery { seq, tab, pieces, with_votes }
    }

    /// The documents in the corpus' order; `None` if the editor says something else meanwhile.
    pub async fn rows(self, query: RowsQuery) -> Option<Vec<Row>> {
        let answer = self.exchange.try_update_value(|it| it.ask_rows(&query))??;
        let mut rows = answer.await.ok()?;
        rows.sort_by_key(|row| row.number);
        Some(rows)
    }

    /// Documents by their numbers in the corpus, in that order, once their chunks are here, each with at most `bytes` of
    /// its main text; starts the workers if need be. `None` if the corpus is not known, or the page is gone.
    pub async fn documents(self, numbers: Vec<u64>, bytes: usize) -> Option<Vec<Document>> {
        self.start();
        let chunks = self.project.corpus.with(|corpus| Some(corpus?.chunks.clone()))?;
        let places: Vec<(u32, u32)> = numbers.iter().filter_map(|number| place(&chunks, *number)).collect();
        let answer = self.exchange.try_update_value(|it| it.ask_documents(&places, bytes))??;
        let mut documents = answer.await.ok()?;
        documents.sort_by_key(|document| numbers.iter().position(|number| *number == document.number));
        Some(documents)
    }
}

/// Nothing once the page is gone.
fn check(
    compiler: StoredValue<Compiler>,
    language: &Language,
    text: &str,
    replaces: Option<&str>,
) -> Checked {
    compiler.try_update_value(|compiler| language.check(compiler, text, replaces)).unwrap_or_default()
}

/// The chunk and the row in it of a document's number.
fn place(chunks: &[ChunkInfo], number: u64) -> Option<(u32, u32)> {
    let mut first = 0;
    for chunk in chunks {
        let next = first + u64::from(chunk.rows);
        if number < next {
            return Some((chunk.ordinal, u32::try_from(number - first).ok()?));
        }
        first = next;
    }
    None
}

/// The live figures; for components below `/p/:id`.
///
/// # Panics
/// Outside of `ProjectScope`.
pub fn use_eval() -> Eval {
    use_context().expect("`ProjectScope` provides live figures to the pages in it")
}

fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|before| *before != value) == Some(true) {
        signal.set(value);
    }
}
