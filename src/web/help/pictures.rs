//! The help page's pictures: our own screens, embedded. `tests/e2e/pictures.rs` takes them anew.

use super::Picture;

/// Pixels of a picture to one CSS pixel.
const SCALE: u32 = 2;

/// A picture as it is embedded.
#[derive(Debug)]
pub struct Embedded {
    /// Its file's name.
    pub name: &'static str,
    /// A PNG.
    pub bytes: &'static [u8],
    step: u8,
    alt: &'static str,
}

/// All of them, in the order of the page.
pub const EMBEDDED: [Embedded; 8] = [
    Embedded {
        name: "sign-in.png",
        bytes: include_bytes!("../../../assets/help/sign-in.png"),
        step: 1,
        alt: "The sign-in page: the fields Username and Password, and the button Sign in.",
    },
    Embedded {
        name: "setup-email.png",
        bytes: include_bytes!("../../../assets/help/setup-email.png"),
        step: 2,
        alt: "The page “MFA is required”, with the button Send me a setup email.",
    },
    Embedded {
        name: "email.png",
        bytes: include_bytes!("../../../assets/help/email.png"),
        step: 3,
        alt: "The setup email, with the button Start Setup.",
    },
    Embedded {
        name: "questions.png",
        bytes: include_bytes!("../../../assets/help/questions.png"),
        step: 4,
        alt: "The first security question: a list to choose from, and a field for the answer.",
    },
    Embedded {
        name: "app.png",
        bytes: include_bytes!("../../../assets/help/app.png"),
        step: 6,
        alt: "The square picture to scan, and below it the Authenticator Manual Entry Code in groups of four letters.",
    },
    Embedded {
        name: "first-passcode.png",
        bytes: include_bytes!("../../../assets/help/first-passcode.png"),
        step: 7,
        alt: "The field Passcode with six digits in it, and the button Verify and continue.",
    },
    Embedded {
        name: "recovery-code.png",
        bytes: include_bytes!("../../../assets/help/recovery-code.png"),
        step: 8,
        alt: "The recovery code, the button Download, the ticked box “I have saved my recovery code”, and the button Finish.",
    },
    Embedded {
        name: "passcode.png",
        bytes: include_bytes!("../../../assets/help/passcode.png"),
        step: 8,
        alt: "The page “Enter your passcode”, with the field Passcode and the button Verify.",
    },
];

impl Embedded {
    /// The picture, once it has an address.
    pub fn at(&self, src: String) -> Picture {
        let [width, height] = self.size().unwrap_or([SCALE; 2]).map(|pixels| pixels / SCALE);
        Picture { step: self.step, src, alt: self.alt.to_owned(), width, height }
    }

    /// Width and height in pixels, as the PNG's header has them (PNG specification, section 11.2.2).
    fn size(&self) -> Option<[u32; 2]> {
        let number = |at| Some(u32::from_be_bytes(self.bytes.get(at..at + 4)?.try_into().ok()?));
        let is_png = self.bytes.get(12..16) == Some(b"IHDR");
        is_png.then_some([number(16)?, number(20)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_is_a_png_of_a_narrow_window_and_told_in_words() {
        for picture in &EMBEDDED {
            let [width, height] = picture.size().unwrap();
            assert!((600..=960).contains(&width) && (200..=2_000).contains(&height), "{}", picture.name);
            assert!(picture.alt.ends_with('.') && picture.alt.len() > 30, "{}", picture.name);
        }
    }

    #[test]
    fn the_pictures_are_light_and_all_of_them_are_used() {
        let total: usize = EMBEDDED.iter().map(|picture| picture.bytes.len()).sum();
        assert!(total < 300 * 1024, "the pictures have {total} bytes");
        let mut files: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/help"))
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let mut names = EMBEDDED.map(|picture| picture.name.to_owned());
        files.sort();
        names.sort();
        assert_eq!(files, names);
    }
}
