//! A merge conflict of a rule: three versions and a fourth text, each with its live figures.

use super::comparison::{Comparison, Known, WRITTEN};
use super::dispute::{Dispute, Side};
use super::thing::Take;
use super::versions::Versions;
use crate::components::button::{Button, ButtonKind};
use crate::components::editor::Editor;
use crate::components::icon::{Icon, icon};
use crate::format;
use crate::state::commands::use_command;
use crate::state::eval::board::DraftFigures;
use crate::state::eval::{Eval, use_eval};
use crate::state::project::{ProjectState, use_project};
use hunch_engine::{Interval, wilson};
use hunch_protocol::{Reason, Role, RuleBody};
use leptos::prelude::*;

/// The versions with their figures, and a text that may take from all.
#[component]
pub fn RuleDispute(dispute: Dispute) -> impl IntoView {
    let (project, eval) = (use_project(), use_eval());
    let source = |side| Some(dispute.body(side)?.get("source")?.as_str()?.to_owned());
    let texts = Side::ALL.map(source);
    let first = texts[2].clone().or_else(|| texts[1].clone()).unwrap_or_default();
    let [base, theirs, mine] = texts;
    let comparison = Comparison::start(eval, places(project, &dispute), [base, theirs, mine, Some(first)]);
    let below = Callback::new({
        let dispute = dispute.clone();
        move |side: Side| {
            let place = side as usize;
            let written = dispute.body(side).is_some();
            view! {
                {written.then(|| view! { <Figures comparison=comparison place=place /> })}
                <Take dispute=dispute.clone() side=side />
            }
            .into_any()
        }
    });
    let settle = Callback::new({
        let dispute = dispute.clone();
        move |()| {
            if let Some(body) = written_body(eval, comparison, &dispute) {
                dispute.settle(project, serde_json::to_value(body).ok());
            }
        }
    });
    use_command("Merge conflicts", "Settle with the text below", "mod+s", move || settle.run(()));
    let broken = Memo::new(move |_| !matches!(comparison.known(WRITTEN), Known::Figures(_)));
    view! {
        <section class="dispute stack" aria-label=dispute.title()>
            <div>
                <h2 class="mono">{dispute.title()}</h2>
                <p class="quiet">{dispute.story()}</p>
            </div>
            <Versions dispute=dispute.clone() below=below />
            <section class="version written" data-side="Yours" aria-label="Your text">
                <div class="version-head">
                    <h3>"Or write what it shall be"</h3>
                    <Button kind=ButtonKind::Primary small=true keys="⌃S" needs=Role::Engineer disabled=broken on_press=settle>
                        "Settle with this text"
                    </Button>
                </div>
                <Written eval=eval comparison=comparison />
                <Figures comparison=comparison place=WRITTEN />
            </section>
        </section>
    }
}

/// The rule in whose place each text is evaluated. Where a name is taken, theirs and mine are two rules: mine shows what
/// it would do in the other's place.
fn places(project: ProjectState, dispute: &Dispute) -> [String; 4] {
    let own = dispute.record.id.clone();
    let name = dispute.body(Side::Theirs).and_then(|body| body.get("name")?.as_str());
    let holder = project.rules.with(|rules| {
        let taken = dispute.record.reason == Reason::NameTaken;
        let mut all = rules.into_iter().flatten().filter(|_| taken);
        all.find(|rule| rule.active && Some(rule.name.as_str()) == name).map(|rule| rule.id.clone())
    });
    let other = holder.unwrap_or_else(|| own.clone());
    [own.clone(), other.clone(), other, own]
}

/// The fourth text.
#[component]
fn Written(eval: Eval, comparison: Comparison) -> impl IntoView {
    // What the workers evaluate may be another version just now.
    let diagnostics = Memo::new(move |_| {
        let text = comparison.written();
        eval.language().get().map(|it| comparison.check(&it, &text).diagnostics).unwrap_or_default()
    });
    view! {
        <div class="editing">
            <Editor
                label="Your text"
                text=Signal::derive(move || comparison.written())
                diagnostics=diagnostics
                select=Signal::derive(|| None)
                language=eval.language()
                on_change=move |text| comparison.write(text)
            />
        </div>
    }
}

/// What the text written makes of the rule; none while it does not compile.
fn written_body(eval: Eval, comparison: Comparison, dispute: &Dispute) -> Option<RuleBody> {
    let source = untrack(|| comparison.written());
    let language = eval.language().get_untracked()?;
    let name = comparison.check(&language, &source).rule?.name;
    let side = dispute.body(Side::Mine).or_else(|| dispute.body(Side::Theirs));
    let active = side.and_then(|body| body.get("active")?.as_bool()).unwrap_or(true);
    Some(RuleBody { name, source, active })
}

/// A text's live figures, always saying how many documents they are of.
#[component]
fn Figures(comparison: Comparison, place: usize) -> impl IntoView {
    let exact = move || matches!(comparison.known(place), Known::Figures(it) if it.is_exact());
    view! {
        <div class="version-figures" data-testid="figures" data-exact=move || exact().to_string()>
            {move || match comparison.known(place) {
                Known::Nothing => view! { <p class="quiet small">"Its figures come next."</p> }.into_any(),
                Known::Broken(why) => {
                    view! { <p class="small"><span class="warn">{icon(Icon::Warning)}</span> {why}</p> }.into_any()
                }
                Known::Figures(figures) => match &figures.refused {
                    Some(why) => {
                        view! { <p class="small"><span class="warn">{icon(Icon::Warning)}</span> {why.clone()}</p> }
                            .into_any()
                    }
                    None => lines(&figures).into_any(),
                },
            }}
        </div>
    }
}

fn lines(figures: &DraftFigures) -> impl IntoView + use<> {
    let counts = &figures.counts;
    let line = |name: &'static str, part: u64, whole: u64| {
        let share = format::share(part, whole).unwrap_or_else(|| "…".to_owned());
        view! {
            <div class="figure-line" data-figure=name>
                <dt>{name}</dt>
                <dd><b>{share}</b> <span class="of">{format::of(part, whole)}</span></dd>
            </div>
        }
    };
    let judged = counts.correct + counts.incorrect;
    let accuracy = match wilson(counts.correct as f64, judged as f64) {
        Some(Interval { low, high }) => view! {
            <b>{format!("{:.2}", counts.correct as f64 / judged as f64)}</b>
            <span class="of">{format!("[{low:.2}–{high:.2}]")}</span>
            <span class="of">{format::of(counts.correct, judged)} " gold"</span>
        }
        .into_any(),
        None => view! { <span class="unknown">"no gold yet"</span> }.into_any(),
    };
    let done = figures.rows.min(figures.compared);
    let partial = (done < figures.total)
        .then(|| view! { <p class="quiet small">{format::of(done, figures.total)} " documents so far"</p> });
    view! {
        <dl>
            {line("coverage", counts.votes, figures.rows)}
            {line("overlaps", counts.overlaps, figures.compared)}
            {line("conflicts", counts.conflicts, figures.compared)}
            <div class="figure-line" data-figure="accuracy"><dt>"accuracy"</dt><dd>{accuracy}</dd></div>
        </dl>
        {partial}
    }
}
