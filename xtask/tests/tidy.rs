//! The house rules that no compiler checks: who may know whom, how long a file may be, equal migrations.

#![expect(clippy::unwrap_used, reason = "a check that cannot read the tree must fail")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All files below a folder whose name ends so, as (path from the top folder, text).
fn sources(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() {
                if !["node_modules", "target", "generated", "dist"].contains(&name.as_ref()) {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let root = root();
    let mut found = Vec::new();
    walk(&root.join(folder), endings, &mut found);
    found.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), text)
    };
    found.into_iter().map(read).collect()
}

/// Tests, benches and studies may do what the code they look at may not.
fn is_test(path: &str) -> bool {
    ["/tests/", "/benches/", "/examples/"].iter().any(|folder| path.contains(folder))
        || path.ends_with("/tests.rs")
}

/// Fails with every line that names something its folder must not know.
fn forbid(folder: &str, except: &[&str], words: &[&str], why: &str) {
    let mut offences = Vec::new();
    for (path, text) in sources(folder, &[".rs"]) {
        if is_test(&path) || except.iter().any(|allowed| path.starts_with(allowed)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| names(code, word)) {
                offences.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(offences.is_empty(), "{why}\n{}", offences.join("\n"));
}

/// Whether a line names a path such as `sqlx::`, and not as the end of a longer word.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_')
    })
}

/// The crates of ours that a manifest depends on.
fn depends_on(manifest: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(manifest)).unwrap();
    let runtime = text.split("[dev-dependencies]").next().unwrap();
    let ours = runtime.lines().filter(|line| line.starts_with("hunch-"));
    ours.map(|line| line.split(['.', ' ', '=']).next().unwrap().to_owned()).collect()
}

#[test]
fn crates_know_only_those_below_them() {
    let all = [
        "hunch-augment",
        "hunch-engine",
        "hunch-model",
        "hunch-rules",
        "hunch-sync",
        "hunch-protocol",
        "hunch-suggest",
    ];
    let arrows: [(&str, &[&str]); 9] = [
        ("shared/rules", &[]),
        ("shared/engine", &["hunch-rules"]),
        ("shared/model", &["hunch-engine"]),
        ("shared/augment", &["hunch-engine", "hunch-rules"]),
        ("shared/suggest", &["hunch-engine", "hunch-rules"]),
        ("shared/sync", &[]),
        ("shared/protocol", &all[..5]),
        ("backend", &all),
        ("frontend", &all),
    ];
    for (folder, below) in arrows {
        let below: BTreeSet<String> = below.iter().map(|name| (*name).to_owned()).collect();
        let known = depends_on(&format!("{folder}/Cargo.toml"));
        assert!(known.is_subset(&below), "{folder} may depend on {below:?} only, but names {known:?}");
    }
}

#[test]
fn shared_crates_are_pure() {
    let impure = [
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
        "SystemTime",
        "Instant::now",
        "tokio::",
        "web_sys::",
    ];
    forbid("shared", &[], &impure, "shared crates do no I/O, read no clock and start no threads");
}

#[test]
fn only_the_store_speaks_sql() {
    forbid("backend/src", &["backend/src/store"], &["sqlx::"], "only `store` may name sqlx");
}

#[test]
fn only_the_corpus_and_exports_speak_polars_and_object_storage() {
    let allowed = ["backend/src/corpus", "backend/src/export"];
    forbid(
        "backend/src",
        &allowed,
        &["polars::", "object_store::"],
        "only `corpus` and `export` may name polars",
    );
}

#[test]
fn only_the_edges_of_the_server_speak_http() {
    let allowed = ["backend/src/api", "backend/src/server.rs"];
    forbid("backend/src", &allowed, &["axum::"], "only `server` and `api` may name axum");
}

#[test]
fn lower_parts_of_the_server_do_not_know_higher_ones() {
    let higher = ["crate::api", "crate::auth", "crate::cli"];
    for part in ["store", "corpus", "jobs", "export"] {
        for name in [format!("backend/src/{part}"), format!("backend/src/{part}.rs")] {
            forbid(&name, &[], &higher, "arrows point down: cli, api → auth → jobs, export → corpus, store");
        }
    }
    forbid(
        "backend/src/auth.rs",
        &[],
        &["crate::api", "crate::cli"],
        "`api` asks `auth`, never the other way round",
    );
    forbid(
        "backend/src/store",
        &[],
        &["crate::jobs", "crate::export", "crate::corpus"],
        "the store knows none of its users",
    );
    forbid(
        "backend/src/corpus",
        &[],
        &["crate::jobs", "crate::export", "crate::store"],
        "the corpus knows none of its users",
    );
}

#[test]
fn only_the_worker_runs_the_engine_in_the_browser() {
    for folder in ["frontend/src/pages", "frontend/src/components"] {
        let low = [
            "hunch_engine::Evaluator",
            "hunch_engine::Program",
            "gloo_net::",
            "web_sys::EventSource",
            "web_sys::Worker",
        ];
        forbid(
            folder,
            &[],
            &low,
            "pages and components show; only `state` talks to the server and only `worker` evaluates",
        );
    }
    forbid("frontend/src/components", &[], &["crate::pages"], "components do not know pages");
    forbid(
        "frontend/src/state",
        &[],
        &["crate::pages", "crate::components"],
        "state knows neither pages nor components",
    );
}

#[test]
fn files_stay_short_enough_to_read() {
    let mut long = Vec::new();
    for folder in ["shared", "backend", "frontend", "xtask", "e2e", "fuzz"] {
        for (path, text) in sources(folder, &[".rs", ".ts", ".css", ".mjs"]) {
            let lines = text.lines().count();
            if lines > 600 {
                long.push(format!("{path}: {lines} lines"));
            }
        }
    }
    assert!(long.is_empty(), "files of at most 600 lines, better 400:\n{}", long.join("\n"));
}

#[test]
fn modules_say_what_they_are_for() {
    let mut silent = Vec::new();
    for folder in ["shared", "backend", "frontend", "xtask"] {
        for (path, text) in sources(folder, &[".rs"]) {
            if !is_test(&path) && !text.trim_start().starts_with("//!") {
                silent.push(path);
            }
        }
    }
    assert!(
        silent.is_empty(),
        "these files do not begin with a `//!` line that says what they are for:\n{}",
        silent.join("\n")
    );
}

#[test]
fn no_module_is_called_mod_rs() {
    for folder in ["shared", "backend/src", "frontend", "xtask"] {
        let named: Vec<_> = sources(folder, &["mod.rs"])
            .into_iter()
            .map(|(path, _)| path)
            .filter(|path| path.ends_with("/mod.rs"))
            .collect();
        assert!(named.is_empty(), "name a module's file after the module: {named:?}");
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |dialect: &str| -> Vec<String> {
        let files = sources(&format!("migrations/{dialect}"), &[".sql"]);
        files.into_iter().map(|(path, _)| path.rsplit('/').next().unwrap().to_owned()).collect()
    };
    let sqlite = names("sqlite");
    assert!(!sqlite.is_empty(), "there are no migrations for SQLite");
    assert_eq!(sqlite, names("postgres"), "each migration exists for both databases under one name");
    for (path, text) in sources("migrations/sqlite", &[".sql"]) {
        let text = text.to_lowercase();
        assert_eq!(
            text.matches("create table").count(),
            text.matches("strict").count(),
            "{path}: SQLite tables are `strict`"
        );
    }
}

#[test]
fn every_store_method_is_called_by_the_contract_test() {
    let methods: BTreeSet<String> = sources("backend/src/store", &[".rs"])
        .into_iter()
        .chain(sources("backend/src", &["store.rs"]))
        .flat_map(|(_, text)| trait_methods(&text))
        .collect();
    assert!(!methods.is_empty(), "no methods of a store trait were found");
    let contract: String =
        sources("backend/tests/it/store", &[".rs"]).into_iter().map(|(_, text)| text).collect();
    let missing: Vec<_> = methods.iter().filter(|name| !contract.contains(&format!("{name}("))).collect();
    assert!(missing.is_empty(), "the contract test never calls {missing:?}");
}

/// Names of the functions declared in traits of a file.
fn trait_methods(text: &str) -> Vec<String> {
    let mut methods = Vec::new();
    let mut in_trait = false;
    for line in text.lines() {
        if line.starts_with("pub trait ") {
            in_trait = true;
        } else if line == "}" {
            in_trait = false;
        } else if in_trait && let Some((_, name)) = line.split_once("async fn ") {
            methods.push(name.split(['(', '<']).next().unwrap().to_owned());
        }
    }
    methods
}
