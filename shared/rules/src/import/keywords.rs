//! Lists of words and phrases, one a line: of one label, or each behind its label and a tab.

use super::ImportError;
use super::draft::{Draft, NewRule};
use super::table::{Record, columns, csv, tabs};
use crate::fold::fold;
use crate::lexer::quote;
use crate::limits;
use std::collections::BTreeSet;

/// One rule for each label, which asks for any of its words.
pub(super) fn read(text: &str, label: Option<&str>, draft: &mut Draft<'_>) -> Result<(), ImportError> {
    let mut lists = Lists::default();
    let lines = || text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    if let Some([label, word]) = header(text) {
        for Record { line, fields } in with_columns(text, draft).into_iter().skip(1) {
            let field = |column: usize| fields.get(column).map_or("", String::as_str);
            lists.add(draft, line, field(label), field(word));
        }
    } else if let Some(label) = label {
        let label = draft.label(label).map_err(ImportError::Label)?;
        for (word, line) in lines() {
            lists.add(draft, line, &label, word);
        }
    } else if text.contains('\t') {
        for (text, line) in lines() {
            match text.split_once('\t') {
                Some((label, word)) => lists.add(draft, line, label, word),
                None => draft.skip(line, "there is no tab between a label and a word"),
            }
        }
    } else {
        return Err(ImportError::NoLabel);
    }
    lists.write(draft);
    Ok(())
}

/// Where label and word stand, if the first line says so.
fn header(text: &str) -> Option<[usize; 2]> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let fields: Vec<String> = first.split(separator(text)).map(str::to_owned).collect();
    columns(&fields, [&["label", "class"], &["keyword", "keywords", "word", "phrase", "term"]])
}

fn separator(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty());
    if first.is_some_and(|line| line.contains('\t')) { '\t' } else { ',' }
}

/// The records of a table with a header; those that cannot be read are skipped.
fn with_columns(text: &str, draft: &mut Draft<'_>) -> Vec<Record> {
    if separator(text) == '\t' {
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
        return lines.map(|(text, line)| Record { line, fields: tabs(text) }).collect();
    }
    let (records, skipped): (Vec<_>, Vec<_>) = csv(text).into_iter().partition(Result::is_ok);
    for skipped in skipped.into_iter().filter_map(Result::err) {
        draft.skip(skipped.line, skipped.reason);
    }
    records.into_iter().flatten().collect()
}

/// The words of each label, in the order of the file.
#[derive(Default)]
struct Lists {
    lists: Vec<List>,
}

struct List {
    label: String,
    words: Vec<String>,
    lines: Vec<usize>,
    /// Folded.
    known: BTreeSet<String>,
}

impl Lists {
    fn add(&mut self, draft: &mut Draft<'_>, line: usize, label: &str, word: &str) {
        let word = word.trim();
        if word.is_empty() {
            return draft.skip(line, "the word is missing");
        }
        let label = match draft.label(label) {
            Ok(label) => label,
            Err(reason) => return draft.skip(line, reason),
        };
        // A list that is full is followed by another one of the same label.
        let last = self.lists.iter().rposition(|list| list.label == label);
        let room = last.filter(|at| self.lists[*at].words.len() < limits::LIST_TERMS);
        let place = room.unwrap_or_else(|| {
            self.lists.push(List { label, words: vec![], lines: vec![], known: BTreeSet::new() });
            self.lists.len() - 1
        });
        let list = &mut self.lists[place];
        list.lines.push(line);
        // A word that is there already, in capitals perhaps, is in the rule once.
        if list.known.insert(fold(word).into_owned()) {
            list.words.push(word.to_owned());
        }
    }

    fn write(self, draft: &mut Draft<'_>) {
        for list in self.lists {
            let condition = has(&list.words, false);
            let name = format!("keywords {}", list.label);
            draft.rule(&list.lines, &NewRule { name, description: None, label: list.label, condition });
        }
    }
}

/// The search for any of these words and phrases.
pub(super) fn has(words: &[String], exactly: bool) -> String {
    let exactly = if exactly { "exactly " } else { "" };
    match words {
        [word] => format!("text has {exactly}{}", quote(word)),
        words => {
            let words: Vec<_> = words.iter().map(|word| quote(word)).collect();
            format!("text has {exactly}any ({})", words.join(", "))
        }
    }
}
