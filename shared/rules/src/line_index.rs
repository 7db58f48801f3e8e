//! From byte offsets to what people and editors count in.

/// Finds lines, columns and UTF-16 offsets in a text; each question costs no more than the length of a line.
#[derive(Debug, Clone)]
pub struct LineIndex<'a> {
    text: &'a str,
    /// Start of each line: UTF-8 and UTF-16 offset.
    lines: Vec<(usize, usize)>,
}

impl<'a> LineIndex<'a> {
    /// Reads the text once. Lines end with `\n`.
    pub fn new(text: &'a str) -> Self {
        let mut lines = vec![(0, 0)];
        let mut utf16 = 0;
        for (at, c) in text.char_indices() {
            utf16 += c.len_utf16();
            if c == '\n' {
                lines.push((at + 1, utf16));
            }
        }
        Self { text, lines }
    }

    /// Line and column of a byte offset, both counted from 1, the column in code points.
    ///
    /// An offset inside a code point counts as that code point's start, one past the end as the end.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|&(start, _)| start <= offset) - 1;
        let start = self.lines[line].0;
        (line + 1, self.text[start..offset].chars().count() + 1)
    }

    /// The offset in UTF-16 units, as JavaScript counts, of a byte offset.
    pub fn utf16(&self, offset: usize) -> usize {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|&(start, _)| start <= offset) - 1;
        let (start, utf16) = self.lines[line];
        utf16 + self.text[start..offset].chars().map(char::len_utf16).sum::<usize>()
    }

    /// The byte offset of an offset in UTF-16 units: the inverse of [`Self::utf16`].
    pub fn offset_at_utf16(&self, utf16: usize) -> usize {
        let line = self.lines.partition_point(|&(_, start)| start <= utf16) - 1;
        let (start, mut at) = self.lines[line];
        for (offset, c) in self.text[start..].char_indices() {
            at += c.len_utf16();
            if at > utf16 {
                return start + offset;
            }
        }
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_error_after_an_emoji_is_shown_where_the_editor_and_the_person_see_it() {
        let text = "a\n💥é x";
        let index = LineIndex::new(text);
        let x = text.find('x').unwrap();
        assert_eq!(index.line_column(x), (2, 4));
        assert_eq!(index.utf16(x), 6);
        assert_eq!(index.line_column(3), (2, 1), "inside the emoji");
        assert_eq!(index.line_column(99), (2, 5));
        assert_eq!(index.offset_at_utf16(99), text.len());
    }

    proptest! {
        #[test]
        fn utf16_offsets_lead_back_to_where_they_came_from(text in "[a\n\r💥é]{0,40}") {
            let index = LineIndex::new(&text);
            for (at, _) in text.char_indices() {
                prop_assert_eq!(index.utf16(at), text[..at].encode_utf16().count());
                prop_assert_eq!(index.offset_at_utf16(index.utf16(at)), at);
            }
        }
    }
}
