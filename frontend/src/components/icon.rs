//! Icons: strokes on a grid of 16, drawn in the text's colour.

use leptos::prelude::*;

/// What can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A page of four panes.
    Overview,
    /// A stack of rows.
    Data,
    /// A line that branches.
    Rules,
    /// A square of squares.
    Matrix,
    /// A balance.
    Model,
    /// A tag.
    Label,
    /// A box.
    Snapshots,
    /// A sheet and its copies.
    Augment,
    /// A speech bubble.
    Widgets,
    /// Two people.
    Team,
    /// A looking glass.
    Search,
    /// A plus.
    Plus,
    /// A cross.
    Close,
    /// A tick.
    Check,
    /// A triangle that warns.
    Warning,
    /// A circle that informs.
    Info,
    /// An arrow up, out of a tray.
    Upload,
    /// An arrow down, into a tray.
    Download,
    /// A small arrow down.
    Down,
    /// A small arrow right.
    Right,
    /// A small arrow left.
    Left,
    /// An arrow up.
    Up,
    /// A page.
    File,
    /// A beaker.
    Sample,
    /// A triangle that starts.
    Play,
    /// A square that stops.
    Stop,
    /// Two arrows in a circle.
    Again,
    /// Two sheets.
    Copy,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Overview => "M2.5 2.5h4.5v5h-4.5zM9 2.5h4.5v3H9zM9 7.5h4.5v6H9zM2.5 9.5h4.5v4h-4.5z",
            Self::Data => {
                "M2.5 4c0-1 2.5-1.8 5.5-1.8s5.5.8 5.5 1.8-2.5 1.8-5.5 1.8S2.5 5 2.5 4zM2.5 4v8c0 1 2.5 1.8 5.5 1.8s5.5-.8 5.5-1.8V4M2.5 8c0 1 2.5 1.8 5.5 1.8s5.5-.8 5.5-1.8"
            }
            Self::Rules => {
                "M4 5.5v5M4 5.5a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM4 13.9a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM12 6.6a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM12 6.6c0 2.6-4 2.4-7 3.4"
            }
            Self::Matrix => "M2.5 2.5h11v11h-11zM6.2 2.5v11M9.8 2.5v11M2.5 6.2h11M2.5 9.8h11",
            Self::Model => {
                "M8 2v12M4.5 14h7M3 4.5h10M3 4.5l-1.7 4.2a2 2 0 0 0 3.4 0zM13 4.5l-1.7 4.2a2 2 0 0 0 3.4 0z"
            }
            Self::Label => "M2.5 2.5h5.2l5.8 5.8-5.2 5.2-5.8-5.8zM5.3 5.2v.1",
            Self::Snapshots => "M2.5 5.2L8 2.2l5.5 3v5.6L8 13.8l-5.5-3zM2.5 5.2L8 8.2l5.5-3M8 8.2v5.6",
            Self::Augment => "M2.5 4.5h6v9h-6zM5 4.5v-2h6v9H8.5M11 4.5h2.5v4",
            Self::Widgets => "M2.5 3h11v7.5h-6l-3 3v-3h-2zM5.5 5.8h5M5.5 7.8h3",
            Self::Team => {
                "M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6zM1.8 13.3c0-2.3 1.8-3.6 4.2-3.6s4.2 1.3 4.2 3.6M10.3 3.1a2.3 2.3 0 0 1 0 4.2M11.6 9.9c1.6.4 2.6 1.6 2.6 3.4"
            }
            Self::Search => "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Check => "M3 8.5l3.2 3.2L13 4.8",
            Self::Warning => "M8 2.5l6 11H2zM8 6.5v3M8 11.6v.1",
            Self::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.3M8 5.1v.1",
            Self::Upload => "M8 10.5v-8M4.8 5.5L8 2.3l3.2 3.2M2.5 10.5v3h11v-3",
            Self::Download => "M8 2.5v8M4.8 7.5L8 10.7l3.2-3.2M2.5 10.5v3h11v-3",
            Self::Down => "M4 6.2l4 4 4-4",
            Self::Right => "M6.2 4l4 4-4 4",
            Self::Left => "M9.8 4l-4 4 4 4",
            Self::Up => "M8 13V3M4 7l4-4 4 4",
            Self::File => "M4 2.2h5l3 3v8.6H4zM9 2.2v3h3",
            Self::Sample => {
                "M6.2 2.2v4L2.9 12a1.2 1.2 0 0 0 1 1.8h8.2a1.2 1.2 0 0 0 1-1.8L9.8 6.2v-4M5.2 2.2h5.6M4.6 9.5h6.8"
            }
            Self::Play => "M5 3.2v9.6l7.5-4.8z",
            Self::Stop => "M4 4h8v8H4z",
            Self::Again => "M13 8a5 5 0 0 1-9 3M3 8a5 5 0 0 1 9-3M12.3 2.2V5H9.5M3.7 13.8V11h2.8",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
        }
    }
}

/// Draws an icon. It says nothing to a screen reader: the word beside it does.
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
}
