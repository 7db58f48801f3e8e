//! What people say of documents, and beside them what rules say.

use super::DOUBT;
use super::fit::RulesSay;
use super::votes::{Lists, PeopleVotes};
use crate::pattern::Cell;
use crate::posterior::normalize;
use crate::ties::most_likely;

/// All that is known of the documents.
pub(super) struct Evidence<'a> {
    /// What people say, and rules last.
    pub(super) lists: Lists,
    /// P(label) by rules, per document where they vote.
    by_rules: Vec<Option<&'a [f64]>>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(votes: &PeopleVotes, rules: Option<&RulesSay<'a>>) -> Self {
        let labels = votes.labels();
        let source = votes.lists.people;
        let Some(rules) = rules else {
            let by_rules = vec![None; votes.documents().len()];
            return Self { lists: votes.lists.clone(), by_rules };
        };
        let mut lists = Lists { people: source, cells: votes.lists.cells.clone(), ..Lists::default() };
        let first = u32::try_from(lists.cells.len()).unwrap_or(u32::MAX);
        lists.cells.extend((0..).take(labels).map(|label| Cell { source, label }));
        for (document, posterior) in rules.posteriors.iter().enumerate() {
            lists.starts.push(lists.votes.len());
            for vote in &votes.lists.votes[votes.lists.on(document)] {
                lists.push(vote.source, votes.lists.parts[vote.parts.clone()].iter().copied());
            }
            // What the rules' votes add to what was known before them.
            let over_prior = |(after, before): (&f64, &f64)| if *before > 0.0 { after / before } else { 0.0 };
            let fits = posterior.iter().flat_map(|row| row.iter().zip(rules.prior).map(over_prior));
            let fits: Vec<f64> = fits.collect();
            let best = fits.iter().copied().fold(0.0, f64::max);
            if !fits.is_empty() {
                lists.push(
                    source,
                    (first..).zip(fits.iter().map(|fit| if best > 0.0 { fit / best } else { 1.0 })),
                );
            }
        }
        lists.starts.push(lists.votes.len());
        Self { lists, by_rules: rules.posteriors.clone() }
    }

    /// P(label) of a document before people's votes, doubted where they contradict it; P(votes | label) is given per vote
    /// and label, and the people's part of it given back.
    pub(super) fn before_people<'v>(
        &self,
        document: usize,
        class_prior: &[f64],
        of_votes: &'v [f64],
    ) -> (Vec<f64>, &'v [f64]) {
        let labels = class_prior.len();
        let Some(by_rules) = self.by_rules[document] else {
            let doubted = self.doubted(document, class_prior, |_| DOUBT);
            return (doubted, of_votes);
        };
        // Rules' vote is the last. What it is worth counts where people contradict it, else what the rules say stands.
        let (of_people, of_rules) = of_votes.split_at(of_votes.len().saturating_sub(labels));
        let worth: Vec<f64> =
            class_prior.iter().zip(of_rules).map(|(prior, weight)| prior * weight).collect();
        let favourite = most_likely(by_rules).into_iter().map(|label| worth[label]).fold(0.0, f64::max);
        let odds = |label: usize| if favourite > 0.0 { (worth[label] / favourite).min(1.0) } else { 1.0 };
        (self.doubted(document, by_rules, odds), of_people)
    }

    /// A prior in which a label that a person voted against the favourite is at least so likely compared with it.
    fn doubted(&self, document: usize, prior: &[f64], odds: impl Fn(usize) -> f64) -> Vec<f64> {
        let favourites = most_likely(prior);
        let most = favourites.iter().map(|label| prior[*label]).fold(0.0, f64::max);
        let mut doubted = prior.to_vec();
        for vote in self.lists.on(document).filter(|vote| self.lists.votes[*vote].source < self.lists.people)
        {
            let best = || self.lists.meant(vote).filter(|(_, fit)| *fit >= 1.0).map(|(label, _)| label);
            if best().all(|label| !favourites.contains(&label)) {
                best().for_each(|label| doubted[label] = doubted[label].max(most * odds(label)));
            }
        }
        normalize(&mut doubted);
        doubted
    }
}
