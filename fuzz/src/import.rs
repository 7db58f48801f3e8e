use hunch_rules::import::{Format, Options, import as read};
use hunch_rules::{ColumnDef, ColumnType, Compiler, Schema, Severity, Source, compile, format};

/// A byte that chooses the format, then a file: reading it must not panic, every rule that comes of it must compile, and
/// of every line that says something it must be told whether it is in the rules.
pub fn import(input: &[u8]) {
    let Some((choice, input)) = input.split_first() else { return };
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (_, chosen) = Format::NAMES[usize::from(*choice) % Format::NAMES.len()];
    let labels = ["A".to_owned(), "B".to_owned()];
    let fixed = choice & 0x10 > 0;
    let options = Options {
        format: (choice & 0x20 == 0).then_some(chosen),
        labels: if fixed { &labels } else { &[] },
        label: (choice & 0x40 > 0).then_some("A"),
        taken: None,
    };
    let Ok(imported) = read(text, options, &mut Compiler::default()) else { return };
    let schema = Schema {
        columns: vec![ColumnDef { name: "text".to_owned(), kind: ColumnType::Text }],
        ..Schema::default()
    };
    let compiled = compile(&[Source { name: "fuzz", text: &imported.rules }], &schema);
    let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{}", imported.rules);
    assert_eq!(format(&imported.rules).as_ref(), Ok(&imported.rules));
    assert!(compiled.rules.len() <= imported.entries);
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    let told = imported.entries + imported.skipped.len();
    assert!(told <= lines, "{told} entries of {lines} lines");
    // A header is no entry, and a quoted field of a CSV file may go over several lines.
    let one_line_each = matches!(imported.format, Format::RegexTable | Format::Prodigy);
    assert!(!one_line_each || told + 1 >= lines, "{told} entries of {lines} lines");
}
