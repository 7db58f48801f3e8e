//! End models as bytes: one way to write each, named by the hash of it.

use super::{
    EndModel, Input, InputKind, STATE_BYTES,
    features::Space,
    inputs::Moments,
    options::{FEWEST_BITS, MOST_BITS},
};
use thiserror::Error;

/// Begins every end model; to be changed with anything that changes what one predicts.
const MAGIC: &[u8] = b"hunch end model 1\n";

/// Why bytes are not an end model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndModelFormatError {
    /// Not written by this format.
    #[error("not an end model of this version (it starts otherwise)")]
    Magic,
    /// The bytes end too early.
    #[error("the end model is cut off: {needed} more bytes expected, {left} left")]
    Truncated {
        /// Bytes the next field needs.
        needed: usize,
        /// Bytes there are.
        left: usize,
    },
    /// A field that no end model has.
    #[error("the end model is damaged: {0}")]
    Damaged(&'static str),
}

use EndModelFormatError::{Damaged, Magic, Truncated};

impl EndModel {
    /// Everything that predictions follow from, in one way only.
    ///
    /// Little-endian: magic; bits of a feature's number (1 byte); whether calibrated (1); temperature (`f64`); number of
    /// labels (`u32`) and of each its bias (`f64`), length of its name (`u32`) and name; number of inputs (`u32`) and of
    /// each its kind (1), mean, scale (`f64`), length of its name (`u32`) and name; number of features with a weight
    /// (`u32`), their numbers (`u32`), ascending, and their weights (`f32` per label).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(u8::try_from(self.space.bits).unwrap_or(u8::MAX));
        out.push(u8::from(self.calibrated));
        out.extend(self.temperature.to_le_bytes());
        put_length(&mut out, self.labels.len());
        for (label, bias) in self.labels.iter().zip(&self.bias) {
            out.extend(bias.to_le_bytes());
            put_text(&mut out, label);
        }
        put_length(&mut out, self.space.inputs.len());
        for (input, moments) in self.space.inputs.iter().zip(&self.space.moments) {
            let kind = InputKind::ALL.iter().position(|kind| *kind == input.kind).unwrap_or_default();
            out.push(u8::try_from(kind).unwrap_or(u8::MAX));
            out.extend(moments.mean.to_le_bytes());
            out.extend(moments.scale.to_le_bytes());
            put_text(&mut out, &input.column);
        }
        let rows =
            || (0_u32..).zip(self.weights.chunks_exact(self.labels.len())).filter(|(_, row)| is_set(row));
        put_length(&mut out, rows().count());
        rows().for_each(|(feature, _)| out.extend(feature.to_le_bytes()));
        rows().flat_map(|(_, row)| row).for_each(|weight| out.extend(weight.to_le_bytes()));
        out
    }

    /// The BLAKE3 of [`Self::to_bytes`] in hexadecimal: equal models have equal ones.
    pub fn hash(&self) -> String {
        blake3::hash(&self.to_bytes()).to_hex().to_string()
    }

    /// Reads what [`Self::to_bytes`] wrote, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EndModelFormatError> {
        let mut reader = Reader(bytes.strip_prefix(MAGIC).ok_or(Magic)?);
        let bits = u32::from(reader.byte()?);
        if !(FEWEST_BITS..=MOST_BITS).contains(&bits) {
            return Err(Damaged("an impossible number of features"));
        }
        let calibrated = match reader.byte()? {
            0 => false,
            1 => true,
            _ => return Err(Damaged("neither calibrated nor not")),
        };
        let temperature = reader.number()?;
        if temperature <= 0.0 {
            return Err(Damaged("a temperature that is not above 0"));
        }
        let (mut labels, mut bias) = (Vec::new(), Vec::new());
        for _ in 0..reader.length(12)? {
            bias.push(reader.number()?);
            labels.push(reader.text()?);
        }
        let (mut inputs, mut moments) = (Vec::new(), Vec::new());
        for _ in 0..reader.length(21)? {
            let kind = InputKind::ALL.get(usize::from(reader.byte()?)).copied();
            let kind = kind.ok_or(Damaged("an unknown kind of column"))?;
            moments.push(Moments { mean: reader.number()?, scale: reader.number()? });
            inputs.push(Input { column: reader.text()?, kind });
        }
        if labels.is_empty() || i16::try_from(labels.len()).is_err() {
            return Err(Damaged("no labels, or too many"));
        }
        let mut space = Space::new(inputs, bits).map_err(|_| Damaged("no columns, or one named twice"))?;
        space.moments = moments;
        let weights = reader.weights(space.len(), labels.len())?;
        if reader.0.is_empty() {
            Ok(Self { labels, space, bias, weights, temperature, calibrated })
        } else {
            Err(Damaged("bytes after its end"))
        }
    }
}

fn is_set(row: &[f32]) -> bool {
    row.iter().any(|weight| weight.abs() > 0.0)
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend(text.as_bytes());
}

/// What is left to read.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, needed: usize) -> Result<&'b [u8], EndModelFormatError> {
        let (taken, rest) =
            self.0.split_at_checked(needed).ok_or(Truncated { needed, left: self.0.len() })?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EndModelFormatError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn byte(&mut self) -> Result<u8, EndModelFormatError> {
        Ok(self.array::<1>()?[0])
    }

    fn number(&mut self) -> Result<f64, EndModelFormatError> {
        let number = f64::from_le_bytes(self.array()?);
        if number.is_finite() { Ok(number) } else { Err(Damaged("a number that is not finite")) }
    }

    /// How many things of at least so many bytes follow.
    fn length(&mut self, least_bytes: usize) -> Result<usize, EndModelFormatError> {
        let length = u32::from_le_bytes(self.array()?) as usize;
        let (needed, left) = (length.saturating_mul(least_bytes), self.0.len());
        if needed <= left { Ok(length) } else { Err(Truncated { needed, left }) }
    }

    fn text(&mut self) -> Result<String, EndModelFormatError> {
        let length = self.length(1)?;
        let bytes = self.take(length)?.to_vec();
        String::from_utf8(bytes).map_err(|_| Damaged("a name that is not UTF-8"))
    }

    fn weights(&mut self, features: usize, labels: usize) -> Result<Vec<f32>, EndModelFormatError> {
        let rows = self.length(size_of::<u32>() + labels * size_of::<f32>())?;
        let numbers: Vec<u32> =
            (0..rows).map(|_| self.array().map(u32::from_le_bytes)).collect::<Result<_, _>>()?;
        if numbers.windows(2).any(|two| two[0] >= two[1])
            || numbers.last().is_some_and(|&n| n as usize >= features)
        {
            return Err(Damaged("features out of order"));
        }
        let most = STATE_BYTES / size_of::<f32>();
        let all =
            features.checked_mul(labels).filter(|all| *all <= most).ok_or(Damaged("too many weights"))?;
        let mut weights = vec![0.0; all];
        for feature in numbers {
            let row = &mut weights[feature as usize * labels..][..labels];
            for weight in row.iter_mut() {
                *weight = f32::from_le_bytes(self.array()?);
            }
            if !row.iter().all(|weight| weight.is_finite()) || !is_set(row) {
                return Err(Damaged("a feature without weights, or with one that is not finite"));
            }
        }
        Ok(weights)
    }
}
