//! Tables in text: CSV with quotes, TSV without.

use super::Skipped;

/// A line of a table, or several where a quoted field goes over them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The first line, from 1.
    pub(super) line: usize,
    pub(super) fields: Vec<String>,
}

/// The records of a CSV text (RFC 4180, lines may end in `\n` alone), without blank lines.
pub(super) fn csv(text: &str) -> Vec<Result<Record, Skipped>> {
    let mut records = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while !rest.is_empty() {
        let (record, length) = match csv_record(rest) {
            Ok((fields, length)) => (Ok(Record { line, fields }), length),
            Err((reason, length)) => (Err(Skipped { line, reason }), length),
        };
        let blank = rest[..length].trim().is_empty();
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
        if !blank {
            records.push(record);
        }
    }
    records
}

/// The fields of the record at the start of a text, or what is wrong with it; and its length with the end of its line.
fn csv_record(text: &str) -> Result<(Vec<String>, usize), (String, usize)> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let (field, end) = csv_field(text, at)?;
        fields.push(field);
        match text.as_bytes().get(end) {
            Some(b',') => at = end + 1,
            Some(b'\r') if text.as_bytes().get(end + 1) == Some(&b'\n') => return Ok((fields, end + 2)),
            Some(_) => return Ok((fields, end + 1)),
            None => return Ok((fields, end)),
        }
    }
}

/// The field at an offset, and where it ends: at a comma, the end of the line or of the text.
fn csv_field(text: &str, start: usize) -> Result<(String, usize), (String, usize)> {
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |at| from + at);
    let Some(quoted) = text[start..].strip_prefix('"') else {
        let end = text[start..].find([',', '\n']).map_or(text.len(), |at| start + at);
        let end = if text[start..end].ends_with('\r') { end - 1 } else { end };
        return Ok((text[start..end].to_owned(), end));
    };
    let mut field = String::new();
    let mut rest = quoted;
    loop {
        let Some(at) = rest.find('"') else {
            // Only this line is given up: the quote may be a slip, and the lines after it have their own meaning.
            let next = (line_end(start) + 1).min(text.len());
            return Err(("a quote opens here that is never closed".to_owned(), next));
        };
        field.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => break,
        }
    }
    let end = text.len() - rest.len();
    if rest.is_empty() || rest.starts_with([',', '\n']) || rest.starts_with("\r\n") {
        Ok((field, end))
    } else {
        let next = (line_end(end) + 1).min(text.len());
        Err(("text follows a closing quote".to_owned(), next))
    }
}

/// Where columns stand by the names in a header: for each of `wanted` one of its names.
pub(super) fn columns<const N: usize>(header: &[String], wanted: [&[&str]; N]) -> Option<[usize; N]> {
    let place = |names: &[&str]| {
        header.iter().position(|field| names.contains(&field.trim().to_ascii_lowercase().as_str()))
    };
    let found: Vec<usize> = wanted.into_iter().filter_map(place).collect();
    found.try_into().ok()
}

/// The fields of a line whose columns are separated by tabs.
pub(super) fn tabs(line: &str) -> Vec<String> {
    line.split('\t').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_keep_commas_quotes_and_lines_and_a_stray_quote_costs_one_line() {
        let text = "query,label\r\n\"a, \"\"b\"\"\nc\",SPAM\n\n\"open,HAM\nx,HAM\n";
        let records = csv(text);
        let record = |line, fields: &[&str]| {
            Ok(Record { line, fields: fields.iter().map(ToString::to_string).collect() })
        };
        assert_eq!(records[0], record(1, &["query", "label"]));
        assert_eq!(records[1], record(2, &["a, \"b\"\nc", "SPAM"]));
        assert_eq!(records[2].as_ref().map_err(|skipped| skipped.line), Err(5));
        assert_eq!(records[3], record(6, &["x", "HAM"]));
        assert_eq!(records.len(), 4);
    }
}
