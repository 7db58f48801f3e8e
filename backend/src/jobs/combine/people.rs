//! People beside the rules: what their annotations make of the models.

use super::gold::{Gold, GoldDocument};
use super::models::Settings;
use crate::labels::{People, Said, WeighedDocument};
use hunch_model::{
    FitError, Fitted, ModelKind, PatternTable, PeopleFitted, RulesSay, fit_people, most_likely, wilson,
};
use hunch_protocol::PersonReport;
use std::collections::BTreeMap;

/// How far a label on which all agree stands above the others, at least, in log-odds.
const UNANIMITY: f64 = 0.1;

/// What people add to a combine.
pub(super) struct Peopled {
    pub(super) report: Vec<PersonReport>,
    pub(super) ignored: u64,
    /// Documents that have a vote only because people gave one.
    pub(super) covered: u64,
    pub(super) said: Said,
}

/// Documents with annotations, which have patterns of their own behind those of the table.
pub(super) struct Placed<'a> {
    people: &'a People,
    table: &'a PatternTable,
    /// Per document the pattern of the rules' votes.
    patterns: Vec<u32>,
    /// Per document the label that rules and people all voted, unless gold has shown one of the people to be worse than
    /// chance.
    agreed: Vec<Option<usize>>,
}

/// What people's votes make of a model's labels.
pub(super) struct Weighed {
    fitted: PeopleFitted,
    /// Per document what is added to the label on which all agree, in log-odds.
    lifts: Vec<f64>,
}

impl<'a> Placed<'a> {
    /// Gives the documents their patterns; `rows` holds the pattern of each row, chunk by chunk.
    pub(super) fn new(
        people: &'a People,
        table: &'a PatternTable,
        rows: &mut [Vec<u32>],
        gold: &Gold,
    ) -> Self {
        let first = u32::try_from(table.len()).unwrap_or(u32::MAX);
        let place = |(own, place): (u32, &crate::corpus::DocumentPlace)| {
            std::mem::replace(&mut rows[place.chunk as usize][place.row as usize], own)
        };
        let patterns: Vec<u32> = (first..).zip(&people.places).map(place).collect();
        let accused = accused(people, table.labels(), gold);
        let agreed = |(said, pattern): (&Vec<_>, &u32)| agreed(said, &table.votes(*pattern), &accused);
        let agreed = people.said.iter().zip(&patterns).map(agreed).collect();
        Self { people, table, patterns, agreed }
    }

    /// Adds the documents to a model that is fitted to the table: majority vote counts people's votes beside the rules',
    /// all others take the people's model, which weighs them. It is given back.
    pub(super) fn add(&self, model: &mut Fitted, settings: &Settings) -> Result<Option<Weighed>, FitError> {
        if self.patterns.is_empty() {
            return Ok(None);
        }
        if model.kind == ModelKind::Majority {
            let rows: Vec<_> = (0..self.patterns.len()).map(|document| self.shares(document)).collect();
            model.push_patterns(rows.iter().map(Vec::as_slice));
            return Ok(None);
        }
        let has_rules = !self.table.sources().is_empty();
        let fitted = {
            let posterior = |pattern: &u32| (*pattern != 0).then(|| model.posterior(*pattern));
            let posteriors = self.patterns.iter().map(posterior).collect();
            let rules = has_rules.then_some(RulesSay { prior: &model.prior, posteriors });
            let options = settings.of_people(has_rules.then_some(&model.prior));
            fit_people(&self.people.votes, rules.as_ref(), &options)?
        };
        if !has_rules {
            model.set_prior(fitted.prior.clone());
        }
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(self.patterns.len());
        let mut lifts = Vec::with_capacity(self.patterns.len());
        for document in 0..self.patterns.len() {
            let mut row = fitted.posterior(document).to_vec();
            lifts.push(self.lift(model, document, &mut row));
            rows.push(row);
        }
        model.push_patterns(rows.iter().map(Vec::as_slice));
        Ok(Some(Weighed { fitted, lifts }))
    }

    /// Nobody is overruled by nobody: makes the label on which all agree the most likely, unless the rules' model knows
    /// why they are not to be believed. Gives what that adds in log-odds.
    fn lift(&self, model: &Fitted, document: usize, row: &mut [f64]) -> f64 {
        let (Some(label), pattern) = (self.agreed[document], self.patterns[document]) else { return 0.0 };
        let most = (0..row.len()).filter(|other| *other != label).map(|other| row[other]).fold(0.0, f64::max);
        let rules_agree = pattern == 0 || most_likely(model.posterior(pattern)).contains(&label);
        if row[label] > most || !rules_agree || row[label] <= 0.0 {
            return 0.0;
        }
        let lift = UNANIMITY + (most / row[label]).ln();
        row[label] = most * UNANIMITY.exp();
        let sum: f64 = row.iter().sum();
        for share in row.iter_mut() {
            *share /= sum;
        }
        lift
    }

    /// Each label's share of the votes of rules and people.
    fn shares(&self, document: usize) -> Vec<f64> {
        let mut votes = vec![0.0; self.table.labels()];
        for label in self.table.votes(self.patterns[document]) {
            if let Ok(label) = usize::try_from(label) {
                votes[label] += 1.0;
            }
        }
        self.people.votes.add_to(document, &mut votes);
        let sum: f64 = votes.iter().sum();
        votes.iter().map(|votes| votes / sum).collect()
    }

    /// What is reported and kept, given what each model made of people: of the one in use, and of the last, which is the
    /// default, where that one weighs nobody.
    pub(super) fn conclude(&self, weighed: &[Option<Weighed>], used: usize) -> Peopled {
        let of_used = weighed.get(used).and_then(Option::as_ref);
        let told = of_used.or_else(|| weighed.iter().rev().find_map(Option::as_ref));
        let unknown = vec![None; self.people.votes.sources().len()];
        let accuracies = told.map_or(&unknown, |weighed| &weighed.fitted.accuracies);
        let said = Said {
            first: u32::try_from(self.table.len()).unwrap_or(u32::MAX),
            documents: self.people.said.clone(),
            weighed: of_used.map(|weighed| self.weighed(weighed)).unwrap_or_default(),
        };
        Peopled {
            report: self.people.report(accuracies),
            ignored: self.people.ignored,
            covered: self.patterns.iter().filter(|pattern| **pattern == 0).count() as u64,
            said,
        }
    }

    /// What the documents' labels are sums of.
    fn weighed(&self, weighed: &Weighed) -> Vec<WeighedDocument> {
        let document = |(document, pattern): (usize, &u32)| {
            let mut votes = weighed.fitted.log_weights(&self.people.votes, document);
            let before = votes.remove(0);
            let mut lift = vec![0.0; before.len()];
            if let Some(label) = self.agreed[document] {
                lift[label] = weighed.lifts[document];
            }
            WeighedDocument { pattern: *pattern, before, votes, lift }
        };
        self.patterns.iter().enumerate().map(document).collect()
    }
}

/// The label that all rules and people voted; none if some did not, or gold speaks against one of the people.
fn agreed(
    said: &[hunch_protocol::PersonLabel],
    rules: &[i16],
    accused: &BTreeMap<&str, bool>,
) -> Option<usize> {
    let label = said.first()?.label?;
    let alike = said.iter().all(|person| {
        person.label == Some(label) && accused.get(person.author.as_str()).is_none_or(|accused| !accused)
    });
    let alike = alike && rules.iter().all(|vote| *vote < 0 || *vote == label);
    usize::try_from(label).ok().filter(|_| alike)
}

/// Whether gold shows people to be right less often than by chance.
fn accused<'a>(people: &'a People, labels: usize, gold: &Gold) -> BTreeMap<&'a str, bool> {
    if people.said.is_empty() {
        return BTreeMap::new();
    }
    let evidence = gold.documents.iter().filter(|document| document.is_evidence());
    let known: BTreeMap<&str, &GoldDocument> =
        evidence.map(|document| (document.id.as_str(), document)).collect();
    let mut seen: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (id, said) in people.votes.documents().iter().zip(&people.said) {
        let Some(document) = known.get(id.as_str()) else { continue };
        for person in said.iter().filter(|person| person.label.is_some()) {
            let (right, votes) = seen.entry(&person.author).or_default();
            *right += u64::from(person.label == Some(document.label));
            *votes += 1;
        }
    }
    let chance = 1.0 / labels as f64;
    let worse = |(right, votes)| wilson(right, votes).is_some_and(|interval| interval.high < chance);
    seen.into_iter().map(|(author, counts)| (author, worse(counts))).collect()
}
