//! What is synced: rules, lexicons, labels given, the label set and the project's settings, as this browser has them.
//!
//! The browser keeps a copy of its own, so everything here works without the network: a change is kept and shown at
//! once, and sent when the server can be reached. `hunch_sync` decides what changes do; this module carries it out on
//! the browser's database ([`database`]), in the leading tab on the server ([`courier`]), and shows the outcome
//! ([`shown`]).

mod courier;
mod database;
mod idb;
mod shown;
mod tabs;
mod views;

use super::ApiFailure;
use super::events::{self, Connection, News};
use courier::Wake;
use database::{Changed, LocalCopy};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use hunch_sync::{Change, Draft, DraftError, Entity, Key, Kind, MergeConflict, Patch, Pending, Replica};
use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tabs::{Channel, Leadership};

pub use idb::DatabaseFailure;
pub use views::body;

/// The open project's copy. Given by context below `/p/:id`.
#[derive(Clone, Copy)]
pub struct Sync {
    project: StoredValue<String>,
    author: RwSignal<String>,
    shown: StoredValue<BTreeMap<Kind, RwSignal<BTreeMap<String, Entity>>>>,
    /// Entities with changes on their way.
    waiting: RwSignal<BTreeSet<Key>>,
    refused: RwSignal<Vec<Pending>>,
    ready: RwSignal<bool>,
    standing: RwSignal<Standing>,
    connection: RwSignal<Connection>,
    /// Why the leading tab exchanges nothing.
    failure: RwSignal<Option<ApiFailure>>,
    leads: StoredValue<bool>,
    inner: StoredValue<Option<Rc<Inner>>, LocalStorage>,
    hear: StoredValue<Option<Hear>, LocalStorage>,
    owner: StoredValue<Owner>,
}

type Hear = Rc<dyn Fn(News)>;

struct Inner {
    copy: LocalCopy,
    channel: Channel<Told>,
    wake: UnboundedSender<Wake>,
}

/// How this browser stands to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether the server answered last.
    pub online: bool,
    /// Changes on their way.
    pub pending: usize,
    /// Changes the server refused, until someone has seen why.
    pub failed: usize,
    /// Merge conflicts to settle.
    pub conflicts: usize,
    /// Why nothing is exchanged although the server answers, as a sentence.
    pub stopped: Option<String>,
}

/// What tabs tell each other.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Told {
    /// The stored copy changed.
    Wrote,
    /// A tab was opened and wants to know how things stand.
    Hello,
    /// How the leading tab gets on.
    Stands { online: bool, stopped: Option<String> },
    /// What the server said unasked.
    News(News),
}

/// Why a change was not kept.
#[derive(Debug, Clone, PartialEq)]
pub enum SyncFailure {
    /// The copy is still being read.
    NotReady,
    /// The browser's database.
    Database(DatabaseFailure),
    /// The change itself.
    Draft(DraftError),
}

impl std::fmt::Display for SyncFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotReady => f.write_str("The project is still being loaded."),
            Self::Database(failure) => failure.fmt(f),
            Self::Draft(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SyncFailure {}

impl From<DatabaseFailure> for SyncFailure {
    fn from(failure: DatabaseFailure) -> Self {
        Self::Database(failure)
    }
}

impl From<DatabaseFailure> for ApiFailure {
    fn from(failure: DatabaseFailure) -> Self {
        Self::Protocol(failure.to_string())
    }
}

impl Sync {
    /// Opens a project's copy and begins to exchange.
    pub fn open(project: String, author: RwSignal<String>) -> Self {
        let (wake, wakes) = unbounded();
        let sync = Self {
            project: StoredValue::new(project.clone()),
            author,
            shown: StoredValue::new(Kind::ALL.map(|kind| (kind, RwSignal::default())).into()),
            waiting: RwSignal::default(),
            refused: RwSignal::default(),
            ready: RwSignal::new(false),
            standing: RwSignal::new(Standing { online: true, ..Standing::default() }),
            connection: RwSignal::default(),
            failure: RwSignal::new(None),
            leads: StoredValue::new(false),
            inner: StoredValue::new_local(None),
            hear: StoredValue::new_local(None),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        sync.follow_network(&wake);
        let leadership = Leadership::until_cleanup();
        spawn_local(async move {
            match LocalCopy::open(&project).await {
                Ok(copy) => {
                    let channel = Channel::join(&format!("hunch.{project}"), move |told| sync.hear_tab(told));
                    channel.tell(&Told::Hello);
                    // The project may have been closed meanwhile.
                    sync.inner.try_set_value(Some(Rc::new(Inner { copy, channel, wake })));
                    sync.show(None);
                    // What another tab wrote before this one listened to it.
                    sync.catch_up();
                    courier::run(sync, leadership, wakes).await;
                }
                Err(failure) => sync.stand(Some(failure.into())),
            }
        });
        sync
    }

    /// The browser says when it lost the network, and when it is back.
    fn follow_network(self, wake: &UnboundedSender<Wake>) {
        let wake = wake.clone();
        let back = window_event_listener(ev::online, move |_| drop(wake.unbounded_send(Wake::Now)));
        let gone = window_event_listener(ev::offline, move |_| {
            self.standing.try_update(|standing| standing.online = false);
        });
        on_cleanup(move || {
            back.remove();
            gone.remove();
        });
    }

    /// Tells what the server says unasked, whichever tab it says it to.
    pub fn on_news(self, hear: impl Fn(News) + 'static) {
        self.hear.set_value(Some(Rc::new(hear)));
    }

    /// The project's identifier.
    pub fn project(self) -> String {
        self.project.try_get_value().unwrap_or_default()
    }

    /// Whose changes this tab makes, such as `local` or `user:UUID`. Tracks.
    pub fn author(self) -> String {
        self.author.get()
    }

    /// Whether the copy has been fetched to the end at least once. Tracks.
    pub fn is_ready(self) -> bool {
        self.ready.get()
    }

    /// All entities of a kind as they show, by id: the server's with the outbox over them.
    pub fn entities(self, kind: Kind) -> Signal<Vec<Entity>> {
        let shown = self.of(kind);
        Memo::new(move |_| shown.with(|shown| shown.values().cloned().collect())).into()
    }

    /// Reads the entities of a kind by id, as [`Self::entities`] without copying them. Tracks.
    pub fn with<T>(self, kind: Kind, read: impl FnOnce(&BTreeMap<String, Entity>) -> T) -> T {
        self.of(kind).with(read)
    }

    /// An entity as it shows. Tracks.
    pub fn entity(self, key: &Key) -> Option<Entity> {
        self.with(key.kind, |shown| shown.get(&key.id).cloned())
    }

    /// Whether a change of this entity is on its way. Tracks.
    pub fn is_pending(self, key: &Key) -> bool {
        self.waiting.with(|waiting| waiting.contains(key))
    }

    /// Whether there is a merge conflict about this entity to settle. Tracks.
    pub fn has_merge_conflict(self, key: &Key) -> bool {
        let about = |conflict: &Entity| MergeConflict::of(conflict).is_some_and(|it| it.target() == *key);
        self.with(Kind::MergeConflict, |all| all.values().any(about))
    }

    /// Changes the server refused, each with its reason, until they are dismissed. Tracks.
    pub fn refused(self) -> Vec<Pending> {
        self.refused.get()
    }

    /// How this browser stands to the server.
    pub fn standing(self) -> Signal<Standing> {
        self.standing.into()
    }

    /// Says what an entity shall be, from its revision `base` (0: it is new). When this returns it is kept, shown and
    /// on its way.
    pub async fn put(self, key: Key, base: u64, body: Value) -> Result<(), SyncFailure> {
        self.edit(key, Change::Put { base, body }, None).await
    }

    /// As [`Self::put`], when what was edited may no longer be what the copy shows: `seen` has the fields that were. If
    /// another tab's change is on its way, the two are merged as those of two devices.
    pub async fn put_over(self, seen: Value, key: Key, base: u64, body: Value) -> Result<(), SyncFailure> {
        self.edit(key, Change::Put { base, body }, Some(seen)).await
    }

    /// Takes an entity at revision `base` away.
    pub async fn delete(self, key: Key, base: u64) -> Result<(), SyncFailure> {
        self.edit(key, Change::Delete { base }, None).await
    }

    /// Settles a merge conflict: says what the entity it is about, now at revision `base`, shall be; `None` takes it
    /// away.
    pub async fn resolve(self, conflict: String, base: u64, body: Option<Value>) -> Result<(), SyncFailure> {
        self.edit(Key::new(Kind::MergeConflict, conflict), Change::Resolve { base, body }, None).await
    }

    /// Lets go of a refused change.
    pub async fn dismiss(self, place: u64) -> Result<(), SyncFailure> {
        self.change(move |replica| (replica.dismiss(place), ())).await?;
        Ok(())
    }

    /// Why nothing could be fetched, if so.
    pub fn failure(self) -> Signal<Option<ApiFailure>> {
        self.failure.into()
    }

    /// Asks for what changed now.
    pub fn refresh(self) {
        self.wake(Wake::Now);
    }

    async fn edit(self, key: Key, change: Change, seen: Option<Value>) -> Result<(), SyncFailure> {
        let draft = Draft {
            id: super::uuid_v7(),
            key,
            change,
            seen,
            author: self.author.get_untracked(),
            made_at: js_sys::Date::new_0().to_iso_string().into(),
        };
        let taken = self.change(move |replica| match replica.edit(draft) {
            Ok(patch) => (patch, Ok(())),
            Err(error) => (Patch::default(), Err(SyncFailure::Draft(error))),
        });
        taken.await?.ok_or(SyncFailure::NotReady)??;
        self.wake(Wake::Edited);
        Ok(())
    }

    fn of(self, kind: Kind) -> RwSignal<BTreeMap<String, Entity>> {
        // The map has every kind.
        self.shown.with_value(|shown| shown.get(&kind).copied()).unwrap_or_default()
    }

    fn inner(self) -> Option<Rc<Inner>> {
        self.inner.try_get_value().flatten()
    }

    fn read<T>(self, read: impl FnOnce(&Replica) -> T) -> Option<T> {
        self.inner().map(|inner| inner.copy.with(read))
    }

    /// Carries out a transition, shows it and tells the other tabs; `None` if the project is closed.
    async fn change<T>(
        self,
        change: impl FnOnce(&mut Replica) -> (Patch, T),
    ) -> Result<Option<T>, DatabaseFailure> {
        let Some(inner) = self.inner() else { return Ok(None) };
        let Changed { value, keys } = inner.copy.change(change).await?;
        if keys.as_ref().is_none_or(|keys| !keys.is_empty()) {
            self.show(keys);
            inner.channel.tell(&Told::Wrote);
        }
        Ok(Some(value))
    }

    fn wake(self, wake: Wake) {
        // Another tab that leads hears of what was written.
        if let Some(inner) = self.inner().filter(|_| self.leads()) {
            // The courier ends with the project.
            let _ = inner.wake.unbounded_send(wake);
        }
    }

    /// The leading tab says how it gets on.
    fn stand(self, failure: Option<ApiFailure>) {
        let online = failure != Some(ApiFailure::Offline);
        let stopped = failure.as_ref().filter(|_| online).map(ToString::to_string);
        self.failure.try_set(failure);
        self.tell_standing(online, stopped);
    }

    fn tell_standing(self, online: bool, stopped: Option<String>) {
        self.set_standing(|standing| Standing { online, stopped: stopped.clone(), ..standing });
        if let Some(inner) = self.inner() {
            inner.channel.tell(&Told::Stands { online, stopped });
        }
    }

    /// This tab leads now: it listens to the server for all. `false` if the project was closed meanwhile.
    fn begin_to_lead(self) -> bool {
        let Some(owner) = self.owner.try_get_value() else { return false };
        self.leads.set_value(true);
        owner.with(|| {
            events::listen(self.project(), self.connection, move |news| {
                if let Some(inner) = self.inner() {
                    inner.channel.tell(&Told::News(news.clone()));
                }
                self.hear_server(news);
            });
        });
        // A stream that broke says that the server may be gone: only a request can tell.
        owner.with(|| {
            Effect::new(move |_| {
                if self.connection.get() == Connection::Lost {
                    self.wake(Wake::Now);
                }
            });
        });
        true
    }

    fn leads(self) -> bool {
        self.leads.try_get_value() == Some(true)
    }

    fn hears_of_changes(self) -> bool {
        self.connection.try_get_untracked() == Some(Connection::Live)
    }

    fn hear_server(self, news: News) {
        if matches!(news, News::Opened | News::Poke(_)) {
            self.wake(Wake::Now);
        }
        if let Some(hear) = self.hear.try_get_value().flatten() {
            hear(news);
        }
    }

    fn hear_tab(self, told: Told) {
        match told {
            Told::Wrote => self.catch_up(),
            Told::Hello if self.leads() => {
                let Standing { online, stopped, .. } = self.standing.get_untracked();
                self.tell_standing(online, stopped);
            }
            Told::Hello => {}
            Told::Stands { online, stopped } => {
                self.set_standing(|standing| Standing { online, stopped, ..standing });
            }
            Told::News(news) => self.hear_server(news),
        }
    }

    /// Takes in what another tab wrote; the leading tab sends it.
    fn catch_up(self) {
        let Some(inner) = self.inner() else { return };
        spawn_local(async move {
            // What cannot be read now is read with the next change.
            if inner.copy.refresh().await == Ok(true) {
                self.show(None);
                self.wake(Wake::Edited);
            }
        });
    }
}

/// Forgets the copies of all projects, outboxes and all.
pub async fn forget_all() {
    for project in database::all().await {
        // A copy that is in use is taken away when its tab is closed.
        let _ = database::forget(&project).await;
    }
}

/// The open project's copy; for components below `/p/:id`.
///
/// # Panics
/// Outside of `ProjectScope`.
pub fn use_sync() -> Sync {
    use_context().expect("`ProjectScope` provides the project's copy to the pages in it")
}
