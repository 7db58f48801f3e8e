//! Previews of augmentation: the workers' parts put together.

use super::Eval;
use crate::worker::message::Command;
use crate::worker::message::preview::{Effects, Pick, PreviewOrder, PreviewPart, PreviewRow, SamplePart};
use hunch_augment::Parameters;
use hunch_rules::{Policy, PolicyStep};
use leptos::prelude::*;

/// Documents that previews are made on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// Train documents that are loaded.
    pub rows: u64,
    /// Those drawn, in the sample's order.
    pub picks: Vec<Pick>,
}

/// What a policy does to a sample.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// Of each transformation alone.
    pub steps: Vec<Effects>,
    /// Of the whole policy.
    pub whole: Effects,
    /// Documents beside their copies, in the sample's order.
    pub rows: Vec<PreviewRow>,
}

impl Eval {
    /// Draws up to `take` train documents of those that are loaded; `None` if the page is gone.
    pub async fn sample(self, seed: u64, take: usize) -> Option<Sample> {
        let answer = self.exchange.try_update_value(|it| {
            let pool = it.pool.as_ref()?;
            Some(it.samples.ask(|request| pool.ask_all(&Command::Sample { request, seed, take })))
        })??;
        let parts: Vec<SamplePart> = answer.await.ok()?;
        let rows = parts.iter().map(|part| part.rows).sum();
        let mut picks: Vec<Pick> = parts.into_iter().flat_map(|part| part.picks).collect();
        picks.sort_unstable();
        picks.truncate(take);
        Some(Sample { rows, picks })
    }

    /// What a policy needs to know of the loaded corpus; most need nothing.
    pub async fn measure(self, policy: &Policy) -> Option<Parameters> {
        let needs =
            |step: &PolicyStep| matches!(step, PolicyStep::Jitter { .. } | PolicyStep::Resample { .. });
        let mut whole = Parameters::default();
        if !policy.steps.iter().any(needs) {
            return Some(whole);
        }
        let answer = self.exchange.try_update_value(|it| {
            let pool = it.pool.as_ref()?;
            let ask = |request| pool.ask_all(&Command::Measure { request, policy: policy.clone() });
            Some(it.measures.ask(ask))
        })??;
        let mut chunks = answer.await.ok()?;
        chunks.sort_by_key(|(ordinal, _)| *ordinal);
        for (_, parameters) in chunks {
            whole.merge(parameters);
        }
        Some(whole)
    }

    /// What a policy does to a sample; `None` if the page is gone, an error where it cannot be said.
    pub async fn preview(self, order: PreviewOrder, picks: &[Pick]) -> Option<Result<Preview, String>> {
        let answer = self.exchange.try_update_value(|it| {
            let pool = it.pool.as_ref()?;
            Some(it.previews.ask(|request| pool.ask_preview(request, &order, picks)))
        })??;
        let parts: Vec<Result<PreviewPart, String>> = answer.await.ok()?;
        let mut whole =
            Preview { steps: vec![Effects::default(); order.policy.steps.len()], ..Preview::default() };
        for part in parts {
            let part = match part {
                Ok(part) => part,
                Err(why) => return Some(Err(why)),
            };
            whole.whole += part.whole;
            whole.steps.iter_mut().zip(part.steps).for_each(|(sum, part)| *sum += part);
            whole.rows.extend(part.rows);
        }
        whole.rows.sort_by_key(|row| row.pick);
        whole.rows.truncate(order.show.take);
        Some(Ok(whole))
    }
}
