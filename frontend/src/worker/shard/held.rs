//! A chunk that is here, and the votes on it.

mod pairs;

use super::super::message::{ChunkRef, Cost, Document, DraftPart, Piece, Report, Row, Tab};
use super::{Before, row};
use hunch_engine::{
    Bitset, Chunk, EditCounts, Evaluator, Others, Program, ProgramSet, RuleVotes, Split, count,
};
use hunch_rules::LabelIndex;
use pairs::Counted;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a slice should take. Short enough that a newer draft is heard within a frame.
const SLICE_MS: f64 = 6.0;
/// A program's first slice, before its pace is known, covers about this much text.
const FIRST_SLICE_BYTES: usize = 64 << 10;
/// A rule is slow if a chunk takes longer than this …
const SLOW_MS: f64 = 20.0;
/// … and so much more for each megabyte of its text: 40 MB in a second.
const SLOW_MS_PER_MB: f64 = 25.0;

/// A chunk, its evaluator and the votes on it so far.
pub(super) struct Held {
    pub(super) info: ChunkRef,
    /// The rows' numbers in the whole chunk, ascending, if only a sample of it is here.
    sample: Option<Vec<u32>>,
    evaluator: Evaluator,
    /// Rows that are not excluded.
    counted: Bitset,
    /// Gold of the dev split, -1 elsewhere: the only gold that writers of rules may see.
    gold: Vec<i16>,
    /// How every two rules vote, if somebody asked.
    pairs: Option<Counted>,
    /// By program key.
    columns: BTreeMap<String, Column>,
    /// The version of the rules whose words were looked for.
    prepared: Option<u64>,
    /// The version of the rules whose figures were told.
    pub(super) rules_told: Option<u64>,
    /// What was told of the draft: its number, rows evaluated, whether it was compared with the others.
    pub(super) draft_told: Option<(u64, usize, bool)>,
}

/// A row's gold by its chunk, if it is of the dev split.
fn file_gold(chunk: &Chunk, row: usize) -> i16 {
    let gold = chunk.gold.as_ref().filter(|_| chunk.splits[row] == Split::Dev);
    gold.map_or(-1, |gold| gold[row])
}

/// The votes of one program, for the first `done` rows.
struct Column {
    votes: RuleVotes,
    done: usize,
    millis: f64,
}

/// How fast a program goes, so that its slices take about as long as each other.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pace {
    rows_per_ms: Option<f64>,
}

impl Pace {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive and cut to what fits"
    )]
    fn rows(self, chunk: &Chunk) -> usize {
        let rows = match self.rows_per_ms {
            Some(rows_per_ms) => (rows_per_ms * SLICE_MS).min(1e9) as usize,
            None => FIRST_SLICE_BYTES * chunk.rows / chunk.text_bytes().max(1),
        };
        rows.max(1)
    }

    fn measure(&mut self, rows: usize, millis: f64) {
        // Browsers round their clocks to a tenth of a millisecond.
        self.rows_per_ms = Some(rows as f64 / millis.max(0.1));
    }
}

impl Held {
    /// A chunk; `sample` are its rows' numbers in the whole one, if it is a sample.
    pub(super) fn new(info: ChunkRef, chunk: Chunk, sample: Option<Vec<u32>>) -> Self {
        let gold = (0..chunk.rows).map(|row| file_gold(&chunk, row)).collect();
        let counted = counted(chunk.rows, &info.excluded, sample.as_deref());
        Self {
            info,
            sample,
            evaluator: Evaluator::new(chunk),
            counted,
            gold,
            pairs: None,
            columns: BTreeMap::new(),
            prepared: None,
            rules_told: None,
            draft_told: None,
        }
    }

    /// The same chunk with other rows excluded, or at another place in the corpus.
    pub(super) fn with_info(mut self, info: ChunkRef) -> Self {
        if info != self.info {
            self.counted = counted(self.rows(), &info.excluded, self.sample.as_deref());
            (self.rules_told, self.draft_told) = (None, None);
            self.info = info;
        }
        self
    }

    /// Lets gold that people gave, by document, come before the chunk's own, and that back where it is -1; tells whether
    /// that changes any, so that figures are to be told anew.
    pub(super) fn give_gold(&mut self, given: &BTreeMap<String, i16>) -> bool {
        let chunk = self.evaluator.chunk();
        let mut changed = false;
        for row in 0..if given.is_empty() { 0 } else { chunk.rows } {
            let given = (chunk.splits[row] == Split::Dev).then(|| given.get(chunk.ids.get(row)?)).flatten();
            let Some(given) = given else { continue };
            let gold = if *given < 0 { file_gold(chunk, row) } else { *given };
            changed |= std::mem::replace(&mut self.gold[row], gold) != gold;
        }
        if changed {
            (self.rules_told, self.draft_told) = (None, None);
        }
        changed
    }

    pub(super) fn loaded(&self) -> Report {
        let gold = self.counted.iter_ones().filter(|row| self.gold[*row] >= 0).count() as u64;
        Report::Loaded { ordinal: self.info.ordinal, rows: self.counted.count_ones() as u64, gold }
    }

    /// Gold as writers of rules may see it.
    pub(super) fn gold(&self) -> &[i16] {
        &self.gold
    }

    /// The program's votes, once all are known.
    pub(super) fn votes(&self, program: &Program) -> Option<&RuleVotes> {
        self.columns
            .get(program.key())
            .filter(|column| column.done == self.rows())
            .map(|column| &column.votes)
    }

    /// The evaluator, with the rows that are not excluded.
    pub(super) fn evaluator(&mut self) -> (&mut Evaluator, &Bitset) {
        (&mut self.evaluator, &self.counted)
    }

    pub(super) fn chunk(&self) -> &Chunk {
        self.evaluator.chunk()
    }

    /// The rows that are not excluded.
    pub(super) fn counted(&self) -> &Bitset {
        &self.counted
    }

    fn rows(&self) -> usize {
        self.evaluator.chunk().rows
    }

    /// The number in the whole chunk of a row that is here.
    fn number(&self, row: usize) -> u64 {
        self.info.first_row + self.sample.as_ref().map_or(row as u64, |rows| u64::from(rows[row]))
    }

    /// Where a row of the whole chunk is, if it is here.
    pub(super) fn place(&self, row: u32) -> Option<usize> {
        let place = match &self.sample {
            Some(rows) => rows.binary_search(&row).ok()?,
            None => row as usize,
        };
        (place < self.rows()).then_some(place)
    }

    /// Whether only some of the chunk's rows are here.
    pub(super) fn is_sample(&self) -> bool {
        self.sample.is_some()
    }

    /// Lets go of all votes but these programs'.
    pub(super) fn keep(&mut self, programs: &[&Program]) {
        self.columns.retain(|key, _| programs.iter().any(|program| program.key() == key));
        self.evaluator.keep(programs);
    }

    /// Looks for the words of all rules in one pass, once for each set of rules.
    pub(super) fn prepare(&mut self, version: u64, programs: &ProgramSet) -> bool {
        if self.prepared == Some(version) {
            return false;
        }
        self.prepared = Some(version);
        self.evaluator.prepare(programs, |_| true);
        true
    }

    pub(super) fn is_done(&self, program: &Program) -> bool {
        self.columns.get(program.key()).is_some_and(|column| column.done == self.rows())
    }

    /// Evaluates one more slice, if rows are left.
    pub(super) fn extend(&mut self, program: &Program, pace: &mut Pace, clock: fn() -> f64) {
        let rows = self.rows();
        let column = self.columns.entry(program.key().to_owned()).or_insert_with(|| Column {
            votes: RuleVotes { rows, by_label: Vec::new() },
            done: 0,
            millis: 0.0,
        });
        if column.done == rows {
            return;
        }
        let slice = column.done..(column.done + pace.rows(self.evaluator.chunk())).min(rows);
        let start = clock();
        let votes = self.evaluator.votes_in(program, slice.clone());
        let millis = clock() - start;
        pace.measure(slice.len(), millis);
        column.millis += millis;
        column.done = slice.end;
        column.votes.merge(&votes);
    }

    /// The saved rules' figures; all must be done.
    pub(super) fn tell_rules(&mut self, version: u64, programs: &[Option<&Program>]) -> Report {
        self.rules_told = Some(version);
        let columns: Vec<_> =
            programs.iter().map(|program| self.columns.get(program.as_ref()?.key())).collect();
        let votes: Vec<&RuleVotes> = columns.iter().flatten().map(|column| &column.votes).collect();
        let mut known = count(&votes, &self.counted, Some(&self.gold)).into_iter();
        let counts =
            columns.iter().map(|column| column.and_then(|_| known.next()).unwrap_or_default()).collect();
        let budget = self.budget();
        let costs = columns.iter().map(|column| column.map(|column| column.cost(budget)).unwrap_or_default());
        Report::Rules {
            version,
            ordinal: self.info.ordinal,
            rows: self.counted.count_ones() as u64,
            covered: common(Others::of(self.rows(), &votes).covered(), &self.counted),
            counts,
            costs: costs.collect(),
        }
    }

    /// Whether there is more to tell of the draft than was told.
    pub(super) fn owes_draft(&self, seq: u64, program: &Program, others: Option<&[&Program]>) -> bool {
        self.draft_told != Some((seq, self.rows(), self.others(others).is_some())) || !self.is_done(program)
    }

    /// The votes of the other active rules, once all are known.
    fn others(&self, programs: Option<&[&Program]>) -> Option<Vec<&RuleVotes>> {
        programs?.iter().map(|program| self.votes(program)).collect()
    }

    /// The draft's figures on the rows evaluated so far.
    pub(super) fn tell_draft(
        &mut self,
        seq: u64,
        program: &Program,
        before: Before<'_>,
        others: Option<&[&Program]>,
    ) -> Report {
        let mut part = DraftPart::default();
        let mut done = 0;
        if let Some(column) = self.columns.get(program.key()) {
            done = column.done;
            let others = self.others(others).map(|votes| Others::of(self.rows(), &votes));
            part.compared = others.is_some();
            part.cost = column.cost(self.budget());
            part.edit = EditCounts::count(
                &column.votes,
                self.before(before).as_deref(),
                others.as_ref(),
                &self.evaluated(column),
                &self.gold,
            );
        }
        self.draft_told = Some((seq, done, part.compared));
        Report::Draft { seq, ordinal: self.info.ordinal, part }
    }

    /// The votes that saving the draft would change, once they are known.
    fn before(&self, before: Before<'_>) -> Option<Cow<'_, RuleVotes>> {
        match before {
            Before::Nothing => Some(Cow::Owned(RuleVotes { rows: self.rows(), by_label: Vec::new() })),
            Before::Rule(program) => {
                let column = self.columns.get(program.key()).filter(|column| column.done == self.rows())?;
                Some(Cow::Borrowed(&column.votes))
            }
            Before::Uncounted => None,
        }
    }

    /// The rows of a tab, as far as they are known.
    pub(super) fn find(
        &self,
        tab: Tab,
        program: &Program,
        others: Option<&[&Program]>,
        piece: &Piece,
    ) -> Vec<usize> {
        let Some(column) = self.columns.get(program.key()) else { return Vec::new() };
        let mut rows = self.evaluated(column);
        match tab {
            Tab::Matches | Tab::Wrong => rows.and(&column.votes.any()),
            Tab::Abstains => rows.and_not(&column.votes.any()),
            Tab::Conflicts => match self.others(others) {
                Some(others) => rows.and(&Others::of(self.rows(), &others).conflicts(&column.votes)),
                None => return Vec::new(),
            },
        }
        let wanted = |row: &usize| {
            tab != Tab::Wrong || (self.gold[*row] >= 0 && self.gold[*row] != column.votes.vote(*row))
        };
        let [skip, take] = [piece.skip, piece.take].map(|rows| usize::try_from(rows).unwrap_or(usize::MAX));
        rows.iter_ones().filter(wanted).skip(skip).take(take).collect()
    }

    /// A row as the page shows it, with the votes of all saved rules.
    pub(super) fn show(&self, row: usize, program: &Program, rules: &[Option<&Program>]) -> Row {
        let chunk = self.evaluator.chunk();
        let vote = |program: &Program| {
            let column = self.columns.get(program.key()).filter(|column| row < column.done)?;
            Some(label(column.votes.vote(row)))
        };
        let votes = rules.iter().map(|program| program.map_or(Some(None), vote));
        Row {
            number: self.number(row),
            id: chunk.ids.get(row).unwrap_or_default().to_owned(),
            fields: row::fields(program, chunk, row),
            vote: vote(program).flatten(),
            votes: votes.collect::<Option<Vec<_>>>().unwrap_or_default(),
            gold: label(self.gold[row]),
        }
    }

    /// A row with so many bytes of its main text, if it exists.
    pub(super) fn document(&self, row: usize, bytes: usize) -> Option<Document> {
        let chunk = self.evaluator.chunk();
        let (text, cut, attributes) = row::summary(chunk, row, bytes);
        Some(Document {
            number: self.number(row),
            id: chunk.ids.get(row)?.to_owned(),
            text,
            cut,
            split: *chunk.splits.get(row)?,
            gold: label(*self.gold.get(row)?).and_then(|label| i16::try_from(label).ok()),
            attributes,
        })
    }

    /// How many milliseconds a rule may take on the chunk before it is called slow.
    fn budget(&self) -> f64 {
        SLOW_MS + SLOW_MS_PER_MB * self.chunk().text_bytes() as f64 / 1e6
    }

    /// The rows that count and that a column covers.
    fn evaluated(&self, column: &Column) -> Bitset {
        let mut rows = self.counted.clone();
        rows.and(&Bitset::from_range(self.rows(), 0..column.done));
        rows
    }
}

impl Column {
    fn cost(&self, budget: f64) -> Cost {
        Cost { millis: self.millis, slow: self.millis > budget }
    }
}

/// The rows that are not excluded; `sample` are their numbers in the whole chunk, `excluded` numbers of that.
fn counted(rows: usize, excluded: &[u32], sample: Option<&[u32]>) -> Bitset {
    let mut counted = Bitset::full(rows);
    for row in excluded {
        match sample.map(|sample| sample.binary_search(row)) {
            None => counted.unset(*row as usize),
            Some(Ok(place)) => counted.unset(place),
            Some(Err(_)) => {}
        }
    }
    counted
}

fn common(a: &Bitset, b: &Bitset) -> u64 {
    a.count_common(b) as u64
}

fn label(vote: i16) -> Option<LabelIndex> {
    LabelIndex::try_from(vote).ok()
}
