//! The rules of ARCHITECTURE.md and STYLE.md that a reader of the source can check: who may use whom, where proofs are made,
//! where SQL stands, how large files are. They read the files as text; the compiler does the rest.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which modules of the crate a module may name. `main` may name `cli`.
const MAY_USE: [(&str, &[&str]); 14] = [
    ("model", &["model"]),
    ("oidc", &["oidc", "model"]),
    ("config", &["config", "model"]),
    ("keys", &["keys", "model"]),
    ("hasher", &["hasher", "model"]),
    ("places", &["places"]),
    ("store", &["store", "model"]),
    ("mail", &["mail", "store", "keys", "model"]),
    ("flow", &["flow", "mail", "store", "keys", "places", "config", "oidc", "model"]),
    ("app", &["flow", "store", "hasher", "keys", "places", "config", "oidc", "model"]),
    ("web", &["web", "app", "flow", "store", "hasher", "keys", "config", "oidc", "model"]),
    ("back_channel", &["back_channel", "app", "flow", "store", "keys", "config", "oidc", "model"]),
    (
        "cli",
        &[
            "cli",
            "demo",
            "web",
            "back_channel",
            "app",
            "flow",
            "mail",
            "store",
            "hasher",
            "keys",
            "places",
            "config",
            "oidc",
            "model",
        ],
    ),
    ("demo", &["demo", "cli", "web", "app", "flow", "mail", "store", "hasher", "keys", "config", "model"]),
];

/// What `web` may name of the store: the types of a transaction and its errors, and the question whether the schema is current.
const WEB_MAY_NAME_OF_STORE: [&str; 3] = ["store::db::Tx", "store::error::Error", "store::migrate"];

/// Crates that the pure part must not know.
const IMPURE: [&str; 6] = ["axum", "rusqlite", "postgres", "lettre", "tokio", "std::fs"];

/// Who may ask for a proof. `kept` reads one back from a row; `from_verdict` is given the hasher's verdict.
const PROOF_MAKERS: [(&str, &str); 10] = [
    ("src/model/second_step.rs", "PasscodeProof::new"),
    ("src/model/sign_in.rs", "PasswordProof::kept"),
    ("src/store/attempt.rs", "PasscodeProof::kept"),
    ("src/store/authorization_request.rs", "PasscodeProof::kept"),
    ("src/store/grant.rs", "PasscodeProof::kept"),
    ("src/store/grant.rs", "PasswordProof::kept"),
    ("src/store/product_passcode.rs", "PasscodeProof::kept"),
    ("src/store/session.rs", "PasscodeProof::kept"),
    ("src/store/session.rs", "PasswordProof::kept"),
    ("src/web/sign_in/password.rs", "PasswordProof::from_verdict"),
];

/// The one file that makes signing keys. Dice cannot make them: the library takes no seed for them, nor for the chance in an ECDSA
/// signature.
const KEY_MAKER: &str = "src/oidc/jose/private_key.rs";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.map(|entry| entry.unwrap().path()) {
            if entry.is_dir() && !entry.ends_with("node_modules") {
                folders.push(entry);
            } else if entry.extension().is_some_and(|found| found == ending) {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().into_owned()
}

/// The code of a file without its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap().to_owned()
}

/// The same without comments.
fn bare_code(path: &Path) -> String {
    code(path).lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The module of the crate that a file of `src/` belongs to.
fn module(path: &Path) -> String {
    let relative = name(path);
    let first = relative.split('/').nth(1).unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Every `crate::a::b::c` in a text.
fn paths_into_the_crate(text: &str) -> BTreeSet<String> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    text.split("crate::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| is_path(*c)).collect::<String>())
        .map(|path| path.trim_end_matches(':').to_owned())
        .collect()
}

#[test]
fn modules_use_only_those_below_them() {
    let mut wrong = Vec::new();
    for path in files("src", "rs") {
        let module = module(&path);
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == module) else {
            assert!(module == "lib" || module == "main", "{module} is not in the table of modules");
            continue;
        };
        for used in paths_into_the_crate(&bare_code(&path)) {
            let first = used.split("::").next().unwrap();
            if !allowed.contains(&first) {
                wrong.push(format!("{} names crate::{used}", name(&path)));
            }
            let of_store = used.starts_with("store::") && module == "web";
            if of_store && !WEB_MAY_NAME_OF_STORE.iter().any(|known| used.starts_with(known)) {
                wrong.push(format!("{} names crate::{used}, which is the flows' to use", name(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_model_and_the_protocol_are_pure() {
    for path in files("src/model", "rs").iter().chain(&files("src/oidc", "rs")) {
        let text = bare_code(path);
        for word in IMPURE {
            let named = text.contains(&format!("{word}::")) || text.contains(&format!("use {word}"));
            assert!(!named, "{} names {word}", name(path));
        }
        assert!(!text.contains("async "), "{} is asynchronous", name(path));
    }
}

#[test]
fn only_the_store_has_sql() {
    let statements = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];
    for path in files("src", "rs").iter().filter(|path| module(path) != "store") {
        let text = bare_code(path);
        let found = statements.iter().find(|statement| text.contains(&format!("\"{statement}")));
        assert!(found.is_none(), "{} has SQL", name(path));
    }
}

#[test]
fn the_drivers_are_named_in_one_folder() {
    for path in files("src", "rs").iter().filter(|path| !name(path).starts_with("src/store/db")) {
        let text = bare_code(path);
        for driver in ["rusqlite::", "postgres::", "use rusqlite", "use postgres"] {
            assert!(!text.contains(driver), "{} names {driver}", name(path));
        }
    }
}

/// Regressions 5 and 54: one place makes each proof, and no second path leads to a session.
#[test]
fn r54_proofs_are_made_where_the_table_says() {
    let mut found = BTreeSet::new();
    for path in files("src", "rs").iter().filter(|path| !path.ends_with("model/proof.rs")) {
        let text = bare_code(path);
        for kind in ["PasswordProof::", "PasscodeProof::"] {
            for rest in text.split(kind).skip(1) {
                let maker: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                found.insert((name(path), format!("{kind}{maker}")));
            }
        }
    }
    let listed: BTreeSet<_> =
        PROOF_MAKERS.iter().map(|(file, maker)| ((*file).to_owned(), (*maker).to_owned())).collect();
    assert_eq!(found, listed);
    let callers = |needle: &str, own: &str| {
        let all = files("src", "rs");
        all.iter()
            .filter(|path| !name(path).starts_with(own) && bare_code(path).contains(needle))
            .map(|path| name(path))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        callers("session::start(", "src/store"),
        ["src/flow/sign_in/finish.rs"],
        "a session begins in one place"
    );
    assert_eq!(callers("session::keep(", "src/store"), ["src/flow/sign_in/finish.rs"], "and is kept in one");
    assert_eq!(callers(".verify_then(", "src/hasher"), ["src/web/site.rs"], "a password is compared in one place");
}

/// What the trail says of an account, its owner reads in words: an act without a sentence is one that nobody has thought of.
#[test]
fn every_act_of_an_account_has_a_sentence_in_its_history() {
    const OF_THE_INSTALLATION: [&str; 5] =
        ["audit-verify", "product-add", "product-remove", "product-rotate-secret", "signing-key"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let trail = code(&root.join("src/model/audit.rs"));
    let acts = trail.split_once("fn act(").unwrap().1.split_once("fn outcome(").unwrap().0;
    let of_cases = trail.split_once("fn case_act(").unwrap().1.split_once("\n}").unwrap().0;
    let acts: BTreeSet<_> = [acts, of_cases].into_iter().flat_map(|text| text.split('"').skip(1).step_by(2)).collect();
    let sentences = code(&root.join("src/web/account/history/sentences.rs"));
    let untold: Vec<_> =
        acts.iter().filter(|act| !sentences.contains(&format!("\n    (\"{act}\","))).copied().collect();
    assert!(acts.len() > 30, "{acts:?}");
    assert_eq!(untold, OF_THE_INSTALLATION);
}

#[test]
fn the_clock_and_the_dice_are_read_in_app() {
    for path in files("src", "rs").iter().filter(|path| !path.ends_with("src/app.rs")) {
        let text = bare_code(path);
        for source in ["SystemTime::now", "Timestamp::now()", "rand::fill", "SystemRandom", "Uuid::now_v7"] {
            assert!(!text.contains(source), "{} reads {source}", name(path));
        }
        assert!(name(path) == KEY_MAKER || !text.contains("KeyPair::generate"), "{} makes keys", name(path));
    }
}

#[test]
fn nothing_is_left_undone_or_silenced() {
    let words = ["todo!(", "unimplemented!(", "#[ignore", "#[allow(", "#![allow(", "dbg!("];
    for path in files("src", "rs").iter().chain(&files("tests", "rs")).filter(|path| !path.ends_with("architecture.rs"))
    {
        let text = fs::read_to_string(path).unwrap();
        for word in words {
            assert!(!text.contains(word), "{} has {word}", name(path));
        }
    }
}

#[test]
fn every_template_is_used() {
    let sources: String = files("src", "rs").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let templates: Vec<_> = files("templates", "html").into_iter().chain(files("templates", "txt")).collect();
    let texts: String = templates.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    for path in &templates {
        let relative = name(path).trim_start_matches("templates/").to_owned();
        let folder = relative.rsplit_once('/').map_or("", |(folder, _)| folder);
        let by_name = sources.contains(&format!("\"{relative}\"")) || texts.contains(&format!("\"{relative}\""));
        // A mail's three templates are named by their folder.
        let by_folder = folder.starts_with("mail/") && sources.contains(folder.trim_start_matches("mail/"));
        assert!(by_name || by_folder, "{relative} is used by nobody");
    }
}

#[test]
fn every_migration_is_listed() {
    let list = fs::read_to_string(root().join("src/store/migrate.rs")).unwrap();
    for path in files("migrations", "sql") {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(list.contains(&file), "{file} is not in the migrations' table");
    }
}

/// What a file is, and what it never does, stands on its first line.
#[test]
fn every_file_says_what_it_is() {
    let all = files("src", "rs");
    // Unit tests that fill a file of their own belong to the module above.
    for path in all.iter().filter(|path| !path.ends_with("tests.rs")) {
        assert!(fs::read_to_string(path).unwrap().starts_with("//! "), "{} does not say what it is", name(path));
    }
}

/// The sizes of STYLE.md: a file that grows past them is two ideas.
#[test]
fn files_stay_small() {
    let mut sizes: Vec<(usize, String)> =
        files("src", "rs").iter().map(|path| (code(path).lines().count(), name(path))).collect();
    sizes.sort();
    for (lines, file) in sizes.iter().rev().take(10) {
        println!("{lines:5} {file}");
    }
    let at = |share: usize| sizes[(sizes.len() - 1) * share / 100].0;
    assert!(at(50) <= 120, "the median file has {} lines", at(50));
    assert!(at(90) <= 300, "one file in ten has more than {} lines", at(90));
    assert!(at(100) <= 500, "{} has {} lines", sizes.last().unwrap().1, at(100));
}

/// Regression 56, and one crypto provider: crates that must not be built in, not even through another; and one source of crates.
#[test]
fn r56_no_banned_crate_is_built_in() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("\naws-lc-rs v"), "the list of crates is not what it should be");
    for banned in banned_crates() {
        assert!(!tree.contains(&format!("\n{banned} v")), "{banned} is built in");
    }
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for source in lock.lines().filter(|line| line.starts_with("source = ")) {
        assert_eq!(source, "source = \"registry+https://github.com/rust-lang/crates.io-index\"");
    }
}

/// The names under `bans.deny` of deny.toml.
fn banned_crates() -> Vec<String> {
    let rules: toml::Table = fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
    let named: Vec<_> = rules["bans"]["deny"].as_array().unwrap().iter().map(|rule| &rule["name"]).collect();
    assert!(named.iter().any(|name| name.as_str() == Some("rsa")), "deny.toml does not ban rsa");
    named.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// The names of tests that a document lists in backquotes.
fn listed_tests(document: &str, is_test: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    text.split('`').skip(1).step_by(2).filter(|word| is_test(word)).map(str::to_owned).collect()
}

/// The names of test functions in `src` and `tests`.
fn test_functions() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in files("src", "rs").iter().chain(&files("tests", "rs")) {
        let text = fs::read_to_string(path).unwrap();
        for rest in text.split("fn ").skip(1) {
            names.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
}

fn is_numbered(prefix: char, word: &str) -> bool {
    let mut characters = word.chars();
    characters.next() == Some(prefix) && characters.next().is_some_and(|c| c.is_ascii_digit()) && word.contains('_')
}

/// Tests that a document names and nobody wrote.
fn named_but_missing(document: &str, prefix: char) -> Vec<String> {
    let functions = test_functions();
    listed_tests(document, |word| is_numbered(prefix, word))
        .into_iter()
        .filter(|word| !functions.contains(word))
        .collect()
}

#[test]
fn the_story_and_its_tests_agree() {
    let document = "docs/story.md";
    assert_eq!(named_but_missing(document, 's'), Vec::<String>::new(), "{document} names tests that do not exist");
    let listed = listed_tests(document, |word| is_numbered('s', word));
    let untold: Vec<_> =
        test_functions().into_iter().filter(|word| is_numbered('s', word) && !listed.contains(word)).collect();
    assert_eq!(untold, Vec::<String>::new(), "{document} does not list these");
}

#[test]
fn the_regressions_have_a_row_each_and_name_real_tests() {
    let document = "docs/regressions.md";
    assert_eq!(named_but_missing(document, 'r'), Vec::<String>::new(), "{document} names tests that do not exist");
    let text = fs::read_to_string(root().join(document)).unwrap();
    for row in 1..=56 {
        assert!(text.contains(&format!("\n| {row} |")), "{document} has no row {row}");
    }
}

/// The test of a class has its name, with underscores.
#[test]
fn the_conformance_plans_and_their_tests_agree() {
    let document = "docs/conformance.md";
    let is_class = |word: &str| word.starts_with("oidcc-") && !word.ends_with("-test-plan");
    let listed: BTreeSet<_> = listed_tests(document, is_class).iter().map(|class| class.replace('-', "_")).collect();
    let tests: BTreeSet<_> = test_functions().into_iter().filter(|name| name.starts_with("oidcc_")).collect();
    assert_eq!(listed, tests, "{document} and tests/http/conformance name different classes");
}

/// What the pages on products show is what the browser tests run.
#[test]
fn the_pages_on_products_show_what_is_tested() {
    let mut shown = 0;
    for path in files("docs/products", "md") {
        let page = fs::read_to_string(&path).unwrap();
        for rest in page.split("`tests/e2e/clients/").skip(1) {
            let file = format!("tests/e2e/clients/{}", rest.split('`').next().unwrap());
            if rest.split('`').nth(1).is_some_and(|after| after.starts_with(", which the browser tests run")) {
                let text = fs::read_to_string(root().join(&file)).unwrap();
                assert!(page.contains(&text), "{} does not show {file} as it is", name(&path));
                shown += 1;
            }
        }
    }
    assert!(shown >= 4, "the pages show {shown} files");
}
