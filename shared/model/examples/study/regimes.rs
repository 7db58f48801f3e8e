//! Made votes: what sources may be like, each regime several times over.

use crate::{matrix::Matrix, random::Random};

/// Every regime with its matrices.
pub(crate) fn all() -> Vec<(&'static str, Vec<Matrix>)> {
    let mut random = Random::new(20_240_501);
    let random = &mut random;
    vec![
        ("independent, all labels, balanced", independent(random, Votes::Any, 0.0)),
        ("independent, all labels, 80/20", independent(random, Votes::Any, 0.8)),
        ("independent, one label each, balanced", independent(random, Votes::One, 0.0)),
        ("independent, one label each, 80/20", independent(random, Votes::One, 0.8)),
        ("keyword rules", rules(random, &Rules::default())),
        ("keyword rules, 80 % one label", rules(random, &Rules { skew: 0.8, ..Rules::default() })),
        ("keyword rules, 15 % of them wrong", rules(random, &Rules { wrong: 0.15, ..Rules::default() })),
        (
            "keyword rules, 0.5 to 3 % coverage",
            rules(random, &Rules { coverage: (0.005, 0.03), ..Rules::default() }),
        ),
        ("keyword rules, ten copies of one", rules(random, &Rules { copies: 10, ..Rules::default() })),
        ("three or four sources", rules(random, &Rules { sources: &[3, 4], any: 0.6, ..Rules::default() })),
        (
            "three or four sources, 85 % one label",
            rules(random, &Rules { sources: &[3, 4], any: 0.7, skew: 0.85, ..Rules::default() }),
        ),
        ("language models, dense", models(random, 1.0, 0.0)),
        ("language models, abstaining", models(random, 0.5, 0.0)),
        ("language models, 70 % one label", models(random, 1.0, 0.7)),
        ("crowds", crowds(random, 0.1)),
        ("crowds, 30 % spammers", crowds(random, 0.3)),
        (
            "keyword rules, ten near-copies of one",
            rules(random, &Rules { copies: 10, missing: 0.1, ..Rules::default() }),
        ),
        (
            "keyword rules, ten that share most with one",
            rules(random, &Rules { copies: 10, missing: 0.25, ..Rules::default() }),
        ),
    ]
}

#[derive(Clone, Copy, PartialEq)]
enum Votes {
    /// A source votes any label.
    Any,
    /// A source votes one label only.
    One,
}

/// The share of each label.
fn balance(random: &mut Random, labels: usize, skew: f64) -> Vec<f64> {
    if skew == 0.0 {
        return vec![1.0 / labels as f64; labels];
    }
    let rest = random.shares(labels - 1, 5.0);
    std::iter::once(skew).chain(rest.into_iter().map(|share| share * (1.0 - skew))).collect()
}

/// An accuracy with the difficulty of a document taken into account.
fn right(accuracy: f64, difficulty: f64) -> f64 {
    1.0 / (1.0 + (-(accuracy / (1.0 - accuracy)).ln() + difficulty).exp())
}

/// What Dawid-Skene assumes.
fn independent(random: &mut Random, votes: Votes, skew: f64) -> Vec<Matrix> {
    let mut made = Vec::new();
    for (labels, sources) in [(2, 10), (2, 50), (4, 10), (4, 50)] {
        let shares = if skew == 0.0 { vec![1.0; labels] } else { balance(random, labels, skew) };
        let truth: Vec<usize> = (0..5_000).map(|_| random.pick(&shares)).collect();
        let mut matrix = Matrix::new(labels, sources, &truth);
        for source in 0..sources {
            let coverage = random.between(0.1, 0.6);
            let accuracy = random.between(if labels == 2 { 0.55 } else { 0.4 }, 0.9);
            let false_share = random.between(0.1, 0.6);
            let own = source % labels;
            for (row, &label) in truth.iter().enumerate() {
                let fires = match votes {
                    Votes::One if label != own => coverage * false_share,
                    _ => coverage,
                };
                if random.chance(fires) {
                    let vote = match votes {
                        Votes::One => own,
                        Votes::Any if random.chance(accuracy) => label,
                        Votes::Any => (label + 1 + random.below(labels - 1)) % labels,
                    };
                    matrix.vote(row, source, vote);
                }
            }
        }
        made.push(matrix);
    }
    made
}

struct Rules {
    sources: &'static [usize],
    skew: f64,
    /// Share of the sources that vote any label.
    any: f64,
    coverage: (f64, f64),
    /// Share of the rules that vote a random label.
    wrong: f64,
    /// How often the first rule is there.
    copies: usize,
    /// Share of the votes that are missing in a copy.
    missing: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            sources: &[4, 10, 30, 100],
            skew: 0.0,
            any: 0.15,
            coverage: (0.02, 0.3),
            wrong: 0.0,
            copies: 1,
            missing: 0.0,
        }
    }
}

/// Rules that find topics: a label has four, a rule finds one to three of them, and others by mistake. So rules for
/// one label are not independent given the label.
fn rules(random: &mut Random, rules: &Rules) -> Vec<Matrix> {
    const TOPICS: usize = 4;
    let mut made = Vec::new();
    for labels in [2, 4, 9] {
        for &sources in rules.sources {
            let shares = balance(random, labels, rules.skew);
            let truth: Vec<usize> = (0..2_500).map(|_| random.pick(&shares)).collect();
            let frequency: Vec<Vec<f64>> = (0..labels).map(|_| random.shares(TOPICS, 1.5)).collect();
            let topics: Vec<usize> =
                truth.iter().map(|&label| label * TOPICS + random.pick(&frequency[label])).collect();
            let difficulty: Vec<f64> = truth.iter().map(|_| 0.8 * random.normal()).collect();
            let mut matrix = Matrix::new(labels, sources + rules.copies - 1, &truth);
            for source in 0..sources {
                if random.chance(rules.any) {
                    let (coverage, accuracy) =
                        (random.between(0.2, 0.9), random.between(1.0 / labels as f64 + 0.1, 0.9));
                    for (row, &label) in truth.iter().enumerate() {
                        let vote = if random.chance(right(accuracy, difficulty[row])) {
                            label
                        } else {
                            random.below(labels)
                        };
                        if random.chance(coverage) {
                            matrix.vote(row, source, vote);
                        }
                    }
                    continue;
                }
                let mut own = random.below(labels);
                let mut rates: Vec<f64> =
                    (0..labels * TOPICS).map(|_| (0.01_f64.ln() + random.normal()).exp().min(0.3)).collect();
                for _ in 0..=random.below(TOPICS - 1) {
                    rates[own * TOPICS + random.below(TOPICS)] = random.between(0.2, 0.9);
                }
                let (low, high) = rules.coverage;
                let scale = random.between(low.ln(), high.ln()).exp() / 0.2;
                if random.chance(rules.wrong) {
                    own = random.below(labels);
                }
                for (row, &topic) in topics.iter().enumerate() {
                    if random.chance((rates[topic] * scale).min(0.95)) {
                        matrix.vote(row, source, own);
                    }
                }
            }
            for copy in sources..sources + rules.copies - 1 {
                matrix.near_copy(0, copy, || rules.missing > 0.0 && random.chance(rules.missing));
            }
            made.push(matrix);
        }
    }
    made
}

/// Sources that read the same texts: they fail together on difficult ones, and half of the time in the same way.
fn models(random: &mut Random, coverage: f64, skew: f64) -> Vec<Matrix> {
    let mut made = Vec::new();
    for labels in [2, 3, 5, 10, 18] {
        for sources in [3, 5, 8, 12] {
            let shares = if skew == 0.0 { random.shares(labels, 3.0) } else { balance(random, labels, skew) };
            let confusion: Vec<Vec<f64>> = (0..labels).map(|_| random.shares(labels, 0.5)).collect();
            let truth: Vec<usize> = (0..1_500).map(|_| random.pick(&shares)).collect();
            let documents: Vec<(f64, usize)> =
                truth.iter().map(|&label| (1.2 * random.normal(), random.pick(&confusion[label]))).collect();
            let mut matrix = Matrix::new(labels, sources, &truth);
            for source in 0..sources {
                let accuracy = random.between((1.0 / labels as f64).max(0.35), 0.92);
                let taste = random.shares(labels, 2.0);
                let leaning: Vec<f64> = (0..labels).map(|_| 0.6 * random.normal()).collect();
                let votes_on = random.between(coverage, 1.0);
                for (row, (&label, (difficulty, usual))) in truth.iter().zip(&documents).enumerate() {
                    let vote = if random.chance(right(accuracy, difficulty + leaning[label])) {
                        label
                    } else if random.chance(0.5) {
                        *usual
                    } else {
                        random.pick(&taste)
                    };
                    if random.chance(votes_on) {
                        matrix.vote(row, source, vote);
                    }
                }
            }
            made.push(matrix);
        }
    }
    made
}

/// Many people, most of whom vote on few documents.
fn crowds(random: &mut Random, spammers: f64) -> Vec<Matrix> {
    let mut made = Vec::new();
    for labels in [2, 4, 8] {
        for (rows, people, votes) in
            [(100, 40, 30), (300, 20, 5), (800, 30, 3), (500, 100, 5), (800, 300, 10), (400, 800, 8)]
        {
            let shares = random.shares(labels, 5.0);
            let truth: Vec<usize> = (0..rows).map(|_| random.pick(&shares)).collect();
            let difficulty: Vec<f64> = truth.iter().map(|_| 0.8 * random.normal()).collect();
            let activity: Vec<f64> = (0..people).map(|_| (1.2 * random.normal()).exp()).collect();
            let skill: Vec<f64> = (0..people).map(|_| random.between(0.4, 0.95)).collect();
            let spam: Vec<Option<Vec<f64>>> =
                (0..people).map(|_| random.chance(spammers).then(|| random.shares(labels, 0.5))).collect();
            let mut matrix = Matrix::new(labels, people, &truth);
            for (row, &label) in truth.iter().enumerate() {
                let mut chosen = activity.clone();
                for _ in 0..votes {
                    let person = random.pick(&chosen);
                    chosen[person] = 0.0;
                    let vote = match &spam[person] {
                        Some(habit) => random.pick(habit),
                        None if random.chance(right(skill[person], difficulty[row])) => label,
                        None => random.below(labels),
                    };
                    matrix.vote(row, person, vote);
                }
            }
            made.push(matrix);
        }
    }
    made
}
