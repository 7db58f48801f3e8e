//! How far people agree, with each other and with gold of the dev split.

use super::{LabelError, gold};
use crate::corpus::{ChunkStore, DocumentIndex, DocumentPlace};
use crate::store::ProjectInputs;
use hunch_engine::Split;
use hunch_model::agreement::{
    self, Annotation, Annotations, against_gold, fleiss_kappa, krippendorff_alpha, pairs,
};
use hunch_protocol::{Agreement, AgreementCoefficient, AnnotatorPair, AnnotatorReport};
use std::collections::BTreeMap;

/// Measures the agreement of all annotations that give a label of the set. Blocks.
pub fn measure_agreement(
    inputs: &ProjectInputs,
    documents: &DocumentIndex,
    chunks: &ChunkStore,
) -> Result<Agreement, LabelError> {
    let labels = &inputs.project.labels;
    let given = inputs.annotations.iter().filter_map(|annotation| {
        let label = annotation.label?;
        let of_set = labels.get(usize::try_from(label).ok()?).is_some_and(|label| !label.retired);
        of_set.then_some(Annotation { document: &annotation.document, annotator: &annotation.author, label })
    });
    let annotations = Annotations::new(labels.len(), given)?;
    let known = dev_gold(annotations.documents(), inputs, documents, chunks)?;
    let annotators = against_gold(&annotations, |document| known.get(document).copied());
    let name = |place: u32| annotations.annotators()[place as usize].clone();
    let pair = |pair: agreement::Pair| AnnotatorPair {
        authors: [name(pair.annotators.0), name(pair.annotators.1)],
        documents: pair.documents,
        agreed: pair.agreed,
        kappa: pair.kappa,
    };
    Ok(Agreement {
        documents: annotations.documents().len() as u64,
        annotations: annotations.len() as u64,
        krippendorff_alpha: krippendorff_alpha(&annotations).map(coefficient),
        fleiss_kappa: fleiss_kappa(&annotations).map(coefficient),
        pairs: pairs(&annotations).into_iter().map(pair).collect(),
        annotators: annotators.into_iter().map(annotator).collect(),
    })
}

/// Gold of those of the documents that are in the dev split.
fn dev_gold<'a>(
    ids: &'a [String],
    inputs: &ProjectInputs,
    documents: &DocumentIndex,
    chunks: &ChunkStore,
) -> Result<BTreeMap<&'a str, i16>, LabelError> {
    let mut by_chunk: BTreeMap<u32, Vec<(&str, u32)>> = BTreeMap::new();
    for id in ids {
        if let Some(DocumentPlace { chunk, row, split: Split::Dev }) = documents.find(id) {
            by_chunk.entry(chunk).or_default().push((id, row));
        }
    }
    let mut known = BTreeMap::new();
    for (at, rows) in by_chunk {
        let Some(info) = inputs.corpus.chunks.get(at as usize) else { continue };
        let chunk = chunks.get(&info.hash)?;
        known.extend(
            rows.into_iter().filter_map(|(id, row)| Some((id, gold(&chunk, row as usize, &inputs.gold)?))),
        );
    }
    Ok(known)
}

fn coefficient(coefficient: agreement::Coefficient) -> AgreementCoefficient {
    let agreement::Coefficient { value, observed, expected, interval, resamples, documents } = coefficient;
    AgreementCoefficient {
        value,
        interval: interval.map(Into::into),
        resamples,
        observed,
        expected,
        documents,
    }
}

fn annotator(annotator: agreement::AgainstGold) -> AnnotatorReport {
    let agreement::AgainstGold { annotator, annotations, judged, right, accuracy, interval } = annotator;
    AnnotatorReport {
        author: annotator,
        annotations,
        judged,
        right,
        accuracy,
        interval: interval.map(Into::into),
    }
}
