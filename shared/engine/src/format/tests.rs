use proptest::{prelude::*, sample::Index};

use super::*;

/// Chunks with every kind of column, missing values included.
pub(crate) fn chunks() -> impl Strategy<Value = Chunk> {
    let row = (
        any::<Option<String>>(),
        prop::option::of("[a-c]"),
        prop::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO),
        any::<Option<bool>>(),
        any::<Option<i32>>(),
        -1i16..3,
        prop::option::of(0.0..1.0),
        0usize..4,
        prop::option::of(prop::array::uniform3(prop::num::f32::NORMAL | prop::num::f32::ZERO)),
    );
    (prop::collection::vec(row, 0..80), any::<bool>()).prop_map(|(rows, has_gold)| {
        let column = |name: &str, data| Column { name: name.to_owned(), data };
        let votes: Vec<i16> = rows.iter().map(|row| row.5).collect();
        Chunk {
            rows: rows.len(),
            ids: TextColumn::from_rows((0..rows.len()).map(|row| Some(format!("id {row}")))).unwrap(),
            splits: rows.iter().map(|row| Split::ALL[row.7]).collect(),
            gold: has_gold.then(|| votes.clone()),
            columns: vec![
                column(
                    "text",
                    ColumnData::Text(TextColumn::from_rows(rows.iter().map(|r| r.0.as_ref())).unwrap()),
                ),
                column(
                    "kind",
                    ColumnData::Category(TextColumn::from_rows(rows.iter().map(|r| r.1.as_ref())).unwrap()),
                ),
                column("size", ColumnData::Number(rows.iter().map(|row| row.2).collect())),
                column("new", ColumnData::Bool(rows.iter().map(|row| row.3).collect())),
                column("day", ColumnData::Date(rows.iter().map(|row| row.4).collect())),
                column(
                    "point",
                    ColumnData::Vector(VectorColumn::from_rows(3, rows.iter().map(|r| r.8)).unwrap()),
                ),
            ],
            sources: vec![SourceColumn {
                name: "model".to_owned(),
                votes,
                probabilities: vec![(1, rows.iter().map(|row| row.6).collect())],
            }],
        }
    })
}

fn bytes(chunk: &Chunk) -> Vec<Vec<u8>> {
    chunk.column_objects().into_iter().map(|object| object.bytes).collect()
}

proptest! {
    #[test]
    fn a_stored_chunk_comes_back_as_it_was(chunk in chunks()) {
        let back = Chunk::from_objects(&bytes(&chunk)).unwrap();
        prop_assert_eq!(back.hash(), chunk.hash());
        prop_assert_eq!(back, chunk);
    }

    #[test]
    fn damaged_objects_are_refused_or_read_as_what_they_say(
        chunk in chunks(), object in any::<Index>(), at in any::<Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let mut objects = bytes(&chunk);
        let damaged = object.get(&objects).clone();
        let index = objects.iter().position(|object| *object == damaged).unwrap();
        let at = at.index(damaged.len());
        if cut { objects[index].truncate(at) } else { objects[index][at] = byte }
        if let Ok(read) = Chunk::from_objects(&objects) {
            // What is accepted is in canonical form: it writes the same bytes again.
            prop_assert_eq!(bytes(&read), objects);
        }
    }

    #[test]
    fn random_bytes_never_crash_the_decoder(role in 0u8..11, mut random in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Chunk::from_objects(&[&random]);
        random.splice(0..0, [MAGIC.as_slice(), &[role]].concat());
        let _ = Chunk::from_objects(&[&random]);
    }
}

#[test]
fn a_huge_announced_length_allocates_nothing() {
    let mut object = header(Role::Text, "text", 0, usize::MAX, None);
    assert_eq!(
        Chunk::from_objects(&[&object]),
        Err(FormatError::Truncated { needed: (u32::MAX as usize + 1) * 4, left: 0 })
    );
    object.truncate(7);
    object.extend(u32::MAX.to_le_bytes());
    assert!(matches!(Chunk::from_objects(&[&object]), Err(FormatError::Truncated { .. })));
}

#[test]
fn columns_in_another_order_are_refused() {
    let chunk = Chunk { gold: Some(Vec::new()), ..Chunk::default() };
    let mut objects = bytes(&chunk);
    objects.swap(1, 2);
    assert_eq!(Chunk::from_objects(&objects), Err(FormatError::Layout("ids and splits come first")));
    assert_eq!(Chunk::from_objects::<Vec<u8>>(&[]), Err(FormatError::Layout("ids and splits come first")));
}

/// If this changes, every stored chunk gets another name: a new format, not a fix.
#[test]
fn the_layout_is_what_the_documentation_says() {
    let values: Values<f64> = [Some(1.0), None].into_iter().collect();
    let column = Column { name: "n".to_owned(), data: ColumnData::Number(values) };
    let mut expected = b"HUN1\x05\0\0\x01\0\0\0n\x02\0\0\0\x01".to_vec();
    expected.extend(1u64.to_le_bytes());
    expected.extend(1f64.to_le_bytes());
    expected.extend([0; 8]);
    assert_eq!(encode_column(&column).bytes, expected);

    let vectors = VectorColumn::from_rows(2, [Some([1.0, -2.0]), None]).unwrap();
    let column = Column { name: "v".to_owned(), data: ColumnData::Vector(vectors) };
    let mut expected = b"HUN1\x0a\0\0\x01\0\0\0v\x02\0\0\0\x01".to_vec();
    expected.extend(1u64.to_le_bytes());
    expected.extend(2u32.to_le_bytes());
    expected.extend([1f32, -2.0, 0.0, 0.0].iter().flat_map(|number| number.to_le_bytes()));
    assert_eq!(encode_column(&column).bytes, expected);
}

/// The name of a chunk from before there were vectors.
#[test]
fn chunks_that_are_stored_keep_their_names() {
    let texts = |rows: [&str; 2]| TextColumn::from_rows(rows.map(Some)).unwrap();
    let chunk = Chunk {
        rows: 2,
        ids: texts(["a", "b"]),
        splits: vec![Split::Train, Split::Dev],
        gold: Some(vec![-1, 1]),
        columns: vec![Column { name: "text".to_owned(), data: ColumnData::Text(texts(["win", "é"])) }],
        ..Chunk::default()
    };
    assert_eq!(chunk.hash(), "0cabcc0881060f9a3376ba7ae3d43b173146073e781941b1e56df1ae89696a32");
}
