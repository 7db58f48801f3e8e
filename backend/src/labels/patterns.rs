//! How combined labels are stored: pattern numbers and probabilities, little-endian, zstd.

use crate::store::StoreError;
use hunch_model::Fitted;
use std::io;

/// Compression: fast.
const LEVEL: i32 = 1;

/// The pattern of each row, 4 bytes each.
pub(crate) fn encode_patterns(patterns: &[u32]) -> io::Result<Vec<u8>> {
    let bytes: Vec<u8> = patterns.iter().flat_map(|pattern| pattern.to_le_bytes()).collect();
    zstd::encode_all(bytes.as_slice(), LEVEL)
}

/// P(label) of each pattern, 8 bytes each, pattern after pattern, model after model.
pub(crate) fn encode_posteriors(models: &[Fitted], patterns: usize) -> io::Result<Vec<u8>> {
    let patterns = 0..u32::try_from(patterns).unwrap_or(u32::MAX);
    let rows = models.iter().flat_map(|model| patterns.clone().flat_map(|pattern| model.posterior(pattern)));
    let bytes: Vec<u8> = rows.flat_map(|share| share.to_le_bytes()).collect();
    zstd::encode_all(bytes.as_slice(), LEVEL)
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

pub(super) fn decode_posteriors(
    bytes: &[u8],
    models: usize,
    labels: usize,
) -> Result<Vec<Vec<f64>>, StoreError> {
    let bytes = zstd::decode_all(bytes).map_err(|error| damaged("label_reports", error.to_string()))?;
    let (shares, rest) = bytes.as_chunks::<8>();
    let per_model = shares.len() / models.max(1);
    if !rest.is_empty() || per_model * models != shares.len() || !per_model.is_multiple_of(labels.max(1)) {
        return Err(damaged("label_reports", "another number of probabilities"));
    }
    let of_model = |shares: &[[u8; 8]]| shares.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    Ok(shares.chunks(per_model.max(1)).map(of_model).collect())
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
        let models = [ModelKind::Majority, ModelKind::DawidSkene]
            .map(|kind| fit(kind, &table, &FitOptions::default()).unwrap());
        let decoded = decode_posteriors(&encode_posteriors(&models, table.len()).unwrap(), 2, 3).unwrap();
        for (model, decoded) in models.iter().zip(decoded) {
            let expected: Vec<f64> = (0..4).flat_map(|pattern| model.posterior(pattern).to_vec()).collect();
            assert_eq!(decoded, expected);
        }
    }

    #[test]
    fn a_block_of_another_chunk_is_noticed() {
        let bytes = encode_patterns(&[7, 0, u32::MAX]).unwrap();
        assert_eq!(decode_patterns(&bytes, 3).unwrap(), [7, 0, u32::MAX]);
        assert!(decode_patterns(&bytes, 2).is_err());
        assert!(decode_patterns(b"not zstd", 2).is_err());
    }
}
