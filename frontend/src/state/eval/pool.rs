//! The workers: who has which chunk, what each was told, and what happens when one goes quiet.

use super::orders::{Orders, owner};
use crate::worker::message::preview::{Pick, PreviewOrder};
use crate::worker::message::{
    ChunkRef, Command, Draft, LexiconRef, PROTOCOL, Piece, Report, SavedRule, Shape, Subject, Tab, WeightsRef,
};
use gloo_timers::callback::Interval;
use leptos::prelude::window;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

/// The script that starts a worker; its name carries no hash, hence [`PROTOCOL`].
const SCRIPT: &str = "/worker_loader.js";
/// A worker that says nothing for so many seconds while it evaluates a rule is ended.
const PATIENCE_S: u32 = 10;
/// After so many ends the pool gives up: something else than a rule is wrong.
const ENDS: u32 = 8;

/// What the pool tells its owner.
pub(super) enum News {
    /// A worker reports.
    Report(Report),
    /// A rule or the draft took a worker down. The new worker has its chunks and waits to be told rules and draft anew.
    Runaway(Subject),
    /// No evaluation is possible; why, as a sentence.
    Broken(String),
}

/// A handle to the workers; they end with it.
pub(super) struct Pool {
    inner: Rc<RefCell<Inner>>,
    _watchdog: Interval,
}

struct Inner {
    orders: Orders,
    slots: Vec<Slot>,
    ends: u32,
    news: Rc<dyn Fn(News)>,
}

struct Slot {
    worker: Worker,
    /// What it is told once it runs: a message that arrives before the module is ready would be lost.
    untold: RefCell<Option<Vec<Command>>>,
    /// What it works on, while it works.
    working: Option<Subject>,
    /// Seconds since it said something, while it works.
    silent_s: u32,
    _hear: Closure<dyn Fn(MessageEvent)>,
    _fail: Closure<dyn Fn()>,
}

impl Pool {
    /// Starts the workers: one fewer than there are cores, at least two and at most four.
    pub(super) fn start(news: impl Fn(News) + 'static) -> Result<Self, String> {
        let cores = window().navigator().hardware_concurrency();
        let size = [4_usize, 3].into_iter().find(|size| *size as f64 <= cores - 1.0).unwrap_or(2);
        let inner = Inner { orders: Orders::default(), slots: Vec::new(), ends: 0, news: Rc::new(news) };
        let inner = Rc::new(RefCell::new(inner));
        for index in 0..size {
            let slot = Slot::open(&inner, index)?;
            inner.borrow_mut().slots.push(slot);
        }
        let watched = Rc::downgrade(&inner);
        let watchdog = Interval::new(1_000, move || watched.upgrade().iter().for_each(watch));
        Ok(Self { inner, _watchdog: watchdog })
    }

    /// Spreads the corpus over the workers.
    pub(super) fn load(&self, chunks: Vec<ChunkRef>, shape: Shape) {
        let inner = &mut *self.inner.borrow_mut();
        (inner.orders.chunks, inner.orders.shape) = (chunks, shape);
        for (index, slot) in inner.slots.iter().enumerate() {
            slot.say(&inner.orders.load(index, inner.slots.len()));
        }
    }

    /// Tells which lexicons rules may use.
    pub(super) fn set_lexicons(&self, lexicons: Vec<LexiconRef>) {
        let inner = &mut *self.inner.borrow_mut();
        inner.orders.lexicons = lexicons;
        inner.say_all(&inner.orders.lexicons());
    }

    /// Tells where the corpus' term weights are.
    pub(super) fn set_weights(&self, weights: Vec<WeightsRef>) {
        let inner = &mut *self.inner.borrow_mut();
        inner.orders.weights = weights;
        inner.say_all(&inner.orders.weights());
    }

    /// Tells which gold people gave.
    pub(super) fn set_gold(&self, gold: BTreeMap<String, i16>) {
        let inner = &mut *self.inner.borrow_mut();
        if let Some(command) = inner.orders.set_gold(gold) {
            inner.say_all(&command);
        }
    }

    /// Tells the saved rules that count.
    pub(super) fn set_rules(&self, version: u64, rules: Vec<SavedRule>) {
        let inner = &mut *self.inner.borrow_mut();
        (inner.orders.version, inner.orders.rules) = (version, rules);
        inner.say_all(&inner.orders.rules());
    }

    /// Tells what the editor says.
    pub(super) fn set_draft(&self, seq: u64, draft: Option<Draft>) {
        let inner = &mut *self.inner.borrow_mut();
        (inner.orders.seq, inner.orders.draft) = (seq, draft);
        inner.say_all(&inner.orders.draft());
    }

    /// Asks for documents of the draft `seq`; returns how many workers will answer under the number `request`.
    pub(super) fn ask_rows(&self, request: u64, seq: u64, tab: Tab, pieces: &[Piece]) -> usize {
        let own = |piece: &Piece| piece.ordinal;
        self.ask(pieces, own, |pieces| Command::Rows { request, seq, tab, pieces })
    }

    /// Asks for documents by chunk and row, of each main text at most so many bytes; returns how many workers will
    /// answer under the number `request`.
    pub(super) fn ask_documents(&self, request: u64, places: &[(u32, u32)], bytes: usize) -> usize {
        let own = |(ordinal, _): &(u32, u32)| *ordinal;
        self.ask(places, own, |places| Command::Documents { request, places, bytes })
    }

    /// Asks every worker; returns how many there are.
    pub(super) fn ask_all(&self, command: &Command) -> usize {
        let inner = self.inner.borrow();
        inner.say_all(command);
        inner.slots.len()
    }

    /// Asks one worker what has nothing to do with its chunks; returns how many will answer.
    pub(super) fn ask_one(&self, command: &Command) -> usize {
        self.inner.borrow().slots.iter().take(1).map(|slot| slot.say(command)).count()
    }

    /// Asks for what a policy does to documents; returns how many workers will answer under the number `request`.
    pub(super) fn ask_preview(&self, request: u64, order: &PreviewOrder, picks: &[Pick]) -> usize {
        let own = |pick: &Pick| pick.ordinal;
        self.ask(picks, own, |picks| Command::Preview { request, order: order.clone(), picks })
    }

    /// Asks each worker for what is in its chunks; returns how many were asked.
    fn ask<T: Clone>(&self, all: &[T], chunk: fn(&T) -> u32, command: impl Fn(Vec<T>) -> Command) -> usize {
        let inner = self.inner.borrow();
        let mut asked = 0;
        for (index, slot) in inner.slots.iter().enumerate() {
            let own = all.iter().filter(|it| owner(chunk(it), inner.slots.len()) == index);
            let own: Vec<T> = own.cloned().collect();
            if !own.is_empty() {
                slot.say(&command(own));
                asked += 1;
            }
        }
        asked
    }
}

impl Inner {
    fn say_all(&self, command: &Command) {
        self.slots.iter().for_each(|slot| slot.say(command));
    }
}

impl Slot {
    fn open(inner: &Rc<RefCell<Inner>>, index: usize) -> Result<Self, String> {
        let worker = Worker::new(SCRIPT)
            .map_err(|error| format!("The browser did not start the engine: {}", describe(&error)))?;
        let hear = Closure::<dyn Fn(MessageEvent)>::new({
            let inner = Rc::downgrade(inner);
            move |event: MessageEvent| {
                let json = event.data().as_string().unwrap_or_default();
                if let (Some(inner), Ok(report)) = (inner.upgrade(), serde_json::from_str(&json)) {
                    hear(&inner, index, report);
                }
            }
        });
        let fail = Closure::<dyn Fn()>::new({
            let inner = Rc::downgrade(inner);
            move || inner.upgrade().iter().for_each(|inner| replace(inner, index))
        });
        worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            untold: RefCell::new(Some(Vec::new())),
            working: None,
            silent_s: 0,
            _hear: hear,
            _fail: fail,
        })
    }

    fn say(&self, command: &Command) {
        if let Some(untold) = &mut *self.untold.borrow_mut() {
            return untold.push(command.clone());
        }
        // Commands are plain data: neither step can fail.
        if let Ok(json) = serde_json::to_string(command) {
            let _ = self.worker.post_message(&JsValue::from_str(&json));
        }
    }

    fn started(&self) {
        let untold = self.untold.take();
        untold.iter().flatten().for_each(|command| self.say(command));
    }

    fn end(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.end();
    }
}

fn hear(inner: &Rc<RefCell<Inner>>, index: usize, report: Report) {
    if let Some(slot) = inner.borrow_mut().slots.get_mut(index) {
        slot.silent_s = 0;
        match &report {
            Report::Started { .. } => slot.started(),
            Report::Working { on } => slot.working = Some(on.clone()),
            Report::Idle => slot.working = None,
            _ => {}
        }
    }
    tell(
        inner,
        match report {
            Report::Started { protocol } if protocol != PROTOCOL => News::Broken(
                "The page and its engine are of different versions. Reload the page to get the newest."
                    .to_owned(),
            ),
            report => News::Report(report),
        },
    );
}

/// The owner may give orders at once, so nothing is borrowed while it is told.
fn tell(inner: &Rc<RefCell<Inner>>, news: News) {
    let owner = Rc::clone(&inner.borrow().news);
    owner(news);
}

/// Counts seconds of silence. In a hidden tab timers are held back and counted less often, so nobody is blamed early.
fn watch(inner: &Rc<RefCell<Inner>>) {
    let mut quiet = Vec::new();
    for (index, slot) in inner.borrow_mut().slots.iter_mut().enumerate() {
        slot.silent_s = if slot.working.is_some() { slot.silent_s + 1 } else { 0 };
        if slot.silent_s > PATIENCE_S {
            quiet.push(index);
        }
    }
    for index in quiet {
        replace(inner, index);
    }
}

/// Ends a worker that hangs or has crashed, and starts another in its place.
fn replace(inner: &Rc<RefCell<Inner>>, index: usize) {
    let culprit = inner.borrow().slots.get(index).and_then(|slot| slot.working.clone());
    inner.borrow().slots.iter().skip(index).take(1).for_each(Slot::end);
    inner.borrow_mut().ends += 1;
    if inner.borrow().ends > ENDS {
        let message = "The engine ended several times. Reload the page to try again; saved rules are safe.";
        return tell(inner, News::Broken(message.to_owned()));
    }
    let slot = match Slot::open(inner, index) {
        Ok(slot) => slot,
        Err(message) => return tell(inner, News::Broken(message)),
    };
    {
        let inner = &mut *inner.borrow_mut();
        slot.say(&inner.orders.load(index, inner.slots.len()));
        slot.say(&inner.orders.lexicons());
        slot.say(&inner.orders.weights());
        slot.say(&inner.orders.gold());
        if culprit.is_none() {
            slot.say(&inner.orders.rules());
            slot.say(&inner.orders.draft());
        }
        inner.slots.splice(index..=index, [slot]);
    }
    if let Some(culprit) = culprit {
        tell(inner, News::Runaway(culprit));
    }
}

fn describe(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| "no reason given".to_owned(), |error| error.message().into())
}
