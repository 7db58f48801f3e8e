//! Charts: a drawing, the same as a table, and both to take away.

use super::button::{Button, ButtonKind};
use super::icon::Icon;
use crate::format;
use leptos::{html, prelude::*};
use std::fmt::Write as _;

/// A value of a chart's table.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// A name.
    Text(String),
    /// From 0 to 1.
    Share(f64),
    /// How many.
    Count(u64),
    /// What is not known, and why.
    Unknown(&'static str),
}

impl Datum {
    /// A share, if it is known.
    pub fn share(share: Option<f64>, unknown: &'static str) -> Self {
        share.map_or(Self::Unknown(unknown), Self::Share)
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Share(share) => format::percent(*share),
            Self::Count(count) => format::count(*count),
            Self::Unknown(why) => (*why).to_owned(),
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Share(_) | Self::Count(_))
    }

    /// As in a file for programs: all digits, and nothing where nothing is known.
    fn written(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Share(share) => share.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Unknown(_) => String::new(),
        }
    }
}

/// A text as a cell of CSV; one that a spreadsheet would run as a formula is kept from it.
fn quoted(text: &str) -> String {
    let text =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// What a chart shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// Names of the columns.
    pub heads: Vec<&'static str>,
    /// A value per column.
    pub rows: Vec<Vec<Datum>>,
}

impl Data {
    fn csv(&self) -> String {
        let mut csv = self.heads.join(",");
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(Datum::written).collect();
            // Writing to a string cannot fail.
            let _ = write!(csv, "\n{}", cells.join(","));
        }
        csv + "\n"
    }

    fn table(&self, caption: &str) -> AnyView {
        let numbers = self.rows.first().map(|row| row.iter().map(Datum::is_number).collect::<Vec<_>>());
        let is_number = |at: usize| numbers.as_ref().is_some_and(|numbers| numbers.get(at) == Some(&true));
        let head = |(at, head): (usize, &&'static str)| {
            view! { <th scope="col" class:end=is_number(at)>{*head}</th> }
        };
        let cell = |(at, datum): (usize, &Datum)| {
            let class = match datum {
                Datum::Unknown(_) => "quiet small",
                _ if datum.is_number() => "num",
                _ => "",
            };
            view! { <td class=class class:end=is_number(at)>{datum.shown()}</td> }
        };
        let row = |row: &Vec<Datum>| view! { <tr>{row.iter().enumerate().map(cell).collect_view()}</tr> };
        view! {
            <div class="table-scroll" role="region" tabindex="0" aria-label=caption.to_owned()>
                <table class="table">
                    <thead><tr>{self.heads.iter().enumerate().map(head).collect_view()}</tr></thead>
                    <tbody>{self.rows.iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    }
}

/// A drawing with its table. What is drawn uses no styles but `currentColor` and colours of its own, so that it looks the
/// same where it is taken to.
#[component]
pub fn Chart(
    /// Names the files.
    name: &'static str,
    /// What is drawn, for those who do not see it; the caption of the table.
    #[prop(into)]
    about: String,
    /// Pixels.
    width: f64,
    /// Pixels.
    height: f64,
    data: Data,
    /// SVG elements.
    children: Children,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let drawing = NodeRef::<html::Div>::new();
    let table = data.table(&about);
    let csv = StoredValue::new(data.csv());
    let svg = move || {
        let Some(drawing) = drawing.get_untracked() else { return };
        let style = "color:#1b1c1f;background:#ffffff;font-family:system-ui,sans-serif";
        let text = drawing.inner_html().replacen(
            "<svg ",
            &format!("<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"{style}\" "),
            1,
        );
        save(&format!("{name}.svg"), &text);
    };
    let size = format!("0 0 {width} {height}");
    view! {
        <figure class="chart">
            <div class="chart-actions">
                <button
                    type="button"
                    class="button quiet small"
                    aria-pressed=move || as_table.get().to_string()
                    on:click=move |_| as_table.update(|it| *it = !*it)
                >
                    "Table"
                </button>
                <Button kind=ButtonKind::Quiet small=true icon=Icon::Download on_press=svg>"SVG"</Button>
                <Button
                    kind=ButtonKind::Quiet
                    small=true
                    icon=Icon::Download
                    on_press=move || csv.with_value(|csv| save(&format!("{name}.csv"), csv))
                >
                    "CSV"
                </Button>
            </div>
            <div class="chart-drawing" node_ref=drawing hidden=as_table>
                <svg viewBox=size width=width height=height role="img" aria-label=about font-size="12">
                    {children()}
                </svg>
            </div>
            <div hidden=move || !as_table.get()>{table}</div>
        </figure>
    }
}

/// As wide as the window allows, at most so many pixels.
pub fn chart_width(most: f64) -> f64 {
    let window = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(most);
    // Margins of page and panel, and the rail of wide windows.
    let around = if window < 900.0 { 66.0 } else { 140.0 };
    (window - around).clamp(240.0, most)
}

/// Gives a text to the person as a file.
fn save(name: &str, text: &str) {
    use wasm_bindgen::JsCast as _;
    let blob = web_sys::Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into()));
    let Ok(url) = blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob)) else { return };
    let link = document().create_element("a").ok().and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(link) = link {
        // Both name things that exist.
        let _ = link.set_attribute("href", &url);
        let _ = link.set_attribute("download", name);
        link.click();
    }
    // The download has begun: it holds the blob.
    let _ = web_sys::Url::revoke_object_url(&url);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_taken_away_has_every_digit_and_no_formula() {
        let data = Data {
            heads: vec!["rule", "share", "rows"],
            rows: vec![
                vec![Datum::Text("a, \"b\"".to_owned()), Datum::Share(0.125), Datum::Count(1_000)],
                vec![Datum::Text("=1+1".to_owned()), Datum::Unknown("no gold yet"), Datum::Count(0)],
            ],
        };
        assert_eq!(data.csv(), "rule,share,rows\n\"a, \"\"b\"\"\",0.125,1000\n'=1+1,,0\n");
    }
}
