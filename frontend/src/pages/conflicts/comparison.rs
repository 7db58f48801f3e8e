//! The live figures of several texts of one rule, evaluated by the workers one after another: the workers know one
//! draft at a time. The text being written always comes first; the others take turns while it rests.

use crate::state::eval::Eval;
use crate::state::eval::board::DraftFigures;
use crate::state::eval::language::{Checked, Language};
use leptos::prelude::*;

/// Place of the text being written, behind base, theirs and mine.
pub const WRITTEN: usize = 3;
/// In which order figures are wanted.
const ORDER: [usize; 4] = [WRITTEN, 1, 2, 0];

/// What is known of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Known {
    /// Not yet anything.
    #[default]
    Nothing,
    /// Figures, perhaps partial.
    Figures(Box<DraftFigures>),
    /// It does not compile: why.
    Broken(String),
}

/// Four texts of one rule and what is known of each.
#[derive(Clone, Copy)]
pub struct Comparison {
    eval: Eval,
    rules: StoredValue<[String; 4]>,
    texts: [RwSignal<Option<String>>; 4],
    known: [RwSignal<Known>; 4],
    ended: RwSignal<[bool; 4]>,
    turn: RwSignal<usize>,
}

impl Comparison {
    /// Begins to evaluate base, theirs, mine and the text being written, where there is one, each in the place of a rule.
    pub fn start(eval: Eval, rules: [String; 4], texts: [Option<String>; 4]) -> Self {
        let ended = texts.each_ref().map(Option::is_none);
        let comparison = Self {
            eval,
            rules: StoredValue::new(rules),
            texts: texts.map(RwSignal::new),
            known: std::array::from_fn(|_| RwSignal::default()),
            ended: RwSignal::new(ended),
            turn: RwSignal::new(WRITTEN),
        };
        eval.start();
        comparison.go_on();
        Effect::new(move |_| comparison.listen());
        comparison
    }

    /// The text being written. Tracks.
    pub fn written(self) -> String {
        self.texts[WRITTEN].get().unwrap_or_default()
    }

    /// Takes an edit of the text being written; its figures come next.
    pub fn write(self, text: String) {
        self.texts[WRITTEN].set(Some(text));
        self.ended.update(|ended| ended[WRITTEN] = false);
        self.go_on();
    }

    /// What the text being written means.
    pub fn check(self, language: &Language, text: &str) -> Checked {
        self.rules.with_value(|rules| self.eval.check(language, text, Some(&rules[WRITTEN])))
    }

    /// What is known of a text. Tracks.
    pub fn known(self, place: usize) -> Known {
        self.known[place].get()
    }

    /// Evaluates the first text whose figures are not exact; the written one stays when all are.
    fn go_on(self) {
        let ended = self.ended.get_untracked();
        let next = ORDER.into_iter().find(|place| !ended[*place]).unwrap_or(WRITTEN);
        let Some(text) = self.texts[next].get_untracked() else { return };
        self.turn.set(next);
        let rule = self.rules.with_value(|rules| Some(rules[next].clone()));
        let asked = self
            .eval
            .edited()
            .with_untracked(|edit| edit.as_ref().is_some_and(|edit| edit.rule == rule && edit.text == text));
        if !asked {
            self.eval.edit(rule, text);
        }
    }

    /// Notes what the workers say about the text whose turn it is.
    fn listen(self) {
        let (figures, checked) = (self.eval.draft().get(), self.eval.checked().get());
        let (turn, edited) = (self.turn.get(), self.eval.edited().get());
        let text = self.texts[turn].get_untracked();
        let asked = edited.is_some_and(|edit| Some(edit.text) == text);
        if !asked || self.eval.language().read().is_none() {
            return;
        }
        let (known, ended) = if checked.rule.is_some() {
            let ended = figures.is_exact() || figures.refused.is_some();
            (Known::Figures(Box::new(figures)), ended)
        } else {
            let why = checked.diagnostics.first().map(ToString::to_string);
            (Known::Broken(why.unwrap_or_default()), true)
        };
        self.known[turn].set(known);
        if ended && !self.ended.with_untracked(|ended| ended[turn]) {
            self.ended.update(|all| all[turn] = true);
            self.go_on();
        }
    }
}
