//! The matches of a regular expression in a text, in time linear in the text whatever the expression.
//!
//! Searching for one match after another is not: a search for `a*b|a` looks through all the `a`s that follow for a `b`
//! before it takes the first, and does so again for the second. This first walks the text backwards to learn what can
//! still match at each place, so that the way forward never tries in vain. Frisch & Cardelli, Greedy Regular Expression
//! Matching, ICALP 2004, section 4, on the automaton of `regex-automata` and with its priorities, so that the matches are
//! those of `regex`.

use std::{collections::HashMap, ops::Range};

use regex_automata::{
    nfa::thompson::{Config, NFA, State, WhichCaptures},
    util::{look::LookSet, primitives::StateID},
};
use regex_syntax::hir::Hir;

/// What can match is kept for so many places at a time.
const BLOCK: usize = 4_096;

/// More different sets than this are forgotten when a block begins.
const SETS: usize = 1_024;

/// Stands for the end of the text where a set or a byte is named.
const END: u32 = u32::MAX;

/// A regular expression, ready to find all matches.
#[derive(Debug)]
pub(super) struct AllMatches {
    nfa: NFA,
    /// Per state, those that lead to it without reading anything.
    sources: Vec<Vec<StateID>>,
    looks: LookSet,
}

impl AllMatches {
    /// `None` if the expression is too large for an automaton, which those that `regex` builds are not.
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let config = Config::new().which_captures(WhichCaptures::None);
        let nfa = NFA::compiler().configure(config).build_from_hir(hir).ok()?;
        let mut sources = vec![Vec::new(); nfa.states().len()];
        for (index, state) in nfa.states().iter().enumerate() {
            let id = StateID::new(index).ok()?;
            for_each_target(state, |target| sources[target.as_usize()].push(id));
        }
        let looks = nfa.look_set_any();
        Some(Self { nfa, sources, looks })
    }

    /// The matches after one that ends at `at`.
    pub(super) fn after<'a>(&'a self, text: &'a str, at: usize) -> Matches<'a> {
        let mut sets = Sets::default();
        let mut marks = vec![Set::default(); text.len() / BLOCK + 1];
        let mut next = END;
        for place in (at..=text.len()).rev() {
            next = self.before(&mut sets, next, text, place);
            if place.is_multiple_of(BLOCK) {
                marks[place / BLOCK] = sets.all[next as usize].clone();
            }
            next = sets.forget_if_many(next);
        }
        let visited = vec![0; self.nfa.states().len()];
        Matches {
            all: self,
            text,
            at,
            last_end: at,
            marks,
            sets,
            block: usize::MAX,
            ids: Vec::new(),
            visited,
            visit: 0,
        }
    }

    /// The states that can reach the end of a match from a place, given those of the place behind.
    fn before(&self, sets: &mut Sets, next: u32, text: &str, place: usize) -> u32 {
        let byte = text.as_bytes().get(place).copied();
        let mut looks = LookSet::empty();
        for look in self.looks.iter() {
            if self.nfa.look_matcher().matches(look, text.as_bytes(), place) {
                looks = looks.insert(look);
            }
        }
        let step = (next, byte.map_or(END, u32::from), looks.bits);
        if let Some(known) = sets.steps.get(&step) {
            return *known;
        }
        let alive = self.alive(sets.all.get(next as usize), byte, looks);
        let id = sets.id(alive);
        sets.steps.insert(step, id);
        id
    }

    fn alive(&self, next: Option<&Set>, byte: Option<u8>, looks: LookSet) -> Set {
        let states = self.nfa.states();
        let mut alive = Set(vec![0; states.len().div_ceil(64)].into());
        let mut open: Vec<StateID> = Vec::new();
        for (index, state) in states.iter().enumerate() {
            let reads = || read(state, byte?).filter(|target| next.is_some_and(|next| next.has(*target)));
            if (matches!(state, State::Match { .. }) || reads().is_some())
                && let Ok(id) = StateID::new(index)
            {
                alive.add(id);
                open.push(id);
            }
        }
        while let Some(id) = open.pop() {
            for source in &self.sources[id.as_usize()] {
                let holds = match &states[source.as_usize()] {
                    State::Look { look, .. } => looks.contains(*look),
                    _ => true,
                };
                if holds && !alive.has(*source) {
                    alive.add(*source);
                    open.push(*source);
                }
            }
        }
        alive
    }
}

/// Calls with each state that a state leads to without reading anything, the preferred first.
fn for_each_target(state: &State, mut call: impl FnMut(StateID)) {
    match state {
        State::Look { next, .. } | State::Capture { next, .. } => call(*next),
        State::Union { alternates } => alternates.iter().copied().for_each(call),
        State::BinaryUnion { alt1, alt2 } => [*alt1, *alt2].into_iter().for_each(call),
        State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) | State::Fail | State::Match { .. } => {}
    }
}

/// The state that reading a byte leads to.
fn read(state: &State, byte: u8) -> Option<StateID> {
    match state {
        State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
        State::Sparse(sparse) => sparse.matches_byte(byte),
        State::Dense(dense) => dense.matches_byte(byte),
        _ => None,
    }
}

/// A set of states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Set(Box<[u64]>);

impl Set {
    fn has(&self, state: StateID) -> bool {
        self.0[state.as_usize() / 64] & (1 << (state.as_usize() % 64)) != 0
    }

    fn add(&mut self, state: StateID) {
        self.0[state.as_usize() / 64] |= 1 << (state.as_usize() % 64);
    }
}

/// Sets that were met, by number, and how one leads to another: by the byte that is read and what is true at the place.
#[derive(Debug, Default)]
struct Sets {
    all: Vec<Set>,
    ids: HashMap<Set, u32, foldhash::fast::FixedState>,
    steps: HashMap<(u32, u32, u32), u32, foldhash::fast::FixedState>,
}

impl Sets {
    fn id(&mut self, set: Set) -> u32 {
        let new = u32::try_from(self.all.len()).unwrap_or(END);
        *self.ids.entry(set).or_insert_with_key(|set| {
            self.all.push(set.clone());
            new
        })
    }

    /// Keeps no set but one, if they are many, and returns its number from then on.
    fn forget_if_many(&mut self, id: u32) -> u32 {
        if self.all.len() <= SETS {
            return id;
        }
        let kept = self.all.get(id as usize).cloned();
        *self = Self::default();
        kept.map_or(END, |set| self.id(set))
    }
}

/// See [`AllMatches::after`].
pub(super) struct Matches<'a> {
    all: &'a AllMatches,
    text: &'a str,
    /// Where the next match may start.
    at: usize,
    last_end: usize,
    /// The sets of the places that blocks begin at.
    marks: Vec<Set>,
    sets: Sets,
    /// The block whose sets are at hand …
    block: usize,
    /// … by place.
    ids: Vec<u32>,
    /// When a state was last passed on the way to the next byte.
    visited: Vec<u32>,
    visit: u32,
}

impl Matches<'_> {
    /// The states that can reach the end of a match from a place.
    fn alive(&mut self, place: usize) -> &Set {
        if self.block != place / BLOCK {
            self.fill(place / BLOCK);
        }
        &self.sets.all[self.ids[place % BLOCK] as usize]
    }

    fn fill(&mut self, block: usize) {
        self.block = block;
        self.sets.forget_if_many(END);
        let (start, end) = (block * BLOCK, ((block + 1) * BLOCK).min(self.text.len() + 1));
        let mut next = self.marks.get(block + 1).map_or(END, |set| self.sets.id(set.clone()));
        self.ids = vec![END; end - start];
        for place in (start..end).rev() {
            next = self.all.before(&mut self.sets, next, self.text, place);
            self.ids[place - start] = next;
        }
    }

    /// Where the preferred match ends that starts at a place, if one does.
    fn end(&mut self, start: usize) -> Option<usize> {
        let mut state = self.all.nfa.start_anchored();
        if !self.alive(start).has(state) {
            return None;
        }
        let mut place = start;
        while let Some(next) = self.step(state, place) {
            state = next;
            place += 1;
        }
        Some(place)
    }

    /// The state after the next byte on the preferred way; `None` where the match ends.
    fn step(&mut self, from: StateID, place: usize) -> Option<StateID> {
        self.visit += 1;
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if std::mem::replace(&mut self.visited[id.as_usize()], self.visit) == self.visit
                || !self.alive(place).has(id)
            {
                continue;
            }
            match self.all.nfa.state(id) {
                State::Match { .. } => return None,
                state => {
                    if let Some(next) = self.text.as_bytes().get(place).and_then(|byte| read(state, *byte)) {
                        return Some(next);
                    }
                    let first = open.len();
                    for_each_target(state, |target| open.push(target));
                    open[first..].reverse();
                }
            }
        }
        None
    }
}

impl Iterator for Matches<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while self.at <= self.text.len() {
            let start = self.at;
            let after = start + self.text[start..].chars().next().map_or(1, char::len_utf8);
            match self.end(start) {
                // An empty match just behind another is none.
                Some(end) if end > start || end != self.last_end => {
                    (self.at, self.last_end) = (end, end);
                    return Some(start..end);
                }
                _ => self.at = after,
            }
        }
        None
    }
}
