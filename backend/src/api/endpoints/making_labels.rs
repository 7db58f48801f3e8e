//! Endpoints by which votes become labels: jobs, labels and what is known of them, snapshots.

use super::endpoint::{Endpoint, get, post};
use crate::api::access::{BUILD, READ};
use crate::api::error::Kind::{NotFound, NotReady, TooLate};
use crate::api::{end_model, events, jobs, labels, snapshots};
use axum::http::StatusCode;
use hunch_protocol::{
    Agreement, CombineRequest, DocumentLabels, EndModelReport, EndModelRequest, Job, LabelReport,
    LabelsQuery, Manifest, NewSnapshot, Page, Snapshot,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    const OK: StatusCode = StatusCode::OK;
    const ACCEPTED: StatusCode = StatusCode::ACCEPTED;
    vec![
        post(
            "apply.start",
            "/projects/{p}/apply",
            BUILD,
            "Runs the active rules, then combines",
            jobs::apply,
        )
        .takes_once::<jobs::Nothing>()
        .gives::<Job>(ACCEPTED)
        .refuses(&[NotReady]),
        post("combine.start", "/projects/{p}/combine", BUILD, "Combines the votes there are", jobs::combine)
            .takes_once::<CombineRequest>()
            .gives::<Job>(ACCEPTED),
        get("jobs.list", "/projects/{p}/jobs", READ, "The jobs, newest first", jobs::list).pages::<Job>(),
        get("jobs.get", "/projects/{p}/jobs/{j}", READ, "A job", jobs::get).gives::<Job>(OK),
        post("jobs.cancel", "/projects/{p}/jobs/{j}/cancel", BUILD, "Asks for a job's end", jobs::cancel)
            .gives::<Job>(ACCEPTED)
            .refuses(&[TooLate]),
        get(
            "events.stream",
            "/projects/{p}/events",
            READ,
            "Tells what can be fetched and how jobs get on",
            events::stream,
        )
        .gives_bytes(&["text/event-stream"]),
        get("labels.list", "/projects/{p}/labels", READ, "Combined labels, in corpus order", labels::list)
            .asks::<LabelsQuery>()
            .gives::<Page<DocumentLabels>>(OK)
            .refuses(&[NotFound]),
        get(
            "labels.report",
            "/projects/{p}/labels/report",
            READ,
            "What the latest combine found",
            labels::report,
        )
        .gives::<Option<LabelReport>>(OK),
        get(
            "labels.patterns",
            "/projects/{p}/labels/patterns",
            READ,
            "The vote patterns of the latest combine with dev gold",
            labels::patterns,
        )
        .gives_bytes(&[labels::PATTERNS])
        .refuses(&[NotFound]),
        get(
            "agreement.get",
            "/projects/{p}/agreement",
            READ,
            "How far people agree, with each other and with gold",
            labels::agreement,
        )
        .gives::<Agreement>(OK),
        post(
            "end-model.train",
            "/projects/{p}/end-model",
            BUILD,
            "Trains a classifier on the labels",
            end_model::train,
        )
        .takes_once::<EndModelRequest>()
        .gives::<Job>(ACCEPTED)
        .refuses(&[NotReady]),
        get(
            "end-model.get",
            "/projects/{p}/end-model",
            READ,
            "What is known of the latest end model",
            end_model::get,
        )
        .gives::<Option<EndModelReport>>(OK),
        get(
            "end-model.file",
            "/projects/{p}/end-model/file",
            READ,
            "The latest end model's file",
            end_model::file,
        )
        .gives_bytes(&[end_model::MODEL])
        .refuses(&[NotFound]),
        get(
            "snapshots.list",
            "/projects/{p}/snapshots",
            READ,
            "The snapshots, newest first",
            snapshots::list,
        )
        .pages::<Snapshot>(),
        post("snapshots.create", "/projects/{p}/snapshots", BUILD, "Freezes the labels", snapshots::create)
            .takes_once::<NewSnapshot>()
            .gives::<Job>(ACCEPTED)
            .refuses(&[NotReady]),
        get(
            "snapshots.get",
            "/projects/{p}/snapshots/{s}",
            READ,
            "A snapshot's manifest",
            snapshots::manifest,
        )
        .gives::<Manifest>(OK),
        get(
            "snapshots.export",
            "/projects/{p}/snapshots/{s}/export",
            READ,
            "A snapshot's labels as a file",
            snapshots::export,
        )
        .asks::<snapshots::ExportQuery>()
        .gives_bytes(&[snapshots::PARQUET, snapshots::CSV, snapshots::JSONL]),
    ]
}
