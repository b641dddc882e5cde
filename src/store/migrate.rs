//! Migrations: numbered, forward only, embedded; each is one transaction together with its row in `schema_migration`.
//!
//! Nodes that start together may migrate together: whoever inserts a version's row first applies it, the others wait for that
//! row's transaction and then find it done.

use super::Error;
use super::db::{Db, Engine, Tx};
use crate::model::time::Timestamp;

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number; the tree is sorted by it.
    pub version: i64,
    /// The file's name, for the log.
    pub name: &'static str,
    /// The statements, each ended by `;` at the end of a line.
    pub sql: &'static str,
    /// What PostgreSQL gets in place of [`Self::sql`], where it must differ.
    pub postgres: Option<&'static str>,
}

/// The files of `migrations/`, in order.
pub const TREE: &[Migration] = &[
    Migration {
        version: 1,
        name: "0001_front_door.sql",
        sql: include_str!("../../migrations/0001_front_door.sql"),
        postgres: None,
    },
    Migration {
        version: 2,
        name: "0002_products.sql",
        sql: include_str!("../../migrations/0002_products.sql"),
        postgres: None,
    },
    Migration {
        version: 3,
        name: "0003_remote_apps.sql",
        sql: include_str!("../../migrations/0003_remote_apps.sql"),
        postgres: None,
    },
    Migration {
        version: 4,
        name: "0004_forward_auth.sql",
        sql: include_str!("../../migrations/0004_forward_auth.sql"),
        postgres: None,
    },
    Migration {
        version: 5,
        name: "0005_recovery.sql",
        sql: include_str!("../../migrations/0005_recovery.sql"),
        postgres: None,
    },
    Migration {
        version: 6,
        name: "0006_new_device.sql",
        sql: include_str!("../../migrations/0006_new_device.sql"),
        postgres: None,
    },
    Migration {
        version: 7,
        name: "0007_support.sql",
        sql: include_str!("../../migrations/0007_support.sql"),
        postgres: None,
    },
    Migration {
        version: 8,
        name: "0008_email_change.sql",
        sql: include_str!("../../migrations/0008_email_change.sql"),
        postgres: None,
    },
    Migration {
        version: 9,
        name: "0009_recovery_code_draft.sql",
        sql: include_str!("../../migrations/0009_recovery_code_draft.sql"),
        postgres: None,
    },
    Migration {
        version: 10,
        name: "0010_devices.sql",
        sql: include_str!("../../migrations/0010_devices.sql"),
        postgres: None,
    },
    Migration {
        version: 11,
        name: "0011_app_draft.sql",
        sql: include_str!("../../migrations/0011_app_draft.sql"),
        postgres: None,
    },
    Migration {
        version: 12,
        name: "0012_case_check.sql",
        sql: include_str!("../../migrations/0012_case_check.sql"),
        postgres: None,
    },
];

const CREATE: &str =
    "CREATE TABLE IF NOT EXISTS schema_migration (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)";
const VERSIONS: &str = "SELECT version FROM schema_migration ORDER BY version";
const TAKE: &str =
    "INSERT INTO schema_migration (version, applied_at) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING";
const EXISTS_SQLITE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'";
const EXISTS_POSTGRES: &str =
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migration'";

/// Applies what is pending of [`TREE`]; how many that was. A database of a newer version is [`Error::Unavailable`].
pub fn run(db: &Db, now: Timestamp) -> Result<u32, Error> {
    apply(db, TREE, now)
}

/// How many migrations of [`TREE`] are still to be applied; changes nothing.
pub fn pending(db: &Db) -> Result<u32, Error> {
    let applied = applied(db)?;
    refuse_newer(TREE, &applied)?;
    Ok(TREE.iter().filter(|migration| !applied.contains(&migration.version)).map(|_| 1).sum())
}

/// [`run`] for any tree.
pub fn apply(db: &Db, tree: &'static [Migration], now: Timestamp) -> Result<u32, Error> {
    let applied = applied(db)?;
    refuse_newer(tree, &applied)?;
    let create = |tx: &mut Tx<'_>| tx.execute(CREATE, &[]);
    // On PostgreSQL two nodes that create the table at once may meet in its catalogue; the second try then finds it.
    db.write(create).or_else(|_| db.write(create))?;

    let mut count = 0;
    for migration in tree.iter().filter(|migration| !applied.contains(&migration.version)) {
        count += u32::from(apply_one(db, migration, now)?);
    }
    Ok(count)
}

/// Whether it was this call that applied it.
fn apply_one(db: &Db, migration: &'static Migration, now: Timestamp) -> Result<bool, Error> {
    let engine = db.engine();
    let applied = db.write(move |tx| {
        if tx.execute(TAKE, &[migration.version.into(), now.into()])? == 0 {
            return Ok(false);
        }
        for statement in migration.statements(engine) {
            tx.execute(statement, &[])?;
        }
        Ok(true)
    })?;
    if applied {
        tracing::info!(migration = migration.name, "migrated");
    }
    Ok(applied)
}

impl Migration {
    fn statements(&self, engine: Engine) -> impl Iterator<Item = &'static str> {
        let text = match engine {
            Engine::Postgres => self.postgres.unwrap_or(self.sql),
            Engine::Sqlite => self.sql,
        };
        text.split(";\n").map(|part| part.trim().trim_end_matches(';')).filter(|part| says_something(part))
    }
}

fn says_something(statement: &str) -> bool {
    statement.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with("--"))
}

fn applied(db: &Db) -> Result<Vec<i64>, Error> {
    let exists = match db.engine() {
        Engine::Sqlite => EXISTS_SQLITE,
        Engine::Postgres => EXISTS_POSTGRES,
    };
    db.read(move |tx| match tx.query_opt(exists, &[])? {
        None => Ok(Vec::new()),
        Some(_) => tx.query(VERSIONS, &[])?.iter().map(|row| row.int(0)).collect(),
    })
}

fn refuse_newer(tree: &[Migration], applied: &[i64]) -> Result<(), Error> {
    let known = tree.last().map_or(0, |migration| migration.version);
    match applied.last() {
        Some(&version) if version > known => Err(Error::Unavailable(format!(
            "the database was migrated to version {version} by a newer Vestibule, this one knows {known}; run the newer one"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_the_files_of_the_folder_in_order() {
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
        let mut files: Vec<_> = folder.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        let mut listed = Vec::new();
        for (version, migration) in (1..).zip(TREE) {
            assert_eq!(migration.version, version);
            assert!(migration.name.starts_with(&format!("{version:04}_")), "{}", migration.name);
            listed.push(migration.name.to_owned());
            listed.extend(migration.postgres.map(|_| migration.name.replace(".sql", ".postgres.sql")));
        }
        listed.sort();
        assert_eq!(listed, files);
    }

    #[test]
    fn statements_are_split_at_line_ends_and_comments_are_none() {
        let sql =
            "-- first\nCREATE TABLE a (\n  b TEXT -- of a; or so\n);\n\n-- last\nCREATE TABLE c (d TEXT);\n-- end\n";
        let migration = Migration { version: 1, name: "0001_a.sql", sql, postgres: Some("CREATE TABLE p (q TEXT)") };
        let statements: Vec<_> = migration.statements(Engine::Sqlite).collect();
        assert_eq!(
            statements,
            ["-- first\nCREATE TABLE a (\n  b TEXT -- of a; or so\n)", "-- last\nCREATE TABLE c (d TEXT)"]
        );
        assert_eq!(migration.statements(Engine::Postgres).collect::<Vec<_>>(), ["CREATE TABLE p (q TEXT)"]);
    }
}
