//! The keyring's file: read by its owner only, and never beside the data, so that a copy of the data is not a copy of the keys.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{Keyring, KeyringError};

const MODE: u32 = 0o400;
const OTHERS: u32 = 0o077;
/// 255 keys take less.
const MAX_BYTES: u64 = 64 * 1024;

/// Why a file is not fit to hold a keyring. Each is a sentence that says what to do.
#[derive(Debug)]
pub enum FileProblem {
    /// It cannot be opened or read.
    Unreadable(PathBuf, io::Error),
    /// It is a folder or a device, or far too large.
    NotAKeyring(PathBuf),
    /// Its mode lets the group or others in.
    OpenToOthers(PathBuf, u32),
    /// It lies in the data folder.
    InDataFolder(PathBuf, PathBuf),
    /// It is there already, and a keyring is never overwritten.
    Exists(PathBuf),
    /// It cannot be written.
    Unwritable(PathBuf, io::Error),
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(
                f,
                "The keyring {} cannot be read: {error}. Check that the file is there and belongs to the user who runs Vestibule.",
                path.display()
            ),
            Self::NotAKeyring(path) => {
                write!(
                    f,
                    "{} is not a keyring. Set keyring.file to the file that `vestibule init` made.",
                    path.display()
                )
            }
            Self::OpenToOthers(path, mode) => write!(
                f,
                "The keyring {0} can be used by others (mode {mode:04o}). Run: chmod 0400 {0}",
                path.display()
            ),
            Self::InDataFolder(path, folder) => write!(
                f,
                "The keyring {} lies in the data folder {}. Move it out and set keyring.file: whoever copies the data must not get the keys.",
                path.display(),
                folder.display()
            ),
            Self::Exists(path) => write!(
                f,
                "{} is there already, and a keyring is never overwritten. Use it, or choose another name.",
                path.display()
            ),
            Self::Unwritable(path, error) => {
                write!(
                    f,
                    "The keyring {} cannot be written: {error}. Choose a folder that can be written to.",
                    path.display()
                )
            }
        }
    }
}

impl Keyring {
    /// Reads the keyring file at `path`. `data_folder` is where the database is, when it is a file.
    ///
    /// # Errors
    /// [`KeyringError::File`] when it cannot be read, when its mode lets the group or others in, or when it lies in
    /// `data_folder`; else what [`Keyring::parse`] says.
    pub fn load(path: &Path, data_folder: Option<&Path>) -> Result<Self, KeyringError> {
        let text = read(path, data_folder).map_err(KeyringError::File)?;
        Self::parse(&text)
    }

    /// Writes a new keyring file that its owner can read (mode 0400), durably.
    ///
    /// # Errors
    /// [`KeyringError::File`] when something is at `path` already, or it cannot be written.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyringError> {
        let problem = |error: io::Error| {
            KeyringError::File(match error.kind() {
                ErrorKind::AlreadyExists => FileProblem::Exists(path.to_owned()),
                _ => FileProblem::Unwritable(path.to_owned(), error),
            })
        };
        let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path).map_err(problem)?;
        let text = self.to_text();
        let written = file.write_all(text.expose().as_bytes()).and_then(|()| file.sync_all());
        written.and_then(|()| sync_folder_of(path)).map_err(|error| {
            // Half a keyring would only stand in the way of the next try; that it cannot be removed changes nothing here.
            let _ = fs::remove_file(path);
            problem(error)
        })
    }
}

fn read(path: &Path, data_folder: Option<&Path>) -> Result<Zeroizing<String>, FileProblem> {
    let unreadable = |error| FileProblem::Unreadable(path.to_owned(), error);
    let place = path.canonicalize().map_err(unreadable)?;
    if let Some(folder) = data_folder.filter(|folder| lies_in(&place, folder)) {
        return Err(FileProblem::InDataFolder(path.to_owned(), folder.to_owned()));
    }
    if !place.is_file() {
        return Err(FileProblem::NotAKeyring(path.to_owned()));
    }
    let file = File::open(&place).map_err(unreadable)?;
    let facts = file.metadata().map_err(unreadable)?;
    let mode = facts.permissions().mode() & 0o7777;
    if mode & OTHERS != 0 {
        return Err(FileProblem::OpenToOthers(path.to_owned(), mode));
    }
    if facts.len() > MAX_BYTES {
        return Err(FileProblem::NotAKeyring(path.to_owned()));
    }
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(facts.len()).unwrap_or_default()));
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// A folder that is not there yet holds nothing.
fn lies_in(place: &Path, folder: &Path) -> bool {
    folder.canonicalize().is_ok_and(|folder| place.starts_with(folder))
}

/// Makes the new name itself survive a power cut.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path) -> PathBuf {
        let path = folder.join("keyring.toml");
        Keyring::generate(&[7; 32]).write_new(&path).unwrap();
        path
    }

    fn problem(path: &Path, data_folder: Option<&Path>) -> String {
        Keyring::load(path, data_folder).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_written_keyring_is_its_owners_alone_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o400);
        assert!(Keyring::load(&path, None).is_ok());
        let before = fs::read(&path).unwrap();
        let error = Keyring::generate(&[8; 32]).write_new(&path).unwrap_err();
        assert!(error.to_string().contains("never overwritten"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_keyring_that_others_can_use_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path());
        for mode in [0o440, 0o404, 0o420, 0o402, 0o410, 0o401, 0o644, 0o777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(problem(&path, None).contains("chmod 0400"), "{mode:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(Keyring::load(&path, None).is_ok());
    }

    #[test]
    fn a_keyring_in_the_data_folder_is_refused_however_the_path_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(data.join("deep")).unwrap();
        let path = written(&data.join("deep"));
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let roundabout = folder.path().join("data/../data/deep/keyring.toml");
        for spelling in [&path, &link, &roundabout] {
            assert!(problem(spelling, Some(&data)).contains("lies in the data folder"), "{}", spelling.display());
        }
        assert!(Keyring::load(&path, Some(&folder.path().join("not there"))).is_ok());
        assert!(Keyring::load(&written(folder.path()), Some(&data)).is_ok());
    }

    #[test]
    fn what_is_no_file_is_refused_with_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        assert!(problem(&folder.path().join("none.toml"), None).contains("cannot be read"));
        assert!(problem(folder.path(), None).contains("is not a keyring"));
        let error = Keyring::generate(&[7; 32]).write_new(&folder.path().join("none/keyring.toml")).unwrap_err();
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }

    #[test]
    fn a_file_far_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.toml");
        fs::write(&path, "#".repeat(70_000)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(problem(&path, None).contains("is not a keyring"));
    }
}
