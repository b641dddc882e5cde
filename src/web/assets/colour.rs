//! Colours that can be read: relative luminance and contrast as WCAG 2.2 defines them.

use std::fmt;

/// Least contrast asked for: WCAG 2.2 (1.4.3) wants 4.5, the rest is for tinted surfaces.
const READABLE: f64 = 5.0;

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// From its three parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// From `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |from| digits.get(from..from + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        digits.chars().all(|c| c.is_ascii_hexdigit()).then_some(())?;
        Some(Self::new(part(0)?, part(2)?, part(4)?))
    }

    /// The nearest shade of this colour that can be read on `surface`: darker on a light one, lighter on a dark one.
    pub fn readable_on(self, surface: Self) -> Self {
        let (middle, end) = match surface.luminance() > 0.18 {
            true => (self, Self::new(0, 0, 0)),
            // Half as bright as it gets: a dark colour would glow otherwise.
            false => (self.towards(self.brightest(), 25), Self::new(255, 255, 255)),
        };
        let shades =
            (0..=50).map(|part| self.towards(middle, part)).chain((0..=50).map(|part| middle.towards(end, part)));
        shades.into_iter().find(|shade| shade.contrast(surface) >= READABLE).unwrap_or(end)
    }

    /// Contrast of two colours, 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| match f64::from(part) / 255.0 {
            low if low <= 0.04045 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// The same hue and saturation, as bright as it gets.
    fn brightest(self) -> Self {
        let most = u16::from(self.red.max(self.green).max(self.blue).max(1));
        let part = |part: u8| u8::try_from(u16::from(part) * 255 / most).unwrap_or(255);
        Self::new(part(self.red), part(self.green), part(self.blue))
    }

    fn towards(self, end: Self, part_of_fifty: u16) -> Self {
        let part = |from: u8, to: u8| {
            let mixed = (u16::from(from) * (50 - part_of_fifty) + u16::from(to) * part_of_fifty) / 50;
            u8::try_from(mixed).unwrap_or(to)
        };
        Self::new(part(self.red, end.red), part(self.green, end.green), part(self.blue, end.blue))
    }
}

/// As `#rrggbb`.
impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        let (black, white, grey) = (Colour::new(0, 0, 0), Colour::new(255, 255, 255), Colour::new(0x76, 0x76, 0x76));
        assert!((black.contrast(white) - 21.0).abs() < 0.01);
        assert!((grey.contrast(white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(Colour::parse("#1D5c63"), Some(Colour::new(0x1d, 0x5c, 0x63)));
        for text in ["1d5c63", "#1d5c6", "#1d5c633", "#1d5c6g", "#+1+2+3", "", "#é5c63"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn any_colour_becomes_readable_and_a_readable_one_stays() {
        let surfaces = [Colour::new(0xf4, 0xf3, 0xef), Colour::new(0x1f, 0x24, 0x29)];
        for colour in
            [Colour::new(255, 255, 0), Colour::new(0, 0, 0), Colour::new(255, 255, 255), Colour::new(0, 0, 255)]
        {
            for surface in surfaces {
                let shade = colour.readable_on(surface);
                assert!(shade.contrast(surface) >= READABLE, "{colour} on {surface}: {shade}");
                assert_eq!(shade.readable_on(surface), shade);
            }
        }
    }
}
