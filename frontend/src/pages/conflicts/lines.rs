//! Which lines of two texts differ.

/// Longest run of lines that is compared line by line; beyond it all lines count as different.
const MOST: usize = 2_000;

/// A text's lines, each with whether it is not in the other text, in its order.
pub fn differing(text: &str, other: &str) -> Vec<(String, bool)> {
    let (lines, others): (Vec<&str>, Vec<&str>) = (text.lines().collect(), other.lines().collect());
    let same = lines.iter().zip(&others).take_while(|(a, b)| a == b).count();
    let rest = (&lines[same..], &others[same..]);
    let tail = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(a, b)| a == b).count();
    let middle = (&rest.0[..rest.0.len() - tail], &rest.1[..rest.1.len() - tail]);
    let mut common = vec![true; same];
    common.extend(in_common(middle.0, middle.1));
    common.resize(lines.len(), true);
    lines.into_iter().zip(common).map(|(line, common)| (line.to_owned(), !common)).collect()
}

/// Which lines belong to a longest common subsequence.
fn in_common(lines: &[&str], others: &[&str]) -> Vec<bool> {
    let mut common = vec![false; lines.len()];
    if lines.len().max(others.len()) > MOST {
        return common;
    }
    // lengths[i][j]: how long a common subsequence of `lines[i..]` and `others[j..]` can be.
    let width = others.len() + 1;
    let mut lengths = vec![0_u32; (lines.len() + 1) * width];
    for i in (0..lines.len()).rev() {
        for j in (0..others.len()).rev() {
            lengths[i * width + j] = if lines[i] == others[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < lines.len() && j < others.len() {
        if lines[i] == others[j] {
            common[i] = true;
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, other: &str) -> String {
        let mark = |(line, differs): (String, bool)| format!("{}{line}", if differs { '*' } else { ' ' });
        differing(text, other).into_iter().map(mark).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn only_lines_that_differ_are_marked() {
        assert_eq!(marked("a\nx\nc\nd", "a\nb\nc"), " a\n*x\n c\n*d");
        assert_eq!(marked("a\nb", "a\nb\n"), " a\n b");
        assert_eq!(marked("b\na\nb\na", "a\nb"), "*b\n a\n b\n*a");
    }

    #[test]
    fn a_text_beside_nothing_is_all_new() {
        assert_eq!(marked("a\nb", ""), "*a\n*b");
        assert!(differing("", "a").is_empty());
    }
}
