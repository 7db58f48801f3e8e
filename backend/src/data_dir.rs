//! The folder that holds everything a server keeps on disk. One process at a time may use it.

use crate::clock::{Ids as _, SystemIds};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A data folder that this process has locked. The lock goes with the value, or with the process however it ends.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    id: Uuid,
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process has it.
    #[error(
        "the data folder {0} is in use by another hunch; stop that one, or talk to it with --server http://127.0.0.1:8080"
    )]
    InUse(PathBuf),
    /// It cannot be made or written to.
    #[error("cannot use the data folder {path}: {source}")]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl DataDir {
    /// Makes the folder if there is none and locks it.
    pub fn lock(path: &Path) -> Result<Self, DataDirError> {
        let unusable = |source| DataDirError::Unusable { path: path.to_owned(), source };
        fs::create_dir_all(path.join("uploads")).map_err(unusable)?;
        let path = path.canonicalize().map_err(unusable)?;
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path.join("lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { id: identity(&mut lock).map_err(unusable)?, path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(path)),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }

    /// Tells this folder from all others, for ever. Its jobs are those of whoever has locked it.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Where the database is unless it is elsewhere.
    pub fn database_url(&self) -> String {
        let path = self.path.join("hunch.db").display().to_string();
        format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F"))
    }

    /// Where the mark is that the database's is compared with.
    pub fn mark(&self) -> PathBuf {
        self.path.join("mark")
    }

    /// Notes that a database keeps what is in this folder.
    pub fn note_database(&self, url: &str) -> io::Result<()> {
        let mut noted = self.noted_databases();
        let own = self.database_url();
        // A folder of before such notes were taken.
        if noted.is_empty() && url != own && self.path.join("hunch.db").exists() {
            noted.push(digest(&own));
        }
        if !noted.contains(&digest(url)) {
            noted.push(digest(url));
        }
        fs::write(self.path.join("databases"), noted.join("\n"))
    }

    /// How many databases have ever kept what is in this folder.
    pub fn databases(&self) -> usize {
        self.noted_databases().len()
    }

    fn noted_databases(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path.join("databases")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Where content-addressed objects are.
    pub fn objects(&self) -> PathBuf {
        self.path.join("objects")
    }

    /// Where uploads are while they wait for their import.
    pub fn uploads(&self) -> PathBuf {
        self.path.join("uploads")
    }

    /// Where an upload's bytes are.
    pub fn upload(&self, id: Uuid) -> PathBuf {
        self.uploads().join(id.to_string())
    }
}

/// A URL may hold a password.
fn digest(url: &str) -> String {
    blake3::hash(url.as_bytes()).to_hex().to_string()
}

/// The identifier in the lock file, written there the first time.
fn identity(lock: &mut File) -> io::Result<Uuid> {
    let mut text = String::new();
    lock.read_to_string(&mut text)?;
    if let Ok(id) = text.trim().parse() {
        return Ok(id);
    }
    let id = SystemIds.uuid();
    lock.rewind()?;
    lock.set_len(0)?;
    writeln!(lock, "{id}")?;
    lock.sync_all()?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_processes_never_write_to_one_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = DataDir::lock(folder.path()).expect("the first lock");
        let second = DataDir::lock(folder.path());
        assert!(matches!(second, Err(DataDirError::InUse(_))), "{second:?}");
        let id = first.id();
        drop(first);
        let again = DataDir::lock(folder.path()).expect("the lock is free");
        assert_eq!(again.id(), id);
    }
}
