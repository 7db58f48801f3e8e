//! Which labels hang on the class prior.

use crate::{
    fit::{FitError, FitOptions, Fitted, ModelKind, Prior, fit},
    pattern::PatternTable,
    ties::most_likely,
};

/// What another prior would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    /// The pattern whose label changes.
    pub pattern: u32,
    /// Documents that have it.
    pub rows: u64,
    /// The label by the fitted prior …
    pub from: u16,
    /// … and by the other; the first of tied ones, in both.
    pub to: u16,
}

/// The labels that flip when the model is fitted with another prior; patterns in the table's order.
pub fn flips(
    kind: ModelKind,
    table: &PatternTable,
    options: &FitOptions,
    fitted: &Fitted,
    prior: Prior,
) -> Result<Vec<Flip>, FitError> {
    let other = fit(kind, table, &FitOptions { prior, ..options.clone() })?;
    let best = |fitted: &Fitted, pattern: u32| most_likely(fitted.posterior(pattern)).first().copied();
    let mut found = Vec::new();
    for pattern in (1..).take(table.len().saturating_sub(1)) {
        let rows = table.count(pattern);
        if let (Some(from), Some(to)) = (best(fitted, pattern), best(&other, pattern))
            && from != to
            && rows > 0
        {
            let index = |label| u16::try_from(label).unwrap_or(u16::MAX);
            found.push(Flip { pattern, rows, from: index(from), to: index(to) });
        }
    }
    Ok(found)
}
