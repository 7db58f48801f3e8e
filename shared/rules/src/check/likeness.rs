//! `similar` and `nearest`.

use super::Checker;
use super::value::Type;
use crate::ast::{Expr, ExprKind};
use crate::diagnostic::{Span, code};
use crate::fold::fold;
use crate::limits;
use crate::plan::{Examples, Likeness, Scalar};

impl Checker<'_, '_> {
    /// `similar(column, (examples)[, best])` or `nearest(…)`, whichever `name` says.
    pub(super) fn likeness(
        &mut self,
        name: &str,
        column: &Expr,
        (examples, span): (&[Expr], Span),
        best: Option<&Expr>,
    ) -> Option<(Scalar, Type)> {
        let column = self.text_column(column, &format!("`{name}`"));
        let texts: Vec<_> = examples.iter().map(|example| self.example(example)).collect();
        if examples.len() > limits::EXAMPLES {
            let message =
                format!("there are {} examples; at most {} are possible", examples.len(), limits::EXAMPLES);
            self.diagnostics.error(span, code::LIMIT, message);
            return None;
        }
        let best = best.map_or(Some(1), |best| self.best(best, examples.len()));
        let (column, mut texts, best) = (column?, texts.into_iter().collect::<Option<Vec<_>>>()?, best?);
        let ranks = name == "nearest";
        if !ranks {
            texts.sort_unstable(); // only for `nearest` their places matter
        }
        let weights = self.shared.schema.weights_of(&column).to_owned();
        let likeness = Likeness { column, examples: Examples::Texts { weights, texts }, best };
        Some((if ranks { Scalar::Nearest(likeness) } else { Scalar::Similar(likeness) }, Type::Number))
    }

    /// An example, folded.
    fn example(&mut self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Text(text) if text.trim().is_empty() => {
                self.diagnostics.error(expr.span, code::VALUE, "an empty example is like no text");
                None
            }
            ExprKind::Text(text) => Some(fold(text).into_owned()),
            _ => {
                self.diagnostics.error(expr.span, code::TYPE, "an example is a text in quotes");
                None
            }
        }
    }

    /// How many of the examples count, or which.
    fn best(&mut self, expr: &Expr, examples: usize) -> Option<u32> {
        let best = match expr.kind {
            ExprKind::Number(number) => {
                let most = u32::try_from(examples).unwrap_or(u32::MAX);
                (1..=most).find(|best| f64::from(*best).total_cmp(&number).is_eq())
            }
            _ => None,
        };
        if best.is_none() {
            let message = format!("how many of the examples count is a whole number from 1 to {examples}");
            self.diagnostics.error(expr.span, code::VALUE, message);
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use crate::check::test_schema;
    use crate::plan::{Clause, Condition, Examples, Likeness, Predicate, Scalar};
    use crate::{Source, code, compile};

    /// The left side of the comparison that a rule with one clause makes.
    fn value(condition: &str) -> Result<Scalar, Vec<&'static str>> {
        let text = format!("rule r:\n  SPAM when {condition}\n");
        let compiled = compile(&[Source { name: "test", text: &text }], &test_schema());
        let codes: Vec<_> = compiled.diagnostics.iter().map(|found| found.code).collect();
        let rule = compiled.rules.into_iter().next().ok_or_else(|| codes.clone())?;
        let Ok([Clause { when: Condition::Is(Predicate::Compare { left, .. }), .. }]) =
            <[Clause; 1]>::try_from(rule.plan.clauses)
        else {
            return Err(codes);
        };
        Ok(left)
    }

    fn texts(column: &str, weights: &str, texts: &[&str], best: u32) -> Likeness {
        let texts = texts.iter().map(ToString::to_string).collect();
        Likeness { column: column.into(), examples: Examples::Texts { weights: weights.into(), texts }, best }
    }

    #[test]
    fn a_plan_names_the_columns_term_weights_and_keeps_places_only_where_they_matter() {
        let similar = value(r#"similar(text, ("Win", "a PRIZE"), 2) > 0.5"#);
        assert_eq!(similar, Ok(Scalar::Similar(texts("content", "w8", &["a prize", "win"], 2))));
        let nearest = value(r#"nearest(author, ("Win", "a PRIZE")) = 1"#);
        assert_eq!(nearest, Ok(Scalar::Nearest(texts("author", "", &["win", "a prize"], 1))));
    }

    #[test]
    fn examples_that_cannot_be_compared_are_refused() {
        let codes = |condition: &str| value(condition).unwrap_err();
        assert_eq!(codes("similar(stars, (\"a\")) > 0.5"), [code::TYPE]);
        assert_eq!(codes("similar(text, (\"a\", 3)) > 0.5"), [code::TYPE]);
        assert_eq!(codes("similar(text, (\" \")) > 0.5"), [code::VALUE]);
        assert_eq!(codes("similar(text, \"a\") > 0.5"), [code::TYPE]);
        for best in ["0", "3", "1.5", "x"] {
            assert_eq!(codes(&format!("similar(text, (\"a\", \"b\"), {best}) > 0.5")), [code::VALUE]);
        }
        let many = vec!["\"a\""; 1_001].join(", ");
        assert_eq!(codes(&format!("nearest(text, ({many})) = 1")), [code::LIMIT]);
        assert_eq!(codes("similar(text, (\"a\"))"), [code::TYPE]);
    }
}
