//! Vectors written as text: examples in rules and lexicons, cells of files.

use crate::limits;

/// Why a text is not a vector; reads as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VectorError {
    /// There is no number.
    #[error("a vector has at least one number")]
    Empty,
    /// More numbers than a vector has.
    #[error("a vector has at most {} numbers", limits::VECTOR_NUMBERS)]
    TooLong,
    /// Something else than a number.
    #[error("`{0}` in a vector is not a number")]
    NotANumber(String),
    /// Beyond what 32-bit floats hold, or not finite.
    #[error("`{0}` in a vector is not a finite 32-bit number")]
    NotFinite(String),
    /// Another number of numbers than all other vectors of the column have.
    #[error("it has {found} numbers, not {expected}")]
    Length {
        /// Numbers it has.
        found: usize,
        /// Numbers it should have.
        expected: u32,
    },
    /// Nothing has an angle with it.
    #[error("a vector of zeros has no direction")]
    Zero,
}

/// The vector that a text writes: a JSON array of numbers, or numbers separated by spaces or commas.
///
/// Each is rounded to the nearest 32-bit float; −0 becomes 0, so that equal vectors have equal bytes.
pub fn parse_vector(text: &str) -> Result<Vec<f32>, VectorError> {
    let text = text.trim();
    let list = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let mut vector = Vec::new();
    if list.trim().is_empty() {
        return Err(VectorError::Empty);
    }
    for part in list.split(',') {
        if part.trim().is_empty() {
            return Err(VectorError::NotANumber(String::new()));
        }
        for number in part.split_whitespace() {
            if vector.len() == limits::VECTOR_NUMBERS {
                return Err(VectorError::TooLong);
            }
            vector.push(parse_number(number)?);
        }
    }
    Ok(vector)
}

/// A vector with so many numbers, not all of them 0, that others can be compared with.
pub fn parse_example(text: &str, length: u32) -> Result<Vec<f32>, VectorError> {
    let vector = parse_vector(text)?;
    if vector.len() != length as usize {
        return Err(VectorError::Length { found: vector.len(), expected: length });
    }
    if vector.iter().all(|number| *number == 0.0) { Err(VectorError::Zero) } else { Ok(vector) }
}

fn parse_number(text: &str) -> Result<f32, VectorError> {
    let quoted = || text.chars().take(40).collect();
    match text.parse::<f32>() {
        Ok(number) if number.is_finite() => Ok(number + 0.0),
        Ok(_) => Err(VectorError::NotFinite(quoted())),
        Err(_) => Err(VectorError::NotANumber(quoted())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arrays_and_plain_numbers_are_the_same_vector() {
        for text in ["[0.5, -1, 2e3]", "0.5 -1 2000", " 0.5,-1,2000 ", "[0.5,-1.0,2e+3]", "0.5, -1\n2000"] {
            assert_eq!(parse_vector(text), Ok(vec![0.5, -1.0, 2000.0]), "{text}");
        }
        assert_eq!(parse_vector("[-0]").map(|vector| vector[0].to_bits()), Ok(0));
    }

    #[test]
    fn what_is_no_vector_is_said_by_its_first_wrong_number() {
        let error = |text: &str| parse_vector(text).unwrap_err();
        assert_eq!(error(""), VectorError::Empty);
        assert_eq!(error("[ ]"), VectorError::Empty);
        assert_eq!(error("1,,2"), VectorError::NotANumber(String::new()));
        assert_eq!(error("1 two"), VectorError::NotANumber("two".to_owned()));
        assert_eq!(error("[1, null]"), VectorError::NotANumber("null".to_owned()));
        assert_eq!(error("[[1], 2]"), VectorError::NotANumber("[1]".to_owned()));
        for number in ["nan", "inf", "1e39"] {
            assert_eq!(error(number), VectorError::NotFinite(number.to_owned()));
        }
        assert_eq!(error(&"1 ".repeat(limits::VECTOR_NUMBERS + 1)), VectorError::TooLong);
    }

    proptest! {
        #[test]
        fn a_vector_that_was_written_is_read_to_the_bit(
            vector in prop::collection::vec(prop::num::f32::NORMAL | prop::num::f32::SUBNORMAL, 1..40),
        ) {
            prop_assert_eq!(parse_vector(&format!("{vector:?}")), Ok(vector));
        }

        #[test]
        fn any_text_is_a_vector_or_an_error(text in "[-+\\[\\]0-9eE., naif\n]{0,40}") {
            let _ = parse_vector(&text);
        }
    }
}
