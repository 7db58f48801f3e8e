//! All models, fitted to the same votes, and which of them is used.

use super::gold::Gold;
use super::judge::{Judgement, judge};
use super::people::{Peopled, Placed, Weighed};
use crate::corpus::DocumentIndex;
use crate::jobs::error::JobError;
use crate::labels::People;
use crate::store::ProjectInputs;
use hunch_model::{
    FitError, FitOptions, Fitted, GoldCounts, ModelKind, PatternTable, PeopleOptions, Prior, cross_fit, fit,
};
use hunch_protocol::{CombineRequest, Label, PriorFrom};

/// How to combine.
pub(super) struct Settings {
    /// The model that is asked for.
    pub(super) chosen: ModelKind,
    pub(super) prior: PriorFrom,
    balance: Option<Vec<f64>>,
    pub(super) use_gold: bool,
    /// Equal shares of the labels that are not retired.
    equal: Vec<f64>,
}

impl Settings {
    pub(super) fn new(chosen: ModelKind, request: &CombineRequest, labels: &[Label]) -> Self {
        let current = labels.iter().filter(|label| !label.retired).count().max(1) as f64;
        let equal = labels.iter().map(|label| if label.retired { 0.0 } else { 1.0 / current }).collect();
        let balance = request.balance.clone();
        let prior = request
            .prior
            .unwrap_or_else(|| if balance.is_some() { PriorFrom::Given } else { PriorFrom::Learned });
        Self { chosen, prior, balance, use_gold: request.use_gold, equal }
    }

    /// Equal shares of the labels that are not retired.
    pub(super) fn equal(&self) -> &[f64] {
        &self.equal
    }

    /// How to fit a model that may learn from this gold.
    pub(super) fn options(&self, kind: ModelKind, gold: &GoldCounts) -> FitOptions {
        let learns = !matches!(kind, ModelKind::Majority | ModelKind::MatrixCompletion);
        let prior = match (self.prior, &self.balance) {
            (PriorFrom::Given, Some(balance)) => Prior::Given(balance.clone()),
            (PriorFrom::Learned, _) if learns => Prior::Learned,
            _ => Prior::Given(self.equal.clone()),
        };
        FitOptions { prior, gold: gold.clone(), ..FitOptions::default() }
    }

    /// How to weigh people beside a model: with the class prior that was asked for; else it is learned, starting between
    /// what the rules found and equal shares, because rules that vote one label only find nothing else.
    pub(super) fn of_people(&self, rules_prior: Option<&[f64]>) -> PeopleOptions {
        match (self.prior, &self.balance, rules_prior) {
            (PriorFrom::Given, Some(balance), _) => PeopleOptions::given(balance.clone()),
            (PriorFrom::Uniform, ..) => PeopleOptions::given(self.equal.clone()),
            (.., None) => PeopleOptions::learned(self.equal.clone()),
            (.., Some(prior)) => {
                let between =
                    self.equal.iter().zip(prior).map(|(equal, rules)| f64::midpoint(*equal, *rules));
                PeopleOptions::learned(between.collect())
            }
        }
    }
}

/// Votes and what the models make of them.
pub(super) struct Combined {
    pub(super) settings: Settings,
    /// Of the rules' votes.
    pub(super) table: PatternTable,
    /// Per chunk the pattern of each row; those behind the table's are documents with annotations.
    pub(super) rows: Vec<Vec<u32>>,
    pub(super) gold: Gold,
    /// Gold that models learned from.
    pub(super) evidence: GoldCounts,
    /// Those that could be fitted, majority vote first.
    pub(super) models: Vec<Fitted>,
    /// How each of them does on gold.
    pub(super) judgements: Vec<Judgement>,
    /// The others, and why not.
    pub(super) refused: Vec<(ModelKind, FitError)>,
    pub(super) people: Peopled,
    /// The place of the model whose labels are the project's.
    used: usize,
    /// The place of the one that was asked for.
    chosen: usize,
}

impl Combined {
    /// Fits all models. Fails if the one that is asked for cannot be fitted.
    pub(super) fn fit(
        inputs: &ProjectInputs,
        documents: &DocumentIndex,
        settings: Settings,
        table: PatternTable,
        mut rows: Vec<Vec<u32>>,
        mut gold: Gold,
    ) -> Result<Self, JobError> {
        let people = People::collect(inputs, documents)?;
        gold.note_rules(&rows);
        let placed = Placed::new(&people, &table, &mut rows, &gold);
        gold.note_patterns(&rows);
        let evidence = if settings.use_gold { gold.evidence() } else { GoldCounts::default() };
        let folds = gold.folds();

        let mut models: Vec<Fitted> = Vec::new();
        let (mut judgements, mut weighed, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for kind in ModelKind::ALL {
            let (model, of_people) = match with_people(&placed, &settings, &table, kind, &evidence) {
                Ok(fitted) => fitted,
                Err(error) if kind == settings.chosen || kind == ModelKind::Majority => {
                    return Err(error.into());
                }
                Err(error) => {
                    refused.push((kind, error));
                    continue;
                }
            };
            let mut by_part = Vec::new();
            if kind.learns_from_gold() && !evidence.is_empty() {
                by_part = cross_fit(kind, &table, &settings.options(kind, &GoldCounts::default()), &folds)?;
                for part in &mut by_part {
                    placed.add(part, &settings)?;
                }
            }
            judgements.push(judge(&model, models.first().unwrap_or(&model), &by_part, &gold));
            models.push(model);
            weighed.push(of_people);
        }
        let chosen = models.iter().position(|model| model.kind == settings.chosen).unwrap_or(0);
        let used = if judgements[chosen].below.is_some() { 0 } else { chosen };
        let people = placed.conclude(&weighed, used);
        Ok(Self { settings, table, rows, gold, evidence, models, judgements, refused, people, used, chosen })
    }

    /// The model whose labels are the project's.
    pub(super) fn used(&self) -> &Fitted {
        &self.models[self.used]
    }

    /// How the model that was asked for does.
    pub(super) fn chosen_judgement(&self) -> &Judgement {
        &self.judgements[self.chosen]
    }

    /// How many patterns there are, those of documents with annotations too.
    pub(super) fn patterns(&self) -> u32 {
        u32::try_from(self.table.len() + self.people.said.documents.len()).unwrap_or(u32::MAX)
    }

    /// P(label) of each pattern by majority vote, pattern after pattern.
    pub(super) fn majority_posteriors(&self) -> Vec<f64> {
        let majority = &self.models[0];
        (0..self.patterns()).flat_map(|pattern| majority.posterior(pattern)).copied().collect()
    }
}

/// Fits a model to the rules' votes and adds those of people.
fn with_people(
    placed: &Placed<'_>,
    settings: &Settings,
    table: &PatternTable,
    kind: ModelKind,
    gold: &GoldCounts,
) -> Result<(Fitted, Option<Weighed>), FitError> {
    let mut model = fit(kind, table, &settings.options(kind, gold))?;
    let weighed = placed.add(&mut model, settings)?;
    Ok((model, weighed))
}
