//! `vestibule init DIR --public-url URL`: the files of a new installation, its database, and the first administrator's address.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, installation, output};
use crate::app::{App, draw};
use crate::config::{self, PublicUrl, Settings, init};
use crate::flow::invitation;
use crate::keys::Keyring;
use crate::model::secret::SecretText;

/// Makes a new installation: vestibule.toml, a keyring and an empty database in DIR.
///
/// Prints the address behind which the first administrator is made, once, within one hour.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The folder; it is made where it is missing. Nothing in it is overwritten.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The address under which people will reach Vestibule, like `https://id.example.org`. It never changes afterwards.
    #[arg(long, value_name = "URL", value_parser = PublicUrl::parse)]
    public_url: PublicUrl,
}

pub(super) fn command(arguments: &Arguments) -> Result<(), Failure> {
    let keyring = Keyring::generate(&draw());
    let paths =
        init::write(&arguments.folder, &arguments.public_url, keyring.to_text().expose()).map_err(Failure::new)?;
    let settings = Settings::load(Some(&paths.config), config::environment())?;
    let app = installation::start(settings)?;
    let address = first_administrator(&app);
    let life = config::words(app.settings.limits.first_administrator);
    app.db.close();
    output::line(told(&paths.config, address?.expose(), &life))
}

fn first_administrator(app: &App) -> Result<SecretText, Failure> {
    let act = app.local_act();
    let address = app.db.write(move |tx| invitation::first_administrator(tx, &act))?;
    address.ok_or_else(|| Failure::new("This database has an administrator already; database.url names an older one."))
}

fn told(config: &Path, address: &str, life: &str) -> String {
    format!(
        "A new installation is ready. Its settings are in {config}; keep a copy of the keyring beside it in a safe place.\n\
         \n\
         1. Start the server:\n\
         \n    vestibule serve --config {config}\n\
         \n\
         2. Make the first administrator: open this address within {life}. It works once.\n\
         \n    {address}\n",
        config = config.display()
    )
}
