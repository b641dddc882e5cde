//! Opens the installation that a command works on.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::app::{App, Clock};
use crate::config::{self, DatabaseUrl, Settings};
use crate::keys::Keyring;
use crate::store::db::Engine;
use crate::store::migrate;

/// The file that settings are read from: the one given, else `VESTIBULE_CONFIG`, else `vestibule.toml` in the current folder.
pub(super) fn config_file(given: Option<&Path>) -> PathBuf {
    let named = || std::env::var_os("VESTIBULE_CONFIG").filter(|name| !name.is_empty()).map(PathBuf::from);
    given.map(Path::to_owned).or_else(named).unwrap_or_else(|| PathBuf::from("vestibule.toml"))
}

/// The settings.
pub(super) fn settings(given: Option<&Path>) -> Result<Settings, Failure> {
    Ok(Settings::load(Some(&config_file(given)), config::environment())?)
}

/// Reads the keyring and opens the database. An embedded one is made where it is missing.
pub(super) fn open(settings: Settings) -> Result<App, Failure> {
    let keyring = Keyring::load(&settings.keyring.file, settings.data_folder())?;
    App::open(settings, &keyring, Clock::system()).map_err(Failure::new)
}

/// Opens the installation as the server does: an embedded database is migrated, PostgreSQL must have been.
///
/// # Errors
/// Sentences, also when the keyring is another database's, or the database of places cannot be used.
pub fn start(settings: Settings) -> Result<App, Failure> {
    let app = open(settings)?.with_places().map_err(Failure::new)?;
    if app.db.engine() == Engine::Sqlite {
        migrate::run(&app.db, app.clock.now())?;
    } else {
        refuse_old_schema(&app)?;
    }
    refuse_foreign_keys(&app)?;
    Ok(app)
}

/// Does `act` on the installation, which may be served by another process at the same time.
pub(super) fn with<T>(given: Option<&Path>, act: impl FnOnce(&App) -> Result<T, Failure>) -> Result<T, Failure> {
    let settings = settings(given)?;
    refuse_missing_database(&settings)?;
    let app = open(settings)?;
    let outcome = refuse_old_schema(&app).and_then(|()| refuse_foreign_keys(&app)).and_then(|()| act(&app));
    app.db.close();
    outcome
}

fn refuse_missing_database(settings: &Settings) -> Result<(), Failure> {
    match &settings.database.url {
        DatabaseUrl::Sqlite(file) if !file.exists() => Err(Failure::new(format!(
            "There is no database at {}. `vestibule migrate` makes it; or set database.url to where it is.",
            file.display()
        ))),
        _ => Ok(()),
    }
}

fn refuse_old_schema(app: &App) -> Result<(), Failure> {
    match migrate::pending(&app.db)? {
        0 => Ok(()),
        _ => Err(Failure::new("The database is that of an older Vestibule. Run `vestibule migrate`, then this again.")),
    }
}

fn refuse_foreign_keys(app: &App) -> Result<(), Failure> {
    if app.keys_belong_here()? {
        return Ok(());
    }
    Err(Failure::new(format!(
        "The keyring {} does not belong to the database {}: it does not open what is sealed there. \
         Set keyring.file to the keyring that was made with this database, or database.url to the database of this keyring.",
        app.settings.keyring.file.display(),
        app.settings.database.url
    )))
}
