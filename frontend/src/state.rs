//! What the page knows: the only part that talks to the server and to the browser's stores.

use leptos::prelude::window;

pub mod api;
pub mod http;
pub mod project;
pub mod remote;

pub use api::Api;
pub use http::ApiFailure;

/// A key nobody else has: 128 random bits as hexadecimal digits.
pub(crate) fn random_key() -> String {
    let mut bytes = [0_u8; 16];
    // Every browser with WebAssembly has it; without it the key would only be less random.
    let _ = window().crypto().map(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
