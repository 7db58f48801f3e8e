//! What the documentation says: on the codes of diagnostics, and on the words of the language.

/// The page with a section for each of [`crate::code::ALL`].
const ERRORS: &str = include_str!("../../../docs/errors.md");

/// The page with a section for each word of the language.
const LANGUAGE: &str = include_str!("../../../docs/rule-language.md");

/// The documentation of a diagnostic's code, in Markdown; none if there is no such code.
pub fn explain(code: &str) -> Option<&'static str> {
    let mut sections = ERRORS.split("\n## ").skip(1);
    sections.find_map(|section| section.strip_prefix(code)?.strip_prefix('\n')).map(str::trim)
}

/// What the page on the language says under the heading that names a word.
pub(crate) fn section(word: &str) -> Option<&'static str> {
    let named = format!("`{word}`");
    LANGUAGE.split("\n## ").skip(1).flat_map(|part| part.split("\n### ")).find_map(|section| {
        let (heading, text) = section.split_once('\n')?;
        heading.contains(&named).then(|| text.trim())
    })
}
