use super::*;
use crate::tests::data::crowd;
use crate::ties::most_likely;
use proptest::prelude::*;

/// Votes as (document, person, label).
fn votes_of(labels: usize, given: &[(usize, usize, i16)]) -> PeopleVotes {
    let names: Vec<(String, String)> = given
        .iter()
        .map(|(document, source, _)| (format!("d{document:04}"), format!("p{source:04}")))
        .collect();
    let votes = names.iter().zip(given).map(|((document, source), (_, _, label))| PersonVote {
        document,
        source,
        answer: Answer::Label(*label),
    });
    PeopleVotes::new(labels, votes).unwrap()
}

fn uniform(labels: usize) -> Vec<f64> {
    vec![1.0 / labels as f64; labels]
}

/// Fits where nothing is known but the votes.
fn alone(votes: &PeopleVotes) -> PeopleFitted {
    fit_people(votes, None, &PeopleOptions::learned(uniform(votes.labels()))).unwrap()
}

/// Fits where rules say this of every document.
fn with_rules(votes: &PeopleVotes, posterior: &[f64]) -> PeopleFitted {
    let prior = uniform(votes.labels());
    let rules = RulesSay { prior: &prior, posteriors: vec![Some(posterior); votes.documents().len()] };
    fit_people(votes, Some(&rules), &PeopleOptions::learned(prior.clone())).unwrap()
}

fn assert_sound(votes: &PeopleVotes, fitted: &PeopleFitted) {
    let sound = |row: &[f64]| {
        row.iter().all(|share| (0.0..=1.0).contains(share)) && (row.iter().sum::<f64>() - 1.0).abs() < 1e-9
    };
    assert!((0..votes.documents().len()).all(|document| sound(fitted.posterior(document))), "{fitted:?}");
    assert!(sound(&fitted.prior));
    for source in 0..votes.sources().len() {
        let table = fitted.confusion(votes, source);
        assert!(table.chunks(votes.labels()).all(sound), "{table:?}");
        assert!(fitted.accuracies[source].is_none_or(|accuracy| (0.0..=1.0).contains(&accuracy)));
    }
}

#[test]
fn published_crowds_are_read_as_well_as_the_literature_reads_them() {
    for (set, least) in [("rte", 92.5), ("bluebirds", 89.5), ("dog", 84.0)] {
        let Some(rows) = crowd(&format!("crowd/{set}")) else { continue };
        let (accuracy, _) = judge(&rows, |_, _| true);
        println!("{set}: {accuracy:.2}");
        assert!(accuracy >= least, "{set}: {accuracy}");
    }
}

/// A few answers per document are what a project starts with; counts alone would make oracles of the lucky.
#[test]
fn few_answers_are_read_no_worse_than_by_majority_vote() {
    for (set, every) in [("rte", 7), ("rte", 3), ("dog", 6), ("dog", 3), ("bluebirds", 13), ("bluebirds", 8)]
    {
        let Some(rows) = crowd(&format!("crowd/{set}")) else { continue };
        let kept = |row: usize, source: usize| {
            let hash = blake3::hash(format!("{row} {source}").as_bytes());
            usize::from(hash.as_bytes()[0]) * every < 256
        };
        let (accuracy, majority) = judge(&rows, kept);
        println!("{set}, one answer in {every}: {accuracy:.2}, majority vote {majority:.2}");
        assert!(accuracy > majority - 0.5, "{set}, one in {every}: {accuracy} against {majority}");
    }
}

/// Accuracy of the fit and of majority vote, ties and documents without an answer guessed at random.
fn judge(rows: &[(Vec<i16>, i16)], kept: impl Fn(usize, usize) -> bool) -> (f64, f64) {
    let labels = 1 + usize::try_from(rows.iter().map(|(_, gold)| *gold).max().unwrap()).unwrap();
    let mut given = Vec::new();
    for (row, (votes, _)) in rows.iter().enumerate() {
        let said = votes.iter().enumerate().filter(|(source, vote)| **vote >= 0 && kept(row, *source));
        given.extend(said.map(|(source, vote)| (row, source, *vote)));
    }
    let votes = votes_of(labels, &given);
    let fitted = alone(&votes);
    let right = |shares: &[f64], gold: i16| {
        let tied = most_likely(shares);
        if tied.contains(&usize::try_from(gold).unwrap()) { 1.0 / tied.len() as f64 } else { 0.0 }
    };
    let (mut model, mut majority, mut judged) = (0.0, 0.0, 0.0);
    for (row, (_, gold)) in rows.iter().enumerate().filter(|(_, (_, gold))| *gold >= 0) {
        let mut counts = vec![0.0; labels];
        let place = votes.documents().binary_search(&format!("d{row:04}"));
        if let Ok(document) = place {
            votes.add_to(document, &mut counts);
        }
        majority += right(&counts, *gold);
        model += right(place.map_or(&uniform(labels)[..], |document| fitted.posterior(document)), *gold);
        judged += 1.0;
    }
    (100.0 * model / judged, 100.0 * majority / judged)
}

#[test]
fn one_answer_of_a_stranger_counts_and_claims_no_accuracy() {
    let votes = votes_of(2, &[(0, 0, 1)]);
    let fitted = alone(&votes);
    assert!((0.85..0.95).contains(&fitted.posterior(0)[1]), "{fitted:?}");
    assert_eq!(fitted.accuracies, [None]);

    // It just outweighs rules, however sure they are, and what the rules say of labels that no one gave stays.
    let against = with_rules(&votes, &[1.0, 0.0]);
    assert!((0.5..0.7).contains(&against.posterior(0)[1]), "{against:?}");
    let among_three = with_rules(&votes_of(3, &[(0, 0, 1)]), &[0.98, 0.0, 0.02]);
    assert!(among_three.posterior(0)[1] > 0.5 && among_three.posterior(0)[2] < 0.02, "{among_three:?}");
}

#[test]
fn a_lone_person_stays_a_stranger_however_much_they_answer() {
    let given: Vec<_> = (0..500).map(|document| (document, 0, i16::from(document % 2 == 0))).collect();
    let fitted = alone(&votes_of(2, &given));
    assert!((0.8..0.95).contains(&fitted.posterior(0)[1]), "{:?}", fitted.posterior(0));
    assert_eq!(fitted.accuracies, [None]);
}

#[test]
fn people_who_all_agree_are_believed_and_rules_that_agree_are_never_lowered() {
    let given: Vec<_> = (0..60).map(|at| (at / 3, at % 3, i16::from(at / 3 % 2 == 0))).collect();
    let votes = votes_of(2, &given);
    let fitted = alone(&votes);
    assert!(fitted.posterior(0)[1] > 0.99 && fitted.accuracies.iter().all(|a| *a > Some(0.97)), "{fitted:?}");
    let sure = with_rules(&votes_of(2, &[(0, 0, 1)]), &[0.001, 0.999]);
    assert!(sure.posterior(0)[1] >= 0.999);
}

#[test]
fn a_spammer_is_seen_through_and_moves_no_label() {
    // Three who know; one who always says 1; one who says the opposite of the truth.
    let mut given = Vec::new();
    for document in 0..200_usize {
        let truth = i16::from(document % 2 == 0);
        for source in 0..3 {
            let slips = (document * 7 + source * 3) % 10 == 0;
            given.push((document, source, if slips { 1 - truth } else { truth }));
        }
        given.extend([(document, 3, 1), (document, 4, 1 - truth)]);
    }
    // Where only the spammer and the liar answered, nothing is known.
    given.extend([(200, 3, 1), (201, 4, 1)]);
    let votes = votes_of(2, &given);
    let fitted = alone(&votes);
    assert!(
        fitted.accuracies[0] > Some(0.85) && fitted.accuracies[4] < Some(0.15),
        "{:?}",
        fitted.accuracies
    );
    assert!((0.45..0.55).contains(&fitted.accuracies[3].unwrap()));
    for document in [200, 201] {
        assert!((0.4..0.6).contains(&fitted.posterior(document)[1]), "{:?}", fitted.posterior(document));
    }
    let wrong = (0..200).filter(|at| fitted.posterior(*at)[1] > 0.5 && at % 2 == 1).count();
    assert_eq!(wrong, 0);
}

/// One annotator and rules on thirty documents of two labels: with nobody else to ask, it tells who looked.
#[test]
fn between_rules_and_a_person_the_one_who_says_always_the_same_is_found_out() {
    let label = |document: usize| i16::from(document.is_multiple_of(2));
    let rules_always: &[f64] = &[0.02, 0.98];
    let rules_looked = |document| if label(document) == 1 { &[0.02, 0.98][..] } else { &[0.98, 0.02][..] };
    let fit = |person: &dyn Fn(usize) -> i16, rules: &dyn Fn(usize) -> &'static [f64]| {
        let votes = votes_of(2, &(0..30).map(|document| (document, 0, person(document))).collect::<Vec<_>>());
        let rules = RulesSay { prior: &[0.5, 0.5], posteriors: (0..30).map(|at| Some(rules(at))).collect() };
        let fitted = fit_people(&votes, Some(&rules), &PeopleOptions::learned(uniform(2))).unwrap();
        (fitted.posterior(1).to_vec(), fitted.accuracies[0].unwrap())
    };
    let (posterior, accuracy) = fit(&label, &|_| rules_always);
    assert!(posterior[0] > 0.8 && accuracy > 0.85, "{posterior:?} {accuracy}");
    let (posterior, accuracy) = fit(&|_| 1, &rules_looked);
    assert!(posterior[0] > 0.6 && accuracy < 0.75, "{posterior:?} {accuracy}");
}

#[test]
fn a_no_speaks_against_its_label_as_far_as_its_author_is_right() {
    let no = |fits: &[f64]| {
        let vote = PersonVote { document: "d0000", source: "p0000", answer: Answer::Likelihood(fits) };
        with_rules(&PeopleVotes::new(3, [vote]).unwrap(), &[0.1, 0.8, 0.1]).posterior(0).to_vec()
    };
    let denied = no(&[1.0, 0.0, 1.0]);
    assert!(denied[1] < 0.3 && (denied[0] - denied[2]).abs() < 1e-12, "{denied:?}");
    // Only ratios matter; a likelihood for one label is a vote; equal ones say nothing.
    assert_eq!(denied, no(&[0.5, 0.0, 0.5]));
    let voted = with_rules(&votes_of(3, &[(0, 0, 0)]), &[0.1, 0.8, 0.1]);
    assert_eq!(no(&[1.0, 0.0, 0.0]), voted.posterior(0));
    assert!((no(&[1.0, 1.0, 1.0])[1] - 0.8).abs() < 1e-9);
}

#[test]
fn what_is_no_vote_is_refused_with_the_person_s_name() {
    let refusal = |labels, answer| {
        let vote = PersonVote { document: "d", source: "user:7", answer };
        PeopleVotes::new(labels, [vote]).unwrap_err().to_string()
    };
    assert_eq!(refusal(2, Answer::Label(2)), "`user:7` votes 2, but labels are numbered 0 to 1");
    assert!(refusal(0, Answer::Label(0)).contains("user:7"));
    for fits in [&[1.0][..], &[0.0, 0.0], &[f64::NAN, 1.0], &[-1.0, 1.0], &[f64::INFINITY, 1.0]] {
        assert!(refusal(2, Answer::Likelihood(fits)).contains("`user:7` must be 2 numbers"), "{fits:?}");
    }
    let vote = PersonVote { document: "d", source: "a", answer: Answer::Label(0) };
    let twice = PeopleVotes::new(2, [vote, vote]).unwrap_err();
    assert_eq!(twice.to_string(), "`a` votes twice on `d`");
    let votes = votes_of(2, &[(0, 0, 1)]);
    for posteriors in [vec![], vec![Some(&[1.0][..])], vec![Some(&[f64::NAN, 1.0])]] {
        let rules = RulesSay { prior: &[0.5, 0.5], posteriors };
        assert!(fit_people(&votes, Some(&rules), &PeopleOptions::given(uniform(2))).is_err());
    }
    assert!(fit_people(&votes, None, &PeopleOptions::given(vec![f64::NAN, 1.0])).is_err());
}

#[test]
fn nobody_one_label_and_thousands_of_people_are_no_trouble() {
    let nobody = PeopleVotes::new(2, []).unwrap();
    assert_eq!(alone(&nobody).prior, [0.5, 0.5]);
    let one_label = votes_of(1, &[(0, 0, 0), (0, 1, 0)]);
    assert_eq!(alone(&one_label).posterior(0), [1.0]);
    let many: Vec<_> =
        (0..10_000).map(|at| (at / 2, at % 5_000, i16::try_from(at / 2 % 200).unwrap())).collect();
    let votes = votes_of(200, &many);
    let fitted = alone(&votes);
    assert_sound(&votes, &fitted);
    assert!((0..5_000).all(|document| most_likely(fitted.posterior(document)) == [document % 200]));
}

/// Figures that must not move: a change here changes snapshots made before.
#[test]
fn probabilities_keep_their_last_bit() {
    let given: Vec<_> = (0..90)
        .filter(|at| at % 4 != 3)
        .map(|at| (at / 6, at % 6, i16::try_from((at / 6 + usize::from(at % 7 == 0)) % 3).unwrap()))
        .collect();
    let votes = votes_of(3, &given);
    let shown = |fitted: PeopleFitted| {
        format!(
            "{} steps: prior {:?} first {:?} accuracies {:?}",
            fitted.steps,
            fitted.prior,
            fitted.posterior(0),
            fitted.accuracies
        )
    };
    insta::assert_snapshot!([shown(alone(&votes)), shown(with_rules(&votes, &[0.7, 0.2, 0.1]))].join("\n"));
}

/// Anything that people may say about ten documents under three labels.
fn any_votes() -> impl Strategy<Value = Vec<(String, String, Vec<f64>)>> {
    let answer = prop_oneof![
        (0_usize..3)
            .prop_map(|label| (0..3).map(|at| f64::from(u8::from(at == label))).collect::<Vec<f64>>()),
        prop::collection::vec(0.1_f64..1.0, 3),
    ];
    prop::collection::btree_map((0_u8..10, 0_u8..6), answer, 1..40).prop_map(|votes| {
        votes
            .into_iter()
            .map(|((document, source), fits)| (format!("d{document}"), format!("p{source}"), fits))
            .collect()
    })
}

fn collect(given: &[(String, String, Vec<f64>)]) -> PeopleVotes {
    let vote = |(document, source, fits): &'_ (String, String, Vec<f64>)| {
        (document.clone(), source.clone(), fits.clone())
    };
    let owned: Vec<_> = given.iter().map(vote).collect();
    let votes = owned.iter().map(|(document, source, fits)| PersonVote {
        document,
        source,
        answer: Answer::Likelihood(fits),
    });
    PeopleVotes::new(3, votes).unwrap()
}

proptest! {
    #[test]
    fn order_changes_nothing(
        (given, shuffled) in any_votes().prop_flat_map(|votes| (Just(votes.clone()), Just(votes).prop_shuffle())),
    ) {
        let (plain, other) = (collect(&given), collect(&shuffled));
        let fitted = alone(&plain);
        assert_sound(&plain, &fitted);
        // To the last bit.
        prop_assert_eq!(&fitted, &alone(&other));
        prop_assert_eq!(with_rules(&plain, &[0.5, 0.3, 0.2]), with_rules(&other, &[0.5, 0.3, 0.2]));
    }

    #[test]
    fn agreement_never_lowers_the_label_agreed_on(given in any_votes(), rules in prop::collection::vec(0.001_f64..1.0, 3)) {
        let sum: f64 = rules.iter().sum();
        let prior: Vec<f64> = rules.iter().map(|share| share / sum).collect();
        // Everybody names label 1 on the first document; elsewhere they say what they like.
        let mut given = given;
        let first = given[0].0.clone();
        given.iter_mut().filter(|vote| vote.0 == first).for_each(|vote| vote.2 = vec![0.0, 1.0, 0.0]);
        let votes = collect(&given);
        let document = votes.documents().binary_search(&first).unwrap();
        let posterior = with_rules(&votes, &prior).posterior(document)[1];
        prop_assert!(posterior >= prior[1] - 1e-12, "{} falls to {}", prior[1], posterior);
    }
}

#[test]
fn what_people_weigh_adds_up_to_their_documents_labels() {
    let votes = [("a", "x", 0), ("a", "y", 1), ("b", "x", 1), ("b", "y", 1), ("c", "z", 0), ("d", "x", 0)];
    let votes =
        votes.map(|(document, source, label)| PersonVote { document, source, answer: Answer::Label(label) });
    let votes = PeopleVotes::new(2, votes).unwrap();
    let by_rules = [vec![0.8, 0.2], vec![0.3, 0.7]];
    let posteriors = vec![Some(&by_rules[0][..]), Some(&by_rules[1][..]), Some(&by_rules[1][..]), None];
    let rules = RulesSay { prior: &[0.5, 0.5], posteriors };
    for rules in [None, Some(&rules)] {
        let fitted = fit_people(&votes, rules, &PeopleOptions::learned(vec![0.5, 0.5])).unwrap();
        for document in 0..votes.documents().len() {
            let weights = fitted.log_weights(&votes, document);
            let odds: f64 = weights.iter().map(|row| row[1] - row[0]).sum();
            let row = fitted.posterior(document);
            assert!((odds - (row[1] / row[0]).ln()).abs() < 1e-9, "{document}: {weights:?} {row:?}");
        }
        assert_eq!(fitted.log_weights(&votes, 0).len(), 3);
    }
}
