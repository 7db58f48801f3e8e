//! Labels given by people, in an order of their own.

use std::ops::Range;
use thiserror::Error;

/// A label that a person gave to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annotation<'a> {
    /// The document's id.
    pub document: &'a str,
    /// The person, by a name that is theirs alone.
    pub annotator: &'a str,
    /// The label's index; a negative one says that the person gave none, and does not count.
    pub label: i16,
}

/// An annotation that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AnnotationError {
    /// The label is not in the set.
    #[error("`{annotator}` gives label {label} to `{document}`, but labels are numbered 0 to {last}", last = labels.saturating_sub(1))]
    NoSuchLabel {
        /// The person.
        annotator: String,
        /// The document.
        document: String,
        /// The label.
        label: i16,
        /// Number of labels.
        labels: usize,
    },
    /// A person labeled a document twice.
    #[error("`{annotator}` labels `{document}` twice")]
    Twice {
        /// The person.
        annotator: String,
        /// The document.
        document: String,
    },
}

/// Annotations by document and annotator; the order in which they were given changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotations {
    labels: usize,
    documents: Vec<String>,
    annotators: Vec<String>,
    /// Per document where its answers start; one more than there are documents.
    starts: Vec<usize>,
    /// Annotator and label, by document, then annotator.
    answers: Vec<(u32, u16)>,
}

impl Annotations {
    /// Sorts annotations of a set of `labels` labels.
    pub fn new<'a>(
        labels: usize,
        annotations: impl IntoIterator<Item = Annotation<'a>>,
    ) -> Result<Self, AnnotationError> {
        let mut given = Vec::new();
        for Annotation { document, annotator, label } in annotations {
            let Ok(index) = u16::try_from(label) else { continue };
            if usize::from(index) >= labels {
                let (annotator, document) = (annotator.to_owned(), document.to_owned());
                return Err(AnnotationError::NoSuchLabel { annotator, document, label, labels });
            }
            given.push((document, annotator, index));
        }
        given.sort_unstable();
        if let Some(twice) = given.windows(2).find(|two| (two[0].0, two[0].1) == (two[1].0, two[1].1)) {
            let (document, annotator) = (twice[0].0.to_owned(), twice[0].1.to_owned());
            return Err(AnnotationError::Twice { annotator, document });
        }
        let mut annotators: Vec<&str> = given.iter().map(|(_, annotator, _)| *annotator).collect();
        annotators.sort_unstable();
        annotators.dedup();
        let mut sorted =
            Self { labels, documents: vec![], annotators: vec![], starts: vec![], answers: vec![] };
        for (document, annotator, label) in given {
            if sorted.documents.last().is_none_or(|last| last != document) {
                sorted.documents.push(document.to_owned());
                sorted.starts.push(sorted.answers.len());
            }
            let place = annotators.partition_point(|name| *name < annotator);
            sorted.answers.push((u32::try_from(place).unwrap_or(u32::MAX), label));
        }
        sorted.starts.push(sorted.answers.len());
        sorted.annotators = annotators.into_iter().map(str::to_owned).collect();
        Ok(sorted)
    }

    /// Number of labels in the set.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The annotators, ascending.
    pub fn annotators(&self) -> &[String] {
        &self.annotators
    }

    /// The documents with an annotation, ascending.
    pub fn documents(&self) -> &[String] {
        &self.documents
    }

    /// Number of annotations.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Annotators (places in [`Self::annotators`], ascending) and their labels, document by document.
    pub(super) fn by_document(&self) -> impl Iterator<Item = &[(u32, u16)]> {
        let ranges = self.starts.windows(2).map(|two| Range { start: two[0], end: two[1] });
        ranges.map(|range| &self.answers[range])
    }

    /// Place of an annotator.
    pub(super) fn place(&self, annotator: &str) -> Option<u32> {
        let place = self.annotators.binary_search_by(|name| name.as_str().cmp(annotator)).ok()?;
        u32::try_from(place).ok()
    }
}
