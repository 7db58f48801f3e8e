//! What the page knows: the only part that talks to the server and to the browser's stores.

use leptos::prelude::window;

pub mod api;
pub mod balance;
pub mod commands;
pub mod document_pages;
pub mod drafts;
pub mod eval;
pub mod events;
pub mod http;
pub mod import_draft;
pub mod job;
pub mod label_draft;
pub mod labels;
pub mod next_step;
pub mod project;
pub mod projects;
pub mod remote;
pub mod theme;
pub mod toasts;
pub mod upload;

pub use api::Api;
pub use http::ApiFailure;

/// A key nobody else has: 128 random bits as hexadecimal digits.
pub(crate) fn random_key() -> String {
    let mut bytes = [0_u8; 16];
    // Every browser with WebAssembly has it; without it the key would only be less random.
    let _ = window().crypto().map(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    format!("{:032x}", u128::from_be_bytes(bytes))
}
