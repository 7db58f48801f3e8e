//! What an answer says about a document's label.

use hunch_protocol::{Label, Reply};

/// What an answer says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Vote {
    /// The label that was shown.
    pub(crate) shown: Option<i16>,
    /// The label that the answer votes for.
    pub(crate) label: Option<i16>,
    /// P(answer | label) up to a factor, where it votes for none alone.
    pub(crate) likelihood: Option<Vec<f64>>,
}

/// Why an answer says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VoteError {
    /// There is no such label.
    #[error("there is no label `{0}`; the labels are {1}")]
    UnknownLabel(String, String),
    /// The answer is about a label that is not given.
    #[error("`shown` must be the label that was shown")]
    NothingShown,
    /// A label was chosen and is not given.
    #[error("`label` must be the label that was chosen")]
    NothingChosen,
}

/// Reads an answer. Yes votes for the label shown, a chosen label for itself, not sure for none. No votes for the other
/// of two labels; of more it says that the label shown is wrong and nothing about the rest, so that each of the others
/// is as likely: a vector, 0 for the label shown and for retired ones, equal shares for the rest.
pub(crate) fn vote(
    labels: &[Label],
    reply: Reply,
    shown: Option<&str>,
    chosen: Option<&str>,
) -> Result<Vote, VoteError> {
    let find = |name: &str| find(labels, name);
    let shown = shown.map(find).transpose()?;
    let needed = || shown.ok_or(VoteError::NothingShown);
    let mut vote = Vote { shown, ..Vote::default() };
    match reply {
        Reply::Unsure => {}
        Reply::Yes => vote.label = Some(needed()?),
        Reply::Label => vote.label = Some(find(chosen.ok_or(VoteError::NothingChosen)?)?),
        Reply::No => {
            let shown = needed()?;
            let others: Vec<i16> = (0..)
                .zip(labels)
                .filter(|(at, label)| !label.retired && *at != shown)
                .map(|(at, _)| at)
                .collect();
            if let [other] = others[..] {
                vote.label = Some(other);
            } else {
                let share = |at| if others.contains(&at) { 1.0 / others.len() as f64 } else { 0.0 };
                vote.likelihood = Some((0..).zip(labels).map(|(at, _)| share(at)).collect());
            }
        }
    }
    Ok(vote)
}

fn find(labels: &[Label], name: &str) -> Result<i16, VoteError> {
    let found = (0..).zip(labels).find(|(_, label)| !label.retired && label.name == name);
    found.map(|(at, _)| at).ok_or_else(|| {
        let names: Vec<&str> =
            labels.iter().filter(|label| !label.retired).map(|label| label.name.as_str()).collect();
        VoteError::UnknownLabel(name.chars().take(60).collect(), names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str]) -> Vec<Label> {
        names.iter().map(|name| Label { name: (*name).into(), ..Label::default() }).collect()
    }

    #[test]
    fn a_no_to_one_of_two_labels_is_a_vote_for_the_other() {
        let labels = labels(&["HAM", "SPAM"]);
        let no = vote(&labels, Reply::No, Some("SPAM"), None);
        assert_eq!(no, Ok(Vote { shown: Some(1), label: Some(0), likelihood: None }));
        let yes = vote(&labels, Reply::Yes, Some("SPAM"), None);
        assert_eq!(yes, Ok(Vote { shown: Some(1), label: Some(1), likelihood: None }));
    }

    #[test]
    fn a_no_among_many_labels_rules_out_one_and_prefers_none() {
        let mut labels = labels(&["A", "B", "OLD", "C"]);
        labels[2].retired = true;
        let no = vote(&labels, Reply::No, Some("A"), None).expect("a vote");
        assert_eq!((no.label, no.likelihood), (None, Some(vec![0.0, 0.5, 0.0, 0.5])));
        labels[3].retired = true;
        assert_eq!(vote(&labels, Reply::No, Some("A"), None).expect("a vote").label, Some(1));
    }

    #[test]
    fn not_sure_is_kept_and_votes_for_nothing() {
        let unsure = vote(&labels(&["A", "B"]), Reply::Unsure, Some("A"), None);
        assert_eq!(unsure, Ok(Vote { shown: Some(0), label: None, likelihood: None }));
    }

    #[test]
    fn a_label_that_is_not_there_is_named_with_those_that_are() {
        let mut labels = labels(&["A", "B", "OLD"]);
        labels[2].retired = true;
        let error = vote(&labels, Reply::Label, None, Some("OLD")).expect_err("retired");
        assert_eq!(error.to_string(), "there is no label `OLD`; the labels are A, B");
        assert_eq!(vote(&labels, Reply::Label, None, None), Err(VoteError::NothingChosen));
        assert_eq!(vote(&labels, Reply::No, None, None), Err(VoteError::NothingShown));
    }
}
