//! How a model does on gold, honestly: never on gold that it has learned from.

use super::gold::Gold;
use hunch_engine::Split;
use hunch_model::{Fitted, Tally, Versus, Warning, below_majority, majority_is_enough, score, score_folds};
use hunch_protocol::ModelScores;

/// How a model does on gold.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// On gold of the dev split; none without.
    pub(super) dev: Option<ModelScores>,
    /// On gold of the valid split; none without.
    pub(super) valid: Option<ModelScores>,
    /// Documents of both by gold and label; empty without.
    pub(super) confusion: Vec<Vec<u64>>,
    /// Said if it is below majority vote on both by more than noise.
    pub(super) below: Option<Warning>,
    /// Whether it is no better than majority vote by more than noise.
    pub(super) enough: Option<bool>,
}

/// Judges a model. `folds` are the same model without the gold of a part each; none if it learned from no gold.
pub(super) fn judge(model: &Fitted, majority: &Fitted, folds: &[Fitted], gold: &Gold) -> Judgement {
    let on_dev: Vec<(&Fitted, Tally)> = if folds.is_empty() {
        vec![(model, gold.tally(model, |document| document.split == Split::Dev))]
    } else {
        let part = |(fold, model)| {
            let tally = gold.tally(model, |document| document.split == Split::Dev && document.fold == fold);
            (model, tally)
        };
        folds.iter().enumerate().map(part).collect()
    };
    let on_valid = gold.tally(model, |document| document.split == Split::Valid);
    let dev_rows = on_dev.iter().map(|(_, tally)| tally.len()).sum();
    let parts = || {
        let dev = on_dev.iter().map(|(model, gold)| Versus { model, majority, gold });
        dev.chain(std::iter::once(Versus { model, majority, gold: &on_valid }))
    };
    let mut confusion = Vec::new();
    if dev_rows + on_valid.len() > 0 {
        confusion = on_valid.confusion(model.prior.len());
        for (_, tally) in &on_dev {
            let of_part = tally.confusion(model.prior.len());
            let cells = confusion.iter_mut().flatten().zip(of_part.into_iter().flatten());
            cells.for_each(|(sum, rows)| *sum += rows);
        }
    }
    let dev = score_folds(on_dev.iter().map(|(model, tally)| (*model, tally)));
    Judgement {
        dev: ModelScores::of(dev, dev_rows),
        valid: ModelScores::of(score(model, &on_valid), on_valid.len()),
        confusion,
        below: below_majority(parts()),
        enough: majority_is_enough(parts()),
    }
}
