//! Something and where it is written, without the latter.

use crate::diagnostic::Span;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) fn serialize<T: Serialize, S: Serializer>(
    value: &T,
    _: &Span,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<(T, Span), D::Error> {
    T::deserialize(deserializer).map(|value| (value, Span::default()))
}
