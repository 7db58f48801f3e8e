//! All rules' votes on a document at a glance.

use leptos::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Beyond so many rules those that abstain are only counted.
const SQUARES: usize = 40;

/// Squares of a line.
const LINE: usize = 20;

/// From one square to the next, in pixels.
const PITCH: usize = 14;

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
///
/// All squares of a colour are one path: a page of documents shows a thousand of them and is drawn anew on every keystroke.
#[component]
pub fn VoteStrip(ballots: Vec<Ballot>) -> impl IntoView {
    let name = in_words(&ballots);
    let all = ballots.len() <= SQUARES;
    let shown: Vec<&Ballot> = ballots.iter().filter(|ballot| all || ballot.vote.is_some()).collect();
    let (width, height) = (shown.len().min(LINE) * PITCH, shown.len().div_ceil(LINE) * PITCH);
    let Drawing { silent, voted, chosen } = Drawing::of(&shown);
    let voted =
        voted.into_iter().map(|(color, squares)| view! { <path d=squares style=("fill", color)></path> });
    view! {
        <span class="vote-strip" role="img" aria-label=name.clone() title=name>
            <svg width=width height=height aria-hidden="true">
                <path class="silent" d=silent></path>
                {voted.collect_view()}
                <path class="chosen" d=chosen></path>
            </svg>
        </span>
    }
}

/// Squares as the data of paths.
#[derive(Debug, Default)]
struct Drawing {
    silent: String,
    /// By colour.
    voted: BTreeMap<String, String>,
    /// Around the rule that the page is about.
    chosen: String,
}

impl Drawing {
    fn of(ballots: &[&Ballot]) -> Self {
        let mut drawing = Self::default();
        for (at, ballot) in ballots.iter().enumerate() {
            let (x, y) = (at % LINE * PITCH, at / LINE * PITCH);
            match &ballot.vote {
                Some((_, color)) => {
                    let _ = write!(
                        drawing.voted.entry(color.clone()).or_default(),
                        "M{} {}h10v10h-10z",
                        x + 2,
                        y + 2
                    );
                }
                None => {
                    let _ = write!(drawing.silent, "M{}.5 {}.5h9v9h-9z", x + 2, y + 2);
                }
            }
            if ballot.chosen {
                let _ = write!(drawing.chosen, "M{x}.5 {y}.5h13v13h-13z");
            }
        }
        drawing
    }
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
    fn each_vote_has_its_square_and_lines_are_broken() {
        let ballot = |vote: Option<&str>, chosen| Ballot {
            rule: String::new(),
            vote: vote.map(|color| (String::new(), color.to_owned())),
            chosen,
        };
        let ballots: Vec<_> = (0..21).map(|at| ballot((at % 20 == 0).then_some("red"), at == 1)).collect();
        let drawing = Drawing::of(&ballots.iter().collect::<Vec<_>>());
        assert_eq!(drawing.voted["red"], "M2 2h10v10h-10zM2 16h10v10h-10z");
        assert_eq!(drawing.silent.matches('M').count(), 19);
        assert_eq!(drawing.chosen, "M14.5 0.5h13v13h-13z");
    }

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
