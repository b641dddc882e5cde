//! `vestibule migrate`

use std::path::Path;

use super::{Failure, installation, output};
use crate::store::migrate;

pub(super) fn command(config: Option<&Path>) -> Result<(), Failure> {
    let app = installation::open(installation::settings(config)?)?;
    let applied = migrate::run(&app.db, app.clock.now())?;
    app.db.close();
    output::line(match applied {
        0 => "The database is up to date.".to_owned(),
        1 => "One migration was applied; the database is up to date.".to_owned(),
        more => format!("{more} migrations were applied; the database is up to date."),
    })
}
