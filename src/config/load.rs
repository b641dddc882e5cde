//! Reads the layers into settings and collects everything that is wrong with them.

use std::path::{Path, PathBuf};

use toml::Value;

use super::defaults::blank;
use super::key::Key;
use super::layers::{Found, Layers};
use super::rules::RULES;
use super::sentence::{excerpt, missing, refused, unreadable};
use super::{ConfigProblem, PublicUrl, Settings, table, value};

impl Settings {
    /// Reads the file, if one is given, and then the environment's `VESTIBULE_…` variables over it. Relative file names are
    /// relative to the file's folder, or to the current one where there is no file.
    ///
    /// # Errors
    /// Every problem of the configuration, each a sentence that says what to do.
    pub fn load(path: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Self, Vec<ConfigProblem>> {
        let Some(path) = path else { return Self::parse(None, env) };
        let text = std::fs::read_to_string(path).map_err(|error| vec![unreadable(path, &error)])?;
        Self::parse(Some((path, &text)), env)
    }

    /// The same from a file that has been read: its name, which need not exist, and its text.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn parse(
        file: Option<(&Path, &str)>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<ConfigProblem>> {
        let mut layers = Layers::default();
        if let Some((path, text)) = file {
            layers.add_file(path, text);
        }
        layers.add_environment(env);
        let folder = file.and_then(|(path, _)| path.parent()).unwrap_or(Path::new(""));
        resolve(layers, folder)
    }
}

/// The process's variables that settings may come from. Names and values that are not Unicode come with � in place of what
/// cannot be read, so that they are reported and not passed over.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let variables = std::env::vars_os().map(|(name, value)| (lossy(&name), lossy(&value)));
    variables.filter(|(name, _)| name.starts_with("VESTIBULE_"))
}

fn lossy(text: &std::ffi::OsStr) -> String {
    text.to_string_lossy().into_owned()
}

fn resolve(layers: Layers, folder: &Path) -> Result<Settings, Vec<ConfigProblem>> {
    let Layers { found, mut problems } = layers;
    // A wrong or missing public_url is a problem, so nobody ever sees what stands in its place meanwhile.
    let mut settings = blank(PublicUrl::loopback());
    let mut broken = Vec::new();
    for key in table::keys() {
        if let Err(sentence) = apply(key, found.get(key.path), folder, &mut settings) {
            problems.push(ConfigProblem::new(sentence));
            broken.push(key.path);
        }
    }
    for rule in RULES.iter().filter(|rule| !rule.keys.iter().any(|key| broken.contains(key))) {
        problems.extend((rule.broken)(&settings).map(ConfigProblem::new));
    }
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

fn apply(key: &Key, found: Option<&Found>, folder: &Path, settings: &mut Settings) -> Result<(), String> {
    let Some(found) = found else {
        let default = key.default.value().ok_or_else(|| missing(key))?;
        return value::put(&key.kind, &default, folder, settings).map_err(|why| refused(key, "Default", &default, why));
    };
    if found.names_file {
        let secret = read_secret(key, found, folder)?;
        let place = format!("The file that {}_file names", key.path);
        return value::put(&key.kind, &secret, folder, settings).map_err(|why| refused(key, &place, &secret, why));
    }
    value::put(&key.kind, &found.value, folder, settings).map_err(|why| refused(key, &found.place, &found.value, why))
}

/// The secret in the file that `found` names, without the line's end.
fn read_secret(key: &Key, found: &Found, folder: &Path) -> Result<Value, String> {
    let Found { value, place, .. } = found;
    let Some(name) = value.as_str().filter(|name| !name.is_empty()) else {
        return Err(format!(
            "{place}: {}_file is {}; expected the name of a file, in quotes.",
            key.path,
            excerpt(value)
        ));
    };
    let file: PathBuf = folder.join(name);
    let text = std::fs::read_to_string(&file).map_err(|error| {
        let path = key.path;
        format!("{place}: {path}_file names {}, which cannot be read: {error}. The user who runs Vestibule must be able to.", file.display())
    })?;
    let secret = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Value::String(secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::PasswordSettings;
    use crate::config::key::variable;

    const LEAST: &str = "public_url = \"https://id.example.org\"\nkeyring.file = \"keyring.toml\"\n";

    const WRONG: [(&str, &str); 12] = [
        (
            "limits.tries = \"five\"",
            "v.toml: limits.tries is \"five\"; expected a whole number from 3 to 10, for example 5.",
        ),
        ("limits.tries = 11", "v.toml: limits.tries is 11; expected a whole number from 3 to 10, for example 5."),
        ("limits.tries = -1", "v.toml: limits.tries is -1; expected a whole number from 3 to 10, for example 5."),
        ("smtp.port = 0", "v.toml: smtp.port is 0; expected a port, a whole number from 1 to 65535, for example 587."),
        (
            "limits.lock = \"3m\"",
            "v.toml: limits.lock is \"3m\"; it must be a number and a unit: seconds, minutes, hours or days; \
             expected a time from 1 minute to 1 hour, in quotes, for example \"3 minutes\".",
        ),
        (
            "limits.entry_window = \"6 minutes\"",
            "v.toml: limits.entry_window is \"6 minutes\"; expected a time from 0 seconds to 5 minutes, in quotes, \
             for example \"3 minutes\".",
        ),
        (
            "profile = \"lax\"",
            "v.toml: profile is \"lax\"; expected \"standard\" or \"strict\", for example \"standard\".",
        ),
        (
            "listen.address = \"localhost:8080\"",
            "v.toml: listen.address is \"localhost:8080\"; expected an IP address and port, in quotes, \
             for example \"127.0.0.1:8080\".",
        ),
        (
            "trusted_proxies = [\"10.0.0.1/8\"]",
            "v.toml: trusted_proxies is [\"10.0.0.1/8\"]; 10.0.0.1/8 names an address inside a network; the network is \
             10.0.0.0/8; expected a list of networks, for example [\"127.0.0.1/32\", \"10.0.0.0/8\"].",
        ),
        (
            "database.allow_lossy_failover = 1",
            "v.toml: database.allow_lossy_failover is 1; expected true or false, for example false.",
        ),
        (
            "branding.time_zone = \"Mars/Olympus\"",
            "v.toml: branding.time_zone is \"Mars/Olympus\"; this machine's time zone database (Debian's package tzdata) does \
             not have it; expected the IANA name of a time zone, in quotes, for example \"Europe/Berlin\".",
        ),
        (
            "limits.lock.x = 1",
            "v.toml: limits.lock is a section; expected a time from 1 minute to 1 hour, in quotes, for example \"3 minutes\".",
        ),
    ];

    fn load(text: &str, env: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
        let mut layers = Layers::default();
        layers.add_file(Path::new("v.toml"), text);
        layers.add_environment(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        resolve(layers, Path::new("/etc/vestibule"))
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    /// The one problem of the least configuration with `text` added.
    fn problem(text: &str) -> String {
        let mut problems = load(&format!("{LEAST}{text}"), &[]).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    }

    #[test]
    fn the_least_configuration_gives_the_documented_defaults() {
        let settings = load(LEAST, &[]).unwrap();
        let limits = &settings.limits;
        assert_eq!((limits.tries, limits.ceiling, limits.known_browser_tries), (5, 50, 10));
        assert_eq!(limits.lock.as_secs(), 180);
        assert_eq!(limits.known_browser_life.as_secs(), 90 * 86_400);
        assert_eq!((settings.sessions.idle.as_secs(), settings.sessions.absolute.as_secs()), (3_600, 43_200));
        assert_eq!(
            settings.passwords,
            PasswordSettings { memory_kib: 19_456, iterations: 2, parallelism: 1, min_length: 8 }
        );
        assert_eq!(settings.keyring.file, Path::new("/etc/vestibule/keyring.toml"));
        assert_eq!(settings.metrics.address, Some("127.0.0.1:9464".parse().unwrap()));
        assert_eq!(settings.questions.provided.len(), 12);
        assert!(!settings.smtp.is_configured());
    }

    #[test]
    fn a_wrong_value_is_told_with_place_key_value_expectation_and_example() {
        for (text, sentence) in WRONG {
            assert_eq!(problem(text), sentence);
        }
    }

    #[test]
    fn what_must_be_set_and_is_not_is_told_with_the_ways_to_set_it() {
        let problems = load("", &[]).unwrap_err();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("public_url is not set, and it has no default."), "{}", problems[0]);
        assert!(
            problems[1].ends_with("Write file = \"/etc/vestibule/keyring.toml\" or set VESTIBULE_KEYRING__FILE."),
            "{}",
            problems[1]
        );
    }

    #[test]
    fn all_problems_are_told_together_and_a_rule_is_not_asked_about_a_broken_key() {
        let text = "public_url = \"http://id.example.org\"\nprofil = 1\n[smtp]\nhost = \"mail.example.org\"\nfrom = \"me\"\n\
                    [sessions]\nidle = \"13 hours\"";
        let problems = load(text, &[("VESTIBULE_LIMIT__TRIES", "4")]).unwrap_err();
        assert_eq!(problems.len(), 6, "{problems:#?}");
        assert!(problems.iter().any(|sentence| sentence.starts_with("sessions.idle is longer")), "{problems:#?}");
        assert!(!problems.iter().any(|sentence| sentence.contains("smtp.from is not")), "{problems:#?}");
    }

    #[test]
    fn secrets_come_from_files_and_never_stand_in_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "hunter2 \n").unwrap();
        let set = format!("{LEAST}[smtp]\nusername = \"v\"\npassword_file = \"{}\"", file.display());
        assert_eq!(load(&set, &[]).unwrap().smtp.password.expose(), "hunter2 ");
        let over = load(&set, &[("VESTIBULE_SMTP__PASSWORD", "other")]).unwrap();
        assert_eq!(over.smtp.password.expose(), "other");
        assert!(
            problem("smtp.password_file = \"absent\"").contains("names /etc/vestibule/absent, which cannot be read")
        );
        for text in [
            "database.url = \"mysql://v:hunter2@db\"",
            "[smtp]\nusername = \"v\"\npassword = hunter2",
            "[smtp]\nusername = \"v\"\npassword = [\"hunter2\"]",
            "[smtp]\nusername = \"v\"\npassword = \"hunter2",
            "[smtp]\npassword = \"hunter2\"\npassword_file = \"x\"",
        ] {
            let problems = load(&format!("{LEAST}{text}"), &[]).unwrap_err().join("\n");
            assert!(!problems.contains("hunter2"), "{problems}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_told() {
        let problems = Settings::load(Some(Path::new("/nonexistent/v.toml")), std::iter::empty()).unwrap_err();
        assert!(problems[0].to_string().starts_with("/nonexistent/v.toml cannot be read: "), "{problems:?}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(?s).*") {
            let _ = load(&text, &[]);
        }

        #[test]
        fn any_value_of_any_key_is_read_or_refused(
            at in 0..table::keys().count(),
            value in "-?[0-9]{1,20}|true|\"[^\"\\\\\n]{0,30}\"|\\[\"[0-9./:a-f]{0,12}\"\\]|\\{ a = 1 \\}",
        ) {
            let path = table::keys().nth(at).unwrap().path;
            let _ = load(&format!("{path} = {value}"), &[(&variable(path), &value)]);
        }
    }
}
