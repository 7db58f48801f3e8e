//! The labels of a chunk in a snapshot: an object whose hash is its name, in a layout that never changes.

/// Why bytes are no label block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the labels of a chunk are cut off or of another layout")]
pub struct BlockError;

/// The labels of a chunk's rows. A row that is excluded has label -1 and zeros.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelBlock {
    /// How many labels the project has, retired ones too.
    pub classes: u16,
    /// Per row the most likely label, -1 if nothing voted.
    pub labels: Vec<i16>,
    /// P(label), `classes` per row, row after row.
    pub probabilities: Vec<f64>,
}

impl LabelBlock {
    /// No rows yet.
    pub fn new(classes: u16) -> Self {
        Self { classes, labels: Vec::new(), probabilities: Vec::new() }
    }

    /// Adds a row; `probabilities` are `classes`.
    pub fn push(&mut self, label: i16, probabilities: &[f64]) {
        self.labels.push(label);
        self.probabilities.extend(probabilities);
    }

    /// P(label) of a row.
    pub fn row(&self, row: usize) -> &[f64] {
        let classes = usize::from(self.classes);
        &self.probabilities[row * classes..(row + 1) * classes]
    }

    /// Little-endian: rows (4 bytes), classes (2), labels (2 each), probabilities (8 each).
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = u32::try_from(self.labels.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        bytes.extend(self.classes.to_le_bytes());
        bytes.extend(self.labels.iter().flat_map(|label| label.to_le_bytes()));
        bytes.extend(self.probabilities.iter().flat_map(|share| share.to_le_bytes()));
        bytes
    }

    /// Reads what [`Self::encode`] wrote and refuses everything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockError> {
        let (rows, bytes) = bytes.split_first_chunk().ok_or(BlockError)?;
        let (classes, bytes) = bytes.split_first_chunk().ok_or(BlockError)?;
        let (rows, classes) = (u32::from_le_bytes(*rows) as usize, u16::from_le_bytes(*classes));
        let (labels, bytes) =
            rows.checked_mul(2).and_then(|n| bytes.split_at_checked(n)).ok_or(BlockError)?;
        let (shares, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() || Some(shares.len()) != rows.checked_mul(usize::from(classes)) {
            return Err(BlockError);
        }
        Ok(Self {
            classes,
            labels: labels.as_chunks().0.iter().map(|bytes| i16::from_le_bytes(*bytes)).collect(),
            probabilities: shares.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_back_to_the_bit_and_nothing_else_is_taken_for_one() {
        let mut block = LabelBlock::new(2);
        block.push(1, &[0.1 + 0.2, 0.7]);
        block.push(-1, &[0.0, 0.0]);
        let bytes = block.encode();
        assert_eq!(LabelBlock::decode(&bytes), Ok(block.clone()));
        assert_eq!(block.row(0), [0.1 + 0.2, 0.7]);
        for end in 0..bytes.len() {
            assert_eq!(LabelBlock::decode(&bytes[..end]), Err(BlockError));
        }
        assert_eq!(LabelBlock::decode(&[bytes, vec![0]].concat()), Err(BlockError));
    }

    /// Snapshots' ids depend on it.
    #[test]
    fn the_layout_never_changes() {
        let block = LabelBlock { classes: 1, labels: vec![-1], probabilities: vec![1.0] };
        assert_eq!(block.encode(), [1, 0, 0, 0, 1, 0, 255, 255, 0, 0, 0, 0, 0, 0, 240, 63]);
    }
}
