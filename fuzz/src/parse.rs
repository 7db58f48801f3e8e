use hunch_rules::{ColumnDef, ColumnType, Schema, Source, Surroundings, compile, complete, format, parse as read, tokens};

/// Any text: reading, compiling, formatting and completing it must not panic, hang or contradict one another.
pub fn parse(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let column = |name: &str, kind| ColumnDef { name: name.to_owned(), kind };
    let schema = Schema {
        labels: vec!["A".to_owned(), "B".to_owned()],
        columns: vec![
            column("text", ColumnType::Text),
            column("n", ColumnType::Number),
            column("ok", ColumnType::Bool),
        ],
        sources: vec!["s".to_owned()],
        ..Schema::default()
    };
    let spans = tokens(text);
    assert!(spans.is_sorted_by(|a, b| a.span.end <= b.span.start));
    let compiled = compile(&[Source { name: "fuzz", text }], &schema);
    assert!(compiled.diagnostics.iter().all(|found| text.get(found.span.start..found.span.end).is_some()));
    complete(text, text.len() / 2, &schema, Surroundings::default());
    if let Ok(formatted) = format(text) {
        assert_eq!(format(&formatted).as_ref(), Ok(&formatted));
        let tree = |text: &str| serde_json::to_string(&read(text).0).unwrap_or_default();
        assert_eq!(tree(text), tree(&formatted));
    }
}
