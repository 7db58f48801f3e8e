//! Terms in groups: within a group one may stand for another.

use crate::text::Pieces;
use hunch_rules::fold;
use std::collections::BTreeMap;

/// The terms of a lexicon. A term with `|` in it is a group of its own (`film|movie`); all others are one group.
#[derive(Debug, Clone, Default)]
pub(crate) struct Groups {
    /// Of each group.
    members: Vec<Vec<String>>,
    /// By the folded term, the group and the place in it; of a term in several groups, the first.
    places: BTreeMap<String, (usize, usize)>,
    /// Words of the longest term.
    longest: usize,
}

/// A term that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its first word.
    pub first: usize,
    /// How many words it has.
    pub words: usize,
    group: usize,
    member: usize,
}

impl Groups {
    pub(crate) fn new(terms: &[String]) -> Self {
        let (grouped, single): (Vec<&String>, Vec<&String>) =
            terms.iter().partition(|term| term.contains('|'));
        let split = |term: &String| {
            let members = term.split('|').map(str::trim).filter(|member| !member.is_empty());
            members.map(str::to_owned).collect::<Vec<_>>()
        };
        let mut members: Vec<Vec<String>> = grouped.into_iter().map(split).collect();
        members.push(single.into_iter().cloned().collect());
        members.retain(|group| !group.is_empty());
        let mut all = Self { members, ..Self::default() };
        for (group, members) in all.members.iter().enumerate() {
            for (member, term) in members.iter().enumerate() {
                all.places.entry(fold(term).into_owned()).or_insert((group, member));
                all.longest = all.longest.max(Pieces::new(term).words.len());
            }
        }
        all
    }

    /// Every term, in one order.
    pub(crate) fn all(&self) -> Vec<&str> {
        self.members.iter().flatten().map(String::as_str).collect()
    }

    /// The terms that stand in a text as whole words, from left to right, the longest where several begin, that have
    /// another to stand for them.
    pub(crate) fn find(&self, text: &Pieces<'_>) -> Vec<Found> {
        let mut found = Vec::new();
        let mut first = 0;
        while first < text.words.len() {
            let lengths = (1..=self.longest.min(text.words.len() - first)).rev();
            let here = lengths.into_iter().find_map(|words| {
                let &(group, member) = self.places.get(fold(&text.phrase(first, words)).as_ref())?;
                (self.members[group].len() > 1).then_some(Found { first, words, group, member })
            });
            first += here.map_or(1, |here| here.words);
            found.extend(here);
        }
        found
    }

    /// The others of a term's group.
    pub(crate) fn others(&self, of: Found) -> Vec<&str> {
        let members = self.members[of.group].iter().enumerate();
        members.filter(|(member, _)| *member != of.member).map(|(_, term)| term.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(terms: &[&str]) -> Groups {
        Groups::new(&terms.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn a_term_stands_for_another_of_its_own_group_only() {
        let groups = groups(&["amazon", "ebay", "film | movie|motion picture", "|"]);
        let text = Pieces::new("A Motion Picture on Amazon, not a picture.");
        let found = groups.find(&text);
        let at: Vec<_> = found.iter().map(|found| (found.first, found.words)).collect();
        assert_eq!(at, [(1, 2), (4, 1)]);
        assert_eq!(groups.others(found[0]), ["film", "movie"]);
        assert_eq!(groups.others(found[1]), ["ebay"]);
        assert_eq!(groups.all().len(), 5);
    }

    #[test]
    fn a_term_alone_in_its_group_is_not_found() {
        assert_eq!(groups(&["amazon"]).find(&Pieces::new("amazon")), []);
        assert_eq!(groups(&[]).find(&Pieces::new("amazon")), []);
    }
}
