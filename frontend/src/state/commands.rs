//! Everything that can be done on the page: one list for the palette, the sheet of keys and the keyboard itself.

use leptos::{ev, prelude::*};
use std::borrow::Cow;

/// Something that can be done.
#[derive(Clone)]
pub struct Command {
    /// What it is about, such as `Go to`.
    pub group: &'static str,
    /// What it does.
    pub name: String,
    /// The key for it, or several one after the other with spaces between: `mod+k`, `g d`, `?`. Empty for none.
    pub keys: Cow<'static, str>,
    /// Does it.
    pub run: Callback<()>,
}

/// All commands of the page. Given by context everywhere.
#[derive(Clone, Copy)]
pub struct Commands {
    list: RwSignal<Vec<(u32, Command)>>,
    next: StoredValue<u32>,
}

impl Commands {
    /// Provides the list to everything below and lets the keyboard run what is in it.
    pub fn provide() {
        let commands = Self { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
        provide_context(commands);
        let pressed = StoredValue::new(Pressed::default());
        let handle = window_event_listener(ev::keydown, move |event| commands.press(pressed, &event));
        on_cleanup(move || handle.remove());
    }

    /// The commands of this page.
    ///
    /// # Panics
    /// Outside of the application.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Adds a command until the owner is gone.
    pub fn add(self, command: Command) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.list.update(|list| list.push((id, command)));
        on_cleanup(move || {
            self.list.try_update(|list| list.retain(|(known, _)| *known != id));
        });
    }

    /// All, in the order they were added. Tracks.
    pub fn all(self) -> Vec<Command> {
        self.list.with(|list| list.iter().map(|(_, command)| command.clone()).collect())
    }

    /// All, by group. Tracks.
    pub fn groups(self) -> Vec<(&'static str, Vec<Command>)> {
        let mut groups: Vec<(&'static str, Vec<Command>)> = Vec::new();
        for command in self.all() {
            match groups.iter_mut().find(|(group, _)| *group == command.group) {
                Some((_, commands)) => commands.push(command),
                None => groups.push((command.group, vec![command])),
            }
        }
        groups
    }

    fn press(self, pressed: StoredValue<Pressed>, event: &ev::KeyboardEvent) {
        let modified = event.ctrl_key() || event.meta_key();
        if event.is_composing() || event.alt_key() || (!modified && is_typing(event)) {
            return;
        }
        let key = if modified { format!("mod+{}", event.key().to_lowercase()) } else { event.key() };
        // The last one added wins: a page's key goes before the application's.
        let run = self.list.with_untracked(|list| {
            let known: Vec<_> = list
                .iter()
                .map(|(_, command)| command.keys.as_ref())
                .filter(|keys| !keys.is_empty())
                .collect();
            let keys =
                pressed.try_update_value(|pressed| pressed.press(&key, js_sys::Date::now(), &known))??;
            list.iter().rev().find(|(_, command)| command.keys == keys).map(|(_, command)| command.run)
        });
        if let Some(run) = run {
            event.prevent_default();
            run.run(());
        }
    }
}

/// Adds a command until the owner is gone.
pub fn use_command(
    group: &'static str,
    name: impl Into<String>,
    keys: &'static str,
    run: impl Into<Callback<()>>,
) {
    Commands::expect().add(Command { group, name: name.into(), keys: keys.into(), run: run.into() });
}

/// Whether a key goes into a text.
fn is_typing(event: &ev::KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast as _;
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| match element.dyn_ref::<web_sys::HtmlInputElement>() {
        Some(input) => !matches!(input.type_().as_str(), "checkbox" | "radio" | "button" | "submit"),
        None => element.is_content_editable() || matches!(element.tag_name().as_str(), "TEXTAREA" | "SELECT"),
    })
}

/// Keys pressed so far of a command of several keys.
#[derive(Debug, Default)]
struct Pressed {
    keys: String,
    at: f64,
}

impl Pressed {
    /// Milliseconds after which the first keys of a sequence are forgotten.
    const FORGET: f64 = 1_200.0;

    /// Takes a key; gives the keys of the command that is complete now.
    fn press<'a>(&mut self, key: &str, now: f64, known: &[&'a str]) -> Option<&'a str> {
        if now - self.at > Self::FORGET {
            self.keys.clear();
        }
        self.at = now;
        let so_far = if self.keys.is_empty() { key.to_owned() } else { format!("{} {key}", self.keys) };
        let complete = |keys: &str| known.iter().find(|known| **known == keys).copied();
        let begins = |keys: &str| known.iter().any(|known| known.starts_with(&format!("{keys} ")));
        let found = complete(&so_far).or_else(|| complete(key));
        self.keys = match found {
            None if begins(&so_far) => so_far,
            None if begins(key) => key.to_owned(),
            Some(_) | None => String::new(),
        };
        found
    }
}

/// A key as its cap shows it.
pub fn key_name(key: &str) -> String {
    let apple = window().navigator().user_agent().is_ok_and(|agent| agent.contains("Mac"));
    key_cap(key, apple)
}

fn key_cap(key: &str, apple: bool) -> String {
    match key.strip_prefix("mod+") {
        Some(rest) if apple => format!("⌘{}", rest.to_uppercase()),
        Some(rest) => format!("Ctrl {}", rest.to_uppercase()),
        None => match key {
            "ArrowLeft" => "←".to_owned(),
            "ArrowRight" => "→".to_owned(),
            key => key.to_owned(),
        },
    }
}

/// The commands that fit what was typed, the best first: each word must be in the name or the group, and those whose
/// name begins with the text go first.
pub fn matches(query: &str, commands: &[Command]) -> Vec<Command> {
    let query = query.trim().to_lowercase();
    let mut found: Vec<&Command> = commands
        .iter()
        .filter(|command| {
            let text = format!("{} {}", command.group, command.name).to_lowercase();
            query.split_whitespace().all(|word| text.contains(word))
        })
        .collect();
    found.sort_by_key(|command| !command.name.to_lowercase().starts_with(&query));
    found.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["g d", "g r", "?", "mod+k"];

    #[test]
    fn two_keys_in_a_row_are_one_command() {
        let mut pressed = Pressed::default();
        assert_eq!(pressed.press("g", 0.0, &KNOWN), None);
        assert_eq!(pressed.press("r", 100.0, &KNOWN), Some("g r"));
        assert_eq!(pressed.press("r", 200.0, &KNOWN), None);
    }

    #[test]
    fn a_first_key_is_forgotten_after_a_while() {
        let mut pressed = Pressed::default();
        pressed.press("g", 0.0, &KNOWN);
        assert_eq!(pressed.press("d", 5_000.0, &KNOWN), None);
    }

    #[test]
    fn a_wrong_second_key_does_not_swallow_the_next_command() {
        let mut pressed = Pressed::default();
        pressed.press("g", 0.0, &KNOWN);
        assert_eq!(pressed.press("?", 10.0, &KNOWN), Some("?"));
        pressed.press("g", 20.0, &KNOWN);
        assert_eq!(pressed.press("g", 30.0, &KNOWN), None);
        assert_eq!(pressed.press("d", 40.0, &KNOWN), Some("g d"));
    }

    #[test]
    fn caps_read_as_the_keyboard_has_them() {
        assert_eq!(key_cap("mod+k", true), "⌘K");
        assert_eq!(key_cap("mod+k", false), "Ctrl K");
        assert_eq!(key_cap("g", false), "g");
    }

    #[test]
    fn typing_the_start_of_a_name_finds_it_first() {
        let command = |group, name: &str| Command {
            group,
            name: name.into(),
            keys: "".into(),
            run: Callback::new(|()| ()),
        };
        let commands = [command("Rule", "check_out"), command("Go to", "Rules"), command("Rule", "loud")];
        let names =
            |query| matches(query, &commands).into_iter().map(|command| command.name).collect::<Vec<_>>();
        assert_eq!(names("rules"), ["Rules"]);
        assert_eq!(names("rule"), ["Rules", "check_out", "loud"]);
        assert_eq!(names("rule lo"), ["loud"]);
        assert_eq!(names("").len(), 3);
    }
}
