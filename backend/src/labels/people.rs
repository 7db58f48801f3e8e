//! What people say of the documents of a corpus, as far as it counts.

use crate::corpus::{DocumentIndex, DocumentPlace};
use crate::store::{ProjectInputs, StoreError};
use hunch_model::{Answer, PeopleVoteError, PeopleVotes, PersonVote};
use hunch_protocol::{AnnotationBody, Label, PersonLabel, PersonReport};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Compression: fast.
const LEVEL: i32 = 1;

/// Annotations that count, as votes.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) votes: PeopleVotes,
    /// Where each document of `votes` is.
    pub(crate) places: Vec<DocumentPlace>,
    /// What was said of each document of `votes`, by author.
    pub(crate) said: Vec<Vec<PersonLabel>>,
    /// Annotations by author, as far as they count: authors whose annotations do not are there with none.
    pub(crate) counts: BTreeMap<String, u64>,
    /// Annotations of documents that are not there or excluded, or with a label that is not in the set or retired.
    pub(crate) ignored: u64,
}

impl People {
    /// Sorts out annotations.
    pub(crate) fn collect(
        inputs: &ProjectInputs,
        documents: &DocumentIndex,
    ) -> Result<Self, PeopleVoteError> {
        let labels = &inputs.project.labels;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let (mut fits, mut counted, mut ignored) = (Vec::new(), Vec::new(), 0);
        for annotation in inputs.annotations.iter().filter(|annotation| !is_skip(annotation)) {
            let count = counts.entry(annotation.author.clone()).or_default();
            let fit = fit(annotation, labels).filter(|_| documents.find(&annotation.document).is_some());
            match fit {
                Some(fit) => {
                    *count += 1;
                    fits.push(fit);
                    counted.push(annotation);
                }
                None => ignored += 1,
            }
        }
        let answers = counted.iter().zip(&fits).map(|(annotation, fit)| PersonVote {
            document: &annotation.document,
            source: &annotation.author,
            answer: Answer::Likelihood(fit),
        });
        let votes = PeopleVotes::new(labels.len(), answers)?;
        let mut said: HashMap<&str, Vec<PersonLabel>> = HashMap::new();
        for annotation in counted {
            let label = PersonLabel { author: annotation.author.clone(), label: annotation.label };
            said.entry(&annotation.document).or_default().push(label);
        }
        let of_document = |document: &String| {
            let mut of_document = said.remove(document.as_str()).unwrap_or_default();
            of_document.sort_by(|a, b| a.author.cmp(&b.author));
            of_document
        };
        Ok(Self {
            said: votes.documents().iter().map(of_document).collect(),
            places: votes.documents().iter().filter_map(|document| documents.find(document)).collect(),
            votes,
            counts,
            ignored,
        })
    }

    /// The authors with their accuracies, which are those of `votes`.
    pub(crate) fn report(&self, accuracies: &[Option<f64>]) -> Vec<PersonReport> {
        let person = |(author, annotations): (&String, &u64)| PersonReport {
            author: author.clone(),
            annotations: *annotations,
            accuracy: self.votes.sources().binary_search(author).ok().and_then(|source| accuracies[source]),
        };
        self.counts.iter().map(person).collect()
    }
}

/// What a combine keeps of people for explanations: the patterns from `first` on are documents with annotations.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Said {
    /// The number of the first such pattern.
    pub(crate) first: u32,
    /// What was said of each of these documents.
    pub(crate) documents: Vec<Vec<PersonLabel>>,
    /// What the label of each of them is a sum of; empty for labels of a model that is none.
    #[serde(default)]
    pub(crate) weighed: Vec<WeighedDocument>,
}

/// What P(label) of a document with annotations is made of, as log-weights per label.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct WeighedDocument {
    /// The pattern of the rules' votes.
    pub(crate) pattern: u32,
    /// Of what is known without those who annotated it.
    pub(crate) before: Vec<f64>,
    /// Of each annotation, by author.
    pub(crate) votes: Vec<Vec<f64>>,
    /// Of all votes agreeing.
    pub(crate) lift: Vec<f64>,
}

impl Said {
    /// JSON, zstd.
    pub(crate) fn encode(&self) -> std::io::Result<Vec<u8>> {
        zstd::encode_all(serde_json::to_vec(self)?.as_slice(), LEVEL)
    }

    /// Reads what [`Self::encode`] wrote; nothing from nothing, which is what labels made without people hold.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let damaged = |why: String| StoreError::Inconsistent {
            table: "label_reports",
            column: "people".to_owned(),
            id: why,
        };
        let bytes = zstd::decode_all(bytes).map_err(|error| damaged(error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))
    }

    /// What was said of a document with this pattern.
    pub(super) fn of(&self, pattern: u32) -> Vec<PersonLabel> {
        self.place(pattern).and_then(|place| self.documents.get(place)).cloned().unwrap_or_default()
    }

    /// What the label of a document with this pattern is a sum of, if people annotated it.
    pub(super) fn weighed(&self, pattern: u32) -> Option<&WeighedDocument> {
        self.weighed.get(self.place(pattern)?)
    }

    /// Whether a pattern is that of a document with annotations.
    pub(super) fn knows(&self, pattern: u32) -> bool {
        self.place(pattern).is_some_and(|place| place < self.documents.len())
    }

    fn place(&self, pattern: u32) -> Option<usize> {
        pattern.checked_sub(self.first).map(|place| place as usize)
    }
}

/// Whether nothing was said.
fn is_skip(annotation: &AnnotationBody) -> bool {
    annotation.label.is_none() && annotation.likelihood.is_none()
}

/// How well an annotation fits each label: 0 for retired ones, and for labels that came later as well as the best of
/// those it chose from if it is no label itself. `None` if nothing is left.
fn fit(annotation: &AnnotationBody, labels: &[Label]) -> Option<Vec<f64>> {
    let mut fit = vec![0.0; labels.len()];
    if let Some(label) = annotation.label {
        *fit.get_mut(usize::try_from(label).ok()?)? = 1.0;
    } else {
        let said = annotation.likelihood.as_ref()?;
        let best = said.iter().copied().fold(0.0, f64::max);
        fit = said.iter().copied().chain(std::iter::repeat(best)).take(labels.len()).collect();
    }
    for (fit, label) in fit.iter_mut().zip(labels) {
        if label.retired {
            *fit = 0.0;
        }
    }
    let sound = fit.iter().all(|fit| *fit >= 0.0 && fit.is_finite()) && fit.iter().any(|fit| *fit > 0.0);
    sound.then_some(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotation(label: Option<i16>, likelihood: Option<&[f64]>) -> AnnotationBody {
        AnnotationBody {
            document: "d".to_owned(),
            author: "local".to_owned(),
            label,
            likelihood: likelihood.map(<[f64]>::to_vec),
            guidelines: None,
        }
    }

    #[test]
    fn an_answer_from_before_the_labels_changed_still_says_what_it_can() {
        let label = |retired| Label { retired, ..Label::default() };
        let labels = [label(false), label(true), label(false)];
        assert_eq!(fit(&annotation(Some(2), None), &labels), Some(vec![0.0, 0.0, 1.0]));
        assert_eq!(fit(&annotation(Some(1), None), &labels), None);
        assert_eq!(fit(&annotation(Some(3), None), &labels), None);
        assert_eq!(fit(&annotation(Some(-1), None), &labels), None);
        assert_eq!(fit(&annotation(None, Some(&[0.0, 0.5])), &labels), Some(vec![0.0, 0.0, 0.5]));
        assert_eq!(fit(&annotation(None, Some(&[0.0, 1.0, 0.0])), &labels), None);
        assert_eq!(fit(&annotation(None, Some(&[f64::NAN, 1.0, 1.0])), &labels), None);
    }

    #[test]
    fn what_was_said_comes_back_and_nothing_stays_nothing() {
        let said = PersonLabel { author: "local".to_owned(), label: Some(1) };
        let said = Said { first: 3, documents: vec![vec![said], vec![]], weighed: Vec::new() };
        let read = Said::decode(&said.encode().unwrap()).unwrap();
        assert_eq!(read, said);
        assert_eq!((read.of(3).len(), read.of(4).len(), read.of(2).len(), read.of(5).len()), (1, 0, 0, 0));
        assert_eq!(Said::decode(&[]).unwrap(), Said::default());
        assert!(Said::decode(b"no").is_err());
    }
}
