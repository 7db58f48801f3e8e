//! Replays the inputs that fuzzing starts from, among them every one that once broke something.

use std::{fs, path::Path};

/// How many inputs of a target were checked.
fn replay(target: &str, check: fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in &files {
        println!("{}", file.display());
        let input = fs::read(file).unwrap();
        // Beginnings too: most are broken in a way of their own.
        (0..=input.len()).step_by(7).for_each(|end| check(&input[..end]));
        check(&input);
    }
    files.len()
}

#[test]
fn the_parser_stands_its_seeds() {
    assert!(replay("parse", hunch_fuzz::parse) > 0);
}

#[test]
fn the_evaluator_stands_its_seeds() {
    assert!(replay("evaluate", hunch_fuzz::evaluate) > 0);
}

#[test]
fn the_importers_stand_their_seeds() {
    assert!(replay("import", hunch_fuzz::import) > 0);
}
