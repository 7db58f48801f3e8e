//! How a server lets people in.

use super::password::Passwords;
use super::throttle::Throttle;
use super::{new_secret, secret_hash};
use hunch_protocol::AuthMode;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Tells the secret of a new link, on the server's terminal.
pub type Announce = Box<dyn Fn(&str) + Send + Sync>;

/// How many links that were used are remembered, to tell them from ones that never were.
const USED_LINKS: usize = 100;

/// How a server lets people in, and how it keeps those out who guess.
pub struct Entrance {
    way: Way,
    /// Slows down those who guess passwords.
    pub(crate) throttle: Throttle,
    /// Hashes passwords.
    pub(crate) passwords: Passwords,
}

enum Way {
    /// Whoever is on the machine.
    Open,
    /// By a link, once per link; its sessions have a cookie of this name.
    Link { links: Mutex<Links>, cookie: String, announce: Announce },
    /// By accounts.
    Accounts,
    /// Only the program that started the server, by a secret that has this hash.
    Key(String),
}

struct Links {
    current: String,
    used: VecDeque<String>,
}

/// Why a link lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkRefusal {
    /// It was used.
    Used,
    /// It is none of this server's.
    Unknown,
}

impl Entrance {
    /// Whoever is on the machine.
    pub fn open() -> Self {
        Self::by(Way::Open)
    }

    /// By links, each good once. `announce` is told the next one whenever one was used; the first is
    /// [`Entrance::announce`]d when the server is up. The port tells apart the cookies of servers on one machine.
    pub fn link(port: u16, secret: [u8; 32], announce: Announce) -> Self {
        let links = Links { current: new_secret(secret).0, used: VecDeque::new() };
        Self::by(Way::Link { links: Mutex::new(links), cookie: format!("hunch-{port}"), announce })
    }

    /// By accounts.
    pub fn accounts() -> Self {
        Self::by(Way::Accounts)
    }

    /// Only a program that knows a secret; returns the secret as it is sent.
    pub(crate) fn keyed(secret: [u8; 32]) -> (Self, String) {
        let (secret, hash) = new_secret(secret);
        (Self::by(Way::Key(hash)), secret)
    }

    fn by(way: Way) -> Self {
        let (throttle, passwords) = (Throttle::default(), Passwords::default());
        Self { way, throttle, passwords }
    }

    /// How people are let in.
    pub fn mode(&self) -> AuthMode {
        match self.way {
            Way::Open | Way::Key(_) => AuthMode::None,
            Way::Link { .. } => AuthMode::Link,
            Way::Accounts => AuthMode::Accounts,
        }
    }

    /// Whether someone on this machine needs to show nothing.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.way, Way::Open)
    }

    /// Whether this is the secret of the program that started the server.
    pub(crate) fn is_key(&self, secret: &str) -> bool {
        matches!(&self.way, Way::Key(hash) if *hash == secret_hash(secret))
    }

    /// The name of the cookie that holds a session's secret, if there are sessions. With accounts, browsers refuse it
    /// unless it came over HTTPS and from this very host.
    pub(crate) fn cookie(&self) -> Option<&str> {
        match &self.way {
            Way::Open | Way::Key(_) => None,
            Way::Link { cookie, .. } => Some(cookie),
            Way::Accounts => Some("__Host-hunch"),
        }
    }

    /// Tells the link that is good now.
    pub fn announce(&self) {
        if let Way::Link { links, announce, .. } = &self.way {
            let current = links.lock().unwrap_or_else(PoisonError::into_inner).current.clone();
            announce(&current);
        }
    }

    /// Uses up a link and tells the next one, made of `random`.
    pub(crate) fn use_link(&self, secret: &str, random: [u8; 32]) -> Result<(), LinkRefusal> {
        let Way::Link { links, announce, .. } = &self.way else { return Err(LinkRefusal::Unknown) };
        let next = {
            let mut links = links.lock().unwrap_or_else(PoisonError::into_inner);
            let hash = secret_hash(secret);
            // Hashes are compared, so that the time it takes tells nothing of the secret.
            if hash != secret_hash(&links.current) {
                let used = links.used.contains(&hash);
                return Err(if used { LinkRefusal::Used } else { LinkRefusal::Unknown });
            }
            links.used.push_back(hash);
            if links.used.len() > USED_LINKS {
                links.used.pop_front();
            }
            links.current = new_secret(random).0;
            links.current.clone()
        };
        announce(&next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_link_opens_once_and_the_next_one_is_told() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let hear = told.clone();
        let announce = move |secret: &str| hear.lock().expect("no panic").push(secret.to_owned());
        let entrance = Entrance::link(8080, [1; 32], Box::new(announce));
        entrance.announce();
        let first = told.lock().expect("no panic")[0].clone();
        assert_eq!(entrance.use_link("guess", [2; 32]), Err(LinkRefusal::Unknown));
        assert_eq!(entrance.use_link(&first, [2; 32]), Ok(()));
        assert_eq!(entrance.use_link(&first, [3; 32]), Err(LinkRefusal::Used));
        let second = told.lock().expect("no panic")[1].clone();
        assert_ne!(first, second);
        assert_eq!(entrance.use_link(&second, [3; 32]), Ok(()));
    }

    #[test]
    fn no_link_opens_a_server_that_has_none() {
        assert_eq!(Entrance::accounts().use_link("", [0; 32]), Err(LinkRefusal::Unknown));
        let (entrance, key) = Entrance::keyed([7; 32]);
        assert!(entrance.is_key(&key) && !entrance.is_key("") && !entrance.is_open());
    }
}
