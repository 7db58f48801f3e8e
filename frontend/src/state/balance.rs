//! A class prior while it is being written.

/// The shares that were written, one per label, as percentages: they must be numbers of at least 0 that sum to 100.
pub fn parse(shares: &[String]) -> Result<Vec<f64>, String> {
    let parsed: Option<Vec<f64>> = shares
        .iter()
        .map(|share| share.trim().trim_end_matches('%').trim().parse::<f64>().ok())
        .map(|share| share.filter(|share| share.is_finite() && *share >= 0.0))
        .collect();
    let Some(parsed) = parsed else {
        return Err("Write a number of at least 0 for every label.".to_owned());
    };
    let sum: f64 = parsed.iter().sum();
    if (sum - 100.0).abs() > 0.05 {
        return Err(format!("The shares sum to {}, not to 100.", crate::format::significant(sum)));
    }
    Ok(parsed.into_iter().map(|share| share / sum).collect())
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn shares(shares: &[&str]) -> Vec<String> {
        shares.iter().map(|&share| share.to_owned()).collect()
    }

    #[test]
    fn a_prior_sums_to_one_even_when_written_with_few_digits() {
        let balance = parse(&shares(&["33.3", "33.3 %", "33.4"])).expect("sums to 100");
        assert!((balance.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_prior_that_is_none_is_refused_with_a_reason() {
        assert!(parse(&shares(&["50", "x"])).is_err());
        assert!(parse(&shares(&["-10", "110"])).is_err());
        assert!(parse(&shares(&["50", "40"])).is_err_and(|why| why.contains("90")));
    }
}
