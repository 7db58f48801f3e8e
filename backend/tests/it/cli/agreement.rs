//! `hunch agreement`, run as people run it.

use super::Folder;

/// Krippendorff's example C: four observers, twelve units, labels 1 to 5 as indexes 0 to 4; alpha 0.743.
const OBSERVERS: &str = "id,label,a,b,c,d\n\
    u1,0,0,0,-1,0\nu2,1,1,1,2,1\nu3,,2,2,2,2\nu4,2,2,2,2,2\nu5,1,1,1,1,1\nu6,,0,1,2,3\n\
    u7,,3,3,3,3\nu8,,0,0,1,0\nu9,,1,1,1,1\nu10,,-1,4,4,4\nu11,,-1,-1,0,0\nu12,,-1,2,-1,-1\n";

#[test]
fn agreement_is_measured_as_published() {
    let folder = Folder::with(&[("v.csv", OBSERVERS)]);
    let report = folder.json("agreement v.csv --format json");
    assert_eq!((&report["documents"], &report["annotations"]), (&12.into(), &41.into()));
    let alpha = &report["krippendorff_alpha"];
    assert!((alpha["value"].as_f64().expect("a number") - 0.743).abs() < 5e-4, "{alpha}");
    let ends = [&alpha["interval"][0], &alpha["interval"][1]].map(|end| end.as_f64().expect("a number"));
    assert!(ends[0] < 0.743 && 0.743 < ends[1], "{alpha}");
    assert_eq!(report, folder.json("agreement v.csv --format json"), "the interval is always the same");
    let third = &report["annotators"][2];
    assert_eq!((&third["name"], &third["judged"], &third["right"]), (&"c".into(), &3.into(), &2.into()));
    assert_eq!(report["pairs"].as_array().expect("pairs").len(), 6);
    let table = folder.hunch("agreement v.csv");
    assert!(table.out.contains("Krippendorff's alpha  0.743"), "{}", table.out);
}

#[test]
fn what_cannot_be_measured_is_not_given_a_number() {
    let folder = Folder::with(&[("v.csv", "id,a,b\nx,0,-1\ny,-1,1\n"), ("twice.csv", "id,a\nx,0\nx,1\n")]);
    let report = folder.json("agreement v.csv --format json");
    assert!(report["krippendorff_alpha"].is_null() && report["fleiss_kappa"].is_null(), "{report}");
    assert!(report["annotators"][0]["accuracy"].is_null());
    let twice = folder.hunch("agreement twice.csv");
    assert_eq!((twice.code, twice.err.as_str()), (Some(1), "error: `a` labels `x` twice\n"));
}
