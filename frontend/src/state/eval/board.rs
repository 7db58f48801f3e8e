//! What the workers have said so far, put together: figures that always tell how many rows they are of.

use crate::worker::message::{ChunkRef, Cost, DraftPart, Piece, Report, Subject, Tab};
use hunch_engine::{EditCounts, Move, RuleCounts};
use std::collections::BTreeMap;

/// The corpus by chunk, and the figures on each.
#[derive(Debug, Default)]
pub struct Board {
    /// Whether the corpus is known; until then there is nothing that figures could be of.
    knows_corpus: bool,
    chunks: BTreeMap<u32, Share>,
    rules: Vec<String>,
    version: u64,
    seq: u64,
    refused: BTreeMap<Subject, String>,
}

/// A chunk, and what is known on it.
#[derive(Debug)]
struct Share {
    info: ChunkRef,
    /// Documents that are not excluded. Of a sample, about as many until it is loaded.
    rows: u64,
    /// Documents of the dev split that have gold, once the chunk is loaded.
    gold: Option<u64>,
    rules: Option<RulesPart>,
    draft: DraftPart,
}

#[derive(Debug)]
struct RulesPart {
    covered: u64,
    counts: Vec<RuleCounts>,
    costs: Vec<Cost>,
}

/// How much of the corpus the workers have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loading {
    /// Documents loaded.
    pub rows: u64,
    /// Documents there are.
    pub total: u64,
    /// Loaded documents of the dev split that have gold.
    pub gold: u64,
}

/// The saved rules' figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SavedFigures {
    /// Whether rules and corpus are known.
    pub begun: bool,
    /// Documents the figures are of.
    pub rows: u64,
    /// Documents there are.
    pub total: u64,
    /// Documents that at least one active rule votes on.
    pub covered: u64,
    /// Of the active rules by identifier.
    pub rules: BTreeMap<String, RuleStanding>,
}

/// One saved rule's figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuleStanding {
    /// Sums over the evaluated documents.
    pub counts: RuleCounts,
    /// What it took.
    pub cost: Cost,
    /// Why it has no votes, if it cannot be evaluated.
    pub refused: Option<String>,
}

/// The edited rule's figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DraftFigures {
    /// Whether a draft and the corpus are known.
    pub begun: bool,
    /// The draft they are of.
    pub seq: u64,
    /// Documents evaluated.
    pub rows: u64,
    /// Documents on which the other active rules' votes are known too.
    pub compared: u64,
    /// Documents there are.
    pub total: u64,
    /// Votes and accuracy over the evaluated documents, overlaps and conflicts over the compared ones.
    pub counts: RuleCounts,
    /// Documents no other active rule votes on, of the compared ones.
    pub adds: u64,
    /// What saving would change, ascending.
    pub moves: Vec<Move>,
    /// What it took.
    pub cost: Cost,
    /// Why it has no votes, if it cannot be evaluated.
    pub refused: Option<String>,
}

impl SavedFigures {
    /// Whether every figure is of the whole corpus.
    pub fn is_exact(&self) -> bool {
        self.begun && self.rows == self.total
    }
}

impl DraftFigures {
    /// Whether every figure is of the whole corpus.
    pub fn is_exact(&self) -> bool {
        self.begun && self.rows == self.total && self.compared == self.total && self.refused.is_none()
    }

    /// How many documents a tab has, as far as is known.
    pub fn tab_rows(&self, tab: Tab) -> u64 {
        tab.rows(&self.counts, self.rows)
    }
}

impl Board {
    /// Takes the corpus as it is now; what is known of chunks that stay is kept.
    ///
    /// With each chunk comes how many of its documents count, about as many of a sample.
    pub fn set_corpus(&mut self, chunks: impl IntoIterator<Item = (ChunkRef, u64)>) {
        self.knows_corpus = true;
        let mut before = std::mem::take(&mut self.chunks);
        for (info, rows) in chunks {
            let known = before.remove(&info.ordinal).filter(|share| share.info == info);
            let fresh = Share { rows, gold: None, rules: None, draft: DraftPart::default(), info };
            self.chunks.insert(fresh.info.ordinal, known.unwrap_or(fresh));
        }
    }

    /// Begins with other saved rules.
    pub fn set_rules(&mut self, version: u64, rules: Vec<String>) {
        self.version = version;
        self.rules = rules;
        self.refused.retain(|subject, _| *subject == Subject::Draft);
        for share in self.chunks.values_mut() {
            share.rules = None;
            share.draft.compared = false;
        }
    }

    /// Begins with another draft.
    pub fn set_draft(&mut self, seq: u64) {
        self.seq = seq;
        self.refused.remove(&Subject::Draft);
        for share in self.chunks.values_mut() {
            share.draft = DraftPart::default();
        }
    }

    /// Notes that a rule, or the draft, has no votes.
    pub fn refuse(&mut self, subject: Subject, message: String) {
        self.refused.insert(subject, message);
    }

    /// Takes in a report; `false` if it says nothing about figures, or is about an older question.
    pub fn hear(&mut self, report: Report) -> bool {
        let version = self.version;
        let seq = self.seq;
        match report {
            Report::Loaded { ordinal, rows, gold } => {
                self.with(ordinal, |share| (share.rows, share.gold) = (rows, Some(gold)))
            }
            Report::Rules { version: of, ordinal, covered, counts, costs, .. } if of == version => {
                self.with(ordinal, |share| share.rules = Some(RulesPart { covered, counts, costs }))
            }
            Report::Draft { seq: of, ordinal, part } if of == seq => {
                self.with(ordinal, |share| share.draft = part)
            }
            Report::Refused { subject, message } => {
                self.refuse(subject, message);
                true
            }
            _ => false,
        }
    }

    fn with(&mut self, ordinal: u32, change: impl FnOnce(&mut Share)) -> bool {
        self.chunks.get_mut(&ordinal).map(change).is_some()
    }

    fn total(&self) -> u64 {
        self.chunks.values().map(|share| share.rows).sum()
    }

    /// How much is loaded.
    pub fn loading(&self) -> Loading {
        let loaded = self.chunks.values().filter_map(|share| Some((share.rows, share.gold?)));
        let add =
            |sum: Loading, (rows, gold)| Loading { rows: sum.rows + rows, gold: sum.gold + gold, ..sum };
        loaded.fold(Loading { total: self.total(), ..Loading::default() }, add)
    }

    /// The saved rules' figures as far as they are known.
    pub fn saved(&self) -> SavedFigures {
        let mut standings = vec![RuleStanding::default(); self.rules.len()];
        let (mut rows, mut covered) = (0, 0);
        for share in self.chunks.values() {
            let Some(part) = &share.rules else { continue };
            rows += share.rows;
            covered += part.covered;
            for (standing, counts) in standings.iter_mut().zip(&part.counts) {
                standing.counts += *counts;
            }
            for (standing, cost) in standings.iter_mut().zip(&part.costs) {
                standing.cost += *cost;
            }
        }
        for (rule, standing) in self.rules.iter().zip(&mut standings) {
            standing.refused = self.refused.get(&Subject::Rule(rule.clone())).cloned();
        }
        let rules = self.rules.iter().cloned().zip(standings).collect();
        SavedFigures {
            begun: self.knows_corpus && self.version > 0,
            rows,
            covered,
            total: self.total(),
            rules,
        }
    }

    /// The draft's figures as far as they are known.
    pub fn draft(&self) -> DraftFigures {
        let mut figures = DraftFigures {
            begun: self.knows_corpus && self.seq > 0,
            seq: self.seq,
            total: self.total(),
            refused: self.refused.get(&Subject::Draft).cloned(),
            ..DraftFigures::default()
        };
        let mut sum = EditCounts::default();
        for part in self.chunks.values().map(|share| &share.draft) {
            sum += &part.edit;
            figures.compared += if part.compared { part.edit.rows } else { 0 };
            figures.cost += part.cost;
        }
        DraftFigures { rows: sum.rows, counts: sum.counts, adds: sum.adds, moves: sum.moves, ..figures }
    }

    /// Where the documents `offset..offset + limit` of a tab are.
    ///
    /// Only what lies before the first gap in the evaluation is found, so that documents shown never move down.
    pub fn locate(&self, tab: Tab, offset: u64, limit: u64) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let (mut skip, mut take) = (offset, limit);
        for (ordinal, share) in &self.chunks {
            if take == 0 {
                break;
            }
            let known = tab.rows(&share.draft.edit.counts, share.draft.edit.rows);
            if known > skip {
                let piece = Piece { ordinal: *ordinal, skip, take: take.min(known - skip) };
                take -= piece.take;
                pieces.push(piece);
            }
            skip = skip.saturating_sub(known);
            if share.draft.edit.rows < share.rows {
                break;
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(rows: &[u64]) -> Board {
        let mut board = Board::default();
        board.set_corpus(chunks(rows));
        board
    }

    fn chunks(rows: &[u64]) -> Vec<(ChunkRef, u64)> {
        let chunk = |(ordinal, rows): (u32, &u64)| {
            let info = ChunkRef {
                ordinal,
                hash: format!("h{ordinal}"),
                url: String::new(),
                whole: None,
                first_row: 0,
                excluded: Vec::new(),
            };
            (info, *rows)
        };
        (0..).zip(rows).map(chunk).collect()
    }

    fn part(rows: u64, votes: u64) -> DraftPart {
        let counts = RuleCounts { votes, ..RuleCounts::default() };
        let edit = EditCounts { rows, counts, ..EditCounts::default() };
        DraftPart { edit, compared: true, ..DraftPart::default() }
    }

    #[test]
    fn a_sample_has_as_many_documents_as_came() {
        let mut board = board(&[10, 5]);
        board.hear(Report::Loaded { ordinal: 0, rows: 9, gold: 1 });
        assert_eq!((board.loading().rows, board.loading().total), (9, 14));
    }

    #[test]
    fn figures_are_exact_only_when_every_chunk_has_told_them_to_the_end() {
        let mut board = board(&[10, 5]);
        board.set_draft(1);
        assert!(board.hear(Report::Draft { seq: 1, ordinal: 1, part: part(5, 2) }));
        board.hear(Report::Draft { seq: 1, ordinal: 0, part: part(4, 1) });
        let figures = board.draft();
        assert_eq!((figures.rows, figures.total, figures.counts.votes), (9, 15, 3));
        assert!(!figures.is_exact());
        board.hear(Report::Draft { seq: 1, ordinal: 0, part: part(10, 6) });
        assert_eq!(board.draft().counts.votes, 8);
        assert!(board.draft().is_exact());
    }

    #[test]
    fn nothing_is_exact_before_corpus_and_question_are_known() {
        let mut board = Board::default();
        assert!(!board.draft().is_exact() && !board.saved().is_exact());
        board.set_draft(1);
        board.set_rules(1, Vec::new());
        assert!(!board.draft().is_exact() && !board.saved().is_exact());
        board.set_corpus([]);
        assert!(board.draft().is_exact() && board.saved().is_exact());
    }

    #[test]
    fn answers_to_an_older_question_are_dropped() {
        let mut board = board(&[10]);
        board.set_draft(2);
        assert!(!board.hear(Report::Draft { seq: 1, ordinal: 0, part: part(10, 6) }));
        assert_eq!(board.draft().rows, 0);
        board.set_rules(3, vec!["a".to_owned()]);
        let old = Report::Rules {
            version: 2,
            ordinal: 0,
            rows: 10,
            covered: 1,
            counts: vec![RuleCounts::default()],
            costs: vec![],
        };
        assert!(!board.hear(old));
    }

    #[test]
    fn documents_shown_never_move_down_when_earlier_chunks_are_evaluated_later() {
        let mut board = board(&[10, 10, 10]);
        board.set_draft(1);
        board.hear(Report::Draft { seq: 1, ordinal: 1, part: part(10, 4) });
        assert_eq!(board.locate(Tab::Matches, 0, 5), [Piece { ordinal: 0, skip: 0, take: 0 }; 0]);
        board.hear(Report::Draft { seq: 1, ordinal: 0, part: part(6, 2) });
        assert_eq!(board.locate(Tab::Matches, 0, 5), [Piece { ordinal: 0, skip: 0, take: 2 }]);
        board.hear(Report::Draft { seq: 1, ordinal: 0, part: part(10, 3) });
        board.hear(Report::Draft { seq: 1, ordinal: 2, part: part(10, 9) });
        let page = [Piece { ordinal: 0, skip: 0, take: 3 }, Piece { ordinal: 1, skip: 0, take: 2 }];
        assert_eq!(board.locate(Tab::Matches, 0, 5), page);
        let next = [Piece { ordinal: 1, skip: 2, take: 2 }, Piece { ordinal: 2, skip: 0, take: 3 }];
        assert_eq!(board.locate(Tab::Matches, 5, 5), next);
    }

    #[test]
    fn saved_rules_are_summed_over_chunks_and_what_failed_is_named() {
        let mut board = board(&[10, 5]);
        board.set_rules(1, vec!["a".to_owned(), "b".to_owned()]);
        board.refuse(Subject::Rule("b".to_owned()), "too slow".to_owned());
        for (ordinal, votes) in [(0, 3), (1, 2)] {
            let counts = vec![RuleCounts { votes, ..RuleCounts::default() }, RuleCounts::default()];
            let costs = vec![Cost { millis: 70.0, slow: ordinal == 1 }];
            board.hear(Report::Rules { version: 1, ordinal, rows: 0, covered: votes, counts, costs });
        }
        let saved = board.saved();
        assert_eq!((saved.rows, saved.total, saved.covered), (15, 15, 5));
        assert_eq!(saved.rules["a"].counts.votes, 5);
        assert_eq!(saved.rules["a"].cost, Cost { millis: 140.0, slow: true });
        assert_eq!(saved.rules["b"].refused.as_deref(), Some("too slow"));
    }

    #[test]
    fn appended_chunks_leave_what_is_known_of_the_others() {
        let mut board = board(&[10]);
        board.set_draft(1);
        board.hear(Report::Draft { seq: 1, ordinal: 0, part: part(10, 4) });
        board.set_corpus(chunks(&[10, 7]));
        assert_eq!((board.draft().rows, board.draft().total), (10, 17));
    }
}
