//! Rising curves from probabilities to shares.

use super::Judged;

/// One rising curve per label, or one for label 1 of two.
///
/// Each is the least-squares fit of a function that never falls, by pooling adjacent violators (Ayer et al. 1955),
/// linear between its steps; several labels go one against the rest (Zadrozny & Elkan, KDD 2002).
#[derive(Debug, Clone, PartialEq)]
pub struct Isotonic {
    curves: Vec<Curve>,
    /// No share is nearer to 0 or 1: among n rows, none of which showed the contrary, 1 / (n + 2) may.
    least: f64,
}

/// Points of a curve, both ascending.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Curve(Vec<(f64, f64)>);

impl Isotonic {
    /// Fits curves to all rows, however few.
    pub fn fit(judged: &Judged) -> Self {
        let of_label = |label: usize| {
            Curve::fit(judged.rows().map(|(probabilities, gold)| (probabilities[label], gold == label)))
        };
        let labels = if judged.labels() == 2 { 1..2 } else { 0..judged.labels() };
        Self { curves: labels.map(of_label).collect(), least: 1.0 / (judged.len() as f64 + 2.0) }
    }

    /// The curves as points (probability, share), both ascending: one per label, or one for label 1 of two.
    pub fn curves(&self) -> Vec<Vec<(f64, f64)>> {
        self.curves.iter().map(|curve| curve.0.clone()).collect()
    }

    /// Replaces probabilities by shares, which need not sum to 1.
    pub(super) fn apply(&self, probabilities: &mut [f64]) {
        let share = |curve: &Curve, p: f64| curve.at(p).clamp(self.least, 1.0 - self.least);
        match (self.curves.as_slice(), probabilities) {
            ([curve], [no, yes]) => {
                *yes = share(curve, *yes);
                *no = 1.0 - *yes;
            }
            (curves, probabilities) => {
                for (curve, p) in curves.iter().zip(probabilities) {
                    *p = share(curve, *p);
                }
            }
        }
    }
}

impl Curve {
    /// The rising curve nearest to what is seen at each place.
    pub(super) fn fit(seen: impl Iterator<Item = (f64, bool)>) -> Self {
        let mut seen: Vec<(f64, bool)> = seen.collect();
        seen.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut blocks: Vec<Block> = Vec::new();
        // Ascending, so that not below means equal.
        for rows in seen.chunk_by(|a, b| a.0 >= b.0) {
            let right = rows.iter().filter(|(_, right)| *right).count() as f64;
            let mut block = Block { from: rows[0].0, to: rows[0].0, right, rows: rows.len() as f64 };
            while let Some(last) = blocks.pop_if(|last| last.share() >= block.share()) {
                block = last.join(&block);
            }
            blocks.push(block);
        }
        let mut points = Vec::new();
        for block in blocks {
            points.push((block.from, block.share()));
            if block.to > block.from {
                points.push((block.to, block.share()));
            }
        }
        Self(points)
    }

    /// Its height at a place: flat before its first point and after its last; the place itself without points.
    pub(super) fn at(&self, place: f64) -> f64 {
        let after = self.0.partition_point(|(from, _)| *from < place);
        match (after.checked_sub(1).and_then(|before| self.0.get(before)), self.0.get(after)) {
            (None, None) => place,
            (Some((_, height)), None) | (None, Some((_, height))) => *height,
            (Some((x0, y0)), Some((x1, y1))) => y0 + (place - x0) / (x1 - x0) * (y1 - y0),
        }
    }
}

/// Neighbouring rows that share a height.
struct Block {
    from: f64,
    to: f64,
    right: f64,
    rows: f64,
}

impl Block {
    fn share(&self) -> f64 {
        self.right / self.rows
    }

    /// Together with the block after it.
    fn join(self, after: &Self) -> Self {
        Self { from: self.from, to: after.to, right: self.right + after.right, rows: self.rows + after.rows }
    }
}
