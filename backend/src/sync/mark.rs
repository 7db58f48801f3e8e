//! Noticing that the database is not the one it was: a backup was restored, or the data folder is a copy.
//!
//! The database and a file in the data folder carry one mark, replaced at every start and every hour. A database with
//! another mark was set back, and a file that is not where it was written was copied. Devices may then know more than
//! the server does, so every project gets a new epoch, and all devices fetch everything anew.
//! A database set back by less than an hour shows when a device's cursor is beyond the counter.

use crate::state::AppState;
use anyhow::{Context as _, Result};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// Compares the marks and replaces them.
pub async fn renew_mark(state: &AppState) -> Result<()> {
    let (path, next) = (state.data.mark(), state.ids.uuid().to_string());
    let known = read(&path).context("cannot read the data folder's mark")?;
    let found = state.store.database_mark().await?;
    let foreign = found.as_ref().is_some_and(|mark| !known.contains(mark));
    if foreign {
        tracing::warn!("the database was set back or copied; devices will fetch everything anew");
    } else {
        // Whichever of the two the database has when the power goes, the next start knows it.
        write(&path, [found.as_ref().unwrap_or(&next), &next])
            .context("cannot write the data folder's mark")?;
    }
    state.store.set_database_mark(&next, foreign).await?;
    write(&path, [&next, &next]).context("cannot write the data folder's mark")
}

/// The marks that the database may have; none if the file is a copy.
fn read(path: &Path) -> io::Result<Vec<String>> {
    let (mut file, mut text) = (open(path)?, String::new());
    file.read_to_string(&mut text)?;
    let place = place(&file)?;
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    Ok(if words.last() == Some(&place) { words } else { Vec::new() })
}

/// Writes over what is there, which has the same length, in one go.
fn write(path: &Path, marks: [&String; 2]) -> io::Result<()> {
    let mut file = open(path)?;
    let place = place(&file)?;
    file.rewind()?;
    file.write_all(format!("{} {} {place}\n", marks[0], marks[1]).as_bytes())?;
    file.sync_all()
}

fn open(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).read(true).write(true).open(path)
}

/// What tells a file from its copy, always of the same length.
#[cfg(unix)]
fn place(file: &File) -> io::Result<String> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(format!("{:020}", file.metadata()?.ino()))
}

/// What tells a file from its copy; here, nothing does.
#[cfg(not(unix))]
fn place(_: &File) -> io::Result<String> {
    Ok("0".repeat(20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_mark_is_known_for_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, copy) = (folder.path().join("mark"), folder.path().join("copy"));
        assert_eq!(read(&path).expect("a new file"), Vec::<String>::new());
        let marks = ["a".repeat(36), "b".repeat(36)];
        write(&path, [&marks[0], &marks[1]]).expect("written");
        assert!(marks.iter().all(|mark| read(&path).expect("read").contains(mark)));
        std::fs::copy(&path, &copy).expect("copied");
        assert_eq!(read(&copy).expect("read"), Vec::<String>::new());
    }
}
