//! How combined labels are stored: pattern numbers and probabilities, little-endian, the votes of patterns, and what
//! explains labels; all of them zstd.

use crate::store::StoreError;
use hunch_model::{Explainer, Fitted, GoldCounts, PatternTable};
use std::io;

/// Compression: fast.
const LEVEL: i32 = 1;

/// The pattern of each row, 4 bytes each.
pub(crate) fn encode_patterns(patterns: &[u32]) -> io::Result<Vec<u8>> {
    let bytes: Vec<u8> = patterns.iter().flat_map(|pattern| pattern.to_le_bytes()).collect();
    zstd::encode_all(bytes.as_slice(), LEVEL)
}

/// P(label) of each pattern, 8 bytes each, pattern after pattern: by majority vote, then by the model in use.
pub(crate) fn encode_posteriors(models: [&[f64]; 2]) -> io::Result<Vec<u8>> {
    let shares = models.into_iter().flatten();
    let bytes: Vec<u8> = shares.flat_map(|share| share.to_le_bytes()).collect();
    zstd::encode_all(bytes.as_slice(), LEVEL)
}

/// The table of the rules' votes, and gold of the dev split.
pub(crate) fn encode_votes(table: &PatternTable, gold: &GoldCounts) -> io::Result<Vec<u8>> {
    zstd::encode_all(table.to_bytes(gold).as_slice(), LEVEL)
}

/// What explains a model's labels: JSON; nothing of a model that is no sum of log-odds.
pub(crate) fn encode_explainer(model: &Fitted) -> io::Result<Vec<u8>> {
    let Some(explainer) = model.explainer() else { return Ok(Vec::new()) };
    zstd::encode_all(serde_json::to_vec(&explainer)?.as_slice(), LEVEL)
}

/// Reads what [`encode_votes`] wrote; none from nothing, which is what an older server kept.
pub(super) fn decode_votes(bytes: &[u8]) -> Result<Option<(PatternTable, GoldCounts)>, StoreError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let bytes = zstd::decode_all(bytes).map_err(|error| damaged("label_reports", error.to_string()))?;
    let read =
        PatternTable::from_bytes(&bytes).map_err(|error| damaged("label_reports", error.to_string()))?;
    Ok(Some(read))
}

/// Reads what [`encode_explainer`] wrote.
pub(super) fn decode_explainer(bytes: &[u8]) -> Result<Option<Explainer>, StoreError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let bytes = zstd::decode_all(bytes).map_err(|error| damaged("label_reports", error.to_string()))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| damaged("label_reports", error.to_string()))
}

pub(super) fn decode_patterns(bytes: &[u8], rows: usize) -> Result<Vec<u32>, StoreError> {
    let bytes = zstd::decode_all(bytes).map_err(|error| damaged("label_blocks", error.to_string()))?;
    let (patterns, rest) = bytes.as_chunks::<4>();
    if patterns.len() == rows && rest.is_empty() {
        Ok(patterns.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    } else {
        Err(damaged("label_blocks", "another number of rows"))
    }
}

pub(super) fn decode_posteriors(bytes: &[u8], labels: usize) -> Result<[Vec<f64>; 2], StoreError> {
    let bytes = zstd::decode_all(bytes).map_err(|error| damaged("label_reports", error.to_string()))?;
    let (shares, rest) = bytes.as_chunks::<8>();
    let (majority, used) = shares.split_at(shares.len() / 2);
    if !rest.is_empty() || majority.len() != used.len() || !used.len().is_multiple_of(labels.max(1)) {
        return Err(damaged("label_reports", "another number of probabilities"));
    }
    let of_model = |shares: &[[u8; 8]]| shares.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    Ok([of_model(majority), of_model(used)])
}

fn damaged(table: &'static str, why: impl Into<String>) -> StoreError {
    StoreError::Inconsistent { table, column: "bytes".to_owned(), id: why.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_model::{FitOptions, ModelKind, PatternCounter, fit};

    #[test]
    fn probabilities_come_back_to_the_bit() {
        let mut counter = PatternCounter::new(3, &["a", "b"]);
        for row in [[0, 1], [2, -1], [-1, -1], [0, 0]] {
            counter.add(&row).unwrap();
        }
        let (table, _) = counter.finish();
        let models = [ModelKind::Majority, ModelKind::Robust]
            .map(|kind| fit(kind, &table, &FitOptions::default()).unwrap());
        let flat = models
            .each_ref()
            .map(|model| (0..4).flat_map(|pattern| model.posterior(pattern).to_vec()).collect::<Vec<f64>>());
        let encoded = encode_posteriors([&flat[0], &flat[1]]).unwrap();
        assert_eq!(decode_posteriors(&encoded, 3).unwrap(), flat);

        let mut gold = GoldCounts::default();
        gold.add(1, 2);
        let votes = encode_votes(&table, &gold).unwrap();
        assert_eq!(decode_votes(&votes).unwrap(), Some((table, gold)));
        let explainer = decode_explainer(&encode_explainer(&models[1]).unwrap()).unwrap();
        assert!(explainer.is_some() && decode_explainer(&[]).unwrap().is_none());
        assert_eq!((encode_explainer(&models[0]).unwrap().len(), decode_votes(&[]).unwrap()), (0, None));
    }

    #[test]
    fn a_block_of_another_chunk_is_noticed() {
        let bytes = encode_patterns(&[7, 0, u32::MAX]).unwrap();
        assert_eq!(decode_patterns(&bytes, 3).unwrap(), [7, 0, u32::MAX]);
        assert!(decode_patterns(&bytes, 2).is_err());
        assert!(decode_patterns(b"not zstd", 2).is_err());
    }
}
