//! Passwords: what they must be like, and how they are kept: as Argon2id hashes with the parameters that OWASP
//! recommends (19 MiB, two passes; <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>).

use crate::blocking::blocking;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Fewest bytes of a password.
const SHORTEST: usize = 8;
/// Most bytes of a password: hashing a long one takes long.
pub(crate) const LONGEST: usize = 1024;
/// How many passwords are hashed at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// The most common passwords of at least [`SHORTEST`] bytes, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// A hash to compare with where there is none.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash("nobody's", &[0; 16]).unwrap_or_default());

/// What is wrong with a password that someone wants to have.
pub(crate) fn fault(password: &str, login: &str) -> Option<String> {
    let lower = password.to_lowercase();
    if password.len() < SHORTEST {
        Some(format!("must have at least {SHORTEST} characters"))
    } else if password.len() > LONGEST {
        Some(format!("must have at most {LONGEST} bytes"))
    } else if COMMON.lines().any(|common| common == lower) || lower == login.to_lowercase() {
        Some("is one of the first that someone would guess; take another".into())
    } else {
        None
    }
}

/// Hashes passwords, not too many at once.
pub(crate) struct Passwords {
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// What is kept of a password; `None` while the server stops.
    pub(crate) async fn hash(&self, password: String, salt: [u8; 32]) -> Option<String> {
        self.alone(move || hash(&password, &salt[..16])).await.flatten()
    }

    /// Whether a password is the one that was hashed. Without a hash the answer is no, but takes as long, so that the
    /// time does not tell which logins there are.
    pub(crate) async fn verify(&self, password: String, kept: Option<String>) -> bool {
        let verified = self.alone(move || {
            let parsed = PasswordHash::new(kept.as_ref().unwrap_or(&NOBODYS));
            let right = parsed
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            right && kept.is_some()
        });
        verified.await.unwrap_or(false)
    }

    async fn alone<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let _place = self.places.acquire().await.ok()?;
        blocking(work).await
    }
}

fn hash(password: &str, salt: &[u8]) -> Option<String> {
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    hashed.ok().map(|hash: PasswordHash| hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let passwords = Passwords::default();
        let kept = passwords.hash("correct horse".into(), [9; 32]).await;
        assert!(
            kept.as_ref().is_some_and(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")),
            "{kept:?}"
        );
        assert!(passwords.verify("correct horse".into(), kept.clone()).await);
        assert!(!passwords.verify("correct horsf".into(), kept).await);
        assert!(!passwords.verify(String::new(), None).await);
    }

    #[test]
    fn a_password_that_anyone_would_guess_is_refused() {
        for (password, refused) in [
            ("1234567", true),
            ("password1", true),
            ("QWERTYUIOP", true),
            ("ada.lovelace", true),
            ("näherungs", false),
            (&"x".repeat(1024), false),
            (&"x".repeat(1025), true),
        ] {
            assert_eq!(fault(password, "Ada.Lovelace").is_some(), refused, "{password:.20}");
        }
    }
}
