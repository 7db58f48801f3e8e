//! Honest scores where models learn from gold, and what each source is worth.

use crate::{
    fit::{FitError, FitOptions, Fitted, ModelKind, fit},
    gold::GoldCounts,
    pattern::PatternTable,
    score::{Tally, score_folds},
};

/// Folds that gold is dealt to for the value of a source.
const FOLDS: usize = 5;

/// For each fold the model that learned from the gold of all others; `options.gold` plays no part.
///
/// Gold that is in no fold may be added to each of them by the caller. A model that learns nothing from gold is fitted once
/// and given once per fold.
pub fn cross_fit(
    kind: ModelKind,
    table: &PatternTable,
    options: &FitOptions,
    folds: &[GoldCounts],
) -> Result<Vec<Fitted>, FitError> {
    if !kind.learns_from_gold() {
        let fitted = fit(kind, table, options)?;
        return Ok(vec![fitted; folds.len()]);
    }
    let others = |left_out: usize| {
        let mut gold = GoldCounts::default();
        for (_, fold) in folds.iter().enumerate().filter(|(at, _)| *at != left_out) {
            fold.iter().for_each(|(pattern, label, rows)| gold.add_rows(pattern, label, rows));
        }
        gold
    };
    (0..folds.len()).map(|at| fit(kind, table, &FitOptions { gold: others(at), ..options.clone() })).collect()
}

/// What each source is worth: accuracy on gold with it less without it, of a model fitted anew; none without gold, or
/// where the model cannot be fitted without the source.
///
/// Gold of patterns that are not the table's plays no part.
/// Where the model learns from gold (`options.gold` is not empty) both are cross-fitted on `gold`, in five folds.
/// It takes a fit for each source, or five.
pub fn source_values(
    kind: ModelKind,
    table: &PatternTable,
    options: &FitOptions,
    gold: &GoldCounts,
) -> Result<Vec<Option<f64>>, FitError> {
    let accuracy = |table: &PatternTable, gold: &GoldCounts| -> Result<Option<f64>, FitError> {
        let folds = if options.gold.is_empty() { vec![gold.clone()] } else { gold.folds(FOLDS) };
        let models = cross_fit(kind, table, options, &folds)?;
        let tallies: Vec<Tally> =
            models.iter().zip(&folds).map(|(model, fold)| Tally::of(model, fold)).collect();
        Ok(score_folds(models.iter().zip(&tallies)).accuracy)
    };
    let gold = gold.renumbered(|pattern| ((pattern as usize) < table.len()).then_some(pattern));
    let with = accuracy(table, &gold)?;
    let value = |source| {
        let (others, number) = table.without_source(source);
        let gold = gold.renumbered(|pattern| number.get(pattern as usize).copied());
        Some(with? - accuracy(&others, &gold).ok()??)
    };
    Ok((0..table.sources().len()).map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::table;

    /// Two rules that are right, one that never votes, and one that is always wrong where it votes alone.
    fn votes() -> (PatternTable, GoldCounts) {
        let mut rows = vec![vec![0, 0, -1, -1]; 30];
        rows.extend(vec![vec![1, -1, -1, -1]; 30]);
        rows.extend(vec![vec![-1, -1, -1, 1]; 20]);
        let (table, patterns) = table(2, &["good", "same", "silent", "bad"], &rows);
        let mut gold = GoldCounts::default();
        patterns.iter().zip(&rows).for_each(|(pattern, row)| gold.add(*pattern, row[0].max(0)));
        (table, gold)
    }

    #[test]
    fn a_source_is_worth_what_labels_lose_without_it() {
        let (table, gold) = votes();
        let options = FitOptions::default();
        let values = source_values(ModelKind::Robust, &table, &options, &gold).unwrap();
        // Without `good` 30 of 80 rows are uncovered and guessed; without `bad` 20 that were wrong.
        assert_eq!(values, [Some(30.0 / 80.0 / 2.0), Some(0.0), Some(0.0), Some(-20.0 / 80.0 / 2.0)]);
        let none = source_values(ModelKind::Robust, &table, &options, &GoldCounts::default()).unwrap();
        assert_eq!(none, [None; 4]);
        let refused = source_values(ModelKind::Triplet, &table, &options, &gold).unwrap();
        assert_eq!((refused[0], refused[2].is_some()), (None, true), "two are left without `good`");
    }

    #[test]
    fn what_a_model_learned_from_a_row_is_not_scored_on_it() {
        let (table, gold) = votes();
        let options = FitOptions { gold: gold.clone(), ..FitOptions::default() };
        let folds = gold.folds(5);
        let models = cross_fit(ModelKind::Robust, &table, &options, &folds).unwrap();
        for (at, model) in models.iter().enumerate() {
            let mut others = GoldCounts::default();
            for (_, fold) in folds.iter().enumerate().filter(|(fold, _)| *fold != at) {
                fold.iter().for_each(|(pattern, label, rows)| others.add_rows(pattern, label, rows));
            }
            let options = FitOptions { gold: others, ..FitOptions::default() };
            assert_eq!(model, &fit(ModelKind::Robust, &table, &options).unwrap());
        }
        let values = source_values(ModelKind::Robust, &table, &options, &gold).unwrap();
        assert!(values[0] > Some(0.1) && values[2] == Some(0.0), "{values:?}");
        assert_eq!(cross_fit(ModelKind::Majority, &table, &options, &folds).unwrap().len(), 5);
    }
}
