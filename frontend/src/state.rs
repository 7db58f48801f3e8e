//! What the page knows: the only part that talks to the server and to the browser's stores.

use leptos::prelude::window;

pub mod api;
pub mod balance;
pub mod blacklist;
pub mod commands;
pub mod derived;
pub mod document_pages;
pub mod drafts;
pub mod eval;
pub mod events;
pub mod http;
pub mod import_draft;
pub mod job;
pub mod label_draft;
pub mod label_queue;
pub mod labeling;
pub mod labels;
pub mod lexicons;
pub mod next_step;
pub mod offline;
pub mod project;
pub mod projects;
pub mod remote;
pub mod session;
pub mod sync;
pub mod team;
pub mod theme;
pub mod toasts;
pub mod upload;
pub mod widgets;

pub use api::Api;
pub use http::ApiFailure;

/// A key nobody else has: 128 random bits as hexadecimal digits.
pub(crate) fn random_key() -> String {
    format!("{:032x}", random_bits())
}

/// What a person would call this browser.
pub(crate) fn browser_name() -> String {
    window().navigator().platform().unwrap_or_default()
}

/// A UUID of version 7 (RFC 9562, 5.7): its order is the order of making, as far as the clock goes.
pub(crate) fn uuid_v7() -> String {
    uuid_v7_of(js_sys::Date::now(), random_bits())
}

fn uuid_v7_of(millis: f64, random: u128) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "48 bits last until the year 10889"
    )]
    let millis = u128::from(millis as u64);
    let bits = (millis << 80) | (random & !(u128::MAX << 80));
    let bits = (bits & !(0xf << 76) | 0x7 << 76) & !(0x3 << 62) | 0x2 << 62;
    let digits = format!("{bits:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

fn random_bits() -> u128 {
    let mut bytes = [0_u8; 16];
    // Every browser with WebAssembly has it; without it the key would only be less random.
    let _ = window().crypto().map(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    u128::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ids_are_uuids_of_version_7_in_the_order_they_were_made() {
        assert_eq!(uuid_v7_of(1_645_557_742_000.0, 0), "017f22e2-79b0-7000-8000-000000000000");
        assert_eq!(uuid_v7_of(1_645_557_742_000.0, u128::MAX), "017f22e2-79b0-7fff-bfff-ffffffffffff");
    }
}
