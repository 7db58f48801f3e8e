//! What a request from a page must pass before it is read, and a note of where such requests come from.

use super::Limiter;
use crate::clock::Clock;
use crate::state::Limits;
use crate::store::{Sighting, StoreResult, Widgets};
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long requests from an origin are only counted before they are written down, in microseconds: a busy page must
/// not write twice for each answer.
const WRITE_EVERY: i64 = 10_000_000;
/// Origins that are counted at a time; those beyond are not noted.
const COUNTED: usize = 10_000;

/// Limits how often pages ask and answer, and notes where they are from.
pub struct Gate {
    addresses: Limiter<IpAddr>,
    widgets: Limiter<Uuid>,
    seen: Mutex<HashMap<(Uuid, String), Seen>>,
}

/// What was counted of an origin and not written yet.
#[derive(Default)]
struct Seen {
    accepted: i64,
    refused: i64,
    last: i64,
    written: Option<i64>,
}

impl Gate {
    /// A gate that nobody went through yet.
    pub fn new(limits: &Limits, clock: &Arc<dyn Clock>) -> Self {
        Self {
            addresses: Limiter::per_minute(limits.answers_per_address, clock.clone()),
            widgets: Limiter::per_minute(limits.answers_per_key, clock.clone()),
            seen: Mutex::default(),
        }
    }

    /// Lets an address through so many times; the error is how long it must wait.
    pub(crate) fn address(&self, address: IpAddr, times: NonZeroU32) -> Result<(), Duration> {
        self.addresses.take(&address, times)
    }

    /// Takes so many answers through a widget; the error is how long to wait.
    pub(crate) fn widget(&self, widget: Uuid, answers: NonZeroU32) -> Result<(), Duration> {
        self.widgets.take(&widget, answers)
    }

    /// Counts a request from an origin and writes it down if that was not done lately.
    pub(crate) async fn note(
        &self,
        store: &dyn Widgets,
        widget: Uuid,
        origin: &str,
        accepted: bool,
        now: i64,
    ) -> StoreResult<()> {
        match self.count(widget, origin, accepted, now) {
            Some(sighting) => store.note_origin(sighting).await,
            None => Ok(()),
        }
    }

    fn count(&self, widget: Uuid, origin: &str, accepted: bool, now: i64) -> Option<Sighting> {
        let mut seen = self.lock();
        let key = (widget, origin.to_owned());
        if seen.len() >= COUNTED && !seen.contains_key(&key) {
            seen.retain(|_, seen| seen.waits() || now - seen.last < WRITE_EVERY);
            if seen.len() >= COUNTED {
                return None;
            }
        }
        let count = seen.entry(key.clone()).or_default();
        *(if accepted { &mut count.accepted } else { &mut count.refused }) += 1;
        count.last = now;
        count.written.is_none_or(|written| now - written >= WRITE_EVERY).then(|| count.take(key))
    }

    /// Writes down what was only counted so far.
    pub(crate) async fn flush(&self, store: &dyn Widgets) -> StoreResult<()> {
        let waiting: Vec<Sighting> = {
            let mut seen = self.lock();
            let mut waiting: Vec<Sighting> = seen
                .iter_mut()
                .filter(|(_, seen)| seen.waits())
                .map(|(key, seen)| seen.take(key.clone()))
                .collect();
            waiting.sort_by(|a, b| (a.at, a.widget, &a.origin).cmp(&(b.at, b.widget, &b.origin)));
            waiting
        };
        for sighting in waiting {
            store.note_origin(sighting).await?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Uuid, String), Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn waits(&self) -> bool {
        self.accepted + self.refused > 0
    }

    fn take(&mut self, (widget, origin): (Uuid, String)) -> Sighting {
        self.written = Some(self.last);
        let (accepted, refused) = (std::mem::take(&mut self.accepted), std::mem::take(&mut self.refused));
        Sighting { widget, origin, accepted, refused, at: self.last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn origins_are_written_at_first_sight_and_then_seldom() {
        let gate = Gate::new(&Limits::default(), &(Arc::new(SystemClock) as Arc<dyn Clock>));
        let widget = Uuid::nil();
        let first = gate.count(widget, "https://a.example", false, 0).expect("first sight");
        assert_eq!((first.accepted, first.refused), (0, 1));
        assert_eq!(gate.count(widget, "https://a.example", false, 1), None);
        assert_eq!(gate.count(widget, "https://a.example", true, 2), None);
        let later = gate.count(widget, "https://a.example", false, WRITE_EVERY).expect("time to write");
        assert_eq!((later.accepted, later.refused, later.at), (1, 2, WRITE_EVERY));
    }

    #[test]
    fn made_up_origins_do_not_fill_the_memory() {
        let gate = Gate::new(&Limits::default(), &(Arc::new(SystemClock) as Arc<dyn Clock>));
        for n in 0..COUNTED + 10 {
            let noted = gate.count(Uuid::nil(), &format!("https://{n}.example"), false, 5);
            assert_eq!(noted.is_some(), n < COUNTED);
        }
        assert!(gate.count(Uuid::nil(), "https://new.example", false, 5 + WRITE_EVERY).is_some());
        assert_eq!(gate.lock().len(), 1);
    }
}
