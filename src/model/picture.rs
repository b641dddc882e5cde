//! A product's picture: a small raster image. What it is, its first bytes say, never a file's name or a sender; it goes to
//! browsers as that and nothing else. SVG is none of them: it can hold script.

use std::fmt;

/// The most bytes that a picture may have.
pub const MOST: usize = 256 * 1024;

/// What a picture is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureType {
    /// PNG (ISO/IEC 15948).
    Png,
    /// JPEG (ISO/IEC 10918).
    Jpeg,
    /// WebP (RFC 9649).
    Webp,
}

impl PictureType {
    const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::Webp];

    /// Its media type, as columns and headers have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// The reverse of [`PictureType::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        if bytes.starts_with(b"\xff\xd8\xff") {
            return Some(Self::Jpeg);
        }
        let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
        is_webp.then_some(Self::Webp)
    }
}

/// A picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    bytes: Vec<u8>,
    kind: PictureType,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureProblem {
    /// More bytes than [`MOST`].
    TooLarge,
    /// Neither PNG nor JPEG nor WebP.
    OtherType,
}

impl fmt::Display for PictureProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "it has more than 256 KiB",
            Self::OtherType => "it is no PNG, JPEG or WebP picture",
        })
    }
}

impl Picture {
    /// Takes a picture.
    ///
    /// # Errors
    /// [`PictureProblem`] where it is too large or of another type.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, PictureProblem> {
        if bytes.len() > MOST {
            return Err(PictureProblem::TooLarge);
        }
        let kind = PictureType::of(&bytes).ok_or(PictureProblem::OtherType)?;
        Ok(Self { bytes, kind })
    }

    /// What columns hold.
    pub fn kept(bytes: Vec<u8>, kind: PictureType) -> Self {
        Self { bytes, kind }
    }

    /// What it is made of.
    pub fn kind(&self) -> PictureType {
        self.kind
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its bytes, for an answer.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.kind.as_str(), self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], PictureType::Png),
            (b"\xff\xd8\xff\xe0....", PictureType::Jpeg),
            (b"RIFF\x10\0\0\0WEBPVP8 ", PictureType::Webp),
        ] {
            assert_eq!(Picture::parse(bytes.to_vec()).unwrap().kind(), kind);
            assert_eq!(PictureType::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(PictureType::parse("image/svg+xml"), None);
    }

    #[test]
    fn what_could_be_a_page_or_a_script_is_no_picture() {
        for bytes in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<html>",
            b"GIF89a",
            b"RIFF\x10\0\0\0WAVE",
            b"\x89PN",
        ] {
            assert_eq!(Picture::parse(bytes.to_vec()), Err(PictureProblem::OtherType));
        }
    }

    #[test]
    fn a_picture_has_256_kib_at_most() {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        bytes.resize(MOST, 0);
        assert!(Picture::parse(bytes.clone()).is_ok());
        bytes.push(0);
        assert_eq!(Picture::parse(bytes), Err(PictureProblem::TooLarge));
    }
}
