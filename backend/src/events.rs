//! The hub between those who change a project and those who listen to its event stream.
//!
//! Events are hints, never data: a listener that missed some fetches everything again. Nothing is stored here.

use hunch_protocol::{Changed, Job, Poke};
use tokio::sync::broadcast;

/// How many events a slow listener may be behind before it is told to fetch everything.
const BACKLOG: usize = 1024;

/// What happened in a project.
#[derive(Debug, Clone)]
pub struct Event {
    /// The project's id.
    pub project: String,
    /// What happened.
    pub news: News,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum News {
    /// Something can be fetched.
    Poke(Poke),
    /// A job got on.
    Job(Box<Job>),
}

/// Carries events to all listeners. Cloning it gives another handle to the same hub.
#[derive(Debug, Clone)]
pub struct Events {
    sender: broadcast::Sender<Event>,
}

impl Default for Events {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG) }
    }
}

impl Events {
    /// Tells that something in a project changed; `seq` is the project's counter after the change.
    pub fn poke(&self, project: &str, seq: i64, changed: impl Into<Vec<Changed>>) {
        self.send(project, News::Poke(Poke { seq, changed: changed.into() }));
    }

    /// Tells how a job gets on.
    pub fn job(&self, job: Job) {
        let project = job.project.clone();
        self.send(&project, News::Job(Box::new(job)));
    }

    /// Every event from now on, of all projects.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }

    fn send(&self, project: &str, news: News) {
        // An error means that nobody listens, which is fine.
        let _ = self.sender.send(Event { project: project.to_owned(), news });
    }
}
