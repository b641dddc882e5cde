//! The files of a new installation: a commented configuration, the keyring, and the data folder. Nothing is ever overwritten.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use toml::Value;

use super::PublicUrl;
use super::key::Key;
use super::table;
use super::written::{assignment, comment, header, meaning};

/// The keys that an operator wants to see at once; `config reference` has the others. Those without a value here are written as
/// comments.
const SHOWN: [&str; 21] = [
    "public_url",
    "profile",
    "trusted_proxies",
    "listen.address",
    "listen.tls_cert_file",
    "listen.tls_key_file",
    "database.url",
    "keyring.file",
    "smtp.host",
    "smtp.port",
    "smtp.security",
    "smtp.username",
    "smtp.password",
    "smtp.from",
    "sessions.idle",
    "branding.name",
    "branding.colour",
    "branding.time_zone",
    "support.chat_url",
    "support.phone",
    "support.email",
];

/// A key's path and its value.
pub type Chosen = (&'static str, Value);

/// Where the parts of a new installation are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitPaths {
    /// `DIR/vestibule.toml`, mode 0600.
    pub config: PathBuf,
    /// `DIR/keyring.toml`, mode 0400.
    pub keyring: PathBuf,
    /// `DIR/data`, mode 0700; the database will be `vestibule.db` in it.
    pub data: PathBuf,
}

/// Makes `dir` where it is missing, and in it the configuration, the keyring with `keyring_text`, and the data folder.
///
/// # Errors
/// A sentence that says what stands in the way and what to do; then nothing that was there has been touched.
pub fn write(dir: &Path, public_url: &PublicUrl, keyring_text: &str) -> Result<InitPaths, String> {
    write_with(dir, public_url, keyring_text, &[])
}

/// The same with values for more keys, by their paths.
///
/// # Errors
/// As `write`.
pub fn write_with(
    dir: &Path,
    public_url: &PublicUrl,
    keyring_text: &str,
    chosen: &[Chosen],
) -> Result<InitPaths, String> {
    let paths =
        InitPaths { config: dir.join("vestibule.toml"), keyring: dir.join("keyring.toml"), data: dir.join("data") };
    refuse_what_exists(&paths)?;
    std::fs::create_dir_all(dir).map_err(|error| cannot("make the folder", dir, &error))?;
    DirBuilder::new()
        .mode(0o700)
        .create(&paths.data)
        .map_err(|error| cannot("make the folder", &paths.data, &error))?;
    write_new(&paths.keyring, 0o400, keyring_text)?;
    // The configuration comes last: an installation that was cut short has none, and no command takes it for whole.
    write_new(&paths.config, 0o600, &configuration(public_url, chosen))?;
    Ok(paths)
}

fn refuse_what_exists(paths: &InitPaths) -> Result<(), String> {
    let there: Vec<String> = [&paths.config, &paths.keyring, &paths.data]
        .into_iter()
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if there.is_empty() {
        return Ok(());
    }
    let verb = if there.len() == 1 { "is" } else { "are" };
    Err(format!(
        "{} {verb} already there, and init overwrites nothing. If that is an installation, start it with \
         `vestibule serve --config {}`; else name another folder, or move away what is there.",
        there.join(" and "),
        paths.config.display()
    ))
}

fn write_new(path: &Path, mode: u32, text: &str) -> Result<(), String> {
    let mut open = OpenOptions::new();
    open.write(true).create_new(true).mode(mode);
    let written = open.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| cannot("write", path, &error))
}

fn cannot(act: &str, path: &Path, error: &std::io::Error) -> String {
    format!("Cannot {act} {}: {error}. Take a folder that you may write to, and that has space.", path.display())
}

fn configuration(public_url: &PublicUrl, chosen: &[Chosen]) -> String {
    let mut text = comment(
        "The settings of Vestibule. `vestibule config reference` shows every key, `vestibule config check` says what is wrong.",
    );
    let mut section = "";
    let is_shown = |key: &&Key| SHOWN.contains(&key.path) || chosen.iter().any(|(path, _)| *path == key.path);
    for key in table::keys().filter(is_shown) {
        if key.section() != section {
            section = key.section();
            text.push_str(&header(section));
        }
        text.push('\n');
        text.push_str(&meaning(key));
        text.push_str(&line(key, public_url, chosen));
    }
    text
}

fn line(key: &Key, public_url: &PublicUrl, chosen: &[Chosen]) -> String {
    let chosen = chosen.iter().find(|(path, _)| *path == key.path);
    let value = match key.path {
        _ if chosen.is_some() => chosen.map(|(_, value)| value.clone()),
        "public_url" => Some(Value::String(public_url.to_string())),
        "database.url" => Some(Value::String("sqlite:data/vestibule.db".to_owned())),
        "keyring.file" => Some(Value::String("keyring.toml".to_owned())),
        "listen.address" => key.default.value(),
        _ => None,
    };
    match (value, key.file_path()) {
        (Some(value), _) => assignment(key.name(), &value),
        (None, Some(_)) => format!("# {}_file = \"FILE\"\n", key.name()),
        (None, None) => format!("# {} = {}\n", key.name(), key.shown_example().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::{DatabaseUrl, Settings};

    fn url() -> PublicUrl {
        PublicUrl::parse("https://id.example.org").unwrap()
    }

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_installation_has_settings_that_load_and_files_that_are_closed() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("vestibule");
        let paths = write(&dir, &url(), "keys").unwrap();
        assert_eq!((mode(&paths.config), mode(&paths.keyring), mode(&paths.data)), (0o600, 0o400, 0o700));
        assert_eq!(std::fs::read_to_string(&paths.keyring).unwrap(), "keys");
        let settings = Settings::load(Some(&paths.config), std::iter::empty()).unwrap();
        assert_eq!(settings.public_url, url());
        assert_eq!(settings.keyring.file, paths.keyring);
        assert_eq!(settings.database.url, DatabaseUrl::Sqlite(paths.data.join("vestibule.db")));
        assert_eq!(settings.data_folder(), Some(paths.data.as_path()));
    }

    #[test]
    fn nothing_is_overwritten() {
        for name in ["vestibule.toml", "keyring.toml", "data"] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(name), "mine").unwrap();
            let why = write(folder.path(), &url(), "keys").unwrap_err();
            assert!(why.contains(name) && why.contains("overwrites nothing"), "{why}");
            assert_eq!(std::fs::read_to_string(folder.path().join(name)).unwrap(), "mine");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn chosen_values_stand_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let chosen = [("listen.address", "127.0.0.1:81"), ("metrics.address", "127.0.0.1:85")];
        let chosen = chosen.map(|(path, value)| (path, Value::String(value.to_owned())));
        let paths = write_with(folder.path(), &url(), "keys", &chosen).unwrap();
        let settings = Settings::load(Some(&paths.config), std::iter::empty()).unwrap();
        assert_eq!(settings.listen.address.port(), 81);
        assert_eq!(settings.metrics.address, Some("127.0.0.1:85".parse().unwrap()));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let why = write(&file.path().join("dir"), &url(), "keys").unwrap_err();
        assert!(why.starts_with("Cannot make the folder ") && why.contains("you may write to"), "{why}");
    }

    #[test]
    fn the_shown_keys_exist_and_their_comments_are_settings() {
        let text = configuration(&url(), &[]);
        for path in SHOWN {
            assert!(table::key(path).is_some(), "{path}");
        }
        let uncommented: Vec<&str> = text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
        let settings: Vec<&str> =
            uncommented.into_iter().filter(|line| line.starts_with('[') || line.contains(" = ")).collect();
        let parsed = settings.join("\n").parse::<toml::Table>().unwrap();
        assert_eq!(parsed["support"].as_table().unwrap().len(), 3);
    }
}
