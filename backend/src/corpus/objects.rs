//! Content-addressed objects: bytes named by their BLAKE3 hash.
//!
//! An object is never changed. Putting the same bytes twice stores them once, and a reader checks what it gets.

use super::CorpusError;
use bytes::Bytes;
use hunch_protocol::ContentHash;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode};
use std::sync::Arc;

/// A content-addressed store; cheap to clone.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
}

impl Objects {
    /// Objects in a local folder, which is made if it is not there.
    pub fn open(folder: &std::path::Path) -> Result<Self, CorpusError> {
        std::fs::create_dir_all(folder)
            .map_err(|error| CorpusError::Read { name: folder.display().to_string(), error })?;
        Ok(Self { store: Arc::new(LocalFileSystem::new_with_prefix(folder)?) })
    }

    /// Stores bytes under their hash. They are there entirely or not at all, whatever happens meanwhile.
    pub async fn put(&self, bytes: Bytes) -> Result<ContentHash, CorpusError> {
        let hash = blake3::hash(&bytes).to_hex().to_string();
        match self.store.put_opts(&path(&hash)?, bytes.into(), PutMode::Create.into()).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(hash),
            Err(error) => Err(error.into()),
        }
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
    use futures::executor::block_on;

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
