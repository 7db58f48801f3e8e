//! NumPy's `.npz`: a ZIP archive of arrays, as `numpy.savez_compressed` writes and `numpy.load` reads it.
//!
//! Each member is `NAME.npy`: the magic `\x93NUMPY`, a version, the length of a header, the header (a Python dictionary
//! of `descr`, `fortran_order` and `shape`, padded to a multiple of 64 bytes), then the values
//! (numpy, `numpy/lib/format.py`). Only flat little-endian arrays of integers and texts are of use here.

use super::CorpusError;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Most bytes an array may hold.
pub(super) const ARRAY_BYTES: u64 = 8 << 30;
/// Most bytes of a header; numpy's own limit is 10,000.
const HEADER_BYTES: usize = 64 << 10;
const MAGIC: &[u8] = b"\x93NUMPY";

/// An archive to read.
pub(super) struct NpzReader {
    name: String,
    archive: ZipArchive<BufReader<File>>,
}

/// An array whose values are still bytes.
struct Array {
    /// The type: `i2`, `U12`.
    kind: String,
    /// Whether the first index runs fastest.
    fortran_order: bool,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// A matrix of integers, row by row.
#[derive(Debug, PartialEq)]
pub(super) struct Matrix {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) values: Vec<i16>,
}

impl NpzReader {
    pub(super) fn open(path: &Path, name: &str) -> Result<Self, CorpusError> {
        let file = File::open(path).map_err(|error| CorpusError::read(name, error))?;
        let archive = ZipArchive::new(BufReader::new(file))
            .map_err(|error| CorpusError::file(name, format!("this is not an npz archive: {error}")))?;
        Ok(Self { name: name.to_owned(), archive })
    }

    /// A list of texts; none if the archive has no such array.
    pub(super) fn texts(&mut self, array: &str) -> Result<Option<Vec<String>>, CorpusError> {
        let Some(found) = self.array(array)? else { return Ok(None) };
        let width = found.kind.strip_prefix('U').and_then(|width| width.parse::<usize>().ok());
        let (Some(width), [rows]) = (width, found.shape.as_slice()) else {
            return Err(self.unfit(array, &found, "a list of texts (<U)"));
        };
        if width == 0 {
            return Ok(Some(vec![String::new(); *rows]));
        }
        let text = |units: &[u8]| {
            let points =
                units.chunks_exact(4).map(|unit| u32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]));
            let text: Option<String> = points.map(char::from_u32).collect();
            text.map(|text| text.trim_end_matches('\0').to_owned())
        };
        let texts: Option<Vec<String>> = found.bytes.chunks_exact(width * 4).map(text).collect();
        texts
            .map(Some)
            .ok_or_else(|| CorpusError::file(&self.name, format!("array `{array}` is not Unicode")))
    }

    /// A list of integers; none if the archive has no such array.
    pub(super) fn integers(&mut self, array: &str) -> Result<Option<Vec<i16>>, CorpusError> {
        let Some(found) = self.array(array)? else { return Ok(None) };
        match (found.shape.len(), integers_of(&found)) {
            (1, Some(values)) => Ok(Some(values)),
            _ => Err(self.unfit(array, &found, "a list of integers up to 32767")),
        }
    }

    /// A matrix of integers; none if the archive has no such array.
    pub(super) fn matrix(&mut self, array: &str) -> Result<Option<Matrix>, CorpusError> {
        let Some(found) = self.array(array)? else { return Ok(None) };
        let (&[rows, columns], Some(values)) = (found.shape.as_slice(), integers_of(&found)) else {
            return Err(self.unfit(array, &found, "a matrix of integers up to 32767"));
        };
        let values = if found.fortran_order {
            (0..rows).flat_map(|row| values[row..].iter().step_by(rows).take(columns).copied()).collect()
        } else {
            values
        };
        Ok(Some(Matrix { rows, columns, values }))
    }

    fn array(&mut self, array: &str) -> Result<Option<Array>, CorpusError> {
        let name = &self.name;
        let fail =
            |reason: String| CorpusError::file(name, format!("array `{array}` cannot be read: {reason}"));
        let mut member = match self.archive.by_name(&format!("{array}.npy")) {
            Ok(member) => member,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(fail(error.to_string())),
        };
        read_array(&mut member).map(Some).map_err(fail)
    }

    fn unfit(&self, array: &str, found: &Array, wanted: &str) -> CorpusError {
        let reason =
            format!("array `{array}` has type {} and shape {:?}, not {wanted}", found.kind, found.shape);
        CorpusError::file(&self.name, reason)
    }
}

/// Header and values of a member; the error is a sentence.
fn read_array(member: &mut impl Read) -> Result<Array, String> {
    let mut array = read_header(member)?;
    let size: usize = match array.kind.split_at_checked(1) {
        Some(("U", width)) => width.parse().ok().and_then(|width: usize| width.checked_mul(4)),
        Some((_, size)) => size.parse().ok(),
        None => None,
    }
    .ok_or_else(|| format!("its type {} is not known", array.kind))?;
    let bytes = array.shape.iter().try_fold(size as u64, |bytes, &length| bytes.checked_mul(length as u64));
    let bytes = bytes.filter(|bytes| *bytes <= ARRAY_BYTES);
    let bytes = bytes.ok_or_else(|| format!("it holds more than {ARRAY_BYTES} bytes"))?;
    member.take(bytes).read_to_end(&mut array.bytes).map_err(|error| error.to_string())?;
    if array.bytes.len() as u64 == bytes { Ok(array) } else { Err("it is cut off".to_owned()) }
}

fn read_header(member: &mut impl Read) -> Result<Array, String> {
    let mut start = [0; 8];
    let fail = |error: io::Error| error.to_string();
    member.read_exact(&mut start).map_err(fail)?;
    if !start.starts_with(MAGIC) {
        return Err("it is not an array of numpy".to_owned());
    }
    let length = if start[6] == 1 {
        let mut length = [0; 2];
        member.read_exact(&mut length).map_err(fail)?;
        usize::from(u16::from_le_bytes(length))
    } else {
        let mut length = [0; 4];
        member.read_exact(&mut length).map_err(fail)?;
        u32::from_le_bytes(length) as usize
    };
    if length > HEADER_BYTES {
        return Err("its header is too long".to_owned());
    }
    let mut header = vec![0; length];
    member.read_exact(&mut header).map_err(fail)?;
    parse_header(&String::from_utf8_lossy(&header)).ok_or_else(|| {
        "only plain little-endian arrays of integers or texts can be read; convert it with `astype`"
            .to_owned()
    })
}

/// `{'descr': '<i2', 'fortran_order': False, 'shape': (3, 4), }`
fn parse_header(header: &str) -> Option<Array> {
    let after = |key: &str| Some(header.split_once(&format!("'{key}':"))?.1.trim_start());
    let descr = after("descr")?.strip_prefix('\'')?.split_once('\'')?.0;
    let kind = descr.strip_prefix(['<', '|'])?.to_owned();
    let shape = after("shape")?.strip_prefix('(')?.split_once(')')?.0;
    let lengths = shape.split(',').map(str::trim).filter(|length| !length.is_empty());
    let shape = lengths.map(|length| length.parse().ok()).collect::<Option<Vec<usize>>>()?;
    let fortran_order = after("fortran_order")?.starts_with("True");
    Some(Array { kind, fortran_order, shape, bytes: Vec::new() })
}

/// The values of an array of integers that fit a vote; none if one does not, or it holds something else.
fn integers_of(array: &Array) -> Option<Vec<i16>> {
    let bytes = &array.bytes;
    match array.kind.as_str() {
        "i1" => Some(bytes.iter().map(|&byte| i16::from(i8::from_le_bytes([byte]))).collect()),
        "u1" => Some(bytes.iter().map(|&byte| i16::from(byte)).collect()),
        "i2" => Some(bytes.as_chunks().0.iter().map(|&bytes| i16::from_le_bytes(bytes)).collect()),
        "u2" => bytes.as_chunks().0.iter().map(|&bytes| u16::from_le_bytes(bytes).try_into().ok()).collect(),
        "i4" => bytes.as_chunks().0.iter().map(|&bytes| i32::from_le_bytes(bytes).try_into().ok()).collect(),
        "i8" => bytes.as_chunks().0.iter().map(|&bytes| i64::from_le_bytes(bytes).try_into().ok()).collect(),
        _ => None,
    }
}

/// An archive to write, one array after the other.
pub(super) struct NpzWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> NpzWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { zip: ZipWriter::new(out) }
    }

    /// Begins an array; its values are written next, row by row. Times are left at their zero, so that equal arrays
    /// make equal files.
    pub(super) fn start(
        &mut self,
        array: &str,
        descr: &str,
        shape: &[usize],
    ) -> io::Result<&mut ZipWriter<W>> {
        let options =
            SimpleFileOptions::default().last_modified_time(zip::DateTime::default()).large_file(true);
        self.zip.start_file(format!("{array}.npy"), options)?;
        self.zip.write_all(&header(descr, shape))?;
        Ok(&mut self.zip)
    }

    /// Writes a list of texts at the fixed width of the longest.
    pub(super) fn texts(&mut self, array: &str, texts: &[String]) -> io::Result<()> {
        let width = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
        if (width as u64 * 4).saturating_mul(texts.len() as u64) > ARRAY_BYTES {
            let message = format!(
                "npz keeps texts at the width of the longest, which has {width} characters: \
                 too much for {} rows; write CSV or Parquet instead",
                texts.len()
            );
            return Err(io::Error::other(message));
        }
        let out = self.start(array, &format!("<U{width}"), &[texts.len()])?;
        let mut row = Vec::with_capacity(width * 4);
        for text in texts {
            row.clear();
            row.extend(text.chars().flat_map(|point| u32::from(point).to_le_bytes()));
            row.resize(width * 4, 0);
            out.write_all(&row)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> io::Result<W> {
        Ok(self.zip.finish()?)
    }
}

/// Everything before the values, in format version 1.0.
fn header(descr: &str, shape: &[usize]) -> Vec<u8> {
    let lengths: Vec<String> = shape.iter().map(ToString::to_string).collect();
    // A tuple of one needs its comma.
    let shape = if let [length] = lengths.as_slice() { format!("{length},") } else { lengths.join(", ") };
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
    let unpadded = MAGIC.len() + 4 + text.len() + 1;
    text.extend(std::iter::repeat_n(' ', unpadded.next_multiple_of(64) - unpadded));
    text.push('\n');
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    [MAGIC, &[1, 0], &length.to_le_bytes(), text.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fill: impl FnOnce(&mut NpzWriter<File>)) -> (tempfile::TempDir, NpzReader) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npz");
        let mut writer = NpzWriter::new(File::create(&path).unwrap());
        fill(&mut writer);
        writer.finish().unwrap();
        let reader = NpzReader::open(&path, "a.npz").unwrap();
        (folder, reader)
    }

    /// The bytes that `numpy.save(…, numpy.array([[1, -1], [0, 2], [3, 4]], "<i2"))` begins with.
    #[test]
    fn numpy_can_read_the_header() {
        let header = header("<i2", &[3, 2]);
        assert_eq!(header.len(), 128);
        assert_eq!(header[..10], *b"\x93NUMPY\x01\x00v\x00");
        assert!(header[10..].starts_with(b"{'descr': '<i2', 'fortran_order': False, 'shape': (3, 2), }   "));
        assert_eq!(header[127], b'\n');
    }

    #[test]
    fn arrays_come_back() {
        let texts = vec!["ä".to_owned(), String::new(), "𝄞 b".to_owned()];
        let (_folder, mut reader) = written(|writer| {
            writer.texts("ids", &texts).unwrap();
            let out = writer.start("votes", "<i2", &[2, 2]).unwrap();
            out.write_all(&[1, 0, 255, 255, 0, 0, 2, 0]).unwrap();
            writer.start("gold", "|i1", &[2]).unwrap().write_all(&[255, 3]).unwrap();
        });
        assert_eq!(reader.texts("ids").unwrap(), Some(texts));
        let votes = Matrix { rows: 2, columns: 2, values: vec![1, -1, 0, 2] };
        assert_eq!(reader.matrix("votes").unwrap(), Some(votes));
        assert_eq!(reader.integers("gold").unwrap(), Some(vec![-1, 3]));
        assert_eq!(reader.texts("none").unwrap(), None);
        assert!(reader.texts("gold").unwrap_err().to_string().contains("not a list of texts"));
        assert!(reader.integers("votes").is_err());
    }

    #[test]
    fn columns_first_is_read_as_rows_first() {
        let mut array = parse_header("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }").unwrap();
        array.bytes = (0..6_i16).flat_map(i16::to_le_bytes).collect();
        assert_eq!(integers_of(&array).unwrap(), [0, 1, 2, 3, 4, 5]);
        let (_folder, mut reader) = written(|writer| {
            let head = header("<i2", &[2, 3]);
            let text = String::from_utf8_lossy(&head[10..]).replace("False", "True ");
            let bytes = [&head[..10], text.as_bytes(), &array.bytes].concat();
            writer.zip.start_file("votes.npy", SimpleFileOptions::default()).unwrap();
            writer.zip.write_all(&bytes).unwrap();
        });
        assert_eq!(reader.matrix("votes").unwrap().unwrap().values, [0, 2, 4, 1, 3, 5]);
    }

    #[test]
    fn lies_and_other_types_are_refused() {
        let refusal = |descr: &str, shape: &[usize], bytes: &[u8]| {
            let (_folder, mut reader) =
                written(|writer| writer.start("votes", descr, shape).unwrap().write_all(bytes).unwrap());
            reader.matrix("votes").unwrap_err().to_string()
        };
        assert!(refusal("<i2", &[2, 2], &[0; 6]).contains("cut off"));
        assert!(refusal("<i2", &[1 << 40, 1 << 40], &[]).contains("more than"));
        assert!(refusal("<i4", &[1, 1], &[0, 0, 1, 0]).contains("up to 32767"));
        assert!(refusal("<f8", &[1, 1], &[0; 8]).contains("matrix of integers"));
        assert!(refusal(">i2", &[1, 1], &[0; 2]).contains("little-endian"));
        assert!(refusal("|O", &[1, 1], &[]).contains("not known"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.npz");
        std::fs::write(&path, "label,a\n").unwrap();
        assert!(NpzReader::open(&path, "b.npz").is_err());
    }
}
