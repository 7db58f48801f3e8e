//! How far each rule can be trusted: as the model estimates it, as gold shows it, and what it is worth.

pub mod chart;

use super::names::model_name;
use super::warnings::RuleLink;
use crate::components::{
    bar::ShareBar,
    empty::Empty,
    figure::Defined,
    icon::{Icon, icon},
    panel::Panel,
};
use crate::format;
use crate::state::project::ProjectState;
use chart::AccuracyChart;
use hunch_protocol::{EmpiricalAccuracy, LabelReport};
use leptos::prelude::*;

/// A rule as the page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleRow {
    /// Its name.
    pub name: String,
    /// Documents it votes on.
    pub votes: u64,
    /// Documents that only it votes on.
    pub unique: u64,
    /// P(right | voted) by the model in use; unknown if it never voted.
    pub estimated: Option<f64>,
    /// How often it is right on dev gold.
    pub empirical: Option<EmpiricalAccuracy>,
    /// What the labels' accuracy would lose without it.
    pub value: Option<f64>,
}

impl RuleRow {
    fn all(report: &LabelReport) -> Vec<Self> {
        let used = report.used_model();
        let estimated = |name: &str| used?.sources.iter().find(|source| source.name == name)?.accuracy;
        let rule = |rule: &hunch_protocol::SourceReport| Self {
            name: rule.name.clone(),
            votes: rule.votes,
            unique: rule.unique,
            estimated: estimated(&rule.name),
            empirical: rule.empirical,
            value: rule.value,
        };
        report.rules.iter().map(rule).collect()
    }

    /// The share of its votes on dev gold that are right.
    pub fn empirical_share(&self) -> Option<f64> {
        let EmpiricalAccuracy { right, votes, .. } = self.empirical?;
        (votes > 0).then(|| right as f64 / votes as f64)
    }

    fn key(&self, by: Sort) -> Option<f64> {
        match by {
            Sort::Name => None,
            Sort::Coverage => Some(self.votes as f64),
            Sort::Unique => Some(self.unique as f64),
            Sort::Estimated => self.estimated,
            Sort::Empirical => self.empirical_share(),
            Sort::Value => self.value,
        }
    }
}

/// What the table is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Name,
    Coverage,
    Unique,
    Estimated,
    Empirical,
    Value,
}

/// Names and definitions of the columns.
static HEADS: [(Sort, &str, &str); 6] = [
    (Sort::Name, "Rule", "The rule's name; it leads to the rule."),
    (Sort::Coverage, "Coverage", "Documents on which the rule votes, of all documents."),
    (
        Sort::Unique,
        "Unique",
        "Documents on which only this rule votes, of all documents: without it they would have no label.",
    ),
    (Sort::Estimated, "Estimated", "P(right | voted) as the model in use estimates it."),
    (Sort::Empirical, "On gold", "Right votes among its votes on dev gold, with the 95 % Wilson interval."),
    (
        Sort::Value,
        "Value",
        "Expected accuracy of the model in use on dev gold, less that of the same model without the rule, in percentage points. Above 0 the rule helps.",
    ),
];

/// Descending, or for names ascending; what is not known comes last whichever way.
fn sort(rows: &mut [RuleRow], by: Sort, turned: bool) {
    rows.sort_by(|a, b| {
        let order = match (a.key(by), b.key(by)) {
            (Some(a), Some(b)) if turned => a.total_cmp(&b),
            (Some(a), Some(b)) => b.total_cmp(&a),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) if turned && by == Sort::Name => b.name.cmp(&a.name),
            (None, None) => a.name.cmp(&b.name),
        };
        order.then_with(|| a.name.cmp(&b.name))
    });
}

/// The chart and the table of all rules.
#[component]
pub fn Rules(project: ProjectState, report: LabelReport) -> impl IntoView {
    let rules = RuleRow::all(&report);
    if rules.is_empty() {
        return view! {
            <Panel title="Rules">
                <Empty icon=Icon::Rules title="No rule voted" text="Here stands how far each rule can be trusted, and what it adds." />
            </Panel>
        }
        .into_any();
    }
    let model = model_name(&report.used);
    view! {
        <AccuracyChart rules=rules.clone() model=model />
        <Table project=project rules=rules documents=report.rows />
    }
    .into_any()
}

#[component]
fn Table(project: ProjectState, rules: Vec<RuleRow>, documents: u64) -> impl IntoView {
    let by = RwSignal::new((Sort::Coverage, false));
    let head = move |(column, name, definition): &'static (Sort, &'static str, &'static str)| {
        let column = *column;
        let turned = move || by.get().1 != (column == Sort::Name);
        let direction = move || match by.get().0 == column {
            false => "none",
            true if turned() => "ascending",
            true => "descending",
        };
        let press =
            move |_| by.update(|by| *by = if by.0 == column { (column, !by.1) } else { (column, false) });
        view! {
            <th scope="col" class:end=column != Sort::Name aria-sort=direction>
                <button type="button" class="model-sort" on:click=press>
                    {*name}
                    <span aria-hidden="true" class="model-arrow" class:up=turned hidden=move || by.get().0 != column>{icon(Icon::Down)}</span>
                </button>
                " "
                <Defined definition=*definition><span aria-label=format!("What {name} means")>"?"</span></Defined>
            </th>
        }
    };
    let sorted = move || {
        let (column, turned) = by.get();
        let mut rules = rules.clone();
        sort(&mut rules, column, turned);
        rules.into_iter().map(|rule| line(project, &rule, documents)).collect_view()
    };
    view! {
        <Panel title="Rules">
            <div class="table-scroll" role="region" aria-label="Rules and their figures" tabindex="0">
                <table class="table model-rules">
                    <thead><tr>{HEADS.iter().map(head).collect_view()}</tr></thead>
                    <tbody>{sorted}</tbody>
                </table>
            </div>
        </Panel>
    }
}

fn line(project: ProjectState, rule: &RuleRow, documents: u64) -> AnyView {
    let rows = |rows: u64| {
        let share = rows as f64 / documents.max(1) as f64;
        view! {
            <td class="num end">
                {format::percent(share)}
                <span class="model-below">{format::of(rows, documents)}</span>
                <ShareBar share=share />
            </td>
        }
    };
    let estimated = match rule.estimated {
        Some(accuracy) => view! { <td class="num end">{format::percent(accuracy)}</td> }.into_any(),
        None => view! { <td class="end quiet small">"never voted"</td> }.into_any(),
    };
    let empirical = match rule.empirical.zip(rule.empirical_share()) {
        Some((EmpiricalAccuracy { right, votes, interval }, share)) => view! {
            <td class="num end">
                {format::percent(share)}
                <span class="model-below">
                    {format!("{} · {}", format::interval(interval.low, interval.high), format::of(right, votes))}
                </span>
            </td>
        }
        .into_any(),
        None => view! { <td class="end quiet small">"no gold yet"</td> }.into_any(),
    };
    let value = match rule.value {
        Some(value) => {
            let tone = if value < -0.0005 { "tag bad" } else { "" };
            let points = format!("{}\u{202f}pp", signed_points(value));
            view! { <td class="num end"><span class=tone>{points}</span></td> }.into_any()
        }
        None => view! { <td class="end quiet small">"no gold yet"</td> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><RuleLink project=project name=rule.name.clone() /></th>
            {rows(rule.votes)} {rows(rule.unique)} {estimated} {empirical} {value}
        </tr>
    }
    .into_any()
}

/// Percentage points; what rounds to nothing has no sign.
fn signed_points(value: f64) -> String {
    if value.abs() < 0.0005 { "0.0".to_owned() } else { format::signed(100.0 * value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, votes: u64, value: Option<f64>) -> RuleRow {
        RuleRow { name: name.to_owned(), votes, unique: 0, estimated: None, empirical: None, value }
    }

    #[test]
    fn rules_of_which_nothing_is_known_come_last_whichever_way_one_sorts() {
        let mut rules = [rule("b", 3, None), rule("a", 1, Some(-0.1)), rule("c", 2, Some(0.2))];
        let names = |rules: &[RuleRow]| rules.iter().map(|rule| rule.name.clone()).collect::<String>();
        sort(&mut rules, Sort::Value, false);
        assert_eq!(names(&rules), "cab");
        sort(&mut rules, Sort::Value, true);
        assert_eq!(names(&rules), "acb");
        sort(&mut rules, Sort::Coverage, false);
        assert_eq!(names(&rules), "bca");
        sort(&mut rules, Sort::Name, true);
        assert_eq!(names(&rules), "cba");
    }

    #[test]
    fn a_value_of_nothing_has_no_sign() {
        assert_eq!(signed_points(-0.0001), "0.0");
        assert_eq!(signed_points(0.0123), "+1.2");
    }
}
