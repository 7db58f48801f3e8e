//! Content-addressed objects: bytes named by their BLAKE3 hash.
//!
//! An object is never changed. Putting the same bytes twice stores them once, and a reader checks what it gets.
//! What was put is on the disk, file and folder, before anything can name it: a power cut after the database has named an
//! object must not find it empty.

use super::CorpusError;
use crate::blocking::blocking;
use bytes::Bytes;
use futures::executor::{block_on, block_on_stream};
use hunch_protocol::ContentHash;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::RwLock;

/// A content-addressed store; cheap to clone.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
    /// Held to write by whoever removes objects, and to read by whoever puts one: what is being put is not removed.
    sweeping: Arc<RwLock<()>>,
}

impl Objects {
    /// Objects in a local folder, which is made if it is not there.
    pub fn open(folder: &std::path::Path) -> Result<Self, CorpusError> {
        let prepare = || {
            for part in 0..=u8::MAX {
                fs::create_dir_all(folder.join(format!("{part:02x}")))?;
            }
            File::open(folder)?.sync_all()
        };
        prepare().map_err(|error| CorpusError::Read { name: folder.display().to_string(), error })?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(folder)?);
        Ok(Self { store, folder: folder.to_owned(), sweeping: Arc::default() })
    }

    /// Stores bytes under their hash. They are there entirely or not at all, whatever happens meanwhile.
    pub async fn put(&self, bytes: Bytes) -> Result<ContentHash, CorpusError> {
        let hash = blake3::hash(&bytes).to_hex().to_string();
        let (path, size) = (path(&hash)?, bytes.len() as u64);
        let _not_removed = self.sweeping.read().await;
        match self.store.put_opts(&path, bytes.clone().into(), PutMode::Create.into()).await {
            Ok(_) => {}
            Err(object_store::Error::AlreadyExists { .. }) => {
                // One of another size was cut off by a power cut, before it was named.
                if self.store.head(&path).await?.size != size {
                    self.store.put(&path, bytes.into()).await?;
                }
            }
            Err(error) => return Err(error.into()),
        }
        let (folder, name) = (self.folder.join(&hash[..2]), hash[2..].to_owned());
        let kept = where_it_may_block(move || keep(&folder, &name)).await;
        kept.map_err(|error| CorpusError::Read { name: format!("stored object {hash}"), error })?;
        Ok(hash)
    }

    /// The names in an object that is a list of names, as a chunk is; none in any other, nor if it is not there. Blocks.
    pub(crate) fn names_in(&self, hash: &str) -> Result<Vec<ContentHash>, CorpusError> {
        let path = path(hash)?;
        let size = match block_on(self.store.head(&path)) {
            Ok(found) => found.size,
            Err(object_store::Error::NotFound { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        if size < 2 || block_on(self.store.get_range(&path, 0..2))?.as_ref() != b"[\"" {
            return Ok(Vec::new());
        }
        Ok(serde_json::from_slice(&block_on(self.get(hash))?).unwrap_or_default())
    }

    /// Removes objects that are not `live` and were last put before a time, in microseconds; says how many. Blocks.
    pub(crate) fn sweep(&self, live: &HashSet<ContentHash>, before: i64) -> Result<u64, CorpusError> {
        let mut removed = 0;
        for found in block_on_stream(self.store.list(None)) {
            let found = found?;
            let name: String = found.location.parts().map(|part| part.as_ref().to_owned()).collect();
            if live.contains(&name) || found.last_modified.timestamp_micros() >= before {
                continue;
            }
            let _alone = block_on(self.sweeping.write());
            // It may have been put again since, or removed by another sweep.
            let now = match block_on(self.store.head(&found.location)) {
                Err(object_store::Error::NotFound { .. }) => continue,
                now => now?,
            };
            if now.last_modified.timestamp_micros() < before {
                block_on(self.store.delete(&found.location))?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The bytes of that hash, checked against it.
    pub async fn get(&self, hash: &str) -> Result<Bytes, CorpusError> {
        let damaged =
            |reason: &str| CorpusError::Damaged { hash: hash.to_owned(), reason: reason.to_owned() };
        let found = self.store.get(&path(hash)?).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => damaged("it is not there"),
            error => error.into(),
        })?;
        let bytes = found.bytes().await?;
        if blake3::hash(&bytes).to_hex().as_str() == hash {
            Ok(bytes)
        } else {
            Err(damaged("its bytes do not have that hash"))
        }
    }
}

/// Brings an object and its name to the disk, and notes that it was put now.
fn keep(folder: &std::path::Path, name: &str) -> io::Result<()> {
    let file = File::options().append(true).open(folder.join(name))?;
    file.set_modified(SystemTime::now())?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

/// Runs work on a thread where it may block; where it is if there is no runtime, as in tests.
async fn where_it_may_block<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    if tokio::runtime::Handle::try_current().is_err() {
        return work();
    }
    blocking(work).await.unwrap_or_else(|| Err(io::ErrorKind::Interrupted.into()))
}

/// `ab/cdef…`: 256 folders keep each one small.
fn path(hash: &str) -> Result<Path, CorpusError> {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hash.len() == 64 && hash.bytes().all(hex) {
        Ok(Path::from_iter([&hash[..2], &hash[2..]]))
    } else {
        Err(CorpusError::Damaged {
            hash: hash.chars().take(80).collect(),
            reason: "a name is 64 lower-case hexadecimal digits".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_have_one_name_and_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let first = block_on(objects.put(Bytes::from_static(b"hunch"))).unwrap();
        let second = block_on(objects.put(Bytes::from_static(b"hunch"))).unwrap();
        assert_eq!(first, second);
        assert_eq!(first, blake3::hash(b"hunch").to_hex().as_str());
        assert_eq!(block_on(objects.get(&first)).unwrap(), "hunch");
    }

    #[test]
    fn an_object_that_a_power_cut_left_empty_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let hash = block_on(objects.put(Bytes::from_static(b"hunch"))).unwrap();
        std::fs::write(folder.path().join(&hash[..2]).join(&hash[2..]), b"").unwrap();
        assert_eq!(block_on(objects.put(Bytes::from_static(b"hunch"))).unwrap(), hash);
        assert_eq!(block_on(objects.get(&hash)).unwrap(), "hunch");
    }

    #[test]
    fn only_what_is_old_and_not_named_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let put = |bytes: &'static [u8]| block_on(objects.put(Bytes::from_static(bytes))).unwrap();
        let old = |hash: &str| {
            let file = File::options().append(true).open(folder.path().join(&hash[..2]).join(&hash[2..]));
            file.unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        };
        let (named, unnamed, fresh, again) = (put(b"a"), put(b"b"), put(b"c"), put(b"d"));
        for hash in [&named, &unnamed, &again] {
            old(hash);
        }
        assert_eq!(put(b"d"), again);
        let live = HashSet::from([named.clone()]);
        assert_eq!(objects.sweep(&live, 1_000_000).unwrap(), 1);
        for hash in [named, fresh, again] {
            assert!(block_on(objects.get(&hash)).is_ok());
        }
        assert!(block_on(objects.get(&unnamed)).is_err());
    }

    #[test]
    fn only_a_list_of_names_names_objects() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let names = |text: &'static str| {
            let hash = block_on(objects.put(Bytes::from_static(text.as_bytes()))).unwrap();
            objects.names_in(&hash).unwrap()
        };
        assert_eq!(names(r#"["ab","cd"]"#), ["ab", "cd"]);
        assert!(names("").is_empty() && names("[").is_empty() && names(r#"["ab""#).is_empty());
    }

    #[test]
    fn a_changed_or_missing_object_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let hash = block_on(objects.put(Bytes::from_static(b"hunch"))).unwrap();
        std::fs::write(folder.path().join(&hash[..2]).join(&hash[2..]), b"lunch").unwrap();
        assert!(matches!(block_on(objects.get(&hash)), Err(CorpusError::Damaged { .. })));
        let absent = "0".repeat(64);
        assert!(block_on(objects.get(&absent)).unwrap_err().to_string().contains("not there"));
    }

    #[test]
    fn a_name_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let name = format!("../{}", "a".repeat(61));
        assert!(matches!(block_on(objects.get(&name)), Err(CorpusError::Damaged { .. })));
    }
}
