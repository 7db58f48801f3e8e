//! Feedback widgets: how they are set up, what came through them, where they are used.

use super::project::ProjectState;
use super::remote::Remote;
use super::toasts::Toasts;
use super::{Api, ApiFailure};
use hunch_protocol::{Feedback, FeedbackQuery, Page, Reply, SaveWidget, Widget, WidgetOrigin, limits};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the page of widgets shows, kept fresh while it is open.
#[derive(Clone, Copy)]
pub struct Widgets {
    /// The open project.
    pub project: ProjectState,
    /// In the order they were made.
    pub list: Remote<Vec<Widget>>,
    /// The first answers, the newest first, and more if they were asked for.
    pub answers: Remote<Page<Feedback>>,
    /// Which answers are shown.
    filter: RwSignal<FeedbackQuery>,
    toasts: Toasts,
}

impl Widgets {
    /// Begins to load and listens.
    pub fn open(project: ProjectState) -> Self {
        let filter = RwSignal::new(FeedbackQuery::default());
        let list = Remote::load(move || {
            let id = project.id();
            async move { Api.widgets(&id).await }
        });
        let answers = Remote::load(move || {
            let (id, query) = (project.id(), filter.get_untracked());
            async move { Api.feedback(&id, &query).await }
        });
        Effect::new(move |before: Option<u32>| {
            let news = project.widget_news.get();
            if before.is_some() {
                list.refresh();
                answers.refresh();
            }
            news
        });
        Self { project, list, answers, filter, toasts: Toasts::expect() }
    }

    /// The widget of an id. Tracks.
    pub fn find(self, id: &str) -> Option<Widget> {
        self.list.with(|widgets| widgets.into_iter().flatten().find(|widget| widget.id == id).cloned())
    }

    /// What a widget is called; that it is gone, if it is. Tracks.
    pub fn name(self, id: &str) -> String {
        self.find(id).map_or_else(|| "removed widget".to_owned(), |widget| widget.settings.name)
    }

    /// How often an author is right, as the latest combine estimates it. Tracks.
    pub fn reliability(self, author: &str) -> Option<f64> {
        self.project.report.with(|report| {
            let people = &report?.as_ref()?.people;
            people.iter().find(|person| person.author == author)?.accuracy
        })
    }

    /// Shows answers through one widget only, or through all.
    pub fn show_widget(self, widget: Option<String>) {
        self.narrow(|filter| filter.widget = widget);
    }

    /// Shows answers of one kind only, or all.
    pub fn show_reply(self, reply: Option<Reply>) {
        self.narrow(|filter| filter.reply = reply);
    }

    fn narrow(self, change: impl FnOnce(&mut FeedbackQuery)) {
        let before = self.filter.get_untracked();
        self.filter.update_untracked(change);
        if before != self.filter.get_untracked() {
            self.answers.refresh();
        }
    }

    /// Fetches the answers that follow those shown.
    pub fn show_more(self) {
        let Some(cursor) = self.answers.with_untracked(|page| page.and_then(|page| page.next.clone())) else {
            return;
        };
        let query =
            FeedbackQuery { cursor: Some(cursor), limit: Some(limits::PAGE), ..self.filter.get_untracked() };
        let id = self.project.id();
        spawn_local(async move {
            match Api.feedback(&id, &query).await {
                Ok(more) => self.answers.update(|page| {
                    page.items.extend(more.items);
                    page.next = more.next;
                }),
                Err(failure) => self.toasts.fail(format!("No more answers could be loaded. {failure}")),
            }
        });
    }

    /// Makes a widget, or sets one up anew.
    pub async fn save(self, before: Option<Widget>, settings: SaveWidget) -> Result<Widget, ApiFailure> {
        let id = self.project.id();
        let saved = match &before {
            None => Api.create_widget(&id, &settings).await?,
            Some(before) => Api.save_widget(&id, before, &settings).await?,
        };
        self.list.update(|widgets| match widgets.iter_mut().find(|widget| widget.id == saved.id) {
            Some(widget) => *widget = saved.clone(),
            None => widgets.push(saved.clone()),
        });
        Ok(saved)
    }

    /// Takes a widget away.
    pub fn remove(self, widget: Widget) {
        self.change(async move |id| Api.remove_widget(&id, &widget).await, "The widget could not be removed");
    }

    /// Gives a widget a new key.
    pub fn rotate_key(self, widget: Widget) {
        self.change(
            async move |id| Api.rotate_widget_key(&id, &widget).await.map(drop),
            "The key could not be replaced",
        );
    }

    /// Gives a widget a new secret and shows it.
    pub fn rotate_secret(self, widget: Widget, shown: RwSignal<Option<String>>) {
        self.change(
            async move |id| {
                let made = Api.rotate_widget_secret(&id, &widget).await?;
                shown.try_set(Some(made.secret));
                Ok(())
            },
            "The secret could not be made",
        );
    }

    fn change(
        self,
        change: impl AsyncFnOnce(String) -> Result<(), ApiFailure> + 'static,
        failed: &'static str,
    ) {
        let id = self.project.id();
        spawn_local(async move {
            if let Err(failure) = change(id).await {
                self.toasts.fail(format!("{failed}. {failure}"));
            }
            self.list.refresh();
        });
    }
}

/// Where pages that use a widget are from; loaded again with every news of the project's widgets.
pub fn origins(project: ProjectState, widget: String) -> Remote<Vec<WidgetOrigin>> {
    let origins = Remote::load(move || {
        let (id, widget) = (project.id(), widget.clone());
        async move { Api.widget_origins(&id, &widget).await }
    });
    Effect::new(move |before: Option<u32>| {
        let news = project.widget_news.get();
        if before.is_some() {
            origins.refresh();
        }
        news
    });
    origins
}

/// A user as a person reads it: `widget:WIDGET:user-alice` is alice, `widget:WIDGET:anon-0192…` is one without a name.
pub fn user(author: &str) -> String {
    let name = author.rsplit(':').next().unwrap_or(author);
    match name.split_once('-') {
        Some(("user", id)) => id.to_owned(),
        // The start of such an id is a time: its end tells users apart.
        Some(("anon", id)) => {
            let tail = id.get(id.len().saturating_sub(6)..).unwrap_or(id);
            format!("anonymous …{tail}")
        }
        _ => author.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_told_apart_and_never_taken_for_one_another() {
        assert_eq!(user("widget:0192:user-alice-b"), "alice-b");
        assert_eq!(user("widget:0192:anon-0192d4e0-0000-7000-8000-00000000000a"), "anonymous …00000a");
        assert_eq!(user("local"), "local");
    }
}
