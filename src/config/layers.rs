//! What was set, by the file and by the environment, before it is understood: each value with the key it belongs to.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use super::ConfigProblem;
use super::key::{Key, variable};
use super::nearest::{nearest, nearest_path};
use super::table::{self, SECTIONS};
use super::value::from_environment;

/// A value that was set, and where.
pub(super) struct Found {
    pub(super) value: Value,
    /// The file, or the environment variable.
    pub(super) place: String,
    /// The value is the name of the file to read the secret from.
    pub(super) names_file: bool,
}

/// What is set, by path of the key; a later layer goes over an earlier one.
#[derive(Default)]
pub(super) struct Layers {
    pub(super) found: BTreeMap<&'static str, Found>,
    pub(super) problems: Vec<ConfigProblem>,
}

impl Layers {
    /// Takes a configuration file's text in.
    pub(super) fn add_file(&mut self, path: &Path, text: &str) {
        let place = path.display().to_string();
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                // The error's own words, without the line it would quote: that may hold a password.
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
                return self.problem(format!(
                    "{place}, line {line}: this is not TOML: {}.",
                    error.message().replace('\n', "; ")
                ));
            }
        };
        let mut layer = BTreeMap::new();
        for (name, value) in table {
            match value {
                Value::Table(section) if table::is_section(&name) => {
                    for (key, value) in section {
                        self.take_from_file(&mut layer, &place, &format!("{name}.{key}"), value);
                    }
                }
                Value::Table(_) if table::key(&name).is_none() => self.unknown_section(&place, &name),
                _ if table::is_section(&name) => {
                    self.problem(format!(
                        "{place}: {name} is a section: write [{name}] on a line of its own, and its keys below it."
                    ));
                }
                value => self.take_from_file(&mut layer, &place, &name, value),
            }
        }
        self.found.append(&mut layer);
    }

    /// Takes the variables whose names begin with `VESTIBULE_` in. Three kinds are for others: the configuration's own name, the
    /// log's filter, and what tests use.
    pub(super) fn add_environment(&mut self, variables: impl Iterator<Item = (String, String)>) {
        let mut layer = BTreeMap::new();
        for (name, text) in variables {
            let is_ours = name.starts_with("VESTIBULE_") && !name.starts_with("VESTIBULE_TEST_");
            if !is_ours || name == "VESTIBULE_CONFIG" || name == "VESTIBULE_LOG" {
                continue;
            }
            let place = format!("Environment variable {name}");
            let found = table::keys().find_map(|key| {
                let file = key.file_path().is_some_and(|path| variable(&path) == name);
                (file || variable(key.path) == name).then_some((key, file))
            });
            match found {
                None => self.unknown_variable(&name),
                Some((key, true)) => {
                    self.take(&mut layer, key, Found { value: Value::String(text), place, names_file: true })
                }
                Some((key, false)) => {
                    let value = from_environment(&key.kind, &text);
                    self.take(&mut layer, key, Found { value, place, names_file: false });
                }
            }
        }
        self.found.append(&mut layer);
    }

    fn take_from_file(&mut self, layer: &mut BTreeMap<&'static str, Found>, place: &str, path: &str, value: Value) {
        let place = place.to_owned();
        if let Some(key) = table::key(path) {
            return self.take(layer, key, Found { value, place, names_file: false });
        }
        if let Some(key) = table::keys().find(|key| key.file_path().as_deref() == Some(path)) {
            return self.take(layer, key, Found { value, place, names_file: true });
        }
        let paths: Vec<String> =
            table::keys().flat_map(|key| [Some(key.path.to_owned()), key.file_path()]).flatten().collect();
        let meant = nearest_path(path, paths.iter().map(String::as_str)).unwrap_or_default();
        self.problem(format!(
            "{place}: there is no key {path}. Did you mean {meant}? `vestibule config reference` shows all keys."
        ));
    }

    fn take(&mut self, layer: &mut BTreeMap<&'static str, Found>, key: &'static Key, found: Found) {
        let place = found.place.clone();
        if layer.insert(key.path, found).is_some() {
            self.problem(format!("{place}: {0} and {0}_file are both set; keep one of them.", key.path));
        }
    }

    fn unknown_section(&mut self, place: &str, name: &str) {
        let meant = nearest(name, SECTIONS.iter().map(|(section, _)| *section)).unwrap_or_default();
        self.problem(format!("{place}: there is no section [{name}]. Did you mean [{meant}]?"));
    }

    fn unknown_variable(&mut self, name: &str) {
        let names: Vec<String> = table::keys().map(|key| variable(key.path)).collect();
        let meant = nearest(name, names.iter().map(String::as_str)).unwrap_or_default();
        self.problem(format!(
            "Environment variable {name}: there is no such setting. Did you mean {meant}? \
             A key of a section has two underscores after the section's name."
        ));
    }

    fn problem(&mut self, sentence: String) {
        self.problems.push(ConfigProblem::new(sentence));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Layers {
        let mut layers = Layers::default();
        layers.add_file(Path::new("v.toml"), text);
        layers
    }

    fn environment(variables: &[(&str, &str)]) -> Layers {
        let mut layers = Layers::default();
        layers.add_environment(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        layers
    }

    fn problem(layers: &Layers) -> String {
        assert_eq!(layers.problems.len(), 1, "{:?}", layers.problems);
        layers.problems[0].to_string()
    }

    #[test]
    fn an_unknown_key_of_the_file_names_the_nearest() {
        let sentence = problem(&file("[limits]\ntires = 5"));
        assert!(sentence.starts_with("v.toml: there is no key limits.tires. Did you mean limits.tries?"), "{sentence}");
        let sentence = problem(&file("tries = 5"));
        assert!(sentence.contains("no key tries. Did you mean limits.tries?"), "{sentence}");
        let sentence = problem(&file("[smtp]\npasword_file = \"x\""));
        assert!(sentence.contains("Did you mean smtp.password_file?"), "{sentence}");
    }

    #[test]
    fn an_unknown_section_is_one_problem_however_many_keys_it_has() {
        assert_eq!(
            problem(&file("[smpt]\nhost = 1\nport = 2")),
            "v.toml: there is no section [smpt]. Did you mean [smtp]?"
        );
        assert!(problem(&file("limits = 5")).contains("write [limits] on a line of its own"));
        assert!(problem(&file("[[limits]]\ntries = 5")).contains("write [limits] on a line of its own"));
    }

    #[test]
    fn what_is_not_toml_is_told_with_its_line() {
        let sentence = problem(&file("profile = \"strict\"\nlisten = \n"));
        assert!(sentence.starts_with("v.toml, line 2: this is not TOML: "), "{sentence}");
    }

    #[test]
    fn an_unknown_variable_names_the_nearest_and_other_peoples_are_left_alone() {
        let sentence = problem(&environment(&[("VESTIBULE_LIMITS_TRIES", "5")]));
        assert!(sentence.contains("Did you mean VESTIBULE_LIMITS__TRIES?"), "{sentence}");
        let names = ["VESTIBULE_CONFIG", "VESTIBULE_LOG", "VESTIBULE_TEST_POSTGRES", "HOME", "vestibule_x"];
        for name in names {
            assert!(environment(&[(name, "x")]).problems.is_empty(), "{name}");
        }
    }

    #[test]
    fn the_environment_goes_over_the_file_in_the_shape_that_the_key_has() {
        let mut layers = file("[limits]\ntries = 5\n[smtp]\npassword = \"x\"");
        layers.add_environment(
            [
                ("VESTIBULE_LIMITS__TRIES", "4"),
                ("VESTIBULE_SMTP__PASSWORD_FILE", "secret"),
                ("VESTIBULE_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
                ("VESTIBULE_QUESTIONS__PROVIDED", "[\"A, or B?\"]"),
                ("VESTIBULE_DATABASE__ALLOW_LOSSY_FAILOVER", "true"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter(),
        );
        assert_eq!(layers.problems, []);
        let value = |path: &str| layers.found[path].value.to_string();
        assert_eq!(value("limits.tries"), "4");
        assert_eq!(value("trusted_proxies"), "[\"10.0.0.0/8\", \"::1\"]");
        assert_eq!(value("questions.provided"), "[\"A, or B?\"]");
        assert_eq!(value("database.allow_lossy_failover"), "true");
        assert!(layers.found["smtp.password"].names_file);
    }

    #[test]
    fn a_secret_and_its_file_in_one_place_contradict_each_other() {
        let sentence = problem(&file("[smtp]\npassword = \"x\"\npassword_file = \"y\""));
        assert_eq!(sentence, "v.toml: smtp.password and smtp.password_file are both set; keep one of them.");
    }
}
