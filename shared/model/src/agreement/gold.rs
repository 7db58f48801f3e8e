//! How often each annotator is right.

use super::Annotations;
use crate::{Interval, wilson};

/// One annotator beside gold.
#[derive(Debug, Clone, PartialEq)]
pub struct AgainstGold {
    /// The annotator.
    pub annotator: String,
    /// Documents they labeled.
    pub annotations: u64,
    /// Those of them with gold.
    pub judged: u64,
    /// Those of them labeled as gold is.
    pub right: u64,
    /// Share of right ones; none without gold.
    pub accuracy: Option<f64>,
    /// Its 95 % Wilson interval.
    pub interval: Option<Interval>,
}

/// Every annotator beside gold, in the order of [`Annotations::annotators`]; `gold` gives a document's label, none or a
/// negative one where it is not known.
pub fn against_gold(annotations: &Annotations, gold: impl Fn(&str) -> Option<i16>) -> Vec<AgainstGold> {
    // Per annotator: labeled, judged, right.
    let mut counts = vec![[0_u64; 3]; annotations.annotators().len()];
    for (document, answers) in annotations.documents().iter().zip(annotations.by_document()) {
        let gold = gold(document).and_then(|gold| u16::try_from(gold).ok());
        for (annotator, label) in answers {
            let [labeled, judged, right] = &mut counts[*annotator as usize];
            *labeled += 1;
            *judged += u64::from(gold.is_some());
            *right += u64::from(gold == Some(*label));
        }
    }
    let annotator = |(annotator, [annotations, judged, right]): (&String, [u64; 3])| AgainstGold {
        annotator: annotator.clone(),
        annotations,
        judged,
        right,
        accuracy: (judged > 0).then(|| right as f64 / judged as f64),
        interval: wilson(right, judged),
    };
    annotations.annotators().iter().zip(counts).map(annotator).collect()
}
