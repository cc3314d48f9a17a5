//! The crates depend on each other as `docs/ARCHITECTURE.md` says, and on nothing else of ours.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Crate and what it may use: the table of the architecture page.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let page = include_str!("../docs/ARCHITECTURE.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let table: BTreeMap<_, _> = rows
        .filter_map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [name, _, uses] = cells[..] else { return None };
            let uses = uses.split(',').map(|used| used.trim().trim_matches('`')).filter(|used| *used != "–").collect();
            Some((name.trim_matches('`'), uses))
        })
        .collect();
    assert!(table.len() >= 8, "the architecture page has its table of crates: {table:?}");
    table
}

#[test]
fn crates_use_what_the_architecture_lets_them_use() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata");
    let ours: BTreeSet<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let allowed = allowed();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let may_use = allowed.get(name).unwrap_or_else(|| panic!("`{name}` is not in the architecture's table"));
        for dependency in package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal) {
            let used = dependency.name.as_str();
            let fine = !ours.contains(used) || may_use.contains(&used) || may_use.contains(&"all");
            assert!(fine, "`{name}` uses `{used}`, which the architecture does not let it");
        }
    }
    for name in allowed.keys() {
        assert!(ours.contains(*name), "the architecture names `{name}`, which does not exist");
    }
}

#[test]
fn the_domain_is_pure_and_graphql_is_kept_in_one_crate() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata");
    let users = |library: &str| -> Vec<String> {
        let uses = |package: &&cargo_metadata::Package| {
            package.dependencies.iter().any(|used| used.name == library && used.kind == DependencyKind::Normal)
        };
        metadata.packages.iter().filter(uses).map(|package| package.name.to_string()).collect()
    };
    for impure in ["tokio", "sea-orm", "async-graphql", "poem", "getrandom"] {
        assert!(!users(impure).contains(&"domain".to_owned()), "`domain` uses {impure}");
    }
    assert_eq!(users("async-graphql"), ["graphql"]);
}
