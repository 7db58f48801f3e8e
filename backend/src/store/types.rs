//! Small types that several tables share.

use hunch_protocol::{Page, limits};
use serde::Serialize;
use serde::de::value::Error as NameError;
use serde::de::{DeserializeOwned, IntoDeserializer as _};

/// Where a page of a list starts and how long it may be. `K` is what the list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seek<K> {
    /// The key of the last item of the page before; `None` for the first page.
    pub after: Option<K>,
    /// Most items of the page.
    pub limit: u32,
}

impl<K> Default for Seek<K> {
    /// The first page, of the usual length.
    fn default() -> Self {
        Self { after: None, limit: limits::PAGE }
    }
}

impl<K> Seek<K> {
    /// How many rows to ask for: one more than the page holds tells whether there is another page.
    pub(super) fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Makes the page from at most [`Self::rows`] rows. `key` names an item in a cursor.
    pub(super) fn page<T>(&self, mut items: Vec<T>, key: impl Fn(&T) -> String) -> Page<T> {
        let limit = self.limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(key) } else { None };
        Page { items, next }
    }
}

/// A value that is stored by its name on the wire, such as `JobState::Done` as `done`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<T>(pub(super) T);

impl<T: DeserializeOwned> TryFrom<String> for Named<T> {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        T::deserialize(name.as_str().into_deserializer()).map(Self)
    }
}

/// The name on the wire of a value without content.
pub(super) fn name_of<T: Serialize>(value: &T) -> String {
    // Only ever called with enums that serialize as a string; anything else would be stored as an unreadable name.
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
