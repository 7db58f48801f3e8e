//! What the rules page works on: the chosen rule, its text, and what can be done with them.

use crate::format;
use crate::routes::{self, Section};
use crate::state::drafts::{Drafts, NEW, RuleDraft, SUGGESTED, is_unsaved, use_drafts};
use crate::state::eval::language::IncomingRule;
use crate::state::eval::{Eval, use_eval};
use crate::state::project::{ProjectState, use_project};
use crate::state::sync::SyncFailure;
use crate::state::toasts::Toasts;
use crate::worker::message::Tab;
use hunch_protocol::{Key, Kind, Role, Rule, RuleBody};
use hunch_rules::{Diagnostic, Severity, Span};
use hunch_suggest::Suggestion;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use serde_json::json;
use std::collections::BTreeSet;
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
    /// Documents chosen to suggest rules by, by id.
    pub picked: RwSignal<BTreeSet<String>>,
    /// Which documents the right pane shows.
    pub tab: RwSignal<Tab>,
    /// The rule that was new until its save just now.
    placed: StoredValue<Option<String>>,
    toasts: Toasts,
    navigate: StoredValue<Navigate, LocalStorage>,
}

/// How the editor's text stands to what is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A rule that was never saved.
    New,
    /// As saved, at this revision; 0 until the server has it.
    Saved(i64),
    /// Edited, from this revision.
    Edited(i64),
    /// Edited from one revision while another was saved elsewhere: saving merges both, or makes a merge conflict.
    Behind {
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
            picked: RwSignal::default(),
            tab: RwSignal::default(),
            toasts: Toasts::expect(),
            navigate: StoredValue::new_local(Rc::new(use_navigate())),
        };
        Effect::new(move |_| {
            let (Some(chosen), text) = (chosen.get(), text.get()) else { return };
            eval.edit(Some(chosen).filter(|id| !is_unsaved(id)), text);
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
            // Another tab's save that the server has not yet has its base's number and another text.
            (Some(draft), Some(saved)) if self.says(&draft.from) => Standing::Edited(saved),
            (Some(draft), Some(saved)) => Standing::Behind { base: draft.base, saved },
        }
    }

    /// Whether the chosen rule is saved with this text. Tracks.
    fn says(self, text: &str) -> bool {
        self.rule.with(|rule| rule.as_ref().is_some_and(|rule| rule.source == text))
    }

    /// What is wrong with the text. Tracks.
    pub fn diagnostics(self) -> Vec<Diagnostic> {
        self.eval.checked().with(|checked| checked.diagnostics.clone())
    }

    /// Whether the chosen rule's latest save is on its way to the server. Tracks.
    pub fn is_pending(self) -> bool {
        self.chosen.get().is_some_and(|id| self.project.sync.is_pending(&Key::new(Kind::Rule, id)))
    }

    /// Whether the chosen rule has a merge conflict to settle. Tracks.
    pub fn has_merge_conflict(self) -> bool {
        self.chosen.get().is_some_and(|id| self.project.sync.has_merge_conflict(&Key::new(Kind::Rule, id)))
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
        let (from, base) = match untrack(|| self.drafts.get(&id)) {
            Some(draft) => (draft.from, draft.base),
            None => saved.unwrap_or_default(),
        };
        self.drafts.set(&id, RuleDraft { text, base, from });
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

    /// Opens a suggested rule as if it had been written: its text with its figures, not saved.
    pub fn look_at(self, suggestion: &Suggestion) {
        self.drafts.set(SUGGESTED, RuleDraft { text: suggestion.rule.clone(), ..RuleDraft::default() });
        self.choose(SUGGESTED);
    }

    /// Makes a rule of a suggestion, as saving its text would.
    pub fn accept(self, suggestion: Suggestion) {
        if !self.project.allows(Role::Engineer) {
            return;
        }
        let place = crate::state::uuid_v7();
        let Suggestion { name, rule: source, .. } = suggestion;
        let body = RuleBody { name: name.clone(), source: source.clone(), active: true };
        spawn_local(async move {
            if let Err(failure) = self.put(&place, 0, &body).await {
                return self.toasts.fail(format!("`{name}` could not be saved. {failure}"));
            }
            if untrack(|| self.drafts.get(SUGGESTED)).is_some_and(|draft| draft.text == source) {
                self.saved(SUGGESTED, &place, source);
            }
            self.toasts.tell(format!("`{name}` is a rule now."));
        });
    }

    /// Keeps a term from being suggested again; for ten seconds that can be undone.
    pub fn refuse(self, suggestion: Suggestion) {
        if !self.project.allows(Role::Engineer) {
            return;
        }
        spawn_local(async move {
            let term = suggestion.term;
            match self.project.set_blacklisted(&term, true).await {
                Ok(()) => {
                    let text = format!("“{term}” is not suggested again.");
                    let undo = Callback::new(move |()| {
                        let term = term.clone();
                        spawn_local(async move {
                            if let Err(failure) = self.project.set_blacklisted(&term, false).await {
                                self.toasts.fail(format!("That could not be undone. {failure}"));
                            }
                        });
                    });
                    self.toasts.offer(text, "Undo", undo);
                }
                Err(failure) => self.toasts.fail(format!("That could not be noted. {failure}")),
            }
        });
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

    /// Saves the text. With errors in it, goes to the first instead.
    pub fn save(self) {
        let Some(id) = self.chosen.get_untracked() else { return };
        let standing = untrack(|| self.standing());
        let errors = untrack(|| self.diagnostics());
        if let Some(error) = errors.iter().find(|it| it.severity == Severity::Error) {
            self.select.set(Some(error.span));
            return;
        }
        if !self.project.allows(Role::Engineer) {
            return;
        }
        let base = match standing {
            Standing::New => 0,
            Standing::Edited(base) | Standing::Behind { base, .. } => base,
            Standing::Saved(_) => return,
        };
        let name =
            self.eval.checked().with_untracked(|checked| checked.rule.as_ref().map(|it| it.name.clone()));
        let Some(name) = name.filter(|_| !self.saving.get_untracked()) else { return };
        self.saving.set(true);
        let source = self.text.get_untracked();
        let active = self.rule.with_untracked(|rule| rule.as_ref().is_none_or(|rule| rule.active));
        let place = if is_unsaved(&id) { crate::state::uuid_v7() } else { id.clone() };
        let body = RuleBody { name, source: source.clone(), active };
        let seen = untrack(|| self.drafts.get(&id)).map(|draft| draft.from);
        spawn_local(async move {
            let kept = self.put_over(seen, &place, base, &body).await;
            self.saving.try_set(false);
            match kept {
                Ok(()) => self.saved(&id, &place, source),
                Err(failure) => {
                    self.toasts
                        .fail(format!("The rule could not be saved. {failure} Your text stays a draft."));
                }
            }
        });
    }

    async fn put(self, id: &str, base: i64, body: &RuleBody) -> Result<(), SyncFailure> {
        // A rule's body always has a JSON form.
        let body = serde_json::to_value(body).unwrap_or_default();
        self.project.sync.put(Key::new(Kind::Rule, id), u64::try_from(base).unwrap_or(0), body).await
    }

    async fn put_over(
        self,
        seen: Option<String>,
        id: &str,
        base: i64,
        body: &RuleBody,
    ) -> Result<(), SyncFailure> {
        let Some(source) = seen else { return self.put(id, base, body).await };
        let (key, base) = (Key::new(Kind::Rule, id), u64::try_from(base).unwrap_or(0));
        let body = serde_json::to_value(body).unwrap_or_default();
        self.project.sync.put_over(json!({ "source": source }), key, base, body).await
    }

    /// What was typed while the save was under way stays a draft, made from what was saved.
    fn saved(self, id: &str, place: &str, source: String) {
        let typed_on = untrack(|| self.drafts.get(id)).filter(|draft| draft.text != source);
        self.drafts.remove(id);
        if let Some(draft) = typed_on {
            let base = self.rule.with_untracked(|rule| rule.as_ref().map_or(0, |rule| rule.revision));
            self.drafts.set(place, RuleDraft { text: draft.text, base, from: source });
        }
        if is_unsaved(id) && self.chosen.get_untracked().as_deref() == Some(id) {
            self.placed.set_value(Some(place.to_owned()));
            self.go(&routes::rule(&self.project.id(), place), true);
        }
    }

    /// Adds rules, all of them active; says how many could be kept.
    pub fn add(self, rules: Vec<IncomingRule>) {
        spawn_local(async move {
            let mut added = 0;
            for IncomingRule { name, source } in rules {
                let body = RuleBody { name: name.clone(), source, active: true };
                if let Err(failure) = self.put(&crate::state::uuid_v7(), 0, &body).await {
                    self.toasts.fail(format!("`{name}` could not be added, nor those after it. {failure}"));
                    break;
                }
                added += 1;
            }
            if added > 0 {
                self.toasts.tell(format!("{} added.", format::counted(added, "rule is", "rules are")));
            }
        });
    }

    /// Makes a rule count, or no longer.
    pub fn toggle(self, rule: Rule) {
        if !self.project.allows(Role::Engineer) {
            return;
        }
        let body = RuleBody { name: rule.name.clone(), source: rule.source, active: !rule.active };
        spawn_local(async move {
            if let Err(failure) = self.put(&rule.id, rule.revision, &body).await {
                self.toasts.fail(format!("`{}` could not be changed. {failure}", rule.name));
            }
        });
    }

    /// Takes the chosen rule away; for ten seconds that can be undone.
    pub fn delete(self) {
        let Some(rule) = self.rule.get_untracked() else {
            self.chosen.get_untracked().iter().for_each(|id| self.drafts.remove(id));
            self.go(&Section::Rules.path(&self.project.id()), true);
            return;
        };
        if !self.project.allows(Role::Engineer) {
            return;
        }
        let base = u64::try_from(rule.revision).unwrap_or(0);
        spawn_local(async move {
            match self.project.sync.delete(Key::new(Kind::Rule, rule.id.clone()), base).await {
                Ok(()) => {
                    self.go(&Section::Rules.path(&self.project.id()), true);
                    let text = format!("`{}` is deleted.", rule.name);
                    self.toasts.offer(text, "Undo", Callback::new(move |()| self.bring_back(rule.clone())));
                }
                Err(failure) => {
                    self.toasts.fail(format!("`{}` could not be deleted. {failure}", rule.name));
                }
            }
        });
    }

    /// The deletion is a revision like any other; the rule goes on from there.
    fn bring_back(self, rule: Rule) {
        let key = Key::new(Kind::Rule, rule.id.clone());
        let on_its_way = untrack(|| self.project.sync.is_pending(&key));
        let base = if on_its_way { rule.revision } else { rule.revision + 1 };
        let body = RuleBody { name: rule.name.clone(), source: rule.source, active: rule.active };
        spawn_local(async move {
            match self.put(&rule.id, base, &body).await {
                Ok(()) => self.choose(&rule.id),
                Err(failure) => {
                    self.toasts.fail(format!("`{}` could not be brought back. {failure}", rule.name));
                }
            }
        });
    }

    /// Ends an edit: what is saved is shown.
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
