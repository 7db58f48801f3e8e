//! One merge conflict as the page needs it: what stands against what, and how it is settled.

use crate::state::project::ProjectState;
use crate::state::sync::Sync;
use crate::state::toasts::Toasts;
use hunch_protocol::{Entity, Kind, MergeConflict, Reason};
use leptos::task::spawn_local;
use serde_json::Value;

/// An open merge conflict with what is current now.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The merge conflict's id.
    pub id: String,
    /// What the server recorded.
    pub record: MergeConflict,
    /// The entity as it is now; it may have moved on since.
    pub current: Option<Entity>,
}

/// One side of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What both started from.
    Base,
    /// What is in force.
    Theirs,
    /// What came second.
    Mine,
}

impl Side {
    pub const ALL: [Self; 3] = [Self::Base, Self::Theirs, Self::Mine];

    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "Base",
            Self::Theirs => "Theirs",
            Self::Mine => "Mine",
        }
    }
}

impl Dispute {
    /// Reads an entity; none if it is no merge conflict this page knows. Tracks.
    pub fn of(sync: Sync, entity: &Entity) -> Option<Self> {
        let record = MergeConflict::of(entity)?;
        let current = sync.entity(&record.target());
        Some(Self { id: entity.key.id.clone(), record, current })
    }

    /// The revision that a resolution says it has looked at.
    pub fn revision(&self) -> u64 {
        self.current.as_ref().map_or(self.record.theirs.revision, |entity| entity.revision)
    }

    /// What a side says; none where it deletes, or where there was nothing.
    pub fn body(&self, side: Side) -> Option<&Value> {
        match side {
            Side::Base => self.record.base.as_ref().map(|base| &base.body).filter(|body| !body.is_null()),
            // The name's holder is another entity than the one in dispute.
            Side::Theirs if self.record.reason == Reason::NameTaken => self.record.theirs.body.as_ref(),
            Side::Theirs => self.current.as_ref().map(|entity| &entity.body),
            Side::Mine => self.record.mine.body.as_ref(),
        }
    }

    /// Who says it, and since which revision.
    pub fn origin(&self, side: Side, me: &str) -> String {
        let person = |author: &str| if author == me { "you".to_owned() } else { author.to_owned() };
        match side {
            Side::Base => {
                self.record.base.as_ref().map(|base| format!("r{}", base.revision)).unwrap_or_default()
            }
            Side::Theirs => match &self.current {
                Some(entity) if self.record.reason != Reason::NameTaken => {
                    format!("in force, r{} by {}", entity.revision, person(&entity.author))
                }
                _ => format!("in force, by {}", person(&self.record.theirs.author)),
            },
            Side::Mine => format!("waiting, by {}", person(&self.record.mine.author)),
        }
    }

    /// What it is about.
    pub fn title(&self) -> String {
        let named = || {
            let bodies = [Side::Mine, Side::Theirs, Side::Base].map(|side| self.body(side));
            let names = bodies.into_iter().flatten().filter_map(|body| body.get("name")?.as_str());
            names.map(str::to_owned).next().unwrap_or_else(|| self.record.id.clone())
        };
        match self.record.kind {
            Kind::Rule => format!("rule {}", named()),
            Kind::Policy => format!("policy {}", named()),
            Kind::Lexicon => format!("lexicon @{}", self.record.id),
            Kind::LabelSet => "the label set".to_owned(),
            Kind::Settings => "the project's settings".to_owned(),
            Kind::Gold => format!("gold of document {}", self.record.id),
            Kind::Annotation | Kind::MergeConflict => self.record.id.clone(),
        }
    }

    /// What happened, in a sentence.
    pub fn story(&self) -> &'static str {
        match (self.record.reason, self.record.mine.body.is_none()) {
            (Reason::Edited, _) => "Both edits changed the same part.",
            (Reason::Deleted, true) => "One edit deleted it while the other changed it: mine wants it gone.",
            (Reason::Deleted, false) => {
                "One edit deleted it while the other changed it: theirs wants it gone."
            }
            (Reason::NameTaken, _) => {
                "Another one has this name already. Mine is kept, inactive, until it has a name of its own."
            }
            (Reason::DoesNotCompile, _) => {
                "The edits touch different parts, but together they do not compile."
            }
        }
    }

    /// Says what the thing shall be; `None` deletes it.
    pub fn settle(&self, project: ProjectState, body: Option<Value>) {
        let toasts = Toasts::expect();
        let (id, base, title) = (self.id.clone(), self.revision(), self.title());
        spawn_local(async move {
            match project.sync.resolve(id, base, body).await {
                Ok(()) => toasts.tell(format!("Settled: {title}.")),
                Err(failure) => toasts.fail(format!("This could not be settled. {failure}")),
            }
        });
    }
}
