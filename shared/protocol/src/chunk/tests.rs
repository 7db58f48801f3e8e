use super::encode::shown_gold;
use super::*;
use hunch_engine::Split;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn texts(rows: Vec<Option<String>>) -> TextColumn {
    let mut column = TextColumn::default();
    for row in rows {
        column.push(row.as_deref()).unwrap();
    }
    column
}

/// Any chunk without gold beyond dev, which does not survive the wire on purpose.
fn chunks() -> impl Strategy<Value = Chunk> {
    (0..150usize).prop_flat_map(|rows| {
        let text = || vec(option::weighted(0.8, ".{0,12}"), rows);
        let split = prop_oneof![Just(Split::Train), Just(Split::Dev), Just(Split::Valid), Just(Split::Test)];
        let numbers = vec(option::of(-1e9..1e9), rows);
        let bools = vec(option::of(any::<bool>()), rows);
        let dates = vec(option::of(any::<i32>()), rows);
        let vectors = vec(option::of(prop::array::uniform3(-1e9f32..1e9)), rows);
        let labels = || vec(-1i16..4, rows);
        let source = (labels(), vec(option::of(0.0..1.0), rows));
        (
            vec(".{0,12}", rows),
            vec(split, rows),
            option::of(labels()),
            (text(), text(), numbers, bools, dates, vectors),
            source,
        )
            .prop_map(
                move |(
                    ids,
                    splits,
                    gold,
                    (text, category, numbers, bools, dates, vectors),
                    (votes, probabilities),
                )| {
                    let gold = gold.map(|gold: Vec<i16>| {
                        gold.iter()
                            .zip(&splits)
                            .map(|(label, split)| shown_gold(*label, *split).unwrap_or(ABSTAIN))
                            .collect()
                    });
                    let column = |name: &str, data| Column { name: name.to_owned(), data };
                    Chunk {
                        rows,
                        ids: texts(ids.into_iter().map(Some).collect()),
                        splits,
                        gold,
                        columns: vec![
                            column("text", ColumnData::Text(texts(text))),
                            column("id", ColumnData::Category(texts(category))),
                            column("stars", ColumnData::Number(numbers.into_iter().collect())),
                            column("", ColumnData::Bool(bools.into_iter().collect())),
                            column("posted", ColumnData::Date(dates.into_iter().collect())),
                            column("near", ColumnData::Vector(VectorColumn::from_rows(3, vectors).unwrap())),
                        ],
                        sources: vec![SourceColumn {
                            name: "gpt".to_owned(),
                            votes,
                            probabilities: vec![(1, probabilities.into_iter().collect())],
                        }],
                    }
                },
            )
    })
}

proptest! {
    #[test]
    fn what_the_browser_gets_is_what_the_server_has(chunk in chunks()) {
        let bytes = encode_chunk(&chunk).unwrap();
        prop_assert_eq!(decode_chunk(&bytes).unwrap(), chunk);
    }

    #[test]
    fn a_sample_knows_where_its_rows_stand_in_the_whole(chunk in chunks(), take in 0..160usize) {
        let rows = chunk.sample(take, 7);
        let bytes = encode_sample(&chunk, &rows).unwrap();
        let (sample, numbers) = decode_sample(&bytes).unwrap();
        prop_assert_eq!(sample, chunk.take(&rows).unwrap());
        prop_assert_eq!(numbers.iter().map(|row| *row as usize).collect::<Vec<_>>(), rows);
        prop_assert!(decode_chunk(&bytes).is_err());
        prop_assert!(decode_sample(&encode_chunk(&chunk).unwrap()).is_err());
    }

    #[test]
    fn hostile_bytes_are_an_error_not_a_panic(
        chunk in chunks(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = encode_chunk(&chunk).unwrap();
        let _ = decode_chunk(&bytes[..cut.index(bytes.len())]);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = decode_chunk(&bytes);
    }

    #[test]
    fn bytes_of_any_kind_are_an_error_not_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(decode_chunk(&bytes).is_err());
    }
}

/// Rows 0 to 3 are train, dev, valid, test; all have gold.
fn four_splits() -> Chunk {
    Chunk {
        rows: 4,
        ids: texts(["a", "b", "c", "d"].map(|id| Some(id.to_owned())).to_vec()),
        splits: Split::ALL.to_vec(),
        gold: Some(vec![0, 1, 2, 3]),
        ..Chunk::default()
    }
}

#[test]
fn gold_of_other_splits_than_dev_never_leaves_the_server() {
    let shown = decode_chunk(&encode_chunk(&four_splits()).unwrap()).unwrap();
    assert_eq!(shown.gold, Some(vec![ABSTAIN, 1, ABSTAIN, ABSTAIN]));
}

#[test]
fn other_arrow_readers_see_names_types_and_roles() {
    let bytes = encode_chunk(&four_splits()).unwrap();
    let mut reader = arrow_ipc::reader::StreamReader::try_new(&bytes[..], None).unwrap();
    let schema = reader.schema();
    let fields: Vec<_> =
        schema.fields().iter().map(|field| (field.name().as_str(), &field.metadata()[ROLE][..])).collect();
    assert_eq!(fields, [("id", "id"), ("split", "split"), ("gold", "gold")]);
    assert_eq!(reader.next().unwrap().unwrap().num_rows(), 4);
    assert!(reader.next().is_none());
}

#[test]
fn a_chunk_from_before_a_column_came_has_it_without_values() {
    let mut chunk = four_splits();
    let columns =
        [("text", ColumnType::Text), ("stars", ColumnType::Number), ("near", ColumnType::Vector(2))];
    let columns = columns.map(|(name, kind)| CorpusColumn::new(name, kind));
    align_chunk(&mut chunk, &columns, &["gpt".to_owned()]);
    chunk.check().unwrap();
    assert_eq!(chunk.text_column("text").unwrap().get(3), None);
    assert!(matches!(chunk.column("stars"), Some(ColumnData::Number(stars)) if stars.get(0).is_none()));
    assert_eq!(chunk.column("near").map(|near| (near.kind(), near.len())), Some((ColumnType::Vector(2), 4)));
    assert_eq!(chunk.source("gpt").unwrap().votes, [ABSTAIN; 4]);
    let aligned = chunk.clone();
    align_chunk(&mut chunk, &columns, &["gpt".to_owned()]);
    assert_eq!(chunk, aligned);
}
