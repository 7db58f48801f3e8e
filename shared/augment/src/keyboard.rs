//! Which keys lie beside each other on a US keyboard.

/// The rows of letters; each row lies half a key to the right of the one above.
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The keys around the key of a letter of the English alphabet, in its case; none for anything else.
pub(crate) fn neighbours(letter: char) -> Vec<char> {
    let lower = letter.to_ascii_lowercase();
    let Some((row, at)) = ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(lower)?)))
    else {
        return Vec::new();
    };
    let key =
        |row: Option<usize>, at: Option<usize>| char::from(*ROWS.get(row?)?.as_bytes().get(at?)?).into();
    let around: [Option<char>; 6] = [
        key(Some(row), at.checked_sub(1)),
        key(Some(row), Some(at + 1)),
        key(row.checked_sub(1), Some(at)),
        key(row.checked_sub(1), Some(at + 1)),
        key(Some(row + 1), at.checked_sub(1)),
        key(Some(row + 1), Some(at)),
    ];
    let case = |key: char| if letter.is_ascii_uppercase() { key.to_ascii_uppercase() } else { key };
    around.into_iter().flatten().map(case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_those_a_finger_slips_to() {
        let of = |letter| neighbours(letter).into_iter().collect::<String>();
        assert_eq!(of('g'), "fhtyvb");
        assert_eq!(of('Q'), "WA");
        assert_eq!(of('p'), "ol");
        assert_eq!(of('é'), "");
        assert_eq!(of('1'), "");
    }
}
