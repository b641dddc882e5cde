//! The demo's folder: an installation such as `init` makes it, and the mailbox beside it. A folder that holds anything else is
//! left alone.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use toml::Value;

use super::ports::Ports;
use crate::app::draw;
use crate::cli::Failure;
use crate::config::init::{self, Chosen};
use crate::config::{self, PublicUrl, Settings};
use crate::keys::Keyring;

/// Made first: it tells a demo's folder from that of a real installation.
const MAILBOX: &str = "demo-mailbox.jsonl";
/// The browser products' secrets.
const PRODUCTS: &str = "demo-products.json";
const CONFIG: &str = "vestibule.toml";
/// A vendor's support team, made up, so that every page shows where it would stand.
const SUPPORT: [(&str, &str); 2] = [("support.phone", "+1 555 0100"), ("support.email", "support@example.org")];

/// The folder. A temporary one goes with it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    is_temporary: bool,
}

impl Folder {
    /// The folder `named`, made where it is missing, or a new temporary one.
    ///
    /// # Errors
    /// A sentence: it cannot be made, or it holds something that is no demo.
    pub fn open(named: Option<&Path>) -> Result<Self, Failure> {
        let is_temporary = named.is_none();
        let path = named.map_or_else(temporary, Path::to_owned);
        let cannot = |error| Failure::new(format!("The folder {} cannot be made: {error}", path.display()));
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(cannot)?;
        if path.join(CONFIG).exists() && !path.join(MAILBOX).exists() {
            return Err(Failure::new(format!(
                "{} holds an installation that is not a demo's. Name another folder with --data, or start it with \
                 `vestibule serve --config {}`.",
                path.display(),
                path.join(CONFIG).display()
            )));
        }
        Ok(Self { path, is_temporary })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of the mailbox.
    pub fn mailbox(&self) -> PathBuf {
        self.path.join(MAILBOX)
    }

    /// The file of the browser products' secrets.
    pub fn products(&self) -> PathBuf {
        self.path.join(PRODUCTS)
    }

    /// The settings; at the first start they are written, later only the ports change.
    ///
    /// # Errors
    /// Sentences.
    pub fn settings(&self, ports: Ports) -> Result<Settings, Failure> {
        let config = self.path.join(CONFIG);
        let public_url = PublicUrl::parse(&ports.front_url()).map_err(Failure::new)?;
        let addresses = [("listen.address", ports.front()), ("metrics.address", ports.metrics())];
        let mut chosen: Vec<Chosen> = addresses.map(|(path, address)| (path, text(address.to_string()))).into();
        if config.exists() {
            chosen.push(("public_url", text(public_url.to_string())));
            config::rewrite(&config, &chosen).map_err(Failure::new)?;
        } else {
            chosen.extend(SUPPORT.map(|(path, value)| (path, text(value.to_owned()))));
            let keyring = Keyring::generate(&draw()).to_text();
            init::write_with(&self.path, &public_url, keyring.expose(), &chosen).map_err(Failure::new)?;
        }
        let settings = Settings::load(Some(&config), std::iter::empty())?;
        let as_wanted = settings.public_url == public_url
            && settings.listen.address == ports.front()
            && settings.metrics.address == Some(ports.metrics());
        if as_wanted { Ok(settings) } else { Err(changed(&config)) }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_temporary {
            // What cannot be removed stays for the system's own cleaning.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

fn temporary() -> PathBuf {
    let name: String = HEXLOWER.encode(&draw()).chars().take(12).collect();
    std::env::temp_dir().join(format!("vestibule-demo-{name}"))
}

fn changed(config: &Path) -> Failure {
    Failure::new(format!(
        "{} was changed so that the demo cannot set its addresses there. Give public_url, listen.address and \
         metrics.address a line each, as init writes them, or name another folder with --data.",
        config.display()
    ))
}

fn text(value: String) -> Value {
    Value::String(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_keeps_keys_and_settings_and_takes_other_ports() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("demo");
        let first = Folder::open(Some(&path)).unwrap();
        std::fs::write(first.mailbox(), "").unwrap();
        let settings = first.settings(Ports::from(8080)).unwrap();
        assert_eq!(settings.support.phone.as_deref(), Some("+1 555 0100"));
        let keyring = std::fs::read_to_string(&settings.keyring.file).unwrap();
        drop(first);

        let second = Folder::open(Some(&path)).unwrap().settings(Ports::from(9000)).unwrap();
        assert_eq!(second.public_url.as_str(), "http://localhost:9000");
        assert_eq!(second.metrics.address, Some("127.0.0.1:9004".parse().unwrap()));
        assert_eq!(std::fs::read_to_string(&second.keyring.file).unwrap(), keyring);
        assert!(!second.keyring.file.starts_with(second.data_folder().unwrap()));
    }

    #[test]
    fn a_real_installation_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(CONFIG), "public_url = \"https://id.example.org\"\n").unwrap();
        let failure = Folder::open(Some(folder.path())).unwrap_err();
        assert!(failure.sentences()[0].contains("not a demo's"), "{failure:?}");
    }

    #[test]
    fn a_temporary_folder_goes_with_the_demo() {
        let folder = Folder::open(None).unwrap();
        let path = folder.path().to_owned();
        folder.settings(Ports::from(8080)).unwrap();
        assert!(path.join(CONFIG).exists());
        drop(folder);
        assert!(!path.exists());
    }
}
