//! A share of the corpus and the rules that are evaluated over it, as a machine that is told things and stepped.
//!
//! A step is a few milliseconds of work, so that whoever steps it hears a newer draft in time. What is wanted most
//! goes first: the draft, chunk by chunk in the corpus' order, then the saved rules.

mod held;
mod pairs;
mod preview;
mod row;
mod suggest;
#[cfg(test)]
mod tests;
mod weights;
mod words;

use super::message::{
    ChunkRef, Document, Draft, LexiconRef, Piece, Report, Row, SavedRule, Shape, Subject, Tab,
};
use held::{Held, Pace};
use suggest::Suggesting;
use weights::KnownWeights;

pub use preview::NoPreview;
use preview::Previewed;

use hunch_engine::{Chunk, Lexicon, Lexicons, Program, ProgramError, ProgramSet, Stored};
use hunch_protocol::align_chunk;
use hunch_rules::Plan;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What one worker knows.
pub struct Shard {
    /// Milliseconds since some start.
    clock: fn() -> f64,
    chunks: BTreeMap<u32, Held>,
    shape: Shape,
    lexicons: Lexicons,
    weights: KnownWeights,
    /// Gold that people gave, by document.
    gold: BTreeMap<String, i16>,
    version: u64,
    rules: Vec<Entry>,
    /// The programs of those that are ready.
    programs: ProgramSet,
    seq: u64,
    draft: Option<Entry>,
    previewed: Option<Previewed>,
    /// What the page was last told the shard works on.
    working: Option<Subject>,
    /// The question about suggestions that is being answered.
    suggesting: Option<Suggesting>,
    /// Open questions for all pairs of rules.
    pairs_asked: Vec<u64>,
    /// Whether the page knows the corpus' frequent words.
    words_told: bool,
}

/// A rule or the draft, and whether it can be evaluated.
struct Entry {
    /// A saved rule's id; of the draft, the id of the rule it would replace.
    rule: Option<String>,
    is_draft: bool,
    plan: Option<Plan>,
    state: State,
    pace: Pace,
}

enum State {
    Ready(Program),
    /// A lexicon, or the weights of terms, are on their way.
    Waiting,
    /// Votes nowhere.
    Silent,
}

/// Documents, as far as they are here.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// Those that are.
    pub documents: Vec<Document>,
    /// The rows of others, which are not of the samples that are held, by chunk.
    pub elsewhere: Vec<(ChunkRef, Vec<u32>)>,
}

impl Shard {
    /// An empty shard; `clock` tells milliseconds.
    pub fn new(clock: fn() -> f64) -> Self {
        Self {
            clock,
            chunks: BTreeMap::new(),
            shape: Shape::default(),
            lexicons: Lexicons::new(),
            weights: KnownWeights::default(),
            gold: BTreeMap::new(),
            version: 0,
            rules: Vec::new(),
            programs: ProgramSet::new(Vec::new()),
            seq: 0,
            draft: None,
            previewed: None,
            working: None,
            suggesting: None,
            pairs_asked: Vec::new(),
            words_told: false,
        }
    }

    /// Drops all chunks but these and returns those that are missing.
    pub fn keep_chunks(&mut self, wanted: Vec<ChunkRef>, shape: Shape) -> Vec<ChunkRef> {
        self.previewed = None;
        let mut before = std::mem::take(&mut self.chunks);
        if shape != self.shape {
            before.clear();
            self.shape = shape;
        }
        let mut missing = Vec::new();
        for info in wanted {
            match before.remove(&info.ordinal) {
                Some(held) if held.info.hash == info.hash && held.info.url == info.url => {
                    self.chunks.insert(info.ordinal, held.with_info(info));
                }
                _ => missing.push(info),
            }
        }
        self.words_told &= missing.is_empty();
        missing
    }

    /// The chunks that are here.
    pub fn loaded(&self) -> Vec<Report> {
        self.chunks.values().map(Held::loaded).collect()
    }

    /// Takes in a chunk; `sample` are its rows' numbers in the whole one, if it is a sample.
    pub fn add_chunk(&mut self, info: ChunkRef, chunk: Chunk, sample: Option<Vec<u32>>) -> Report {
        self.previewed = None;
        let held = self.hold(info, chunk, sample);
        let report = held.loaded();
        self.chunks.insert(held.info.ordinal, held);
        report
    }

    fn hold(&self, info: ChunkRef, mut chunk: Chunk, sample: Option<Vec<u32>>) -> Held {
        align_chunk(&mut chunk, &self.shape.columns, &self.shape.sources);
        let mut held = Held::new(info, chunk, sample);
        held.give_gold(&self.gold);
        held
    }

    /// Takes in gold that was given or, where it is -1, withdrawn; tells how much gold the chunks it touches have now, and
    /// the figures on them anew.
    pub fn set_gold(&mut self, changes: Vec<(String, i16)>) -> Vec<Report> {
        let changes: BTreeMap<String, i16> = changes.into_iter().collect();
        let touched =
            self.chunks.values_mut().filter_map(|held| held.give_gold(&changes).then(|| held.loaded()));
        let reports = touched.collect();
        for (document, label) in changes {
            if label < 0 {
                self.gold.remove(&document);
            } else {
                self.gold.insert(document, label);
            }
        }
        reports
    }

    /// Drops all lexicons but these and returns those that are missing.
    pub fn keep_lexicons(&mut self, wanted: Vec<LexiconRef>) -> Vec<LexiconRef> {
        let mut before = std::mem::take(&mut self.lexicons);
        let mut missing = Vec::new();
        for lexicon in wanted {
            match before.remove_entry(&lexicon.hash) {
                Some((hash, terms)) => drop(self.lexicons.insert(hash, terms)),
                None => missing.push(lexicon),
            }
        }
        missing
    }

    /// Takes in a lexicon; what waited for it goes on.
    pub fn add_lexicon(&mut self, hash: String, terms: Vec<String>) -> Vec<Report> {
        self.lexicons.insert(hash, Arc::new(Lexicon::new(terms)));
        self.go_on()
    }

    /// Takes other saved rules; votes of those that stay are kept.
    pub fn set_rules(&mut self, version: u64, rules: Vec<SavedRule>) -> Vec<Report> {
        self.version = version;
        self.rules = rules.into_iter().map(|rule| Entry::new(Some(rule.id), rule.plan)).collect();
        let stored = Stored { lexicons: &self.lexicons, weights: &self.weights.here };
        let refused = self.rules.iter_mut().filter_map(|entry| entry.compile(stored)).collect();
        self.combine_programs();
        self.forget();
        for held in self.chunks.values_mut() {
            held.draft_told = None;
        }
        refused
    }

    /// The saved rules' programs are those that there are now.
    fn combine_programs(&mut self) {
        self.programs = ProgramSet::new(self.rules.iter().filter_map(Entry::program).cloned().collect());
    }

    /// Takes another draft; the work on the one before ends.
    pub fn set_draft(&mut self, seq: u64, draft: Option<Draft>) -> Option<Report> {
        self.seq = seq;
        self.draft =
            draft.map(|draft| Entry { is_draft: true, ..Entry::new(draft.replaces, Some(draft.plan)) });
        let stored = Stored { lexicons: &self.lexicons, weights: &self.weights.here };
        let refused = self.draft.as_mut().and_then(|draft| draft.compile(stored));
        self.forget();
        refused
    }

    /// Lets go of votes that belong to no rule any more.
    fn forget(&mut self) {
        let programs: Vec<&Program> =
            self.rules.iter().chain(&self.draft).filter_map(Entry::program).collect();
        for held in self.chunks.values_mut() {
            held.keep(&programs);
        }
    }

    /// Works for a few milliseconds on what is wanted most; `false` when nothing is left to do.
    pub fn step(&mut self, out: &mut Vec<Report>) -> bool {
        let more = self.step_draft(out) || self.step_rules(out);
        if !more && self.working.take().is_some() {
            out.push(Report::Idle);
        }
        more || self.step_pairs(out) || self.step_suggestions(out) || self.step_words(out)
    }

    fn step_draft(&mut self, out: &mut Vec<Report>) -> bool {
        let Some(draft) = &mut self.draft else { return false };
        let State::Ready(program) = &draft.state else { return false };
        let (before, others) = split(&self.rules, draft.rule.as_deref());
        for held in self.chunks.values_mut() {
            if held.owes_draft(self.seq, program, others.as_deref()) {
                if announce(&mut self.working, Subject::Draft, out) {
                    return true;
                }
                held.extend(program, &mut draft.pace, self.clock);
                out.push(held.tell_draft(self.seq, program, before, others.as_deref()));
                return true;
            }
        }
        false
    }

    fn step_rules(&mut self, out: &mut Vec<Report>) -> bool {
        if self.rules.iter().any(Entry::waits) {
            return false;
        }
        let Some(held) = self.chunks.values_mut().find(|held| held.rules_told != Some(self.version)) else {
            return false;
        };
        if held.prepare(self.version, &self.programs) {
            return true;
        }
        for entry in &mut self.rules {
            if let State::Ready(program) = &entry.state
                && !held.is_done(program)
            {
                if announce(&mut self.working, entry.as_saved(), out) {
                    return true;
                }
                held.extend(program, &mut entry.pace, self.clock);
                return true;
            }
        }
        let programs: Vec<Option<&Program>> = self.rules.iter().map(Entry::program).collect();
        out.push(held.tell_rules(self.version, &programs));
        true
    }

    /// A tab's documents, from what has been evaluated of the draft `seq`; `None` if the draft is another by now.
    pub fn rows(&self, seq: u64, tab: Tab, pieces: &[Piece]) -> Option<Vec<Row>> {
        let program = self.draft.as_ref().filter(|_| seq == self.seq)?.program()?;
        let (_, others) = split(&self.rules, self.draft.as_ref()?.rule.as_deref());
        let all: Vec<Option<&Program>> = self.rules.iter().map(Entry::program).collect();
        let mut rows = Vec::new();
        for piece in pieces {
            let Some(held) = self.chunks.get(&piece.ordinal) else { continue };
            for row in held.find(tab, program, others.as_deref(), piece) {
                rows.push(held.show(row, program, &all));
            }
        }
        Some(rows)
    }
}

impl Shard {
    /// Documents by chunk and row, of each main text at most so many bytes; `None` while a chunk is still on its way.
    pub fn documents(&self, places: &[(u32, u32)], bytes: usize) -> Option<Found> {
        let mut found = Found::default();
        for (ordinal, row) in places {
            let held = self.chunks.get(ordinal)?;
            if let Some(place) = held.place(*row) {
                found.documents.extend(held.document(place, bytes));
            } else if held.is_sample() {
                match found.elsewhere.iter_mut().find(|(info, _)| info.ordinal == *ordinal) {
                    Some((_, rows)) => rows.push(*row),
                    None => found.elsewhere.push((held.info.clone(), vec![*row])),
                }
            }
        }
        Some(found)
    }

    /// Documents of a whole chunk of which a sample is held.
    pub fn documents_of(&self, info: ChunkRef, whole: Chunk, rows: &[u32], bytes: usize) -> Vec<Document> {
        let held = self.hold(info, whole, None);
        rows.iter().filter_map(|row| held.document(*row as usize, bytes)).collect()
    }
}

impl Entry {
    fn new(rule: Option<String>, plan: Option<Plan>) -> Self {
        Self { rule, is_draft: false, plan, state: State::Silent, pace: Pace::default() }
    }

    /// Makes the program, unless something that it refers to is missing.
    fn compile(&mut self, stored: Stored<'_>) -> Option<Report> {
        let plan = self.plan.as_ref()?;
        match Program::compile(plan, stored) {
            Ok(program) => {
                self.state = State::Ready(program);
                None
            }
            Err(ProgramError::LexiconMissing { .. } | ProgramError::WeightsMissing { .. }) => {
                self.state = State::Waiting;
                None
            }
            Err(error) => {
                self.state = State::Silent;
                Some(Report::Refused { subject: self.subject(), message: error.to_string() })
            }
        }
    }

    fn subject(&self) -> Subject {
        if self.is_draft { Subject::Draft } else { self.as_saved() }
    }

    fn waits(&self) -> bool {
        matches!(self.state, State::Waiting)
    }

    fn as_saved(&self) -> Subject {
        self.rule.clone().map_or(Subject::Draft, Subject::Rule)
    }

    fn program(&self) -> Option<&Program> {
        match &self.state {
            State::Ready(program) => Some(program),
            State::Waiting | State::Silent => None,
        }
    }
}

/// What counts until the draft is saved.
#[derive(Clone, Copy)]
enum Before<'a> {
    /// Nothing: the draft is a new rule.
    Nothing,
    /// The rule as it is saved.
    Rule(&'a Program),
    /// A rule that is inactive or votes nowhere.
    Uncounted,
}

/// What the draft takes the place of, and the other rules; these are `None` while one waits for a lexicon.
fn split<'a>(rules: &'a [Entry], replaced: Option<&str>) -> (Before<'a>, Option<Vec<&'a Program>>) {
    let is_replaced = |entry: &&Entry| replaced.is_some() && entry.rule.as_deref() == replaced;
    let before = match (replaced, rules.iter().find(is_replaced).and_then(Entry::program)) {
        (None, _) => Before::Nothing,
        (Some(_), Some(program)) => Before::Rule(program),
        (Some(_), None) => Before::Uncounted,
    };
    let others = rules.iter().filter(|entry| !is_replaced(entry));
    let waits = others.clone().any(Entry::waits);
    (before, (!waits).then(|| others.filter_map(Entry::program).collect()))
}

/// Tells the page what the shard turns to, if that is something else than before. It is then a step of its own: the
/// page must know before the work begins, for some work never ends.
fn announce(working: &mut Option<Subject>, on: Subject, out: &mut Vec<Report>) -> bool {
    let is_new = working.as_ref() != Some(&on);
    if is_new {
        *working = Some(on.clone());
        out.push(Report::Working { on });
    }
    is_new
}
