//! The vendor's logo, read once at the start.

use std::path::Path;

use crate::cli::Failure;

/// Pages load it each time they are opened for the first time.
const MOST: usize = 512 * 1024;
/// Endings of file names, and what browsers are told.
const KINDS: [(&str, &str); 6] = [
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
];

/// The picture and its media type.
pub type Logo = (Vec<u8>, &'static str);

/// Reads the file that `branding.logo_file` names.
///
/// # Errors
/// A sentence: it cannot be read, is too large, or is no picture.
pub(super) fn load(path: &Path) -> Result<Logo, Failure> {
    let shown = path.display();
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == ending) else {
        return Err(Failure::new(format!(
            "The logo {shown} must be an SVG, PNG, JPEG, WebP or GIF file. Set branding.logo_file."
        )));
    };
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::new(format!("The logo {shown} cannot be read: {error}. Set branding.logo_file to a file that can be."))
    })?;
    if bytes.len() > MOST {
        return Err(Failure::new(format!(
            "The logo {shown} has more than 512 KiB. Make it smaller: every page loads it."
        )));
    }
    Ok((bytes, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_a_small_picture() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str, size: usize| {
            let path = folder.path().join(name);
            std::fs::write(&path, vec![0; size]).unwrap();
            load(&path)
        };
        assert_eq!(place("a.PNG", 3).unwrap(), (vec![0; 3], "image/png"));
        assert!(place("a.exe", 3).unwrap_err().sentences()[0].contains("must be an SVG"));
        assert!(place("a.svg", MOST + 1).unwrap_err().sentences()[0].contains("512 KiB"));
        let missing = load(&folder.path().join("none.svg")).unwrap_err();
        assert!(missing.sentences()[0].contains("cannot be read"));
    }
}
