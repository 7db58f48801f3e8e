use super::*;

#[test]
fn the_sample_is_the_same_on_every_machine() {
    let sample = generate().unwrap();
    let hashes: Vec<String> = sample.chunks.iter().map(Chunk::hash).collect();
    let again: Vec<String> = generate().unwrap().chunks.iter().map(Chunk::hash).collect();
    assert_eq!(hashes, again);
    assert_eq!(hashes, ["c356473608f8dbc745eb7a672424c12d292704c4a0a6ece11ce89bf53e85a670"]);
}

#[test]
fn every_label_split_and_attribute_has_something_to_show() {
    let sample = generate().unwrap();
    assert_eq!(sample.truth.len(), ROWS);
    for label in 0..3 {
        let share = sample.truth.iter().filter(|truth| **truth == label).count() as f64 / ROWS as f64;
        assert!((0.15..0.5).contains(&share), "label {label}: {share}");
    }
    let [chunk] = &sample.chunks[..] else { panic!("2,000 short texts fit one chunk") };
    let gold = chunk.gold.as_ref().unwrap();
    for split in Split::ALL {
        let rows: Vec<usize> = (0..ROWS).filter(|row| chunk.splits[*row] == split).collect();
        let known = rows.iter().filter(|row| gold[**row] != ABSTAIN).count();
        assert!(known > 50, "{split:?}: {known}");
        assert!(split == Split::Train || known == rows.len());
    }
    let known = (0..ROWS).filter(|row| gold[*row] != ABSTAIN);
    assert!(known.into_iter().all(|row| gold[row] == sample.truth[row]));
}

#[test]
fn few_comments_are_repeated() {
    let sample = generate().unwrap();
    let text = sample.chunks[0].text_column("text").unwrap();
    let distinct: std::collections::BTreeSet<_> = (0..ROWS).map(|row| text.get(row)).collect();
    assert!(distinct.len() > ROWS * 9 / 10, "{} distinct comments", distinct.len());
}
