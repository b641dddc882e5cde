//! Reads the layers into settings and collects everything that is wrong with them.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use toml::Value;

use super::key::{Key, variable};
use super::layers::{Found, Layers};
use super::rules::RULES;
use super::{
    Branding, Colour, ConfigProblem, DatabaseSettings, DatabaseUrl, KeyringSettings, Limits, ListenSettings,
    MetricsSettings, PasswordSettings, Profile, PublicUrl, QuestionSettings, SessionSettings, Settings, SmtpSettings,
    Support, table, value,
};

/// The longest text of a value that an error sentence repeats, in characters.
const LONGEST_SHOWN: usize = 60;

impl Settings {
    /// Reads the file, if one is given, and then the environment's `VESTIBULE_…` variables over it. Relative file names are
    /// relative to the file's folder, or to the current one where there is no file.
    ///
    /// # Errors
    /// Every problem of the configuration, each a sentence that says what to do.
    pub fn load(path: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Self, Vec<ConfigProblem>> {
        let mut layers = Layers::default();
        if let Some(path) = path {
            let text = std::fs::read_to_string(path).map_err(|error| vec![unreadable(path, &error)])?;
            layers.add_file(path, &text);
        }
        layers.add_environment(env);
        let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
        resolve(layers, folder)
    }

    /// What nobody has set: every key at its default. The keyring's file has none and is empty.
    pub fn defaults(public_url: PublicUrl) -> Self {
        let mut settings = blank(public_url);
        for key in table::keys() {
            if let Some(default) = key.default.value() {
                // A test shows that each default fits its own key.
                let _ = value::put(&key.kind, &default, Path::new(""), &mut settings);
            }
        }
        settings
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

fn unreadable(path: &Path, error: &std::io::Error) -> ConfigProblem {
    let path = path.display();
    ConfigProblem::new(format!(
        "{path} cannot be read: {error}. Name the configuration with --config or VESTIBULE_CONFIG; `vestibule init` makes one."
    ))
}

fn missing(key: &Key) -> String {
    let example = key.shown_example().unwrap_or_default();
    format!(
        "{} is not set, and it has no default. {} Write {} = {example} or set {}.",
        key.path,
        key.meaning,
        key.name(),
        variable(key.path)
    )
}

fn refused(key: &Key, place: &str, value: &Value, why: Option<String>) -> String {
    let found = if key.kind.is_secret() && value.is_str() { "\"…\"".to_owned() } else { excerpt(value) };
    let why = why.map(|why| format!("{why}; ")).unwrap_or_default();
    let example =
        key.shown_example().map(|example| format!(", for example {}", shortened(&example))).unwrap_or_default();
    format!("{place}: {} is {found}; {why}expected {}{example}.", key.path, key.kind.expected())
}

fn excerpt(value: &Value) -> String {
    match value {
        Value::Table(_) => "a section".to_owned(),
        value => shortened(&value.to_string()),
    }
}

fn shortened(text: &str) -> String {
    let line: String = text.chars().take(LONGEST_SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > LONGEST_SHOWN { format!("{line}…") } else { line }
}

/// Settings before any key has been put in its place.
fn blank(public_url: PublicUrl) -> Settings {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Settings {
        public_url,
        profile: Profile::default(),
        trusted_proxies: Vec::new(),
        allowed_hosts: Vec::new(),
        listen: ListenSettings { address, unix_socket: None, tls_cert_file: None, tls_key_file: None },
        metrics: MetricsSettings::default(),
        database: DatabaseSettings {
            url: DatabaseUrl::Sqlite(PathBuf::new()),
            postgres_connections: 0,
            allow_lossy_failover: false,
        },
        keyring: KeyringSettings::default(),
        smtp: SmtpSettings::default(),
        limits: Limits::default(),
        passwords: PasswordSettings::default(),
        sessions: SessionSettings::default(),
        branding: Branding { name: String::new(), logo_file: None, colour: Colour::BLACK, time_zone: TimeZone::UTC },
        support: Support::default(),
        questions: QuestionSettings::default(),
    }
}
