//! Why something cannot be read.

/// Why bytes are not a column, or columns not a chunk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Not written by this format.
    #[error("not a column object of this format (it starts otherwise)")]
    Magic,
    /// A role that this version does not know.
    #[error("unknown column role {0}")]
    Role(u8),
    /// The bytes end too early.
    #[error("the object is cut off: {needed} more bytes expected, {left} left")]
    Truncated {
        /// Bytes the next field needs.
        needed: usize,
        /// Bytes there are.
        left: usize,
    },
    /// Bytes after the end.
    #[error("{0} bytes too many at the end of the object")]
    Trailing(usize),
    /// Text that is not UTF-8.
    #[error("text is not valid UTF-8 at byte {at}")]
    Utf8 {
        /// Bytes that are valid.
        at: usize,
    },
    /// Offsets that do not ascend from 0 to the length of the text along code points.
    #[error("row {row} has a wrong text offset")]
    Offsets {
        /// The row.
        row: usize,
    },
    /// A missing row that has a value nevertheless.
    #[error("row {row} is missing but has a value")]
    MissingWithValue {
        /// The row.
        row: usize,
    },
    /// A vector of another length than the others, or with a number that is not finite.
    #[error("a vector is not {length} finite numbers")]
    Vector {
        /// Numbers that each vector of the column has.
        length: u32,
    },
    /// A value that the column's type does not have.
    #[error("row {row} of `{name}` holds a value that is not allowed there")]
    Value {
        /// The column.
        name: String,
        /// The row.
        row: usize,
    },
    /// A field that can be written in one way only is written otherwise.
    #[error("not in canonical form: {0}")]
    Canonical(&'static str),
    /// A column with more or fewer rows than the others.
    #[error("`{name}` has {found} rows, {expected} expected")]
    RowCount {
        /// The column or source.
        name: String,
        /// Rows of the chunk.
        expected: usize,
        /// Rows of the column.
        found: usize,
    },
    /// Two columns or two sources of one name.
    #[error("`{name}` occurs twice")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// A chunk needs one object of ids and one of splits, columns in order of their roles.
    #[error("the columns do not make up a chunk: {0}")]
    Layout(&'static str),
    /// More text than Arrow's 32-bit offsets can address.
    #[error("a column of a chunk holds at most 2 GiB of text")]
    TooLong,
}
