//! Where a file is dropped or chosen, and how it gets to the server.

use super::button::{Button, ButtonKind};
use super::element_id;
use super::failure::Failure;
use super::icon::{Icon, icon};
use super::progress::Progress;
use crate::format;
use crate::state::upload::{Sending, Uploader};
use leptos::{ev, html, prelude::*};

/// Endings of the files that can be read, for the browser's chooser.
const ENDINGS: &str = ".csv,.tsv,.jsonl,.ndjson,.parquet,.gz,.zst";

/// Takes one file and sends it.
#[component]
pub fn DropZone(uploader: Uploader) -> impl IntoView {
    move || match uploader.state() {
        Sending::Nothing => view! { <Zone uploader=uploader /> }.into_any(),
        Sending::Sending { name, .. } => view! { <OnItsWay uploader=uploader name=name /> }.into_any(),
        Sending::Reading { name } => view! {
            <div class="stack tight panel-body" role="status">
                <strong class="clip">{name}</strong>
                <Progress name="Looking into the file" share=None />
                <p class="quiet">"Looking into the file"</p>
            </div>
        }
        .into_any(),
        Sending::Ready { upload, .. } => view! {
            <div class="row apart panel-body">
                <span class="row">
                    {icon(Icon::File)} <strong class="clip">{upload.name}</strong>
                    <span class="num quiet">{format::bytes(upload.bytes)}</span>
                </span>
                <Button small=true on_press=move || uploader.reset()>"Choose another file"</Button>
            </div>
        }
        .into_any(),
        Sending::Failed(failure) => view! {
            <Failure
                what="The file could not be read."
                failure=failure
                safe="No project was touched."
                retry=Callback::new(move |()| uploader.reset())
            />
        }
        .into_any(),
    }
}

#[component]
fn Zone(uploader: Uploader) -> impl IntoView {
    let id = element_id("file");
    let chooser = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let take = move |files: Option<web_sys::FileList>| {
        if let Some(file) = files.and_then(|files| files.get(0)) {
            uploader.send(file);
        }
    };
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|transfer| transfer.files()));
    };
    view! {
        <div
            class="drop"
            data-over=move || over.get().to_string()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            {icon(Icon::Upload)}
            <label for=id.clone()>
                <strong>"Drop a file here"</strong>
                " or choose one"
            </label>
            <input
                id=id
                type="file"
                accept=ENDINGS
                node_ref=chooser
                on:change=move |_| take(chooser.get_untracked().and_then(|chooser| chooser.files()))
            />
            <p class="quiet small">"CSV, TSV, JSON lines or Parquet, also as .gz or .zst, up to 4 GB"</p>
        </div>
    }
}

#[component]
fn OnItsWay(uploader: Uploader, name: String) -> impl IntoView {
    let bytes = move || match uploader.state() {
        Sending::Sending { sent, total, .. } => Some((sent, total)),
        _ => None,
    };
    let share =
        move || bytes().filter(|(_, total)| *total > 0).map(|(sent, total)| sent as f64 / total as f64);
    let text =
        move || bytes().map(|(sent, total)| format!("{} of {}", format::bytes(sent), format::bytes(total)));
    view! {
        <div class="stack tight panel-body" role="status">
            <div class="row apart">
                <strong class="clip">{name}</strong>
                <Button kind=ButtonKind::Quiet small=true icon=Icon::Stop on_press=move || uploader.reset()>
                    "Cancel"
                </Button>
            </div>
            <Progress name="Sending the file" share=Signal::derive(share) />
            <p class="num quiet">{text}</p>
        </div>
    }
}
