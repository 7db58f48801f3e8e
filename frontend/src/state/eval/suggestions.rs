//! Suggested rules: the workers' counts put together, rules made of the most telling conditions, and these measured.

use super::Eval;
use crate::worker::message::suggest::{Ask, Basis, Patterns, Told};
use crate::worker::message::{Command, Tab};
use hunch_rules::{LabelIndex, Plan};
use hunch_suggest::{
    Candidate, Measured, SKETCH_ROWS, SURVEY_ROWS, Sample, Suggestion, Surroundings, Survey, choose, propose,
};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Suggestions that are shown at most.
const SHOWN: usize = 20;

/// What labels are judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Gold of the dev split.
    Gold,
    /// A label model's probabilities, from the active rules' votes.
    Model,
    /// The documents of a tab have the label, others do not.
    Tab(Tab, LabelIndex),
    /// These documents, by id, have the label, others do not.
    Chosen(BTreeSet<String>, LabelIndex),
}

/// What the workers were asked for is no longer wanted, or the page is gone.
struct Gone;

impl Eval {
    /// Suggests rules for the documents that are loaded; `None` if the page is gone or asked for others meanwhile, an
    /// error where nothing can be suggested.
    pub async fn suggest(
        self,
        by: By,
        blacklist: BTreeSet<String>,
    ) -> Option<Result<Vec<Suggestion>, String>> {
        mark("hunch:suggest");
        let found = self.try_suggest(by, blacklist).await.ok();
        if found.is_some() {
            mark("hunch:suggested");
        }
        found
    }

    async fn try_suggest(
        self,
        by: By,
        blacklist: BTreeSet<String>,
    ) -> Result<Result<Vec<Suggestion>, String>, Gone> {
        let basis = match self.basis(&by).await? {
            Ok(basis) => basis,
            Err(why) => return Ok(Err(why)),
        };
        let loading = self.loading.get_untracked();
        let known = if by == By::Gold { loading.gold } else { loading.total };
        let sample = Sample::of(known, SURVEY_ROWS);
        let mut survey = Survey::default();
        match self.ask_workers(Ask::Survey { basis: basis.clone(), sample }).await? {
            Ok(parts) => parts.into_iter().for_each(|told| {
                if let Told::Survey(part) = told {
                    survey.merge(part);
                }
            }),
            Err(why) => return Ok(Err(why)),
        }
        let candidates = self.candidates(&survey, &by, &blacklist).ok_or(Gone)?;
        let plans: Vec<Plan> = candidates.iter().map(|it| it.plan.clone()).collect();
        let sketch = Sample::of(loading.total, SKETCH_ROWS);
        let mut measured: BTreeMap<u32, Measured> = BTreeMap::new();
        match self.ask_workers(Ask::Measure { basis, plans, sketch }).await? {
            Ok(parts) => parts.into_iter().for_each(|told| {
                if let Told::Measured(chunks) = told {
                    measured.extend(chunks);
                }
            }),
            Err(why) => return Ok(Err(why)),
        }
        let measured: Vec<Measured> = measured.into_values().collect();
        Ok(Ok(choose(candidates, &measured, SHOWN)))
    }

    async fn basis(self, by: &By) -> Result<Result<Basis, String>, Gone> {
        Ok(Ok(match by {
            By::Gold => Basis::Gold,
            By::Tab(tab, label) => Basis::Tab { tab: *tab, label: *label },
            By::Chosen(documents, label) => {
                Basis::Chosen { documents: documents.iter().cloned().collect(), label: *label }
            }
            By::Model => {
                let language = self.language.get_untracked().ok_or(Gone)?;
                let mut patterns: BTreeMap<Vec<i16>, u64> = BTreeMap::new();
                let parts = match self.ask_workers(Ask::Patterns).await? {
                    Ok(parts) => parts,
                    Err(why) => return Ok(Err(why)),
                };
                for told in parts {
                    let Told::Patterns(part) = told else { continue };
                    for (votes, rows) in part {
                        *patterns.entry(votes).or_default() += rows;
                    }
                }
                let patterns: Patterns = patterns.into_iter().collect();
                Basis::Model { labels: language.schema().labels.len(), patterns }
            }
        }))
    }

    fn candidates(self, survey: &Survey, by: &By, blacklist: &BTreeSet<String>) -> Option<Vec<Candidate>> {
        let language = self.language.get_untracked()?;
        let rules = self.active.get_untracked()?;
        let existing = rules.iter().filter_map(|rule| rule.plan.as_ref().map(Plan::key)).collect();
        let precision = match by {
            By::Gold | By::Model => 0.5,
            // Chosen documents leave out others like them.
            By::Tab(..) | By::Chosen(..) => 0.0,
        };
        let (schema, names) = (language.schema(), language.names());
        let surroundings = Surroundings { schema, names: &names, existing: &existing, blacklist, precision };
        Some(propose(survey, &surroundings))
    }

    /// The answers of all workers, or the first reason why there is none.
    async fn ask_workers(self, ask: Ask) -> Result<Result<Vec<Told>, String>, Gone> {
        let answer = self.exchange.try_update_value(|it| {
            let pool = it.pool.as_ref()?;
            let put = |request| pool.ask_all(&Command::Suggest { request, ask });
            Some(it.suggestions.ask(put))
        });
        let parts = answer.flatten().ok_or(Gone)?.await.map_err(|_| Gone)?;
        Ok(parts.into_iter().collect())
    }
}

/// So that it can be measured how long suggestions take.
fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(name);
    }
}
