//! A file as a stream of UTF-8 bytes: decompressed within limits, its byte-order mark taken off.

use super::{CorpusError, Limits};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Below this many bytes no ratio is called a bomb: short repetitive files compress very well.
pub(super) const RATIO_FLOOR: u64 = 64 << 20;

/// How a file is packed, seen from its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    None,
    Gzip,
    Zstd,
}

/// A limit on decompression that a file passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecompressionBomb {
    /// Too much in total.
    #[error(
        "the file unpacks to more than {limit} bytes; that looks like a decompression bomb, so reading was stopped"
    )]
    Size {
        /// The limit in bytes.
        limit: u64,
    },
    /// Too much for its size.
    #[error(
        "the file unpacks to more than {limit} times its size; that looks like a decompression bomb, so reading was stopped"
    )]
    Ratio {
        /// The most bytes that one compressed byte may become.
        limit: u64,
    },
}

/// An open file: decompressed bytes, and how far reading has come.
pub(super) struct Input {
    /// The bytes, without a byte-order mark.
    pub(super) bytes: Box<dyn Read + Send>,
    /// Bytes of the file itself that were read.
    pub(super) done: Arc<AtomicU64>,
    /// The file's size.
    pub(super) total: u64,
    /// Whether the file is compressed.
    pub(super) packed: bool,
    /// Whether there was a byte-order mark.
    pub(super) byte_order_mark: bool,
    /// The first bytes after decompression, at most [`HEAD`].
    pub(super) head: Vec<u8>,
}

/// How much of a file is looked at to tell its format.
const HEAD: usize = 64 << 10;

impl Input {
    /// Opens a file. Fails if it is empty or in an encoding other than UTF-8.
    pub(super) fn open(path: &Path, name: &str, limits: &Limits) -> Result<Self, CorpusError> {
        let fail = |error| CorpusError::read(name, error);
        let file = File::open(path).map_err(fail)?;
        let total = file.metadata().map_err(fail)?.len();
        let done = Arc::new(AtomicU64::new(0));
        let mut raw = Counted { inner: file, count: Arc::clone(&done) };
        let magic = read_up_to(&mut raw, 4).map_err(fail)?;
        let compression = compression(&magic);
        let raw = BufReader::with_capacity(256 << 10, io::Cursor::new(magic).chain(raw));
        let mut bytes: Box<dyn Read + Send> = match compression {
            Compression::None => Box::new(raw),
            Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(raw)),
            Compression::Zstd => Box::new(zstd::Decoder::with_buffer(raw).map_err(fail)?),
        };
        if compression != Compression::None {
            bytes =
                Box::new(Guarded { inner: bytes, packed: Arc::clone(&done), unpacked: 0, limits: *limits });
        }
        let mut head = read_up_to(&mut bytes, HEAD).map_err(fail)?;
        if head.is_empty() {
            return Err(CorpusError::file(name, "the file is empty"));
        }
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(CorpusError::file(name, "the file is UTF-16; save it as UTF-8 and try again"));
        }
        let byte_order_mark = head.starts_with("\u{feff}".as_bytes());
        if byte_order_mark {
            head.drain(..3);
        }
        let bytes = Box::new(io::Cursor::new(head.clone()).chain(bytes));
        Ok(Self { bytes, done, total, packed: compression != Compression::None, byte_order_mark, head })
    }
}

fn compression(magic: &[u8]) -> Compression {
    match magic {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Compression::Zstd,
        _ => Compression::None,
    }
}

fn read_up_to(reader: &mut impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Stops a stream that unpacks to more than the limits allow.
struct Guarded<R> {
    inner: R,
    packed: Arc<AtomicU64>,
    unpacked: u64,
    limits: Limits,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.unpacked += read as u64;
        let allowed = self.packed.load(Ordering::Relaxed).saturating_mul(self.limits.ratio);
        if self.unpacked > self.limits.decompressed_bytes {
            Err(io::Error::other(DecompressionBomb::Size { limit: self.limits.decompressed_bytes }))
        } else if self.unpacked > allowed.max(RATIO_FLOOR) {
            Err(io::Error::other(DecompressionBomb::Ratio { limit: self.limits.ratio }))
        } else {
            Ok(read)
        }
    }
}
