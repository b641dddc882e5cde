//! Sets keys in a configuration file that `init` made; everything else in it stays as somebody left it.

use std::fs::{OpenOptions, rename};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::init::Chosen;
use super::written::assignment;

/// Puts the values in place of those that stand in the file. A key that does not stand there stays away.
///
/// # Errors
/// A sentence that says why the file cannot be read or written.
pub fn rewrite(path: &Path, chosen: &[Chosen]) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("{} cannot be changed: {error}", path.display());
    let old = std::fs::read_to_string(path).map_err(cannot)?;
    let new = with(&old, chosen);
    if new == old {
        return Ok(());
    }
    let beside = path.with_extension("toml.new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside).map_err(cannot)?;
    file.write_all(new.as_bytes()).and_then(|()| file.sync_all()).map_err(cannot)?;
    rename(&beside, path).map_err(cannot)
}

fn with(text: &str, chosen: &[Chosen]) -> String {
    let mut section = "";
    text.split_inclusive('\n')
        .map(|line| {
            let words = line.trim();
            if let Some(name) = words.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name;
            }
            let name = words.split_once('=').map(|(name, _)| name.trim());
            let of_line = |path: &str| name == Some(path.rsplit_once('.').map_or(path, |(_, name)| name));
            let in_section = |path: &str| path.rsplit_once('.').map_or("", |(section, _)| section) == section;
            match chosen.iter().find(|(path, _)| in_section(path) && of_line(path)) {
                Some((path, value)) => assignment(path.rsplit('.').next().unwrap_or(path), value),
                None => line.to_owned(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use toml::Value;

    use super::*;

    #[test]
    fn only_the_chosen_keys_change() {
        let text = "# address = 1\npublic_url = \"a\"\n\n[listen]\n# Where.\naddress = \"b\" # mine\n[metrics]\naddress=\"c\"\n";
        let chosen = [("public_url", "x"), ("metrics.address", "y"), ("smtp.host", "z")];
        let chosen = chosen.map(|(path, value)| (path, Value::String(value.to_owned())));
        assert_eq!(
            with(text, &chosen),
            "# address = 1\npublic_url = \"x\"\n\n[listen]\n# Where.\naddress = \"b\" # mine\n[metrics]\naddress = \"y\"\n"
        );
    }

    #[test]
    fn the_file_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vestibule.toml");
        std::fs::write(&path, "public_url = \"a\"\n").unwrap();
        rewrite(&path, &[("public_url", Value::String("b".to_owned()))]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "public_url = \"b\"\n");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
