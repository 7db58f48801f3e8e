//! `similar` and `nearest`.

use super::Checker;
use super::value::Type;
use crate::ast::{Argument, Expr, ExprKind, Name};
use crate::diagnostic::{Span, code};
use crate::fold::fold;
use crate::limits;
use crate::plan::{ColumnType, ExampleKind, Examples, LexiconExamples, Likeness, Scalar, Terms};
use crate::vector::parse_example;

/// Examples as they are written.
pub(super) enum Given<'e> {
    /// `( …, … )`
    List(&'e [Expr], Span),
    /// `@name`
    Lexicon(&'e Name),
}

/// A comparison that is being checked.
struct Comparison<'c> {
    /// The column's name, empty if it has an error.
    column: &'c str,
    of: ExampleKind,
    /// Whether the examples' places matter.
    ranks: bool,
}

impl Checker<'_, '_> {
    /// `similar(column, examples[, best])` or `nearest(…)`, whichever `function` says.
    pub(super) fn likeness(
        &mut self,
        function: &str,
        column: &Expr,
        given: &Given<'_>,
        best: Option<&Argument>,
    ) -> Option<(Scalar, Type)> {
        let column = self.compared_column(column, function);
        let (name, of) = match &column {
            Some((name, ColumnType::Vector(length))) => {
                (name.as_str(), ExampleKind::Vectors { length: *length })
            }
            Some((name, _)) => (
                name.as_str(),
                ExampleKind::Texts { weights: self.shared.schema.weights_of(name).to_owned() },
            ),
            None => ("", ExampleKind::Texts { weights: String::new() }),
        };
        let comparison = Comparison { column: name, of, ranks: function == "nearest" };
        let (examples, count) = match given {
            Given::List(list, span) => (self.listed(list, *span, comparison), list.len()),
            Given::Lexicon(name) => {
                let examples = self.lexicon_examples(name, comparison)?;
                let count = examples.known_count().unwrap_or(limits::EXAMPLES);
                (Some(examples), count)
            }
        };
        let best = best.map_or(Some(1), |best| self.best(best, count));
        let likeness = Likeness { examples: examples?, best: best?, column: column?.0 };
        let ranks = function == "nearest";
        Some((if ranks { Scalar::Nearest(likeness) } else { Scalar::Similar(likeness) }, Type::Number))
    }

    /// A column of texts or vectors.
    fn compared_column(&mut self, expr: &Expr, function: &str) -> Option<(String, ColumnType)> {
        if let ExprKind::Name(_) | ExprKind::Column(_) = expr.inner().kind {
            let (name, kind) = self.column(expr.inner())?;
            if matches!(kind, ColumnType::Text | ColumnType::Category | ColumnType::Vector(_)) {
                return Some((name, kind));
            }
            let held = Type::from(kind).with_article();
            let message = format!("`{function}` compares texts or vectors, but `{name}` holds {held}");
            self.diagnostics.error(expr.span, code::TYPE, message);
        } else if !matches!(expr.inner().kind, ExprKind::Error) {
            let message =
                format!("`{function}` compares a column of texts or vectors; something else stands here");
            self.diagnostics.error(expr.span, code::TYPE, message);
        }
        None
    }

    /// Examples written in the rule.
    fn listed(&mut self, list: &[Expr], span: Span, comparison: Comparison<'_>) -> Option<Examples> {
        if !self.few_enough(list.len(), span) {
            return None;
        }
        let texts: Vec<_> = list.iter().map(|example| self.example(example)).collect();
        let places: Vec<Span> = list.iter().map(|example| example.span).collect();
        self.examples(&texts.into_iter().collect::<Option<Vec<_>>>()?, &places, comparison)
    }

    /// The terms of a lexicon; those of a stored one are not at hand, so the evaluator tells of their errors.
    fn lexicon_examples(&mut self, name: &Name, comparison: Comparison<'_>) -> Option<Examples> {
        if comparison.ranks {
            let help = "write the examples as a list, or ask for `similar`".to_owned();
            let message = "the terms of a lexicon have no order, so none of them is the first";
            self.diagnostics.error_with(name.span, code::TYPE, message, help);
            return None;
        }
        match self.lexicon(name)? {
            Terms::Lexicon { name, hash } => {
                let lexicon = LexiconExamples { name, hash, of: comparison.of };
                Some(Examples::Lexicon(Box::new(lexicon)))
            }
            Terms::List(terms) => {
                self.few_enough(terms.len(), name.span).then_some(())?;
                if let ExampleKind::Vectors { length } = comparison.of
                    && let Some(wrong) = terms.iter().find(|term| parse_example(term, length).is_err())
                {
                    return self.vector(wrong, name.span, comparison.column, length).and(None);
                }
                let places = vec![name.span; terms.len()];
                self.examples(&terms, &places, comparison)
            }
        }
    }

    /// Examples from their texts, each of which stands at its place.
    fn examples(
        &mut self,
        texts: &[String],
        places: &[Span],
        comparison: Comparison<'_>,
    ) -> Option<Examples> {
        match comparison.of {
            ExampleKind::Texts { weights } => {
                let mut texts: Vec<String> = texts.iter().map(|text| fold(text).into_owned()).collect();
                if !comparison.ranks {
                    texts.sort_unstable(); // only for `nearest` their places matter
                }
                Some(Examples::Texts { weights, texts })
            }
            ExampleKind::Vectors { length } => {
                let vectors = texts.iter().zip(places);
                let vectors: Vec<_> = vectors
                    .map(|(text, place)| self.vector(text, *place, comparison.column, length))
                    .collect();
                let mut vectors = vectors.into_iter().collect::<Option<Vec<_>>>()?;
                if !comparison.ranks {
                    vectors.sort_by(|one, other| {
                        one.iter().map(|x| x.to_bits()).cmp(other.iter().map(|x| x.to_bits()))
                    });
                }
                Some(Examples::Vectors(vectors))
            }
        }
    }

    fn few_enough(&mut self, examples: usize, span: Span) -> bool {
        if examples > limits::EXAMPLES {
            let message = format!("there are {examples} examples; at most {} are possible", limits::EXAMPLES);
            self.diagnostics.error(span, code::LIMIT, message);
        }
        examples <= limits::EXAMPLES
    }

    /// An example's text.
    fn example(&mut self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Text(text) if text.trim().is_empty() => {
                self.diagnostics.error(expr.span, code::VALUE, "an empty example is like nothing");
                None
            }
            ExprKind::Text(text) => Some(text.clone()),
            _ => {
                let help = "a vector is written in quotes too, as in \"0.5 -1 2\"".to_owned();
                self.diagnostics.error_with(expr.span, code::TYPE, "an example is a text in quotes", help);
                None
            }
        }
    }

    /// An example for a column of vectors.
    fn vector(&mut self, text: &str, span: Span, column: &str, length: u32) -> Option<Vec<f32>> {
        let message = match parse_example(text, length) {
            Ok(vector) => return Some(vector),
            Err(reason) => format!("an example for `{column}` is a vector of {length} numbers: {reason}"),
        };
        let help = "write numbers as in \"0.5 -1 2\" or \"[0.5, -1, 2]\"".to_owned();
        self.diagnostics.error_with(span, code::VALUE, message, help);
        None
    }

    /// How many of the examples count, or which.
    fn best(&mut self, argument: &Argument, examples: usize) -> Option<u32> {
        let best = match argument {
            Argument::Value(Expr { kind: ExprKind::Number(number), .. }) => {
                let most = u32::try_from(examples).unwrap_or(u32::MAX);
                (1..=most).find(|best| f64::from(*best).total_cmp(number).is_eq())
            }
            _ => None,
        };
        if best.is_none() {
            let message = format!("how many of the examples count is a whole number from 1 to {examples}");
            self.diagnostics.error(argument.span(), code::VALUE, message);
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use crate::check::test_schema;
    use crate::plan::{
        Clause, Condition, ExampleKind, Examples, LexiconExamples, Likeness, Predicate, Scalar,
    };
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

    fn vectors(vectors: &[&[f32]], best: u32) -> Likeness {
        let examples = Examples::Vectors(vectors.iter().map(|vector| vector.to_vec()).collect());
        Likeness { column: "embedding".into(), examples, best }
    }

    #[test]
    fn vectors_of_one_meaning_make_one_plan_however_they_are_written() {
        let expected = Ok(Scalar::Similar(vectors(&[&[0.5, 2.0], &[1.0, 0.0]], 1)));
        assert_eq!(value(r#"similar(embedding, ("[1, 0]", "0.5 2")) > 0.5"#), expected);
        assert_eq!(value(r#"similar(embedding, ("0.5, 2.0", "1 -0")) > 0.5"#), expected);
        let nearest = value(r#"nearest(embedding, ("[1, 0]", "0.5 2"), 2) = 1"#);
        assert_eq!(nearest, Ok(Scalar::Nearest(vectors(&[&[1.0, 0.0], &[0.5, 2.0]], 2))));
    }

    #[test]
    fn a_stored_lexicon_stands_in_the_plan_by_its_hash() {
        let examples = |of| {
            Examples::Lexicon(Box::new(LexiconExamples { name: "brands".into(), hash: "b3".into(), of }))
        };
        let of = ExampleKind::Vectors { length: 2 };
        let likeness = Likeness { column: "embedding".into(), examples: examples(of), best: 3 };
        assert_eq!(value("similar(embedding, @brands, 3) > 0.5"), Ok(Scalar::Similar(likeness)));
        let of = ExampleKind::Texts { weights: "w8".into() };
        let likeness = Likeness { column: "content".into(), examples: examples(of), best: 1 };
        assert_eq!(value("similar(text, @brands) > 0.5"), Ok(Scalar::Similar(likeness)));
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
        assert_eq!(codes(r#"similar(embedding, ("1 2", "1 2 3", "a", "0 0")) > 0.5"#), [code::VALUE; 3]);
        assert_eq!(codes("similar(embedding, (1, 2)) > 0.5"), [code::TYPE, code::TYPE]);
        assert_eq!(codes("nearest(embedding, @brands) = 1"), [code::TYPE]);
        assert_eq!(codes("similar(embedding, @unknown) > 0.5"), [code::UNKNOWN_LEXICON]);
        assert_eq!(codes("similar(embedding, any (\"1 2\")) > 0.5"), [code::TYPE]);
    }
}
