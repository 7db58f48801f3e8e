//! Coefficients against published worked examples, and what holds of all of them.

use super::*;
use proptest::prelude::*;

/// Rows of one annotator each, a cell per document: a digit is a label from 1, `.` is missing.
fn rows(labels: usize, rows: &[&str]) -> Annotations {
    let cells: Vec<(String, String, i16)> = rows
        .iter()
        .enumerate()
        .flat_map(|(annotator, row)| {
            row.split_whitespace().enumerate().map(move |(document, cell)| {
                let label = cell.parse::<i16>().map_or(-1, |label| label - 1);
                (format!("d{document:03}"), format!("annotator {annotator}"), label)
            })
        })
        .collect();
    annotations(labels, &cells)
}

/// Rows of one document each: how many annotators gave each label.
fn counts(rows: &[[usize; 5]]) -> Annotations {
    let mut cells = Vec::new();
    for (document, row) in rows.iter().enumerate() {
        let labels = (0_i16..).zip(row).flat_map(|(label, &n)| std::iter::repeat_n(label, n));
        cells.extend(labels.enumerate().map(|(a, label)| (format!("d{document}"), format!("{a:02}"), label)));
    }
    annotations(5, &cells)
}

/// A square table of two annotators: documents by the labels that they gave.
fn square<const K: usize>(table: [[usize; K]; K]) -> Annotations {
    let mut cells = Vec::new();
    for (one, row) in (0_i16..).zip(table) {
        for (other, n) in (0_i16..).zip(row) {
            for document in 0..n {
                let document = format!("{one} {other} {document}");
                cells.push((document.clone(), "a".to_owned(), one));
                cells.push((document, "b".to_owned(), other));
            }
        }
    }
    annotations(K, &cells)
}

fn annotations(labels: usize, cells: &[(String, String, i16)]) -> Annotations {
    let given =
        cells.iter().map(|(document, annotator, label)| Annotation { document, annotator, label: *label });
    Annotations::new(labels, given).unwrap()
}

fn close(found: Option<Coefficient>, published: f64, digits: f64) {
    let found = found.unwrap().value;
    assert!((found - published).abs() < digits, "{found} instead of {published}");
}

/// Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), examples A, B, and C (four observers, missing
/// data, published as 0.743).
#[test]
fn alpha_is_krippendorffs() {
    let four = rows(
        5,
        &[
            "1 2 3 3 2 1 4 1 2 . . .",
            "1 2 3 3 2 2 4 1 2 5 . 3",
            ". 3 3 3 2 3 4 2 2 5 1 .",
            "1 2 3 3 2 4 4 1 2 5 1 .",
        ],
    );
    let alpha = krippendorff_alpha(&four).unwrap();
    assert_eq!(alpha.documents, 11, "the last unit has one value only");
    close(Some(alpha), 0.743, 5e-4);
    close(krippendorff_alpha(&rows(2, &["1 2 1 1 1 1 1 1 2 1", "2 2 2 1 1 2 1 1 1 1"])), 0.095, 5e-4);
    let nominal = rows(5, &["1 1 2 2 4 3 3 3 5 4 4 1", "2 1 2 2 2 3 3 3 5 4 4 4"]);
    close(krippendorff_alpha(&nominal), 0.692, 5e-4);
}

/// Fleiss (1971), table 1: thirty patients, six psychiatrists, five diagnoses; published as 0.430.
#[test]
fn kappa_is_fleiss() {
    #[rustfmt::skip]
    let patients = counts(&[
        [0,0,0,6,0], [0,3,0,0,3], [0,1,4,0,1], [0,0,0,0,6], [0,3,0,3,0], [2,0,4,0,0], [0,0,4,0,2], [2,0,3,1,0],
        [2,0,0,4,0], [0,0,0,0,6], [1,0,0,5,0], [1,1,0,4,0], [0,3,3,0,0], [1,0,0,5,0], [0,2,0,3,1], [0,0,5,0,1],
        [3,0,0,1,2], [5,1,0,0,0], [0,2,0,4,0], [1,0,2,0,3], [0,0,0,0,6], [0,1,0,5,0], [0,2,0,1,3], [2,0,0,4,0],
        [1,0,0,4,1], [0,5,0,1,0], [4,0,0,0,2], [0,2,0,4,0], [1,0,5,0,0], [0,0,0,0,6],
    ]);
    close(fleiss_kappa(&patients), 0.430, 5e-4);
    // The worked example of textbooks: ten subjects, fourteen raters; observed 0.378, expected 0.213, kappa 0.210.
    #[rustfmt::skip]
    let subjects = counts(&[
        [0,0,0,0,14], [0,2,6,4,2], [0,0,3,5,6], [0,3,9,2,0], [2,2,8,1,1],
        [7,7,0,0,0], [3,2,6,3,0], [2,5,3,2,2], [6,5,2,1,0], [0,2,2,3,7],
    ]);
    let kappa = fleiss_kappa(&subjects).unwrap();
    close(Some(kappa), 0.210, 5e-4);
    assert!((kappa.observed - 0.378).abs() < 5e-4 && (kappa.expected - 0.213).abs() < 5e-4, "{kappa:?}");
}

/// Cohen (1960), table 1: two hundred documents, three labels; observed 0.70, expected 0.41, kappa 0.492.
#[test]
fn kappa_is_cohens() {
    let kappa = cohen_kappa(&square([[88, 10, 2], [14, 40, 6], [18, 10, 12]]), "a", "b").unwrap();
    close(Some(kappa), 0.492, 5e-4);
    assert!((kappa.observed - 0.70).abs() < 1e-12 && (kappa.expected - 0.41).abs() < 1e-12, "{kappa:?}");
    // By hand: observed 35/50, expected (25·30 + 25·20)/2500.
    close(cohen_kappa(&square([[20, 5], [10, 15]]), "a", "b"), 0.4, 1e-12);
    // Equally often agreed, but by people of other leanings: 0.1304 and 0.2593.
    close(cohen_kappa(&square([[45, 15], [25, 15]]), "a", "b"), 0.1304, 5e-5);
    close(cohen_kappa(&square([[25, 35], [5, 35]]), "a", "b"), 0.2593, 5e-5);
}

/// Three documents by hand: labels AA, AB, BB of two annotators. Observed 2/3. Shares ½, ½, so Fleiss expects ½ and has
/// 1/3; alpha expects (3·2 + 3·2)/(6·5) = 0.4 and has (2/3 − 0.4)/0.6 = 4/9; Cohen expects (2·1 + 1·2)/9 and has 0.4.
#[test]
fn a_small_case_comes_out_as_by_hand() {
    let small = rows(2, &["1 1 2", "1 2 2"]);
    close(fleiss_kappa(&small), 1.0 / 3.0, 1e-12);
    close(krippendorff_alpha(&small), 4.0 / 9.0, 1e-12);
    close(cohen_kappa(&small, "annotator 0", "annotator 1"), 0.4, 1e-12);
}

#[test]
fn what_is_not_defined_is_not_shown_as_a_number() {
    let none = rows(2, &[]);
    let apart = rows(2, &["1 . 2 .", ". 1 . 2"]);
    let one_label = rows(2, &["1 1 1", "1 1 1"]);
    for nothing in [none, apart, one_label] {
        assert_eq!(fleiss_kappa(&nothing), None);
        assert_eq!(krippendorff_alpha(&nothing), None);
        assert_eq!(cohen_kappa(&nothing, "annotator 0", "annotator 1"), None);
    }
    let single = krippendorff_alpha(&rows(2, &["1", "2"])).unwrap();
    assert_eq!((single.interval, single.documents), (None, 1), "one document says nothing about others");
}

#[test]
fn wrong_annotations_are_named() {
    let of = |cells: &[(&'static str, &'static str, i16)]| {
        let cells =
            cells.iter().map(|&(document, annotator, label)| Annotation { document, annotator, label });
        Annotations::new(2, cells).map_err(|error| error.to_string())
    };
    assert_eq!(of(&[("d", "eve", 0), ("d", "eve", 0)]), Err("`eve` labels `d` twice".to_owned()));
    let outside = "`eve` gives label 2 to `d`, but labels are numbered 0 to 1";
    assert_eq!(of(&[("d", "eve", 2)]), Err(outside.to_owned()));
    assert_eq!(
        of(&[("d", "eve", -1), ("d", "eve", 1)]).map(|given| given.len()),
        Ok(1),
        "a skip is no label"
    );
}

#[test]
fn pairs_are_those_with_documents_in_common() {
    let table = rows(2, &["1 1 2 .", "1 2 2 1", ". . . 1"]);
    let found = pairs(&table);
    assert_eq!(found.iter().map(|pair| pair.annotators).collect::<Vec<_>>(), [(0, 1), (1, 2)]);
    assert_eq!((found[0].documents, found[0].agreed), (3, 2));
    assert!((found[0].kappa.unwrap() - 0.4).abs() < 1e-12);
    assert_eq!((found[1].documents, found[1].agreed, found[1].kappa), (1, 1, None));
}

#[test]
fn annotators_are_judged_by_gold_alone() {
    let table = rows(2, &["1 1 2 .", "1 2 2 1"]);
    let gold = |document: &str| (document != "d003").then_some(0);
    let found = against_gold(&table, gold);
    assert_eq!((found[0].annotations, found[0].judged, found[0].right), (3, 3, 2));
    assert_eq!((found[1].annotations, found[1].judged, found[1].right), (4, 3, 1));
    assert!(found[0].interval.unwrap().contains(2.0 / 3.0));
    let unknown = against_gold(&table, |_| None);
    assert_eq!((unknown[0].accuracy, unknown[0].interval), (None, None));
}

/// Written into reports: must never move.
#[test]
fn intervals_are_the_same_for_ever() {
    let table = square([[88, 10, 2], [14, 40, 6], [18, 10, 12]]);
    let kappa = cohen_kappa(&table, "a", "b").unwrap();
    insta::assert_debug_snapshot!((
        kappa,
        fleiss_kappa(&table).unwrap(),
        krippendorff_alpha(&table).unwrap()
    ));
    // Asymptotic standard error of Fleiss, Cohen & Everitt (1969) is about 0.05.
    let interval = kappa.interval.unwrap();
    assert!((interval.high - interval.low - 4.0 * 0.05).abs() < 0.04, "{interval:?}");
}

proptest! {
    #[test]
    fn coefficients_do_not_depend_on_the_order_or_names_of_anything(
        cells in prop::collection::btree_map((0_u8..12, 0_u8..5), 0_i16..3, 2..50),
        rotation in 0_usize..50,
    ) {
        let named: Vec<_> = cells.iter()
            .map(|((document, annotator), label)| (format!("d{document:02}"), format!("{annotator}"), *label))
            .collect();
        let mut other: Vec<_> = cells.iter()
            .map(|((document, annotator), label)| (format!("x{:02}", 11 - document), format!("{}", 4 - annotator), *label))
            .collect();
        let by = rotation % other.len();
        other.rotate_left(by);
        let (one, two) = (annotations(3, &named), annotations(3, &other));
        prop_assert_eq!(krippendorff_alpha(&one), krippendorff_alpha(&two));
        prop_assert_eq!(fleiss_kappa(&one), fleiss_kappa(&two));
        let bounds = [krippendorff_alpha(&one), fleiss_kappa(&one)];
        prop_assert!(bounds.iter().flatten().all(|found| found.value <= 1.0 + 1e-12));
    }

    /// With many documents and no values missing, drawing without putting back makes no difference.
    #[test]
    fn alpha_nears_fleiss_kappa_on_large_data(labels in prop::collection::vec((0_i16..3, 0_i16..3), 400..500)) {
        let cells: Vec<_> = labels.iter().enumerate()
            .flat_map(|(d, (one, other))| [(d, "a", *one), (d, "b", *other)])
            .map(|(d, who, label)| (format!("{d:03}"), who.to_owned(), label))
            .collect();
        let given = annotations(3, &cells);
        let (alpha, kappa) = (krippendorff_alpha(&given).unwrap(), fleiss_kappa(&given).unwrap());
        prop_assert!((alpha.value - kappa.value).abs() < 0.005);
    }
}
