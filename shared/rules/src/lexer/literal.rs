//! What literals stand for, and how values are written as literals.

use crate::words::RESERVED;
use std::fmt::Write as _;

pub(super) fn starts_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

pub(super) fn continues_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether a name can stand without quotes.
pub fn is_identifier(name: &str) -> bool {
    name.starts_with(starts_name) && name.chars().all(continues_name) && !RESERVED.contains(&name)
}

/// What the inside of `"…"` stands for, or the escape that has no meaning as an offset and its text.
///
/// Escapes are `\"`, `\\`, `\n`, `\t`, `\r` and `\u{…}` with a code point in hexadecimal.
pub(crate) fn text_value(inner: &str) -> Result<String, (usize, &str)> {
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (c, length) = escaped(escape).ok_or_else(|| {
            let length = escape.chars().take(2).map(char::len_utf8).sum::<usize>();
            (inner.len() - escape.len(), &escape[..length])
        })?;
        value.push(c);
        rest = &escape[length..];
    }
    value.push_str(rest);
    Ok(value)
}

/// The character of the escape at the start of a text, and the escape's length.
fn escaped(text: &str) -> Option<(char, usize)> {
    let c = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'u' => {
            let hex = text.strip_prefix("\\u{")?;
            let hex = &hex[..hex.find('}')?];
            return Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, hex.len() + 4));
        }
        _ => return None,
    };
    Some((c, 2))
}

/// Writes a text as a literal: the inverse of [`text_value`].
pub fn quote(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                let _infallible = write!(quoted, "\\u{{{:x}}}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// What the inside of `/…/` stands for: `\/` is a slash, every other escape is the regular expression's own.
pub(crate) fn regex_value(inner: &str) -> String {
    map_escapes(inner, |c, escaped| match (c, escaped) {
        ('/', _) => "/",
        _ => "",
    })
}

/// Writes a pattern between slashes: the inverse of [`regex_value`].
pub(crate) fn quote_regex(pattern: &str) -> String {
    map_escapes(pattern, |c, escaped| match (c, escaped) {
        ('/', false) => "\\/",
        _ => "",
    })
}

/// Copies a pattern, replacing a code point (with its backslash if it is escaped) where `replace` gives something.
fn map_escapes(pattern: &str, replace: impl Fn(char, bool) -> &'static str) -> String {
    let mut mapped = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let (c, escaped) = if c == '\\' { (chars.next().unwrap_or('\\'), true) } else { (c, false) };
        match replace(c, escaped) {
            "" if escaped => mapped.extend(['\\', c]),
            "" => mapped.push(c),
            replacement => mapped.push_str(replacement),
        }
    }
    mapped
}
