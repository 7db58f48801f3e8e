//! Evaluating programs on a chunk, each predicate once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use hunch_rules::plan::Condition;

use crate::{
    Bitset, Chunk, Program, ProgramError, ProgramSet, RuleVotes, Stored, Truth,
    bitset::BLOCK_ROWS,
    columns::Columns,
    program::{Clause, Compiler, Key, Leaf, Node, Test},
    scalar::{Number, Operand, arithmetic},
};

/// Evaluates programs on one chunk and keeps the result of every predicate, also of parts of the rows.
///
/// So rules that share a predicate, a rule of which one clause was edited, and slices of rows asked for one after the other
/// cost nothing twice. Use one per chunk and thread.
#[derive(Debug)]
pub struct Evaluator {
    columns: Columns,
    truths: HashMap<Key, Partial<Truth>>,
    measured: HashMap<Key, Partial<Vec<f64>>>,
    /// By column and term weights, the squared lengths of rows as vectors; NaN where none was asked for yet.
    squares: HashMap<Key, Vec<f64>>,
}

/// Results for all rows of which some blocks are computed.
#[derive(Debug)]
struct Partial<T> {
    done: Bitset,
    values: T,
}

impl Evaluator {
    /// An evaluator for a chunk that passes [`Chunk::check`].
    pub fn new(chunk: impl Into<Arc<Chunk>>) -> Self {
        Self {
            columns: Columns::new(chunk.into()),
            truths: HashMap::new(),
            measured: HashMap::new(),
            squares: HashMap::new(),
        }
    }

    /// The chunk.
    pub fn chunk(&self) -> &Arc<Chunk> {
        &self.columns.chunk
    }

    /// The program's votes on all rows.
    pub fn votes(&mut self, program: &Program) -> RuleVotes {
        self.votes_in(program, 0..self.rows())
    }

    /// Each program's votes on all rows, in order: those of [`Self::votes`], sooner, because what several of them look for
    /// is looked for at once.
    pub fn votes_of(&mut self, set: &ProgramSet) -> Vec<RuleVotes> {
        self.prepare(set, |_| true);
        set.programs().iter().map(|program| self.votes(program)).collect()
    }

    /// Looks at once for what several of the wanted programs look for, so that [`Self::votes`] of each finds it done.
    pub fn prepare(&mut self, set: &ProgramSet, wanted: impl Fn(&Program) -> bool) {
        let rows = self.rows();
        let wanted = set.programs().iter().filter(|program| wanted(program));
        let wanted: BTreeSet<&Key> = wanted.flat_map(Program::leaves).map(|leaf| &leaf.key).collect();
        for (column, searches) in set.words() {
            let Some(texts) = self.columns.text(column) else { continue };
            let open = |key: &Key| wanted.contains(key) && !self.truths.contains_key(key);
            for (key, hits) in searches.hits(texts, open) {
                let mut partial = Partial::new(rows, Truth::all(rows, false));
                partial.take_open(0..rows, rows);
                self.columns.search(column, 0..rows, &mut partial.values, |_, yes| yes.or(&hits));
                self.truths.insert(key, partial);
            }
        }
    }

    /// The program's votes on `rows`, none on others. The votes of slices that make up the chunk are those of the chunk:
    /// see [`RuleVotes::merge`].
    pub fn votes_in(&mut self, program: &Program, rows: Range<usize>) -> RuleVotes {
        let end = rows.end.min(self.rows());
        self.decide(program.clauses(), rows.start.min(end)..end)
    }

    /// Where a condition that is no rule's, such as a filter, holds.
    pub fn condition<'a>(
        &mut self,
        condition: &Condition,
        stored: impl Into<Stored<'a>>,
    ) -> Result<Truth, ProgramError> {
        let node = Compiler::new(stored.into()).node(condition)?;
        Ok(self.truth(&node, 0..self.rows()))
    }

    /// Forgets all results that none of the programs has.
    pub fn keep(&mut self, programs: &[&Program]) {
        let used: HashSet<&Key> = programs.iter().flat_map(|program| program.keys()).collect();
        self.truths.retain(|key, _| used.contains(key));
        self.measured.retain(|key, _| used.contains(key));
        self.squares.retain(|key, _| used.contains(key));
    }

    fn rows(&self) -> usize {
        self.columns.chunk.rows
    }

    /// The first clause that is true wins; one that is unknown does not stop the others.
    fn decide(&mut self, clauses: &[Clause], rows: Range<usize>) -> RuleVotes {
        let mut open = Bitset::from_range(self.rows(), rows.clone());
        let mut by_label = BTreeMap::new();
        for clause in clauses {
            let voted = by_label.entry(clause.label).or_insert_with(|| Bitset::new(self.rows()));
            if open.any() {
                let mut yes = self.truth(&clause.when, rows.clone()).yes;
                yes.and(&open);
                open.and_not(&yes);
                voted.or(&yes);
            }
        }
        RuleVotes { rows: self.rows(), by_label: by_label.into_iter().collect() }
    }

    /// Where the condition holds; only `rows` of the result mean something.
    pub(crate) fn truth(&mut self, node: &Node, rows: Range<usize>) -> Truth {
        let all = self.rows();
        match node {
            Node::Always => Truth::all(all, true),
            Node::All(of) => of
                .iter()
                .fold(Truth::all(all, true), |truth, node| truth.and(&self.truth(node, rows.clone()))),
            Node::Any(of) => of
                .iter()
                .fold(Truth::all(all, false), |truth, node| truth.or(&self.truth(node, rows.clone()))),
            Node::Not(of) => self.truth(of, rows).not(),
            Node::AtLeast { n, of } => {
                let truths: Vec<_> = of.iter().map(|node| self.truth(node, rows.clone())).collect();
                Truth::at_least(*n, all, &truths)
            }
            Node::Is(leaf) => self.test(leaf, rows),
        }
    }

    fn test(&mut self, leaf: &Leaf, rows: Range<usize>) -> Truth {
        let all = self.rows();
        let mut partial =
            self.truths.remove(&leaf.key).unwrap_or_else(|| Partial::new(all, Truth::all(all, false)));
        for part in partial.take_open(rows, all) {
            self.run(&leaf.test, part, &mut partial.values);
        }
        let truth = partial.values.clone();
        self.truths.insert(leaf.key.clone(), partial);
        truth
    }

    fn run(&mut self, test: &Test, rows: Range<usize>, truth: &mut Truth) {
        let known: Vec<Option<bool>> = match test {
            Test::Match { column, search } => {
                return self
                    .columns
                    .search(column, rows.clone(), truth, |texts, hits| search.mark(texts, rows, hits));
            }
            Test::Near { column, search } => {
                return self
                    .columns
                    .search(column, rows.clone(), truth, |texts, hits| search.mark(texts, rows, hits));
            }
            Test::Regex { column, pattern } => {
                return self
                    .columns
                    .search(column, rows.clone(), truth, |texts, hits| pattern.mark(texts, rows, hits));
            }
            Test::Compare { left, op, right } => {
                let (left_numbers, right_numbers) = (self.numbers(left, &rows), self.numbers(right, &rows));
                let left = self.columns.cells(left, left_numbers, &rows);
                left.compare(*op, &self.columns.cells(right, right_numbers, &rows))
            }
            Test::In { value, list } => {
                let numbers = self.numbers(value, &rows);
                list.contain(&self.columns.cells(value, numbers, &rows))
            }
            Test::Missing { value } => {
                let numbers = self.numbers(value, &rows);
                self.columns.cells(value, numbers, &rows).missing().into_iter().map(Some).collect()
            }
            Test::Truth { column } => {
                let values = self.columns.numbers(column, &rows);
                values.into_iter().map(|value| (!value.is_nan()).then_some(value > 0.0)).collect()
            }
        };
        truth.set_blocks(rows.start / BLOCK_ROWS, &known);
    }

    /// The operand's values on `rows`, unless it is text.
    fn numbers(&mut self, operand: &Operand, rows: &Range<usize>) -> Option<Vec<f64>> {
        match operand {
            Operand::Text(_) => None,
            Operand::Column(name) if self.columns.text(name).is_some() => None,
            Operand::Column(name) => Some(self.columns.numbers(name, rows)),
            Operand::Number(number) => Some(self.number(number, rows)),
        }
    }

    fn number(&mut self, number: &Number, rows: &Range<usize>) -> Vec<f64> {
        match number {
            Number::Const(value) => vec![*value; rows.len()],
            Number::Column(name) => self.columns.numbers(name, rows),
            Number::Arithmetic { op, left, right } => {
                let (left, right) = (self.number(left, rows), self.number(right, rows));
                left.into_iter().zip(right).map(|(left, right)| arithmetic(*op, left, right)).collect()
            }
            Number::RuleVote(clauses) => {
                let votes = self.decide(clauses, rows.clone()).to_votes();
                votes[rows.clone()].iter().map(|vote| f64::from(*vote)).collect()
            }
            Number::SourceVote(source) => self.columns.source_votes(source, rows),
            Number::SourceProbability { source, label } => {
                self.columns.source_probabilities(source, *label, rows)
            }
            Number::Likeness(likeness) => {
                let all = self.rows();
                let partial = self
                    .measured
                    .entry(likeness.key.clone())
                    .or_insert_with(|| Partial::new(all, vec![f64::NAN; all]));
                let squares =
                    self.squares.entry(likeness.squares.clone()).or_insert_with(|| vec![f64::NAN; all]);
                for part in partial.take_open(rows.clone(), all) {
                    likeness.compare(&self.columns, part, squares, &mut partial.values);
                }
                partial.values[rows.clone()].to_vec()
            }
            Number::Measured { key, column, measure } => {
                let all = self.rows();
                let partial =
                    self.measured.entry(key.clone()).or_insert_with(|| Partial::new(all, vec![0.0; all]));
                for part in partial.take_open(rows.clone(), all) {
                    self.columns.measure(column, measure, part, &mut partial.values);
                }
                partial.values[rows.clone()].to_vec()
            }
        }
    }
}

impl<T> Partial<T> {
    fn new(rows: usize, values: T) -> Self {
        Self { done: Bitset::new(rows.div_ceil(BLOCK_ROWS)), values }
    }

    /// The rows still to be computed so that all of `rows` are, in whole blocks; from now on they count as done.
    fn take_open(&mut self, rows: Range<usize>, all: usize) -> Vec<Range<usize>> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        for block in rows.start / BLOCK_ROWS..rows.end.div_ceil(BLOCK_ROWS) {
            if self.done.get(block) {
                continue;
            }
            self.done.set(block);
            let (start, end) = (block * BLOCK_ROWS, ((block + 1) * BLOCK_ROWS).min(all));
            match parts.last_mut().filter(|last| last.end == start) {
                Some(last) => last.end = end,
                None => parts.push(start..end),
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests;
