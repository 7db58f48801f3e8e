//! What the studio works on: the chosen policy, its text, the sample, and what the policy does to it.

use crate::routes;
use crate::state::drafts::{Drafts, NEW, RuleDraft, use_drafts};
use crate::state::eval::preview::{Preview, Sample};
use crate::state::eval::{Eval, use_eval};
use crate::state::project::{ProjectState, use_project};
use crate::state::sync::{SyncFailure, body};
use crate::state::toasts::Toasts;
use crate::worker::message::preview::{PreviewOrder, PreviewRow, Show};
use gloo_timers::future::TimeoutFuture;
use hunch_protocol::{Key, Kind, PolicyBody, Role};
use hunch_rules::{CompiledPolicy, Diagnostic, NumberKind, PolicyNumber, Severity, Span};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use serde_json::json;
use std::rc::Rc;

/// Documents in a sample.
pub const SAMPLE: usize = 200;
/// Documents shown at once.
pub const SHOWN: usize = 30;
/// Of these, the ones that follow each change at once; the others, below the window's edge, when the hand rests.
pub const FOLLOWING: usize = 8;
/// How long a hand rests.
const REST_MS: u32 = 120;

type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

/// A policy of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its identifier.
    pub id: String,
    /// Of its body.
    pub revision: u64,
    /// What it says.
    pub body: PolicyBody,
}

/// What a text means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked {
    /// If nothing is wrong with it.
    pub policy: Option<CompiledPolicy>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// The studio's state, given by context to its panes.
#[derive(Clone, Copy)]
pub struct Studio {
    /// The open project.
    pub project: ProjectState,
    /// Its workers.
    pub eval: Eval,
    drafts: Drafts,
    /// The project's policies, by name.
    pub policies: Memo<Vec<Policy>>,
    /// The chosen policy's identifier, or [`NEW`].
    pub chosen: Memo<Option<String>>,
    /// The chosen policy as it is saved.
    pub saved: Memo<Option<Policy>>,
    /// The text as the editor shows it.
    pub text: Memo<String>,
    /// What the text means.
    pub checked: Memo<Checked>,
    /// What to select in the editor.
    pub select: RwSignal<Option<Span>>,
    /// Of the sample and the copies.
    pub seed: RwSignal<u64>,
    /// Which documents are shown.
    pub show: RwSignal<Show>,
    /// The sample, once drawn.
    pub sample: RwSignal<Option<Sample>>,
    /// What the policy does; what the last sound text did while the present one has errors.
    pub preview: RwSignal<Option<Preview>>,
    /// Its documents behind the first [`FOLLOWING`]; they follow when the hand rests.
    pub below: RwSignal<Vec<PreviewRow>>,
    /// Why there is no preview, as a sentence.
    pub failure: RwSignal<Option<String>>,
    /// Counts previews that were asked for.
    turn: StoredValue<u64>,
    toasts: Toasts,
    navigate: StoredValue<Navigate, LocalStorage>,
}

impl Studio {
    /// Follows the address.
    pub fn open() -> Self {
        let (project, eval, drafts) = (use_project(), use_eval(), use_drafts());
        let params = use_params_map();
        let entities = project.sync.entities(Kind::Policy);
        let policies = Memo::new(move |_| {
            let mut policies: Vec<Policy> = entities.with(|all| {
                let policy = |entity| Some((entity, body::<PolicyBody>(entity)?));
                let known = all.iter().filter_map(policy);
                known
                    .map(|(entity, body)| Policy {
                        id: entity.key.id.clone(),
                        revision: entity.revision,
                        body,
                    })
                    .collect()
            });
            policies.sort_by(|a, b| a.body.name.cmp(&b.body.name));
            policies
        });
        let chosen = Memo::new(move |_| params.read().get("policy").filter(|policy| !policy.is_empty()));
        let saved = Memo::new(move |_| {
            let id = chosen.get()?;
            policies.with(|all| all.iter().find(|policy| policy.id == id).cloned())
        });
        let text = Memo::new(move |_| {
            let draft = chosen.get().and_then(|id| drafts.get(&draft_key(&id))).map(|draft| draft.text);
            let saved = || saved.with(|saved| saved.as_ref().map(|policy| policy.body.source.clone()));
            draft.or_else(saved).unwrap_or_else(|| policies.with(|all| template(all)))
        });
        let checked = Memo::new(move |_| {
            let others: Vec<String> = policies.with(|all| {
                let others = all.iter().filter(|policy| chosen.with(|id| id.as_ref() != Some(&policy.id)));
                others.map(|policy| policy.body.name.clone()).collect()
            });
            let language = eval.language().get();
            let found = language.map(|language| text.with(|text| language.check_policy(text, &others)));
            found.map(|(policy, diagnostics)| Checked { policy, diagnostics }).unwrap_or_default()
        });
        let studio = Self {
            project,
            eval,
            drafts,
            policies,
            chosen,
            saved,
            text,
            checked,
            select: RwSignal::new(None),
            seed: RwSignal::new(1),
            show: RwSignal::new(Show { take: SHOWN, ..Show::default() }),
            sample: RwSignal::new(None),
            preview: RwSignal::new(None),
            below: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            turn: StoredValue::new(0),
            toasts: Toasts::expect(),
            navigate: StoredValue::new_local(Rc::new(use_navigate())),
        };
        studio.follow();
        studio
    }

    /// The sample follows corpus and seed; the preview follows all else.
    fn follow(self) {
        let loaded = self.eval.loading();
        let rows = Memo::new(move |_| loaded.with(|loading| loading.rows));
        Effect::new(move |_| {
            let (seed, rows) = (self.seed.get(), rows.get());
            if rows > 0 {
                spawn_local(async move {
                    if let Some(sample) = self.eval.sample(seed, SAMPLE).await
                        && self.seed.try_get_untracked() == Some(seed)
                    {
                        self.sample.try_set(Some(sample));
                    }
                });
            }
        });
        Effect::new(move |_| {
            // Other rules vote otherwise.
            self.eval.active();
            let (policy, show, seed) =
                (self.checked.with(|it| it.policy.clone()), self.show.get(), self.seed.get_untracked());
            let picks = self.sample.with(|sample| sample.as_ref().map(|sample| sample.picks.clone()));
            let labels = self.project.labels().all().len();
            let (Some(policy), Some(picks)) = (policy, picks) else { return };
            let turn = self.turn.with_value(|turn| turn + 1);
            self.turn.set_value(turn);
            spawn_local(async move {
                let Some(parameters) = self.eval.measure(&policy.policy).await else { return };
                let first = Show { take: FOLLOWING, ..show };
                let order = PreviewOrder { policy: policy.policy, parameters, seed, labels, show: first };
                let Some(preview) = self.eval.preview(order.clone(), &picks).await else { return };
                // An overtaken answer is of a text that is not shown any more.
                if self.turn.try_get_value() != Some(turn) {
                    return;
                }
                self.take(preview);
                TimeoutFuture::new(REST_MS).await;
                if self.turn.try_get_value() != Some(turn) {
                    return;
                }
                if let Some(Ok(all)) = self.eval.preview(PreviewOrder { show, ..order }, &picks).await
                    && self.turn.try_get_value() == Some(turn)
                {
                    self.below.try_set(all.rows.get(FOLLOWING..).unwrap_or_default().to_vec());
                }
            });
        });
    }

    fn take(self, preview: Result<Preview, String>) {
        match preview {
            Ok(preview) => {
                self.preview.try_set(Some(preview));
                self.failure.try_set(None);
                request_animation_frame(|| {
                    let performance = window().performance();
                    // There is no mark before the first edit.
                    let _ = performance.map(|it| it.measure_with_start_mark("hunch:preview", "hunch:policy"));
                });
            }
            Err(why) => drop(self.failure.try_set(Some(why))),
        }
    }

    /// Whether the text differs from what is saved. Tracks.
    pub fn is_edited(self) -> bool {
        self.saved.with(|saved| saved.as_ref().is_none_or(|policy| policy.body.source != self.text.get()))
    }

    /// Takes an edit. A text that is what is saved is no draft.
    pub fn edit(self, text: String) {
        let Some(id) = self.chosen.get_untracked() else { return };
        self.select.set(None);
        if let Some(performance) = window().performance() {
            let _ = performance.mark("hunch:policy");
        }
        let saved = self.saved.get_untracked();
        if saved.as_ref().is_some_and(|saved| saved.body.source == text) {
            return self.drafts.remove(&draft_key(&id));
        }
        let (from, base) = match untrack(|| self.drafts.get(&draft_key(&id))) {
            Some(draft) => (draft.from, draft.base),
            None => saved
                .map(|saved| (saved.body.source, i64::try_from(saved.revision).unwrap_or(0)))
                .unwrap_or_default(),
        };
        self.drafts.set(&draft_key(&id), RuleDraft { text, base, from });
    }

    /// Writes another number into the text.
    pub fn set_number(self, number: PolicyNumber, value: f64) {
        let mut text = self.text.get_untracked();
        let copies = number.kind == NumberKind::Copies;
        text.replace_range(number.span.start..number.span.end, &value.to_string());
        if copies {
            // One copy, several copies.
            let rest = number.span.start + value.to_string().len();
            let (plural, singular) = (" copies of", " copy of");
            if value > 1.0 && text[rest..].starts_with(singular) {
                text.replace_range(rest..rest + singular.len(), plural);
            } else if value <= 1.0 && text[rest..].starts_with(plural) {
                text.replace_range(rest..rest + plural.len(), singular);
            }
        }
        self.edit(text);
    }

    /// Draws another sample and other copies.
    pub fn reseed(self) {
        self.seed.update(|seed| *seed += 1);
    }

    /// Opens a policy, or [`NEW`].
    pub fn go(self, id: &str, replace: bool) {
        let path = routes::policy(&self.project.id(), id);
        self.select.set(None);
        self.show.update(|show| *show = Show { take: SHOWN, ..Show::default() });
        self.navigate.with_value(|go| {
            go(&path, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
        });
    }

    /// Saves the text. With errors in it, goes to the first instead.
    pub fn save(self) {
        let Some(id) = self.chosen.get_untracked() else { return };
        let checked = self.checked.get_untracked();
        if let Some(error) = checked.diagnostics.iter().find(|it| it.severity == Severity::Error) {
            return self.select.set(Some(error.span));
        }
        let Some(policy) = checked.policy.filter(|_| untrack(|| self.is_edited())) else { return };
        if !self.project.allows(Role::Engineer) {
            return;
        }
        let (base, seen) = match untrack(|| self.drafts.get(&draft_key(&id))) {
            Some(draft) if id != NEW => (u64::try_from(draft.base).unwrap_or(0), Some(draft.from)),
            _ => (0, None),
        };
        let place = if id == NEW { crate::state::uuid_v7() } else { id.clone() };
        let body = PolicyBody { name: policy.policy.name, source: self.text.get_untracked() };
        spawn_local(async move {
            match self.put(&place, base, &body, seen).await {
                Ok(()) => {
                    self.drafts.remove(&draft_key(&id));
                    if id == NEW {
                        self.go(&place, true);
                    }
                }
                Err(failure) => self.toasts.fail(format!("The policy could not be saved. {failure}")),
            }
        });
    }

    /// Keeps a policy; `seen` is the text that an edit began from.
    async fn put(
        self,
        id: &str,
        base: u64,
        body: &PolicyBody,
        seen: Option<String>,
    ) -> Result<(), SyncFailure> {
        // A policy's body always has a JSON form.
        let (key, body) = (Key::new(Kind::Policy, id), serde_json::to_value(body).unwrap_or_default());
        match seen {
            Some(source) => self.project.sync.put_over(json!({ "source": source }), key, base, body).await,
            None => self.project.sync.put(key, base, body).await,
        }
    }

    /// Takes the chosen policy away; for ten seconds that can be undone.
    pub fn delete(self) {
        let Some(id) = self.chosen.get_untracked() else { return };
        self.drafts.remove(&draft_key(&id));
        let Some(policy) = self.saved.get_untracked() else { return self.go("", true) };
        if !self.project.allows(Role::Engineer) {
            return;
        }
        spawn_local(async move {
            let key = Key::new(Kind::Policy, policy.id.clone());
            match self.project.sync.delete(key, policy.revision).await {
                Ok(()) => {
                    self.go("", true);
                    let text = format!("`{}` is deleted.", policy.body.name);
                    let undo = Callback::new(move |()| self.bring_back(policy.clone()));
                    self.toasts.offer(text, "Undo", undo);
                }
                Err(failure) => {
                    self.toasts.fail(format!("`{}` could not be deleted. {failure}", policy.body.name));
                }
            }
        });
    }

    /// As a new policy of the same name.
    fn bring_back(self, policy: Policy) {
        spawn_local(async move {
            let id = crate::state::uuid_v7();
            match self.put(&id, 0, &policy.body, None).await {
                Ok(()) => self.go(&id, false),
                Err(failure) => {
                    self.toasts.fail(format!("`{}` could not be brought back. {failure}", policy.body.name));
                }
            }
        });
    }
}

/// A policy's place among the drafts, which are of rules else.
fn draft_key(id: &str) -> String {
    format!("policy:{id}")
}

/// A first text for a new policy, under a name that is free.
fn template(policies: &[Policy]) -> String {
    let taken = |name: &str| policies.iter().any(|policy| policy.body.name == name);
    let mut names = (1..).map(|n| if n == 1 { String::new() } else { format!("policy_{n} ") });
    let free = |name: &String| !taken(if name.is_empty() { "augment" } else { name.trim_end() });
    let name = names.find(free).unwrap_or_default();
    format!("augment {name}train: 2 copies of typo(0.05) then swap(1)\n")
}

/// The studio's state; for its panes.
///
/// # Panics
/// Outside of the studio.
pub fn use_studio() -> Studio {
    use_context().expect("the studio provides its state to its panes")
}
