//! In which order rules are checked: each after those it names. A circle is an error.

use super::{Rules, references};
use crate::diagnostic::{Diagnostics, Span, code};

/// An order of rules.
pub(super) struct Order {
    /// Every rule once, after the rules it names unless those name it back.
    pub sequence: Vec<usize>,
    /// By rule: whether it is in a circle that was reported.
    pub circular: Vec<bool>,
}

/// Orders rules by what they name; of each circle every member is reported, at the place where it names the next.
pub(super) fn order(rules: &Rules<'_>, diagnostics: &mut [Diagnostics]) -> Order {
    let names: Vec<Vec<(usize, Span)>> = rules
        .all
        .iter()
        .map(|(_, rule)| {
            let named = references(rule);
            named.into_iter().filter_map(|(name, span)| Some((*rules.by_name.get(name)?, span))).collect()
        })
        .collect();
    let mut named_by: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    let mut waiting: Vec<usize> = names.iter().map(Vec::len).collect();
    for (rule, named) in names.iter().enumerate() {
        for &(other, _) in named {
            named_by[other].push(rule);
        }
    }

    let mut order = Order { sequence: Vec::with_capacity(names.len()), circular: vec![false; names.len()] };
    let mut done = vec![false; names.len()];
    let mut ready: Vec<usize> = (0..names.len()).rev().filter(|&rule| waiting[rule] == 0).collect();
    let mut next = 0;
    loop {
        while let Some(rule) = ready.pop() {
            if std::mem::replace(&mut done[rule], true) {
                continue;
            }
            order.sequence.push(rule);
            for &waiter in &named_by[rule] {
                waiting[waiter] -= 1;
                if waiting[waiter] == 0 {
                    ready.push(waiter);
                }
            }
        }
        // Whoever is left waits for a circle: find one, report it and let its members go.
        next += done[next..].iter().take_while(|&&done| done).count();
        if next == names.len() {
            return order;
        }
        for (rule, span, path) in circle(next, &names, &done, rules) {
            let message = format!("rules name each other in a circle: {path}");
            diagnostics[rules.all[rule].0].error(span, code::CYCLE, message);
            order.circular[rule] = true;
            ready.push(rule);
        }
    }
}

/// A circle that `start` leads into: its members, where each names the next, and how to show the circle.
fn circle(
    start: usize,
    names: &[Vec<(usize, Span)>],
    done: &[bool],
    rules: &Rules<'_>,
) -> Vec<(usize, Span, String)> {
    let mut path: Vec<(usize, Span)> = Vec::new();
    let mut place = vec![None; names.len()];
    let mut rule = start;
    while place[rule].is_none() {
        place[rule] = Some(path.len());
        // A rule that waits names one that is not done.
        let Some(&(other, span)) = names[rule].iter().find(|&&(other, _)| !done[other]) else { break };
        path.push((rule, span));
        rule = other;
    }
    let members = &path[place[rule].unwrap_or(0)..];
    let name = |rule: usize| rules.all[rule].1.name.text.as_str();
    let shown: Vec<&str> = members.iter().take(10).map(|&(rule, _)| name(rule)).collect();
    let ellipsis = if members.len() > shown.len() { " → …" } else { "" };
    let shown = format!("{}{ellipsis} → {}", shown.join(" → "), name(rule));
    members.iter().map(|&(rule, span)| (rule, span, shown.clone())).collect()
}
