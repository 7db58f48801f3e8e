//! What people call models, and what each does.

/// What people call a model.
pub fn model_name(name: &str) -> String {
    match name {
        "majority" => "Majority vote",
        "weighted" => "Weighted vote",
        "dawid-skene" => "Dawid-Skene",
        "one-coin" => "One coin",
        "matrix-completion" => "Matrix completion",
        "triplet" => "Triplets",
        "robust" => "Robust",
        other => other,
    }
    .to_owned()
}

/// What a model does, in a sentence.
pub fn model_meaning(name: &str) -> &'static str {
    match name {
        "majority" => "Each label's share of the votes. Every vote counts the same.",
        "weighted" => "Votes weigh as much as their label is frequent.",
        "dawid-skene" => {
            "For each rule a table of P(vote | label), by one step of expectation maximization from majority vote; silence is a sign."
        }
        "one-coin" => "One accuracy per rule; wrong votes are spread evenly, silence says nothing.",
        "matrix-completion" => {
            "Snorkel's label model: P(vote | label) such that pairs of rules overlap as they do."
        }
        "triplet" => "FlyingSquid's model: accuracies from the agreement of three rules at a time.",
        "robust" => {
            "The default: weights between equal ones and those that the other rules' votes and gold give; near copies of a rule share one weight."
        }
        _ => "",
    }
}
