//! What to do next, computed from what there is.

use hunch_protocol::{LabelReport, Rule, Snapshot};

/// The step that brings a project on the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// There are no documents.
    BringData,
    /// There are documents and no active rule.
    WriteRules,
    /// There are rules whose votes were never combined.
    Apply,
    /// Something changed since the labels were made.
    ApplyAgain,
    /// No rule votes on this many of all documents.
    CoverMore {
        /// Documents without a vote.
        uncovered: u64,
        /// All documents.
        rows: u64,
    },
    /// The labels stand and are in no snapshot.
    Freeze,
    /// All is done that can be seen from here.
    Download,
}

/// Below this coverage more rules help more than anything else.
const GOOD_COVERAGE: f64 = 0.5;

impl NextStep {
    /// Decides by what there is.
    pub fn of(rows: u64, rules: &[Rule], report: Option<&LabelReport>, snapshots: &[Snapshot]) -> Self {
        let Some(report) = report else {
            return match (rows, rules.iter().any(|rule| rule.active)) {
                (0, _) => Self::BringData,
                (_, false) => Self::WriteRules,
                (_, true) => Self::Apply,
            };
        };
        if report.stale {
            return Self::ApplyAgain;
        }
        if (report.covered as f64) < GOOD_COVERAGE * report.rows as f64 {
            return Self::CoverMore {
                uncovered: report.rows - report.covered.min(report.rows),
                rows: report.rows,
            };
        }
        // Times are RFC 3339 in UTC with the same precision, so they compare as text.
        let frozen = snapshots.first().is_some_and(|snapshot| snapshot.created_at >= report.created_at);
        if frozen { Self::Download } else { Self::Freeze }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(active: bool) -> Rule {
        Rule {
            id: "r".into(),
            name: "r".into(),
            source: String::new(),
            active,
            revision: 1,
            created_at: String::new(),
            updated_at: String::new(),
        }
    }

    fn report(covered: u64, stale: bool) -> LabelReport {
        LabelReport {
            created_at: "2026-01-02T00:00:00.000000Z".into(),
            stale,
            rows: 100,
            covered,
            patterns: 3,
            ..LabelReport::default()
        }
    }

    fn snapshot(created_at: &str) -> Snapshot {
        Snapshot {
            id: "s".into(),
            name: String::new(),
            rows: 100,
            covered: 80,
            created_at: created_at.into(),
        }
    }

    #[test]
    fn a_new_project_is_led_from_data_to_rules_to_labels() {
        assert_eq!(NextStep::of(0, &[], None, &[]), NextStep::BringData);
        assert_eq!(NextStep::of(5, &[], None, &[]), NextStep::WriteRules);
        assert_eq!(NextStep::of(5, &[rule(false)], None, &[]), NextStep::WriteRules);
        assert_eq!(NextStep::of(5, &[rule(true)], None, &[]), NextStep::Apply);
    }

    #[test]
    fn old_labels_are_not_offered_for_freezing() {
        assert_eq!(NextStep::of(100, &[rule(true)], Some(&report(90, true)), &[]), NextStep::ApplyAgain);
    }

    #[test]
    fn low_coverage_comes_before_a_snapshot() {
        let step = NextStep::of(100, &[rule(true)], Some(&report(20, false)), &[]);
        assert_eq!(step, NextStep::CoverMore { uncovered: 80, rows: 100 });
    }

    #[test]
    fn a_snapshot_older_than_the_labels_does_not_count() {
        let rules = [rule(true)];
        let labels = report(80, false);
        let of = |time: &str| NextStep::of(100, &rules, Some(&labels), &[snapshot(time)]);
        assert_eq!(of("2026-01-01T00:00:00.000000Z"), NextStep::Freeze);
        assert_eq!(of("2026-01-03T00:00:00.000000Z"), NextStep::Download);
    }
}
