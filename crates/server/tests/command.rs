//! The command line, as it is typed.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in a folder, with nothing of this process's environment that it would look at.
fn sonderfonds(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sonderfonds"));
    for variable in
        ["DATABASE_URL", "PORT", "SONDERFONDS_CONFIG", "SONDERFONDS_DATA", "SONDERFONDS_FUND", "SMTP_PASSWORD", "SMTP_PASSWORD_FILE"]
    {
        command.env_remove(variable);
    }
    command.current_dir(folder).args(arguments).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complained(output: &Output) -> String {
    assert!(!output.status.success(), "{}", said(output));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_token_is_all_that_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [["token", "--role", "auditor"], ["token", "--role", "finance"]] {
        let printed = said(&sonderfonds(folder.path(), &arguments));
        let token = printed.strip_suffix('\n').expect("a line");
        assert!(token.starts_with("sonderfonds_") && token.len() == 76 && !token.contains(char::is_whitespace), "{printed}");
    }
    assert!(complained(&sonderfonds(folder.path(), &["token", "--person", "nobody@example.org"])).contains("nobody@example.org"));
}

#[test]
fn a_person_is_made_known_once_and_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let add = [
        "person",
        "add",
        "--name",
        "Ada Änderung",
        "--email",
        "Ada@Example.org",
        "--language",
        "en",
        "--role",
        "chair",
        "--role",
        "member",
    ];
    assert!(sonderfonds(folder.path(), &add).status.success());
    assert!(complained(&sonderfonds(folder.path(), &add)).contains("known already"));
    let list = said(&sonderfonds(folder.path(), &["person", "list"]));
    for part in ["Ada Änderung", "ada@example.org", "en", "chair", "member"] {
        assert!(list.contains(part), "{list}");
    }
    assert!(sonderfonds(folder.path(), &["token", "--person", "ada@example.org", "--days", "7"]).status.success());
    let wrong = ["person", "add", "--name", "A\u{7}", "--email", "no address", "--role", "chair"];
    assert!(complained(&sonderfonds(folder.path(), &wrong)).contains("name"));
}

#[test]
fn the_books_of_a_new_installation_prove_themselves() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(complained(&sonderfonds(folder.path(), &["verify"])).contains("sonderfonds migrate"), "verify changes nothing");
    assert!(sonderfonds(folder.path(), &["migrate"]).status.success());
    let proof = sonderfonds(folder.path(), &["verify"]);
    assert!(proof.status.success() && said(&proof).contains("nothing is wrong"));
    assert_eq!(said(&sonderfonds(folder.path(), &["mail", "list", "--state", "dead"])), "");
    assert!(complained(&sonderfonds(folder.path(), &["mail", "resend", "01746802-1100-738a-a469-f1ed68531477"])).contains("not found"));
}

#[test]
fn a_configuration_is_explained_or_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write(
        "my.toml",
        "port = 9000\ndatabase-url = \"postgres://me:geheim@db/fund\"\n[mail]\nfrom = \"a@example.org\"\npassword = \"geheim\"\n",
    );
    let explained = said(&sonderfonds(folder.path(), &["config", "check", "my.toml"]));
    assert!(explained.contains("port = 9000") && explained.contains("postgres://db/fund") && !explained.contains("geheim"), "{explained}");

    write("typo.toml", "[limits]\n\ndepht = 3\n");
    for arguments in
        [["config", "check", "typo.toml"].as_slice(), &["serve", "--config", "typo.toml"], &["--config", "typo.toml", "migrate"]]
    {
        let complaint = complained(&sonderfonds(folder.path(), arguments));
        assert!(complaint.contains("typo.toml, line 3: limits.depht: unknown field"), "{complaint}");
    }
    write("from.toml", "[mail]\n# who\nfrom = \"nobody\"\n");
    let complaint = complained(&sonderfonds(folder.path(), &["config", "check", "from.toml"]));
    assert!(complaint.contains("from.toml, line 3: mail.from: expected an e-mail address"), "{complaint}");

    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    for file in ["default.toml", "example.toml", "kiel.toml", "musterstadt.toml"] {
        let explained = sonderfonds(folder.path(), &["config", "check", &format!("{files}/{file}")]);
        assert!(explained.status.success(), "{}", String::from_utf8_lossy(&explained.stderr));
    }
    let effective = said(&sonderfonds(folder.path(), &["config", "check"]));
    assert!(effective.contains("# The server") && effective.contains("city = Kiel"), "{effective}");
}

#[test]
fn the_schema_is_printed_as_it_is_published() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(said(&sonderfonds(folder.path(), &["schema"])), graphql::sdl());
}
