//! The rule corpus and the real data sets, run natively and in WebAssembly (under Node) from one source.
//!
//! ```text
//! cargo test -p hunch-engine --test corpus
//! CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
//!     cargo test -p hunch-engine --test corpus --target wasm32-unknown-unknown
//! ```

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod case;
mod data;
mod host;
mod row;

/// One test for each file of the corpus, and one that no file is left out.
macro_rules! corpus {
    ($($name:ident = $file:literal),+ $(,)?) => {
        $(
            #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
            #[cfg_attr(not(target_arch = "wasm32"), test)]
            fn $name() {
                case::run($file, include_str!(concat!("../../corpus/", $file)));
            }
        )+

        #[cfg(not(target_arch = "wasm32"))]
        #[test]
        fn every_file_of_the_corpus_is_run() {
            let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus")).unwrap();
            let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut found: Vec<_> = names.filter(|name| name.ends_with(".toml")).collect();
            found.sort_unstable();
            let mut run = vec![$($file),+];
            run.sort_unstable();
            assert_eq!(found, run);
        }
    };
}

corpus! {
    attributes = "attributes.toml",
    boundaries = "boundaries.toml",
    case_folding = "case-folding.toml",
    errors = "errors.toml",
    extremes = "extremes.toml",
    lists_and_lexicons = "lists-and-lexicons.toml",
    logic = "logic.toml",
    measures = "measures.toml",
    missing = "missing.toml",
    near = "near.toml",
    places = "places.toml",
    regexes = "regexes.toml",
    scripts = "scripts.toml",
    similarity = "similarity.toml",
    vectors = "vectors.toml",
    unicode = "unicode.toml",
    votes = "votes.toml",
}
