//! Cosines of vectors with example vectors.

use std::ops::Range;

use crate::VectorColumn;

/// Sums that run side by side, so that a processor adds several at once; the order of the additions is fixed by it.
const LANES: usize = 8;

/// Example vectors of one length, none of them zero.
#[derive(Debug)]
pub(super) struct VectorExamples {
    vectors: Vec<Vec<f32>>,
    /// By example: the square of its length.
    squares: Vec<f64>,
}

impl VectorExamples {
    pub(super) fn new(vectors: Vec<Vec<f32>>) -> Self {
        let squares = vectors.iter().map(|vector| product(vector, vector)).collect();
        Self { vectors, squares }
    }

    /// Calls `found` with every row of `rows` that has a direction, and its cosines with all examples. `squares` are the
    /// squared lengths of all rows of the column, NaN where not known yet.
    pub(super) fn each(
        &self,
        column: &VectorColumn,
        rows: Range<usize>,
        squares: &mut [f64],
        mut found: impl FnMut(usize, &mut [(u32, f64)]),
    ) {
        if self.vectors.first().is_none_or(|example| example.len() != column.length() as usize) {
            return;
        }
        let mut cosines = Vec::with_capacity(self.vectors.len());
        for row in rows {
            let Some(vector) = column.get(row) else { continue };
            if squares[row].is_nan() {
                squares[row] = product(vector, vector);
            }
            if squares[row] > 0.0 {
                cosines.clear();
                for (index, (example, square)) in (0..).zip(self.vectors.iter().zip(&self.squares)) {
                    // The root of a square is exact, so equal vectors have the cosine 1.
                    let cosine = product(vector, example) / (squares[row] * square).sqrt();
                    cosines.push((index, cosine.clamp(-1.0, 1.0)));
                }
                found(row, &mut cosines);
            }
        }
    }
}

/// The scalar product. Each product of two 32-bit floats is exact in 64 bits; the sums are added lane by lane, everywhere
/// in the same order.
fn product(left: &[f32], right: &[f32]) -> f64 {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (left, right) in left.iter().zip(right) {
        for ((sum, left), right) in sums.iter_mut().zip(left).zip(right) {
            *sum += f64::from(*left) * f64::from(*right);
        }
    }
    let rest = left_rest.iter().zip(right_rest);
    let rest = rest.fold(0.0, |sum, (left, right)| sum + f64::from(*left) * f64::from(*right));
    sums.iter().fold(rest, |sum, lane| sum + lane)
}
