//! The configuration file and the environment (regression 52). Lines that begin with `VESTIBULE_` are the environment's.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use vestibule::config::{ConfigProblem, Profile, Settings};

/// What the file of a valid configuration must have.
const LEAST: &str = "public_url = \"https://id.example.org\"\nkeyring.file = \"keyring.toml\"\n";
const SECRET: &str = "hunter2hunter2";
/// How a line begins that keeps it as a secret, and what stands around it there. What stands elsewhere an error may quote.
const KEPT: [(&str, &str); 5] = [
    ("url = \"mysql://", "//hunter2hunter2@"),
    ("url = \"postgres://", ":hunter2hunter2@"),
    ("VESTIBULE_DATABASE__URL=postgres://", ":hunter2hunter2@"),
    ("password = \"", "\"hunter2hunter2\""),
    ("VESTIBULE_SMTP__PASSWORD=", "=hunter2hunter2"),
];

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // A key that ends in _file names a file to be read, and a device may never end.
    if text.contains("/dev") || text.contains("/proc") || text.contains("/sys") {
        return;
    }
    check(text);
    check(&format!("{LEAST}{text}"));
});

fn check(text: &str) {
    let of_environment = |line: &&str| line.starts_with("VESTIBULE_");
    let file: String = text.split_inclusive('\n').filter(|line| !of_environment(line)).collect();
    let variables = text.lines().filter(of_environment).filter_map(|line| line.split_once('='));
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let is_kept = |line: &str| {
        let kept = KEPT.iter().find(|(begins, _)| line.starts_with(begins));
        !kept.map_or(line.to_owned(), |(_, around)| line.replacen(around, "", 1)).contains(SECRET)
    };
    if !text.lines().all(is_kept) {
        return;
    }
    match Settings::parse(Some((Path::new("/srv/v.toml"), &file)), variables) {
        Ok(settings) => sound(&settings),
        Err(problems) => told(&problems),
    }
}

/// Settings that were read are within their bounds, and are read again from what is printed of them.
fn sound(settings: &Settings) {
    let printed = settings.print();
    assert!(!printed.contains(SECRET) && !format!("{settings:?}").contains(SECRET), "{printed}");
    let again = Settings::parse(Some((Path::new("/srv/v.toml"), &printed)), std::iter::empty());
    assert_eq!(again.map(|again| again.print()), Ok(printed));
    let limits = &settings.limits;
    assert!((3..=10).contains(&limits.tries) && limits.entry_window.as_secs() <= 300);
    assert!(settings.profile == Profile::Standard || settings.entry_window().is_zero());
}

/// A problem is one sentence, and repeats no secret.
fn told(problems: &[ConfigProblem]) {
    assert!(!problems.is_empty());
    for problem in problems.iter().map(ToString::to_string) {
        assert!(problem.ends_with(['.', '?']) && !problem.contains(SECRET), "{problem}");
    }
}
