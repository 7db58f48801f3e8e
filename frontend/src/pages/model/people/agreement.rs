//! How far people agree with each other and with gold.

use crate::components::{
    empty::Empty,
    figure::{Defined, Figure},
    icon::Icon,
    loaded::{Loaded, skeleton_rows},
    panel::Panel,
};
use crate::format;
use crate::state::project::ProjectState;
use crate::state::{Api, remote::Remote};
use hunch_protocol::{Agreement, AgreementCoefficient, AnnotatorPair, AnnotatorReport};
use leptos::prelude::*;

const ALPHA: &str = "Krippendorff's alpha for nominal data: 1 where all agree, 0 where chance would do as well, below 0 where they agree less than that. Corrected for few data. With a 95 % bootstrap interval over documents.";
const FLEISS: &str = "Fleiss' kappa: agreement of any number of people beyond what their common shares of labels give by chance.";
const COHEN: &str =
    "Cohen's kappa: agreement of two people beyond what their own shares of labels give by chance.";

/// Coefficients, everyone beside gold, and everyone beside everyone.
#[component]
pub fn AgreementPanel(project: ProjectState) -> impl IntoView {
    let id = project.id();
    let agreement = Remote::load(move || {
        let id = id.clone();
        async move { Api.agreement(&id).await }
    });
    // A combine has read annotations; so it is a good time to read them too.
    let combined = Memo::new(move |_| {
        project.report.with(|report| report.and_then(Option::as_ref).map(|report| report.job.clone()))
    });
    Effect::new(move |before: Option<()>| {
        combined.track();
        if before.is_some() {
            agreement.refresh();
        }
    });
    view! {
        <Loaded of=agreement.status() what="Agreement" skeleton=ViewFn::from(|| skeleton_rows(4))>
            {move || agreement.get().map(|agreement| view! { <Body agreement=agreement /> })}
        </Loaded>
    }
}

#[component]
fn Body(agreement: Agreement) -> impl IntoView {
    let Agreement { documents, annotations, krippendorff_alpha, fleiss_kappa, annotators, pairs } = agreement;
    if pairs.is_empty() {
        let text = "Agreement needs two people on the same documents. Let a second person label some documents that the first has labeled, and alpha, kappa and everyone's accuracy on gold stand here.";
        return view! {
            <Panel title="Agreement">
                <Empty icon=Icon::Team title="Nobody shares a document yet" text=text />
                {(!annotators.is_empty()).then(|| view! { <Annotators annotators=annotators /> })}
            </Panel>
        }
        .into_any();
    }
    let of = format!(
        "{} by {}",
        format::counted(documents, "document", "documents"),
        format::counted(annotators.len() as u64, "person", "people")
    );
    view! {
        <Panel title="Agreement">
            <div class="figures model-inset">
                <Coefficient name="Krippendorff's alpha" definition=ALPHA of=krippendorff_alpha.clone() />
                <Coefficient name="Fleiss' kappa" definition=FLEISS of=fleiss_kappa />
                <Figure
                    name="Agreeing pairs"
                    value=Signal::stored(krippendorff_alpha.as_ref().map(|alpha| format::percent(alpha.observed)).ok_or("not defined"))
                    of=krippendorff_alpha.map(|alpha| format!("by chance {}", format::percent(alpha.expected))).unwrap_or_default()
                    definition="Share of pairs of annotations of one document that agree, and what it would be if annotations were given by chance."
                />
                <Figure
                    name="Annotations"
                    value=Signal::stored(Ok(format::count(annotations)))
                    of=of
                    definition="Annotations that give a label; skipped documents and answers that are no label do not count."
                />
            </div>
            <Pairs pairs=pairs />
            <Annotators annotators=annotators />
        </Panel>
    }
    .into_any()
}

#[component]
fn Coefficient(
    name: &'static str,
    definition: &'static str,
    of: Option<AgreementCoefficient>,
) -> impl IntoView {
    let interval = of.as_ref().and_then(|of| of.interval);
    let interval = interval.map(|it| format!("{:.2}–{:.2}", it.low, it.high));
    let documents = of.as_ref().map(|of| format::counted(of.documents, "document", "documents"));
    let below: Vec<String> = interval.into_iter().chain(documents).collect();
    let value = of.map(|of| format!("{:.2}", of.value)).ok_or("not defined");
    view! { <Figure name=name value=Signal::stored(value) of=below.join(" · ") definition=definition /> }
}

fn author(name: &str) -> AnyView {
    view! { <span class="mono" title=name.to_owned()>{format::shortened(name, 24)}</span> }.into_any()
}

#[component]
fn Pairs(pairs: Vec<AnnotatorPair>) -> impl IntoView {
    let line = |AnnotatorPair { authors: [one, other], documents, agreed, kappa }: AnnotatorPair| {
        let kappa = match kappa {
            Some(kappa) => view! { <td class="num end">{format!("{kappa:.2}")}</td> }.into_any(),
            None => view! { <td class="end quiet small">"not defined: one label only"</td> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{author(&one)}</th>
                <td>{author(&other)}</td>
                <td class="num end">
                    {format::share(agreed, documents)}
                    <span class="model-below">{format::of(agreed, documents)}</span>
                </td>
                {kappa}
            </tr>
        }
    };
    view! {
        <div class="table-scroll" role="region" aria-label="Everyone beside everyone" tabindex="0">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Person"</th>
                        <th scope="col">"and"</th>
                        <th scope="col" class="end">"Agree"</th>
                        <th scope="col" class="end"><Defined definition=COHEN>"Cohen's kappa"</Defined></th>
                    </tr>
                </thead>
                <tbody>{pairs.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Annotators(annotators: Vec<AnnotatorReport>) -> impl IntoView {
    let line = |person: AnnotatorReport| {
        let accuracy = match person.accuracy.zip(person.interval) {
            Some((accuracy, interval)) => view! {
                <td class="num end">
                    {format::percent(accuracy)}
                    <span class="model-below">
                        {format!("{} · {}", format::interval(interval.low, interval.high), format::of(person.right, person.judged))}
                    </span>
                </td>
            }
            .into_any(),
            None => view! { <td class="end quiet small">"no gold yet"</td> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{author(&person.author)}</th>
                <td class="num end">{format::count(person.annotations)}</td>
                {accuracy}
            </tr>
        }
    };
    view! {
        <div class="table-scroll" role="region" aria-label="Everyone beside gold" tabindex="0">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Person"</th>
                        <th scope="col" class="end">"Labeled"</th>
                        <th scope="col" class="end">
                            <Defined definition="Share of a person's labels that are as dev gold says, with the 95 % Wilson interval.">"Right on gold"</Defined>
                        </th>
                    </tr>
                </thead>
                <tbody>{annotators.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}
