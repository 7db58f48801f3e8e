//! Labels as they are shown.

use hunch_protocol::Label;
use std::sync::Arc;

/// Twelve colours that stay apart for colour-blind eyes (Okabe and Ito's, extended), each at 3:1 or more against both
/// the light and the dark surface, so that a label looks the same in both.
pub const COLORS: [&str; 12] = [
    "#0072b2", "#d55e00", "#009e73", "#cc6699", "#b58900", "#3a93c8", "#7b61d1", "#8c8000", "#a65628",
    "#00929b", "#c73e4e", "#767676",
];

/// The standard colour of a label's place.
pub fn standard_color(index: usize) -> &'static str {
    COLORS[index % COLORS.len()]
}

/// A project's labels by index, each with its colour. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelSet(Arc<[Label]>);

impl LabelSet {
    /// Gives every label without a colour the standard one of its place.
    pub fn new(labels: &[Label]) -> Self {
        let labels = labels.iter().enumerate().map(|(index, label)| {
            let mut label = label.clone();
            if label.color.is_empty() {
                standard_color(index).clone_into(&mut label.color);
            }
            label
        });
        Self(labels.collect())
    }

    /// The label of an index; none for -1.
    pub fn get(&self, index: i16) -> Option<&Label> {
        usize::try_from(index).ok().and_then(|index| self.0.get(index))
    }

    /// All by index, retired ones too.
    pub fn all(&self) -> &[Label] {
        &self.0
    }

    /// Their colours by index.
    pub fn colors(&self) -> Vec<String> {
        self.0.iter().map(|label| label.color.clone()).collect()
    }

    /// Index and value of the likeliest label; the first of equals.
    pub fn likeliest(probabilities: &[f64]) -> Option<(i16, f64)> {
        let mut best: Option<(i16, f64)> = None;
        for (index, &probability) in (0_i16..).zip(probabilities) {
            if best.is_none_or(|(_, most)| probability > most) {
                best = Some((index, probability));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_without_a_colour_still_has_one() {
        let labels: Vec<Label> = (0..14).map(|_| Label::default()).collect();
        let set = LabelSet::new(&labels);
        assert_eq!(set.colors()[0], COLORS[0]);
        assert_eq!(set.colors()[13], COLORS[1]);
        assert_eq!(set.get(-1), None);
    }

    #[test]
    fn the_likeliest_of_equals_is_the_first() {
        assert_eq!(LabelSet::likeliest(&[0.5, 0.5]), Some((0, 0.5)));
        assert_eq!(LabelSet::likeliest(&[0.1, 0.9]), Some((1, 0.9)));
        assert_eq!(LabelSet::likeliest(&[]), None);
    }
}
