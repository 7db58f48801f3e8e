//! The design system: one public component per file, made from the tokens in `styles/`.

pub mod account_menu;
pub mod bar;
pub mod button;
pub mod chart;
pub mod command_palette;
pub mod copy_button;
pub mod dialog;
pub mod document_table;
pub mod document_text;
pub mod drop_zone;
pub mod editor;
pub mod empty;
pub mod failure;
pub mod field;
pub mod figure;
pub mod frame;
pub mod icon;
pub mod job_line;
pub mod key_sheet;
pub mod label_chip;
pub mod label_editor;
pub mod loaded;
pub mod mapping_table;
pub mod menu;
pub mod pager;
pub mod panel;
pub mod password_dialog;
pub mod progress;
pub mod radios;
pub mod sample_button;
pub mod shown_once;
pub mod sync_pill;
pub mod tabs;
pub mod time;
pub mod toast;
pub mod vote_strip;

/// An identifier no other element of the page has, to tie labels and descriptions to what they are of.
pub(crate) fn element_id(what: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Moves the focus to one of the elements below a node.
pub(crate) fn focus_child(list: leptos::prelude::NodeRef<leptos::html::Div>, selector: &str, index: usize) {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast as _;
    let Some(list) = list.get_untracked() else { return };
    let Ok(items) = list.query_selector_all(selector) else { return };
    let item = u32::try_from(index).ok().and_then(|index| items.get(index));
    if let Some(item) = item.and_then(|item| item.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Focusing an element that is shown cannot fail.
        let _ = item.focus();
    }
}
