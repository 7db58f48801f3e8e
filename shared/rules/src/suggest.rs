//! The nearest known name, for typing mistakes.

/// The candidate nearest to `name`, if it is near enough to be meant; the first of equally near ones.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).take(MAX_CHARS + 1).collect();
    let limit = (name.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let chars: Vec<char> =
                candidate.chars().flat_map(char::to_lowercase).take(MAX_CHARS + 1).collect();
            let near = chars.len().abs_diff(name.len()) <= limit && chars.len().max(name.len()) <= MAX_CHARS;
            let distance = if near { distance(&name, &chars) } else { usize::MAX };
            // One letter does not resemble another.
            (distance <= limit && distance < chars.len()).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Advice that names the nearest candidate.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// The candidate that advice of [`did_you_mean`] names.
pub(crate) fn meant(advice: &str) -> Option<&str> {
    advice.strip_prefix("did you mean `")?.strip_suffix("`?")
}

/// Longer names are not compared.
const MAX_CHARS: usize = 64;

/// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1; b.len() + 1];
        for j in 0..b.len() {
            let replaced = last[j] + usize::from(a[i] != b[j]);
            row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_mistake_is_answered_with_the_name_that_was_meant() {
        let names = ["contains", "has", "starts", "text", "stars"];
        assert_eq!(nearest("contians", names), Some("contains"));
        assert_eq!(nearest("HAS", names), Some("has"));
        assert_eq!(nearest("txet", names), Some("text"));
        assert_eq!(nearest("star", names), Some("stars"));
        assert_eq!(nearest("country", names), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("", names), None);
    }
}
