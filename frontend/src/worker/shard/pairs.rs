//! How every two saved rules vote on the chunks that are here.

use super::super::message::pairs::PairRows;
use super::super::message::{Document, Report};
use super::{Entry, Shard};
use hunch_engine::{Pairs, Program};

impl Shard {
    /// Takes a question for all pairs, which is answered once the rules' votes are known.
    pub fn ask_pairs(&mut self, request: u64) {
        self.pairs_asked.push(request);
    }

    /// Counts the pairs on one more chunk, or tells them; `false` if nobody asked or the rules' votes are not known.
    pub(super) fn step_pairs(&mut self, out: &mut Vec<Report>) -> bool {
        let told = |held: &super::Held| held.rules_told == Some(self.version);
        if self.pairs_asked.is_empty() || !self.chunks.values().all(told) {
            return false;
        }
        let programs: Vec<Option<&Program>> = self.rules.iter().map(Entry::program).collect();
        if self.chunks.values_mut().any(|held| held.count_pairs(self.version, &programs)) {
            return true;
        }
        let mut pairs = Pairs::default();
        self.chunks.values().filter_map(super::Held::pairs).for_each(|more| pairs += more);
        let asked = std::mem::take(&mut self.pairs_asked).into_iter();
        out.extend(asked.map(|request| Report::Pairs { request, pairs: pairs.clone() }));
        true
    }

    /// The first documents that two saved rules vote on, as far as they have been evaluated.
    pub fn pair_documents(
        &self,
        rules: &[String; 2],
        which: PairRows,
        most: usize,
        bytes: usize,
    ) -> Vec<Document> {
        let program =
            |id: &String| self.rules.iter().find(|entry| entry.rule.as_ref() == Some(id))?.program();
        let [Some(one), Some(other)] = rules.each_ref().map(program) else { return Vec::new() };
        let mut documents = Vec::new();
        for held in self.chunks.values() {
            let missing = most - documents.len();
            documents.extend(held.pair_documents([one, other], which, missing, bytes));
        }
        documents
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{TEXTS, run, saved, shard, steps};
    use super::*;
    use hunch_engine::PairCounts;

    fn told(reports: &[Report]) -> Vec<&Pairs> {
        let pairs = reports.iter().filter_map(|report| match report {
            Report::Pairs { pairs, .. } => Some(pairs),
            _ => None,
        });
        pairs.collect()
    }

    #[test]
    fn pairs_are_of_all_chunks_and_follow_an_edited_rule() {
        let mut shard = shard(&[0, 1]);
        shard.set_rules(1, vec![saved("a", 1, "my"), saved("b", 0, "song"), saved("c", 1, "channel")]);
        shard.ask_pairs(7);
        let reports = steps(&mut shard);
        let pairs = told(&reports);
        assert_eq!(pairs.len(), 1);
        // "my song" and "subscribe to my song", in each of two chunks.
        assert_eq!(pairs[0].get(0, 1), PairCounts { overlaps: 4, agreements: 0 });
        assert_eq!(pairs[0].get(0, 2), PairCounts { overlaps: 2, agreements: 2 });
        assert_eq!(pairs[0].get(1, 1).overlaps, 6);

        shard.set_rules(2, vec![saved("a", 1, "my"), saved("b", 1, "song"), saved("c", 1, "channel")]);
        shard.ask_pairs(8);
        let reports = steps(&mut shard);
        assert_eq!(told(&reports)[0].get(0, 1), PairCounts { overlaps: 4, agreements: 4 });
        assert_eq!(told(&reports)[0].get(0, 2), PairCounts { overlaps: 2, agreements: 2 });
    }

    #[test]
    fn documents_of_a_pair_are_those_both_vote_on() {
        let mut shard = shard(&[0, 1]);
        shard.set_rules(1, vec![saved("a", 1, "my"), saved("b", 0, "song"), saved("c", 1, "my")]);
        run(&mut shard);
        let texts = |rules: [&str; 2], which, most| {
            let documents = shard.pair_documents(&rules.map(str::to_owned), which, most, 1_000);
            documents.into_iter().map(|document| document.text).collect::<Vec<_>>()
        };
        assert_eq!(texts(["a", "b"], PairRows::Both, 3), [TEXTS[2], TEXTS[4], TEXTS[2]]);
        assert_eq!(texts(["a", "b"], PairRows::Differ, 9).len(), 4);
        assert_eq!(texts(["a", "b"], PairRows::Alike, 9).len(), 0);
        assert_eq!(texts(["a", "c"], PairRows::Alike, 9).len(), 6);
        assert_eq!(texts(["a", "gone"], PairRows::Both, 9).len(), 0);
    }
}
