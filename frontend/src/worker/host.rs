//! How the browser runs a [`Shard`]: messages in and out, fetching, and turns short enough to hear the next message.

use super::message::preview::{Pick, PreviewOrder};
use super::message::refit::RefitOrder;
use super::message::{ChunkRef, Command, LexiconRef, PROTOCOL, Report};
use super::refit::Refitter;
use super::shard::{Found, NoPreview, Shard};
use gloo_net::http::Request;
use hunch_engine::Chunk;
use hunch_protocol::{Lexicon, decode_chunk, decode_sample};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort, WorkerGlobalScope};

/// A turn ends after about this long, so that messages which came meanwhile are heard.
const TURN_MS: f64 = 8.0;

struct Host {
    scope: DedicatedWorkerGlobalScope,
    shard: RefCell<Shard>,
    /// A message to this port starts the next turn. Timers would wait four milliseconds, promises would let no
    /// message in between.
    next_turn: MessagePort,
    turn_is_due: Cell<bool>,
    /// Questions for documents whose chunks are not there yet.
    waiting: RefCell<Vec<Question>>,
    /// Counts `Load` commands: what an older one still fetches is not wanted any more.
    loads: Cell<u64>,
    /// The pattern table that models were fitted to last.
    refitter: RefCell<Option<Refitter>>,
}

/// A question that is answered once what it needs is there.
enum Question {
    /// For documents by chunk and row.
    Documents { request: u64, places: Vec<(u32, u32)>, bytes: usize },
    /// For what a policy does to documents.
    Preview { request: u64, order: PreviewOrder, picks: Vec<Pick> },
}

/// What comes of a question.
enum Answer {
    /// This.
    Report(Report),
    /// These documents, once others of larger chunks are fetched, and how much to send of each.
    Rest { request: u64, found: Found, bytes: usize },
}

impl Question {
    fn answer(&self, shard: &mut Shard) -> Option<Answer> {
        match self {
            Self::Documents { request, places, bytes } => {
                let found = shard.documents(places, *bytes)?;
                Some(Answer::Rest { request: *request, found, bytes: *bytes })
            }
            Self::Preview { request, order, picks } => {
                let part = match shard.preview(order, picks) {
                    Ok(part) => Ok(part),
                    Err(NoPreview::NotYet) => return None,
                    Err(NoPreview::Failed(why)) => Err(why),
                };
                Some(Answer::Report(Report::Preview { request: *request, part }))
            }
        }
    }
}

/// Runs the worker; called once, in a worker.
pub fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    // Without message channels no module of this age runs at all.
    let Ok(channel) = MessageChannel::new() else { return };
    let host = Rc::new(Host {
        scope: scope.clone(),
        shard: RefCell::new(Shard::new(now)),
        next_turn: channel.port2(),
        turn_is_due: Cell::new(false),
        waiting: RefCell::new(Vec::new()),
        loads: Cell::new(0),
        refitter: RefCell::new(None),
    });

    let turn = Closure::<dyn Fn()>::new({
        let host = Rc::clone(&host);
        move || host.turn()
    });
    channel.port1().set_onmessage(Some(turn.as_ref().unchecked_ref()));
    turn.forget();

    let hear = Closure::<dyn Fn(MessageEvent)>::new({
        let host = Rc::clone(&host);
        move |event: MessageEvent| host.hear(&event)
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();

    host.tell(&Report::Started { protocol: PROTOCOL });
}

fn now() -> f64 {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

impl Host {
    fn tell(&self, report: &Report) {
        // Both steps cannot fail: reports are plain data, and the page listens as long as the worker lives.
        if let Ok(json) = serde_json::to_string(report) {
            let _ = self.scope.post_message(&JsValue::from_str(&json));
        }
    }

    fn tell_all(&self, reports: impl IntoIterator<Item = Report>) {
        reports.into_iter().for_each(|report| self.tell(&report));
    }

    fn hear(self: &Rc<Self>, event: &MessageEvent) {
        let json = event.data().as_string().unwrap_or_default();
        match serde_json::from_str(&json) {
            Ok(command) => self.obey(command),
            Err(error) => self.tell(&Report::LoadFailed {
                message: format!("A message to the worker makes no sense: {error}"),
            }),
        }
        self.ask_for_turn();
    }

    fn obey(self: &Rc<Self>, command: Command) {
        match command {
            Command::Load { chunks, shape } => {
                let missing = self.shard.borrow_mut().keep_chunks(chunks, shape);
                self.tell_all(self.shard.borrow().loaded());
                self.loads.set(self.loads.get() + 1);
                spawn_local(Rc::clone(self).fetch_chunks(missing, self.loads.get()));
            }
            Command::Lexicons { lexicons } => {
                let missing = self.shard.borrow_mut().keep_lexicons(lexicons);
                for lexicon in missing {
                    spawn_local(Rc::clone(self).fetch_lexicon(lexicon));
                }
            }
            Command::Weights { weights } => {
                self.shard.borrow_mut().set_weights(weights);
                self.fetch_weights();
            }
            Command::Gold { changes } => {
                let changed = self.shard.borrow_mut().set_gold(changes);
                self.tell_all(changed);
            }
            Command::Rules { version, rules } => {
                let refused = self.shard.borrow_mut().set_rules(version, rules);
                self.tell_all(refused);
                self.fetch_weights();
            }
            Command::Draft { seq, draft } => {
                let refused = self.shard.borrow_mut().set_draft(seq, draft);
                self.tell_all(refused);
                self.fetch_weights();
            }
            Command::Rows { request, seq, tab, pieces } => {
                let rows = self.shard.borrow().rows(seq, tab, &pieces);
                self.tell_all(rows.map(|rows| Report::Rows { request, rows }));
            }
            Command::Documents { request, places, bytes } => {
                self.waiting.borrow_mut().push(Question::Documents { request, places, bytes });
                self.answer_waiting();
            }
            Command::Sample { request, seed, take } => {
                let part = self.shard.borrow().sample(seed, take);
                self.tell(&Report::Sample { request, part });
            }
            Command::Measure { request, policy } => {
                let chunks = self.shard.borrow().measure(&policy);
                self.tell(&Report::Measured { request, chunks });
            }
            Command::Preview { request, order, picks } => {
                // A newer preview takes the place of one that still waits.
                let mut waiting = self.waiting.borrow_mut();
                waiting.retain(|question| !matches!(question, Question::Preview { .. }));
                waiting.push(Question::Preview { request, order, picks });
                drop(waiting);
                self.answer_waiting();
            }
            Command::Pairs { request } => self.shard.borrow_mut().ask_pairs(request),
            Command::PairDocuments { request, rules, which, most, bytes } => {
                let documents = self.shard.borrow().pair_documents(&rules, which, most, bytes);
                self.tell(&Report::Documents { request, documents });
            }
            Command::Suggest { request, ask } => {
                let replaced = self.shard.borrow_mut().ask_suggestions(request, ask);
                self.tell_all(replaced);
            }
            Command::Refit { request, order } => spawn_local(Rc::clone(self).refit(request, order)),
        }
    }

    fn answer_waiting(self: &Rc<Self>) {
        self.waiting.borrow_mut().retain(|question| {
            let answer = question.answer(&mut self.shard.borrow_mut());
            let waits = answer.is_none();
            match answer {
                None => {}
                Some(Answer::Report(report)) => self.tell(&report),
                Some(Answer::Rest { request, found: Found { documents, elsewhere }, .. })
                    if elsewhere.is_empty() =>
                {
                    self.tell(&Report::Documents { request, documents });
                }
                Some(Answer::Rest { request, found, bytes }) => {
                    spawn_local(Rc::clone(self).fetch_documents(request, found, bytes));
                }
            }
            waits
        });
    }

    fn ask_for_turn(&self) {
        if !self.turn_is_due.replace(true) {
            let _ = self.next_turn.post_message(&JsValue::NULL);
        }
    }

    fn turn(&self) {
        self.turn_is_due.set(false);
        let end = now() + TURN_MS;
        let mut reports = Vec::new();
        let mut more = true;
        while more && now() < end {
            more = self.shard.borrow_mut().step(&mut reports);
            self.tell_all(reports.drain(..));
        }
        if more {
            self.ask_for_turn();
        }
    }

    /// Answers with documents, some of which are not of the samples that are held. Whole chunks are not kept: that is
    /// what the samples are for. The browser's cache has them the next time.
    async fn fetch_documents(self: Rc<Self>, request: u64, found: Found, bytes: usize) {
        let Found { mut documents, elsewhere } = found;
        for (info, rows) in elsewhere {
            let whole = fetch_bytes(info.whole.as_deref().unwrap_or(&info.url)).await;
            match whole.and_then(|bytes| decode_chunk(&bytes).map_err(|error| error.to_string())) {
                Ok(chunk) => documents.extend(self.shard.borrow().documents_of(info, chunk, &rows, bytes)),
                Err(reason) => self.tell(&Report::LoadFailed { message: part_failed(&info, &reason) }),
            }
        }
        self.tell(&Report::Documents { request, documents });
    }

    /// One after the other: the first is evaluated while the next is on its way.
    async fn fetch_chunks(self: Rc<Self>, chunks: Vec<ChunkRef>, load: u64) {
        for info in chunks {
            let answer = fetch_chunk(&info).await;
            if self.loads.get() != load {
                return;
            }
            match answer {
                Ok((chunk, sample)) => {
                    let report = self.shard.borrow_mut().add_chunk(info, chunk, sample);
                    self.tell(&report);
                    self.answer_waiting();
                    self.ask_for_turn();
                }
                Err(reason) => self.tell(&Report::LoadFailed { message: part_failed(&info, &reason) }),
            }
        }
    }

    async fn fetch_lexicon(self: Rc<Self>, wanted: LexiconRef) {
        match fetch_lexicon(&wanted.url).await {
            // Of another hash it has changed meanwhile; the page will name the new one.
            Ok(lexicon) if lexicon.info.hash != wanted.hash => {}
            Ok(lexicon) => {
                let refused = self.shard.borrow_mut().add_lexicon(wanted.hash, lexicon.terms);
                self.tell_all(refused);
                self.answer_waiting();
                self.ask_for_turn();
            }
            Err(reason) => {
                self.tell(&Report::LoadFailed {
                    message: format!("A lexicon could not be loaded: {reason}."),
                });
            }
        }
    }
}

impl Host {
    /// Fits models to the pattern table, which is fetched unless it is here.
    async fn refit(self: Rc<Self>, request: u64, order: RefitOrder) {
        let is_here = self.refitter.borrow().as_ref().is_some_and(|refitter| refitter.is_of(&order.job));
        if !is_here {
            let fetched = fetch_bytes(&order.url)
                .await
                .map_err(|why| format!("The vote patterns could not be loaded: {why}."));
            match fetched.and_then(|patterns| Refitter::new(order.job.clone(), &patterns)) {
                Ok(refitter) => *self.refitter.borrow_mut() = Some(refitter),
                Err(why) => return self.tell(&Report::Refit { request, answer: Err(why) }),
            }
        }
        let answer = match &mut *self.refitter.borrow_mut() {
            Some(refitter) => refitter.refit(&order, now).map(Box::new),
            None => Err("The vote patterns are not here any more.".to_owned()),
        };
        self.tell(&Report::Refit { request, answer });
    }

    /// Fetches the term weights that something waits for.
    fn fetch_weights(self: &Rc<Self>) {
        for wanted in self.shard.borrow_mut().ask_for_weights() {
            let host = Rc::clone(self);
            spawn_local(async move {
                let found = fetch_bytes(&wanted.url).await;
                let taken = found.and_then(|object| {
                    let taken = host.shard.borrow_mut().add_weights(&wanted.hash, &object);
                    taken.map_err(|error| error.to_string())
                });
                match taken {
                    Ok(refused) => {
                        host.tell_all(refused);
                        host.ask_for_turn();
                    }
                    Err(reason) => {
                        host.shard.borrow_mut().give_up_weights(&wanted.hash);
                        let message = format!("The weights of words could not be loaded: {reason}.");
                        host.tell(&Report::LoadFailed { message });
                    }
                }
            });
        }
    }
}

fn part_failed(info: &ChunkRef, reason: &str) -> String {
    format!("Part {} of the corpus could not be loaded: {reason}.", info.ordinal + 1)
}

/// The chunk, or the sample of it with its rows' numbers in the whole.
async fn fetch_chunk(info: &ChunkRef) -> Result<(Chunk, Option<Vec<u32>>), String> {
    let bytes = fetch_bytes(&info.url).await?;
    let fetched = match info.whole {
        None => decode_chunk(&bytes).map(|chunk| (chunk, None)),
        Some(_) => decode_sample(&bytes).map(|(chunk, rows)| (chunk, Some(rows))),
    };
    fetched.map_err(|error| error.to_string())
}

async fn fetch_bytes(url: &str) -> Result<Vec<u8>, String> {
    get(url).await?.binary().await.map_err(|error| error.to_string())
}

async fn fetch_lexicon(url: &str) -> Result<Lexicon, String> {
    get(url).await?.json().await.map_err(|error| error.to_string())
}

async fn get(url: &str) -> Result<gloo_net::http::Response, String> {
    let response = Request::get(url).send().await.map_err(|_| "the server cannot be reached".to_owned())?;
    if response.ok() { Ok(response) } else { Err(format!("the server answered {}", response.status())) }
}
