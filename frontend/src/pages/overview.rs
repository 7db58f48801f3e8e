//! The overview: what there is, and what to do next.

use crate::components::{
    bar::ShareBar,
    button::{Button, ButtonKind},
    empty::Empty,
    figure::Figure,
    icon::{Icon, icon},
    job_line::{JobLine, RunningJob},
    label_chip::LabelChip,
    loaded::{Loaded, skeleton_rows},
    panel::Panel,
    time::Ago,
};
use crate::format;
use crate::routes::{self, Section};
use crate::state::next_step::NextStep;
use crate::state::project::{ProjectState, use_project};
use hunch_protocol::{JobKind, LabelReport, ModelReport, Role, Rule};
use leptos::prelude::*;

/// Rules and jobs shown here; their own pages show all.
const SHOWN: usize = 8;

/// What there is, and what to do next.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let project = use_project();
    let name = move || project.project.with(|project| project.map(|project| project.name.clone()));
    view! {
        <div class="page">
            <h1>{move || name().unwrap_or_else(|| "…".to_owned())}</h1>
            <Loaded of=project.project.status() what="The project">
                <div class="stack">
                    <Next project=project />
                    <Figures project=project />
                    <div class="columns">
                        <Labels project=project />
                        <Rules project=project />
                    </div>
                    <Jobs project=project />
                </div>
            </Loaded>
        </div>
    }
}

/// The next step as a sentence and one button.
#[component]
fn Next(project: ProjectState) -> impl IntoView {
    let step = Memo::new(move |_| {
        let rows = project.corpus.with(|corpus| corpus.map(|corpus| corpus.rows))?;
        project.rules.with(|rules| {
            project.report.with(|report| {
                project
                    .snapshots
                    .with(|snapshots| Some(NextStep::of(rows, rules?, report?.as_ref(), snapshots?)))
            })
        })
    });
    let working = Memo::new(move |_| {
        project.running(&[JobKind::Import, JobKind::Apply, JobKind::Combine, JobKind::Snapshot])
    });
    let link = move |section: Section, word: &'static str| {
        view! { <a class="button primary" href=section.path(&project.id())>{word}</a> }.into_any()
    };
    let apply = move || {
        view! {
            <Button kind=ButtonKind::Primary icon=Icon::Play needs=Role::Engineer on_press=move || project.apply()>
                "Apply the rules"
            </Button>
        }
        .into_any()
    };
    let told = move |step| {
        match step {
        NextStep::BringData => (
            "Bring texts".to_owned(),
            "There are no documents yet. Import a CSV, TSV, JSON lines or Parquet file.".to_owned(),
            link(Section::Data, "Import a file"),
        ),
        NextStep::WriteRules => (
            "Write the first rule".to_owned(),
            "A rule says when a document gets a label. What it does to the corpus shows as you type.".to_owned(),
            link(Section::Rules, "Write a rule"),
        ),
        NextStep::Apply => (
            "Apply the rules".to_owned(),
            "The rules vote on every document, and their votes are combined into labels.".to_owned(),
            apply(),
        ),
        NextStep::ApplyAgain => (
            "Apply the rules again".to_owned(),
            "Rules, documents or labels changed since the labels were made.".to_owned(),
            apply(),
        ),
        NextStep::CoverMore { uncovered, rows } => (
            format!("Cover more: {} have no vote", format::counted(uncovered, "document", "documents")),
            format!("No rule votes on {} documents. Another rule helps more than anything else.", format::of(uncovered, rows)),
            link(Section::Rules, "Write a rule"),
        ),
        NextStep::Freeze => (
            "Freeze a snapshot".to_owned(),
            "The labels are up to date and in no snapshot yet. A snapshot never changes and can be downloaded.".to_owned(),
            link(Section::Snapshots, "Go to the snapshots"),
        ),
        NextStep::Download => (
            "Labels are frozen".to_owned(),
            "The latest labels are in a snapshot. Download it, or write more rules.".to_owned(),
            link(Section::Snapshots, "Download"),
        ),
    }
    };
    view! {
        {move || match (working.get(), step.get()) {
            (Some(job), _) => view! { <div class="panel"><RunningJob job=job /></div> }.into_any(),
            (None, None) => view! { <div class="notice next" aria-busy="true"><span class="skeleton title"></span></div> }.into_any(),
            (None, Some(step)) => {
                let (title, text, button) = told(step);
                view! {
                    <section class="notice next" aria-label="Next step">
                        {icon(Icon::Right)}
                        <div class="grow">
                            <h2>{title}</h2>
                            <p>{text}</p>
                        </div>
                        {button}
                    </section>
                }
                .into_any()
            }
        }}
    }
}

#[component]
fn Figures(project: ProjectState) -> impl IntoView {
    let report = move |read: fn(&LabelReport) -> Result<String, &'static str>| {
        project.report.with(|report| match report {
            None => Err("…"),
            Some(None) => Err("not applied yet"),
            Some(Some(report)) => read(report),
        })
    };
    let count = |number: Option<u64>| number.map(format::count).ok_or("…");
    let rows = move || count(project.corpus.with(|corpus| corpus.map(|corpus| corpus.rows)));
    let excluded = move || {
        let excluded = project.corpus.with(|corpus| corpus.map_or(0, |corpus| corpus.excluded));
        if excluded > 0 { format!("{} excluded", format::count(excluded)) } else { String::new() }
    };
    let active = move || {
        project.rules.with(|rules| rules.map(|rules| rules.iter().filter(|rule| rule.active).count() as u64))
    };
    let all_rules = move || project.rules.with(|rules| rules.map_or(0, |rules| rules.len() as u64));
    let covered = move || report(|report| format::share(report.covered, report.rows).ok_or("no documents"));
    let covered_of = move || {
        project.report.with(|report| {
            report.and_then(Option::as_ref).map(|report| format::of(report.covered, report.rows))
        })
    };
    let gold = move || {
        report(|report| if report.gold > 0 { Ok(format::count(report.gold)) } else { Err("no gold yet") })
    };
    let patterns = move || report(|report| Ok(format::count(report.patterns)));
    view! {
        <div class="figures">
            <Figure
                name="Documents"
                value=Signal::derive(rows)
                of=Signal::derive(excluded)
                definition="Rows of the corpus that are not excluded. Each has a stable id."
            />
            <Figure
                name="Covered"
                value=Signal::derive(covered)
                of=Signal::derive(move || covered_of().unwrap_or_default())
                definition="Documents on which at least one active rule votes, out of all documents."
            />
            <Figure
                name="Active rules"
                value=Signal::derive(move || count(active()))
                of=Signal::derive(move || format!("of {}", format::counted(all_rules(), "rule", "rules")))
                definition="Rules that are applied and counted. Inactive ones are kept but do not vote."
            />
            <Figure
                name="Vote patterns"
                value=Signal::derive(patterns)
                definition="Distinct rows of the vote matrix with at least one vote. Models are fitted on these and their counts."
            />
            <Figure
                name="Gold (dev)"
                value=Signal::derive(gold)
                definition="Documents of the dev split whose true label is known. Accuracy is measured on them."
            />
        </div>
    }
}

/// Documents by label, as the model in use has them.
#[component]
fn Labels(project: ProjectState) -> impl IntoView {
    let rows = move |report: &LabelReport, model: &ModelReport| {
        let labels = project.labels();
        let total = report.rows;
        let line = |chip: AnyView, rows: u64, color: String| {
            let share = if total > 0 { rows as f64 / total as f64 } else { 0.0 };
            view! {
                <tr>
                    <th scope="row">{chip}</th>
                    <td class="wide"><ShareBar share=share color=color /></td>
                    <td class="num end">{format::count(rows)}</td>
                    <td class="num end quiet">{format::percent(share)}</td>
                </tr>
            }
        };
        let lines = (0_i16..).zip(&model.label_rows).map(|(index, &rows)| {
            let color = labels.get(index).map(|label| label.color.clone()).unwrap_or_default();
            line(view! { <LabelChip labels=labels.clone() index=index /> }.into_any(), rows, color)
        });
        let none = report.rows.saturating_sub(report.covered);
        let last = line(view! { <span class="chip none">"no vote"</span> }.into_any(), none, String::new());
        view! { {lines.collect_view()} {last} }
    };
    let table = move || {
        project.report.with(|report| {
            let report = report.and_then(Option::as_ref)?;
            let model = report.used_model()?;
            Some(view! {
                <table class="table">
                    <caption class="hidden-text">"Documents by most likely label"</caption>
                    <tbody>{rows(report, model)}</tbody>
                </table>
            })
        })
    };
    let path = Section::Model.path(&project.id());
    view! {
        <Panel title="Labels" actions=ViewFn::from(move || view! { <a class="small" href=path.clone()>"Model"</a> })>
            <Loaded of=project.report.status() what="The labels">
                {move || {
                    table()
                        .map_or_else(
                            || {
                                view! {
                                    <Empty
                                        icon=Icon::Model
                                        title="No labels yet"
                                        text="Once the rules are applied, this shows how many documents each label gets."
                                    />
                                }
                                    .into_any()
                            },
                            IntoAny::into_any,
                        )
                }}
            </Loaded>
        </Panel>
    }
}

#[component]
fn Rules(project: ProjectState) -> impl IntoView {
    let accuracy = move |name: &str| {
        project.report.with(|report| {
            let model = report?.as_ref()?.used_model()?;
            model.sources.iter().find(|source| source.name == name)?.accuracy
        })
    };
    let row = move |rule: Rule| {
        let estimate = accuracy(&rule.name);
        view! {
            <tr class="pick">
                <th scope="row"><a class="mono" href=routes::rule(&project.id(), &rule.id)>{rule.name}</a></th>
                <td>{(!rule.active).then(|| view! { <span class="tag">"inactive"</span> })}</td>
                <td class="num end">
                    {match estimate {
                        Some(accuracy) => format::percent(accuracy).into_any(),
                        None => view! { <span class="quiet">"unknown"</span> }.into_any(),
                    }}
                </td>
                <td class="quiet small end"><Ago time=rule.updated_at /></td>
            </tr>
        }
    };
    let all = Section::Rules.path(&project.id());
    let any = Memo::new(move |_| project.rules.with(|rules| rules.is_some_and(|rules| !rules.is_empty())));
    let more = move || project.rules.with(|rules| rules.map_or(0, |rules| rules.len().saturating_sub(SHOWN)));
    view! {
        <Panel title="Rules" actions=ViewFn::from(move || view! { <a class="small" href=all.clone()>"All rules"</a> })>
            <Loaded of=project.rules.status() what="The rules" skeleton=ViewFn::from(|| skeleton_rows(5))>
                <Show
                    when=move || any.get()
                    fallback=move || view! { <NoRules project=project /> }
                >
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Rule"</th>
                                <th scope="col"><span class="hidden-text">"State"</span></th>
                                <th scope="col" class="end">"Est. accuracy"</th>
                                <th scope="col" class="end">"Edited"</th>
                            </tr>
                        </thead>
                        <tbody>
                            {move || {
                                project.rules.get().unwrap_or_default().into_iter().take(SHOWN).map(row).collect_view()
                            }}
                        </tbody>
                    </table>
                    <Show when=move || { more() > 0 }>
                        <p class="panel-body quiet small">{move || format!("and {} more", more())}</p>
                    </Show>
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn NoRules(project: ProjectState) -> impl IntoView {
    view! {
        <Empty
            icon=Icon::Rules
            title="No rules yet"
            text="A rule is one hunch, written down: SPAM when text has \"subscribe\"."
        >
            <a class="button" href=Section::Rules.path(&project.id())>"Write a rule"</a>
        </Empty>
    }
}

#[component]
fn Jobs(project: ProjectState) -> impl IntoView {
    let jobs = move || project.jobs.get().unwrap_or_default().into_iter().take(SHOWN).collect::<Vec<_>>();
    let any = Memo::new(move |_| project.jobs.with(|jobs| jobs.is_some_and(|jobs| !jobs.is_empty())));
    view! {
        <Panel title="Latest jobs">
            <Loaded of=project.jobs.status() what="The jobs">
                <Show
                    when=move || any.get()
                    fallback=|| view! { <p class="panel-body quiet">"Nothing has run yet: imports, applying and combining show here."</p> }
                >
                    <div class="table-scroll">
                        <table class="table stacked">
                            <tbody>
                                {move || jobs().into_iter().map(|job| view! { <JobLine job=job /> }).collect_view()}
                            </tbody>
                        </table>
                    </div>
                </Show>
            </Loaded>
        </Panel>
    }
}
