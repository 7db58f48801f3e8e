//! Expectation maximization on the votes of people. The formulas are in the module above.

use super::evidence::Evidence;
use super::tables::{Share, Tables};
use super::votes::{Lists, PeopleVotes};
use super::{PRIOR_DOCUMENTS, STEPS, TOLERANCE};
use crate::fit::{FitError, NUMBERS, check_prior};
use crate::posterior::{ln, normalize, softmax};

/// What rules say of the documents that people voted on.
#[derive(Debug, Clone, PartialEq)]
pub struct RulesSay<'a> {
    /// P(label) before any rule votes.
    pub prior: &'a [f64],
    /// For each of [`PeopleVotes::documents`] P(label) by rules; none where no rule votes.
    pub posteriors: Vec<Option<&'a [f64]>>,
}

/// How to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct PeopleOptions {
    /// P(label) of a document of which nothing else is known: one share per label, summing to 1.
    pub prior: Vec<f64>,
    /// Whether to learn that from the documents, starting from `prior`.
    pub learn_prior: bool,
    /// Most steps of expectation maximization, at least one.
    pub steps: u32,
}

impl PeopleOptions {
    /// With a class prior that is known.
    pub fn given(prior: Vec<f64>) -> Self {
        Self { prior, learn_prior: false, steps: STEPS }
    }

    /// With a class prior that is learned, starting from this one.
    pub fn learned(start: Vec<f64>) -> Self {
        Self { learn_prior: true, ..Self::given(start) }
    }
}

/// What people's votes say.
#[derive(Debug, Clone, PartialEq)]
pub struct PeopleFitted {
    /// P(label) of a document of which nothing is known.
    pub prior: Vec<f64>,
    /// P(right | voted) per person, in the order of [`PeopleVotes::sources`]: the mean probability of what they voted.
    /// None where nothing but their own votes is known of their documents.
    pub accuracies: Vec<Option<f64>>,
    /// Steps taken.
    pub steps: u32,
    labels: usize,
    posteriors: Vec<f64>,
    tables: Tables,
    weights: LogWeights,
}

impl PeopleFitted {
    /// P(label) of a document, by its place in [`PeopleVotes::documents`].
    pub fn posterior(&self, document: usize) -> &[f64] {
        &self.posteriors[document * self.labels..][..self.labels]
    }

    /// What a document's posterior is made of, as log-weights per label: first of all that is known without the people who
    /// voted on it, doubted where they contradict it, then of each of their votes, in the order of
    /// [`PeopleVotes::sources`]. The posterior is the softmax of their sum.
    pub fn log_weights(&self, votes: &PeopleVotes, document: usize) -> Vec<Vec<f64>> {
        let labels = self.labels;
        let before = &self.weights.before[document * labels..][..labels];
        let on = votes.lists.on(document);
        let of_votes = self.weights.votes[on.start * labels..on.end * labels].chunks_exact(labels);
        std::iter::once(before).chain(of_votes).map(<[f64]>::to_vec).collect()
    }

    /// P(vote | label) of a person, by their place in [`PeopleVotes::sources`]: for each label what they vote, row by row.
    pub fn confusion(&self, votes: &PeopleVotes, source: usize) -> Vec<f64> {
        self.tables.confusion(&votes.lists, source)
    }
}

/// Fits Dawid-Skene to the votes of people, beside what rules say, if there are any.
///
/// Equal votes give equal bits whatever their order.
pub fn fit_people(
    votes: &PeopleVotes,
    rules: Option<&RulesSay<'_>>,
    options: &PeopleOptions,
) -> Result<PeopleFitted, FitError> {
    check(votes, rules, options)?;
    let labels = votes.labels();
    let evidence = Evidence::new(votes, rules);
    let mut start = options.prior.clone();
    normalize(&mut start);
    let mut fit = Fit {
        class_prior: start.clone(),
        tables: Tables::new(&evidence.lists, labels),
        posteriors: vec![0.0; votes.documents().len() * labels],
        shares: vec![0.0; evidence.lists.parts.len() * labels],
    };
    let mut steps = 0;
    loop {
        let moved = fit.step(&evidence);
        if options.learn_prior {
            fit.learn_prior(&start);
        }
        steps += 1;
        if moved < TOLERANCE || steps >= options.steps {
            break;
        }
    }
    let (weights, accuracies) = fit.conclude(&evidence, votes);
    let Fit { class_prior: prior, tables, posteriors, .. } = fit;
    Ok(PeopleFitted { prior, accuracies, steps, labels, posteriors, tables, weights })
}

fn check(votes: &PeopleVotes, rules: Option<&RulesSay<'_>>, options: &PeopleOptions) -> Result<(), FitError> {
    let (labels, documents) = (votes.labels(), votes.documents().len());
    check_prior(&options.prior, labels)?;
    if let Some(rules) = rules {
        check_prior(rules.prior, labels)?;
        rules.posteriors.iter().flatten().try_for_each(|row| check_prior(row, labels))?;
        if rules.posteriors.len() != documents {
            return Err(FitError::Documents { found: rules.posteriors.len(), expected: documents });
        }
    }
    let parts = votes.lists.parts.len() + rules.map_or(0, |_| documents.saturating_mul(labels));
    for (rows, what) in [(parts, "votes"), (documents, "documents")] {
        if rows.saturating_mul(labels) > NUMBERS {
            return Err(FitError::TooLarge { labels, rows, what });
        }
    }
    Ok(())
}

/// The state of expectation maximization.
struct Fit {
    class_prior: Vec<f64>,
    tables: Tables,
    /// P(label) per document.
    posteriors: Vec<f64>,
    /// What each part of each vote adds to the tables.
    shares: Vec<f64>,
}

/// What posteriors are sums of, per label.
#[derive(Debug, Clone, Default, PartialEq)]
struct LogWeights {
    /// Per document, before people's votes.
    before: Vec<f64>,
    /// Per vote of a person.
    votes: Vec<f64>,
}

/// What the votes on a document weigh.
struct Weights {
    /// P(answer and what it means | label), per part of a vote and label.
    of_parts: Vec<f64>,
    /// P(answer | label), per vote and label.
    of_votes: Vec<f64>,
}

impl Fit {
    /// Posteriors of all documents, then tables; gives the largest movement of a probability.
    fn step(&mut self, evidence: &Evidence<'_>) -> f64 {
        let (lists, labels) = (&evidence.lists, self.class_prior.len());
        let mut tables = Tables::new(lists, labels);
        let mut moved: f64 = 0.0;
        for document in 0..lists.documents() {
            let weights = self.weigh(lists, document);
            let now = posterior(&self.class_prior, &weights.of_votes);
            let row = &mut self.posteriors[document * labels..][..labels];
            moved = row.iter().zip(&now).fold(moved, |most, (before, now)| most.max((before - now).abs()));
            row.copy_from_slice(&now);
            self.share_out(lists, document, &weights);
            lists.on(document).for_each(|vote| tables.add(lists, vote, self.share(lists, document, vote)));
        }
        tables.pool(lists);
        self.tables = tables;
        moved
    }

    fn learn_prior(&mut self, start: &[f64]) {
        let mut learned: Vec<f64> = start.iter().map(|share| share * PRIOR_DOCUMENTS).collect();
        for row in self.posteriors.chunks_exact(start.len()) {
            learned.iter_mut().zip(row).for_each(|(sum, share)| *sum += share);
        }
        normalize(&mut learned);
        self.class_prior = learned;
    }

    /// What the votes on a document weigh: where one person voted alone, by what they and the rules say elsewhere.
    fn weigh(&self, lists: &Lists, document: usize) -> Weights {
        let labels = self.class_prior.len();
        let mut of_parts = vec![0.0; lists.parts_on(document).len() * labels];
        let mut of_votes = vec![0.0; lists.on(document).len() * labels];
        let alone = lists.on(document).filter(|vote| lists.votes[*vote].source < lists.people).count() == 1;
        let mut rest = &mut of_parts[..];
        for (vote, of_vote) in lists.on(document).zip(of_votes.chunks_exact_mut(labels)) {
            let (parts, after) = rest.split_at_mut(lists.votes[vote].parts.len() * labels);
            rest = after;
            let left_out = alone.then(|| self.share(lists, document, vote));
            self.tables.weigh(lists, vote, left_out, parts);
            for part in parts.chunks_exact(labels) {
                of_vote.iter_mut().zip(part).for_each(|(sum, weight)| *sum += weight);
            }
        }
        Weights { of_parts, of_votes }
    }

    /// Shares out each vote among what it may mean.
    fn share_out(&mut self, lists: &Lists, document: usize, weights: &Weights) {
        let labels = self.class_prior.len();
        let row = &self.posteriors[document * labels..][..labels];
        let mut of_parts = weights.of_parts.chunks_exact(labels);
        for (vote, of_vote) in lists.on(document).zip(weights.of_votes.chunks_exact(labels)) {
            let parts = &lists.votes[vote].parts;
            let shares = &mut self.shares[parts.start * labels..parts.end * labels];
            for (shares, part) in shares.chunks_exact_mut(labels).zip(&mut of_parts) {
                for (label, share) in shares.iter_mut().enumerate() {
                    let all = of_vote[label];
                    *share = if all > 0.0 { row[label] * part[label] / all } else { 0.0 };
                }
            }
        }
    }

    /// What a vote adds to the tables.
    fn share(&self, lists: &Lists, document: usize, vote: usize) -> Share<'_> {
        let (labels, parts) = (self.class_prior.len(), &lists.votes[vote].parts);
        Share {
            of_vote: &self.posteriors[document * labels..][..labels],
            of_parts: &self.shares[parts.start * labels..parts.end * labels],
        }
    }

    /// Puts down the posteriors that hold; gives what they are sums of, and each person's accuracy.
    fn conclude(&mut self, evidence: &Evidence<'_>, votes: &PeopleVotes) -> (LogWeights, Vec<Option<f64>>) {
        let (lists, labels) = (&evidence.lists, self.class_prior.len());
        let mut right = vec![0.0; votes.sources().len()];
        let mut checked = vec![false; votes.sources().len()];
        let mut sums = LogWeights::default();
        for document in 0..lists.documents() {
            let weights = self.weigh(lists, document);
            let (before, of_people) = evidence.before_people(document, &self.class_prior, &weights.of_votes);
            let now = posterior(&before, of_people);
            sums.before.extend(before.iter().map(|share| ln(*share)));
            sums.votes.extend(of_people.iter().map(|weight| ln(*weight)));
            self.posteriors[document * labels..][..labels].copy_from_slice(&now);
            self.share_out(lists, document, &weights);
            let voters = lists.on(document);
            for vote in voters.clone().filter(|vote| lists.votes[*vote].source < lists.people) {
                let (source, parts) = (lists.votes[vote].source as usize, lists.votes[vote].parts.clone());
                checked[source] |= voters.len() > 1;
                for (part, (label, _)) in parts.zip(lists.meant(vote)) {
                    right[source] += self.shares[part * labels + label];
                }
            }
        }
        let accuracy =
            |((right, checked), count): ((f64, bool), u64)| checked.then(|| (right / count as f64).min(1.0));
        let accuracies = right.into_iter().zip(checked).zip(votes.counts()).map(accuracy).collect();
        (sums, accuracies)
    }
}

/// A prior and what votes add to it, per vote and label.
pub(super) fn posterior(prior: &[f64], of_votes: &[f64]) -> Vec<f64> {
    let mut row: Vec<f64> = prior.iter().map(|share| ln(*share)).collect();
    for of_vote in of_votes.chunks_exact(prior.len()) {
        row.iter_mut().zip(of_vote).for_each(|(sum, weight)| *sum += ln(*weight));
    }
    softmax(&mut row);
    row
}
