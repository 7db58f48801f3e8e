//! All rules' votes on a document at a glance.

use leptos::prelude::*;

/// Beyond so many rules those that abstain are only counted.
const SQUARES: usize = 40;

/// One rule's vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The rule's name.
    pub rule: String,
    /// The label's name and colour; `None` if the rule abstains.
    pub vote: Option<(String, String)>,
    /// Whether it is the rule that the page is about.
    pub chosen: bool,
}

/// A square per rule, filled with the colour of its vote, hollow if it abstains.
#[component]
pub fn VoteStrip(ballots: Vec<Ballot>) -> impl IntoView {
    let name = in_words(&ballots);
    let all = ballots.len() <= SQUARES;
    let square = |ballot: Ballot| {
        let (title, color) = match ballot.vote {
            Some((label, color)) => (format!("{}: {label}", ballot.rule), Some(color)),
            None => (format!("{} abstains", ballot.rule), None),
        };
        view! {
            <i class:voted=color.is_some() class:chosen=ballot.chosen title=title style=("--label", color.unwrap_or_default())></i>
        }
    };
    let squares: Vec<_> =
        ballots.into_iter().filter(|ballot| all || ballot.vote.is_some()).map(square).collect();
    view! { <span class="vote-strip" role="img" aria-label=name>{squares}</span> }
}

fn in_words(ballots: &[Ballot]) -> String {
    let votes =
        ballots.iter().filter_map(|ballot| Some(format!("{} {}", ballot.rule, ballot.vote.as_ref()?.0)));
    let mut parts: Vec<String> = votes.collect();
    let silent = ballots.len() - parts.len();
    if silent > 0 {
        parts.push(format!("{silent} abstain"));
    }
    format!("Votes: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_reader_hears_who_votes_what() {
        let ballot = |rule: &str, vote: Option<&str>| Ballot {
            rule: rule.to_owned(),
            vote: vote.map(|label| (label.to_owned(), String::new())),
            chosen: false,
        };
        let ballots = [ballot("a", Some("SPAM")), ballot("b", None), ballot("c", Some("HAM"))];
        assert_eq!(in_words(&ballots), "Votes: a SPAM, c HAM, 1 abstain");
    }
}
