//! Files that are either complete or not there.

use super::CorpusError;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// A file in the making: it takes its place, and that of an older one, when it is finished.
pub(crate) struct NewFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl NewFile {
    /// Begins a file, next to where it will be.
    pub(crate) fn create(path: &Path) -> Result<Self, CorpusError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // As for any new file; temporary files are for their owner only.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file =
            builder.prefix(".hunch-").tempfile_in(folder).map_err(|error| Self::refused(path, error))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Another handle to it.
    pub(crate) fn handle(&self) -> io::Result<File> {
        self.file.reopen()
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> Result<(), CorpusError> {
        // A file that is rewritten keeps its permissions.
        if let Ok(older) = std::fs::metadata(&self.path) {
            let kept = self.file.as_file().set_permissions(older.permissions());
            kept.map_err(|error| Self::refused(&self.path, error))?;
        }
        self.file.as_file().sync_all().map_err(|error| Self::refused(&self.path, error))?;
        self.file.persist(&self.path).map_err(|error| Self::refused(&self.path, error.error)).map(drop)
    }

    /// Why a file cannot be written.
    pub(crate) fn refused(path: &Path, error: impl std::fmt::Display) -> CorpusError {
        CorpusError::file(&path.display().to_string(), format!("cannot be written: {error}"))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
