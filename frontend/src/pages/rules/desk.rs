//! What the rules page works on: the chosen rule, its text, and what can be done with them.

use crate::routes::{self, Section};
use crate::state::drafts::{Drafts, NEW, use_drafts};
use crate::state::eval::{Eval, use_eval};
use crate::state::project::{ProjectState, use_project};
use crate::state::toasts::Toasts;
use crate::state::{Api, ApiFailure};
use hunch_protocol::{ProblemError, Rule, SaveRule};
use hunch_rules::{Diagnostic, Severity, Span};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use std::rc::Rc;

type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

/// The rules page's own state, given by context to its panes.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The open project.
    pub project: ProjectState,
    /// Its live figures.
    pub eval: Eval,
    /// Its unsaved rules.
    pub drafts: Drafts,
    /// The chosen rule's identifier, or [`NEW`].
    pub chosen: Memo<Option<String>>,
    /// The chosen rule as it is saved.
    pub rule: Memo<Option<Rule>>,
    /// Its text as the editor shows it.
    pub text: Memo<String>,
    /// What to select in the editor.
    pub select: RwSignal<Option<Span>>,
    /// Moves whenever another rule is edited, but not when a new one gets its place on the server.
    pub editing: Memo<u32>,
    /// Whether a save is under way.
    pub saving: RwSignal<bool>,
    /// What the server said against the text, until it is edited.
    refused: RwSignal<Vec<Diagnostic>>,
    /// The rule that was new until its save just now.
    placed: StoredValue<Option<String>>,
    toasts: Toasts,
    navigate: StoredValue<Navigate, LocalStorage>,
}

/// How the editor's text stands to what is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A rule that is not on the server.
    New,
    /// As saved, at this revision.
    Saved(i64),
    /// Edited, from this revision.
    Edited(i64),
    /// Edited from one revision while another was saved elsewhere: a merge conflict.
    MergeConflict {
        /// What the edit was made from.
        base: i64,
        /// What is saved now.
        saved: i64,
    },
}

impl Desk {
    /// Follows the address.
    pub fn open() -> Self {
        let (project, eval, drafts) = (use_project(), use_eval(), use_drafts());
        let params = use_params_map();
        let chosen = Memo::new(move |_| params.read().get("rule").filter(|rule| !rule.is_empty()));
        let rule = Memo::new(move |_| {
            let id = chosen.get()?;
            project.rules.with(|rules| rules?.iter().find(|rule| rule.id == id).cloned())
        });
        let text = Memo::new(move |_| {
            let draft = chosen.get().and_then(|id| drafts.get(&id)).map(|draft| draft.text);
            let saved = || rule.with(|rule| rule.as_ref().map(|rule| rule.source.clone()));
            let template = || eval.language().get().map(|language| language.template().0);
            draft.or_else(saved).or_else(template).unwrap_or_default()
        });
        let placed = StoredValue::new(None::<String>);
        let editing = Memo::new(move |before: Option<&u32>| {
            let same = chosen.with(|chosen| chosen.is_some() && placed.with_value(|placed| placed == chosen));
            before.map_or(0, |before| before + u32::from(!same))
        });
        let desk = Self {
            project,
            eval,
            drafts,
            chosen,
            rule,
            text,
            select: RwSignal::new(None),
            editing,
            placed,
            saving: RwSignal::new(false),
            refused: RwSignal::new(Vec::new()),
            toasts: Toasts::expect(),
            navigate: StoredValue::new_local(Rc::new(use_navigate())),
        };
        Effect::new(move |_| {
            let (Some(chosen), text) = (chosen.get(), text.get()) else { return };
            desk.refused.set(Vec::new());
            eval.edit(Some(chosen).filter(|id| id != NEW), text);
        });
        desk
    }

    /// The project's rules, once loaded. Tracks.
    pub fn rules(self) -> Vec<Rule> {
        self.project.rules.get().unwrap_or_default()
    }

    /// How the text stands to what is saved. Tracks.
    pub fn standing(self) -> Standing {
        let draft = self.chosen.get().and_then(|id| self.drafts.get(&id));
        match (draft, self.rule.with(|rule| rule.as_ref().map(|rule| rule.revision))) {
            (_, None) => Standing::New,
            (None, Some(saved)) => Standing::Saved(saved),
            (Some(draft), Some(saved)) if draft.base == saved => Standing::Edited(saved),
            (Some(draft), Some(saved)) => Standing::MergeConflict { base: draft.base, saved },
        }
    }

    /// What is wrong with the text, as far as the page and the server know. Tracks.
    pub fn diagnostics(self) -> Vec<Diagnostic> {
        let mut all = self.eval.checked().with(|checked| checked.diagnostics.clone());
        self.refused.with(|refused| all.extend(refused.iter().cloned()));
        all
    }

    /// Takes an edit. A text that is what is saved is no draft.
    pub fn edit(self, text: String) {
        let Some(id) = self.chosen.get_untracked() else { return };
        self.select.set(None);
        let saved =
            self.rule.with_untracked(|rule| rule.as_ref().map(|rule| (rule.source.clone(), rule.revision)));
        if saved.as_ref().is_some_and(|(source, _)| *source == text) {
            return self.drafts.remove(&id);
        }
        let begun = untrack(|| self.drafts.get(&id)).map(|draft| draft.base);
        self.drafts.set(&id, text, begun.or(saved.map(|(_, revision)| revision)).unwrap_or(0));
    }

    /// Opens a rule, or [`NEW`].
    pub fn choose(self, id: &str) {
        self.select.set(None);
        self.go(&routes::rule(&self.project.id(), id), false);
    }

    /// Opens a rule in place of the address without one.
    pub fn choose_instead(self, id: &str) {
        self.go(&routes::rule(&self.project.id(), id), true);
    }

    /// Opens the new rule and selects what is to be written over.
    pub fn choose_new(self) {
        self.choose(NEW);
        if !untrack(|| self.drafts.has(NEW)) {
            self.select.set(self.eval.language().get_untracked().map(|language| language.template().1));
        }
    }

    /// Opens the rule `step` places further in the list.
    pub fn step(self, step: isize) {
        let rules = untrack(|| self.rules());
        let chosen = self.chosen.get_untracked();
        let here = rules.iter().position(|rule| Some(&rule.id) == chosen.as_ref());
        let to = here.map_or(Some(0), |here| here.checked_add_signed(step));
        if let Some(rule) = to.and_then(|to| rules.get(to)) {
            self.choose(&rule.id);
        }
    }

    fn go(self, path: &str, replace: bool) {
        self.navigate.with_value(|go| {
            go(path, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
        });
    }

    /// Saves the text as a new revision. With errors in it, goes to the first instead.
    pub fn save(self) {
        let Some(id) = self.chosen.get_untracked() else { return };
        let standing = untrack(|| self.standing());
        let errors = untrack(|| self.diagnostics());
        if let Some(error) = errors.iter().find(|it| it.severity == Severity::Error) {
            self.select.set(Some(error.span));
            return;
        }
        let base = match standing {
            Standing::New => None,
            Standing::Edited(base) => Some(base),
            Standing::Saved(_) | Standing::MergeConflict { .. } => return,
        };
        if self.saving.get_untracked() {
            return;
        }
        self.saving.set(true);
        let text = self.text.get_untracked();
        let active = self.rule.with_untracked(|rule| rule.as_ref().is_none_or(|rule| rule.active));
        spawn_local(async move {
            let save = SaveRule { source: text.clone(), active };
            let project = self.project.id();
            let answer = match base {
                None => Api.create_rule(&project, &save).await,
                Some(base) => Api.save_rule(&project, &id, base, &save).await,
            };
            self.saving.try_set(false);
            match answer {
                Ok(rule) => self.saved(&id, &text, rule),
                Err(failure) => self.not_saved(&failure),
            }
        });
    }

    /// What was typed while the save was under way stays a draft, made from the new revision.
    fn saved(self, id: &str, text: &str, rule: Rule) {
        let typed_on = untrack(|| self.drafts.get(id)).is_some_and(|draft| draft.text != text);
        match (typed_on, id == NEW) {
            (false, _) => self.drafts.remove(id),
            (true, false) => self.drafts.rebase(id, rule.revision),
            (true, true) => {
                let draft = untrack(|| self.drafts.get(NEW)).map(|draft| draft.text).unwrap_or_default();
                self.drafts.set(&rule.id, draft, rule.revision);
                self.drafts.remove(NEW);
            }
        }
        let path = routes::rule(&self.project.id(), &rule.id);
        let placed = rule.id.clone();
        self.take(rule);
        if id == NEW && self.chosen.get_untracked().as_deref() == Some(NEW) {
            self.placed.set_value(Some(placed));
            self.go(&path, true);
        }
    }

    fn not_saved(self, failure: &ApiFailure) {
        if let ApiFailure::Refused(problem) = failure {
            if problem.status == 412 {
                let current = problem.current.clone().and_then(|it| serde_json::from_value::<Rule>(it).ok());
                match current {
                    Some(rule) => self.take(rule),
                    None => self.project.rules.refresh(),
                }
                return;
            }
            let marks: Vec<Diagnostic> = problem.errors.iter().filter_map(mark).collect();
            if !marks.is_empty() {
                self.refused.try_set(marks);
                return;
            }
        }
        self.toasts.fail(format!("The rule could not be saved. {failure} Your text is kept."));
    }

    /// Shows a rule as the server has it now.
    fn take(self, rule: Rule) {
        self.project.rules.update(|rules| match rules.iter_mut().find(|known| known.id == rule.id) {
            Some(known) => *known = rule,
            None => rules.push(rule),
        });
    }

    /// Makes a rule count, or no longer.
    pub fn toggle(self, rule: Rule) {
        let save = SaveRule { source: rule.source.clone(), active: !rule.active };
        self.take(Rule { active: save.active, ..rule.clone() });
        spawn_local(async move {
            match Api.save_rule(&self.project.id(), &rule.id, rule.revision, &save).await {
                Ok(saved) => {
                    // Only this page's own change: a draft made from the revision before still fits.
                    if untrack(|| self.drafts.get(&rule.id)).is_some_and(|draft| draft.base == rule.revision)
                    {
                        self.drafts.rebase(&rule.id, saved.revision);
                    }
                    self.take(saved);
                }
                Err(failure) => {
                    self.toasts.fail(format!("`{}` could not be changed. {failure}", rule.name));
                    self.take(rule);
                    self.project.rules.refresh();
                }
            }
        });
    }

    /// Takes the chosen rule away; for ten seconds that can be undone.
    pub fn delete(self) {
        let Some(rule) = self.rule.get_untracked() else {
            self.drafts.remove(NEW);
            self.go(&Section::Rules.path(&self.project.id()), true);
            return;
        };
        self.project.rules.update(|rules| rules.retain(|known| known.id != rule.id));
        self.go(&Section::Rules.path(&self.project.id()), true);
        spawn_local(async move {
            match Api.delete_rule(&self.project.id(), &rule.id, rule.revision).await {
                Ok(()) => {
                    let text = format!("`{}` is deleted.", rule.name);
                    self.toasts.offer(text, "Undo", Callback::new(move |()| self.bring_back(rule.clone())));
                }
                Err(failure) => {
                    self.toasts.fail(format!("`{}` could not be deleted. {failure}", rule.name));
                    self.project.rules.refresh();
                }
            }
        });
    }

    /// The deletion is a revision like any other; the rule goes on from there.
    fn bring_back(self, rule: Rule) {
        let save = SaveRule { source: rule.source.clone(), active: rule.active };
        spawn_local(async move {
            match Api.save_rule(&self.project.id(), &rule.id, rule.revision + 1, &save).await {
                Ok(rule) => {
                    self.choose(&rule.id);
                    self.take(rule);
                }
                Err(failure) => {
                    self.toasts.fail(format!("`{}` could not be brought back. {failure}", rule.name));
                }
            }
        });
    }

    /// Settles a merge conflict: the edit stays, made from what is saved now.
    pub fn keep_mine(self) {
        if let (Some(id), Some(rule)) = (self.chosen.get_untracked(), self.rule.get_untracked()) {
            self.drafts.rebase(&id, rule.revision);
        }
    }

    /// Settles a merge conflict, or ends an edit: what is saved is shown.
    pub fn take_saved(self) {
        if let Some(id) = self.chosen.get_untracked() {
            self.drafts.remove(&id);
        }
    }
}

/// The state of the rules page; for its panes.
///
/// # Panics
/// Outside of the rules page.
pub fn use_desk() -> Desk {
    use_context().expect("the rules page provides its state to its panes")
}

/// What the server said about a place in the text.
fn mark(error: &ProblemError) -> Option<Diagnostic> {
    let (start, end) = error.span?;
    Some(Diagnostic {
        source: 0,
        span: Span { start, end },
        code: "refused",
        severity: Severity::Error,
        message: error.message.clone(),
        help: error.help.clone(),
    })
}
