//! Where data is kept: the embedded engine's file, or the address of PostgreSQL.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::model::secret::SecretText;

/// The database. Shown, it hides the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of the embedded engine; made when it is not there.
    Sqlite(PathBuf),
    /// `postgres://…`, as the driver reads it. It may hold a password.
    Postgres(SecretText),
}

impl DatabaseUrl {
    /// `sqlite:PATH` (relative to `folder`), `postgres://…` or `postgresql://…`. The error is a sentence's end that says what is
    /// wrong, and never repeats the address.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return match path {
                "" => Err("the name of a file must follow \"sqlite:\"".to_owned()),
                ":memory:" => Err("a database in memory would forget every account; name a file".to_owned()),
                path => Ok(Self::Sqlite(folder.join(path))),
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(SecretText::new(text.to_owned())));
        }
        Err("it must begin with \"sqlite:\" or \"postgres://\"".to_owned())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(url) => f.write_str(&without_password(url.expose())),
        }
    }
}

/// The address with its password hidden, wherever one may stand: `user:…@`, `?password=…`, `?sslpassword=…`.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or((url, ""));
    // An unescaped @ or / of a password must not end what is hidden, so the last @ of all counts.
    let rest = match rest.rsplit_once('@') {
        None => rest.to_owned(),
        Some((user, host)) => match user.split_once(':') {
            None => rest.to_owned(),
            Some((user, _)) => format!("{user}:…@{host}"),
        },
    };
    let Some((place, query)) = rest.split_once('?') else { return format!("{scheme}://{rest}") };
    let shown: Vec<String> = query.split('&').map(hide_secret_pair).collect();
    format!("{scheme}://{place}?{}", shown.join("&"))
}

fn hide_secret_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("pass") => format!("{name}=…"),
        _ => pair.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_beside_the_configuration() {
        let url = DatabaseUrl::parse("sqlite:data/vestibule.db", Path::new("/etc/vestibule")).unwrap();
        assert_eq!(url, DatabaseUrl::Sqlite(PathBuf::from("/etc/vestibule/data/vestibule.db")));
        let absolute = DatabaseUrl::parse("sqlite:/srv/v.db", Path::new("/etc/vestibule")).unwrap();
        assert_eq!(absolute.to_string(), "sqlite:/srv/v.db");
    }

    #[test]
    fn what_is_wrong_is_told_without_the_address() {
        for text in ["", "mysql://root:hunter2@db", "sqlite:", "sqlite::memory:", "hunter2"] {
            let why = DatabaseUrl::parse(text, Path::new("")).unwrap_err();
            assert!(!why.contains("hunter2"), "{why}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://v:hunter2@db1,db2/v?sslmode=verify-full", "postgres://v:…@db1,db2/v?sslmode=verify-full"),
            ("postgres://v:hun@ter2/x@db/v", "postgres://v:…@db/v"),
            ("postgres://v@db/v?password=hunter2&connect_timeout=3", "postgres://v@db/v?password=…&connect_timeout=3"),
            ("postgresql://db/v?sslPassword=hunter2", "postgresql://db/v?sslPassword=…"),
            ("postgres://v:hunter2?x@db/v", "postgres://v:…@db/v"),
        ] {
            let parsed = DatabaseUrl::parse(url, Path::new("")).unwrap();
            assert_eq!(parsed.to_string(), shown);
            assert!(!format!("{parsed:?}").contains("hunter2"));
        }
    }
}
