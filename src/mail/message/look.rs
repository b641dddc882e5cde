//! What every mail says about its sender and about what caused it.

use super::words::one_line;

/// Who sends: the vendor's name, addresses and colour.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The name that stands at the top of every page.
    pub brand: String,
    /// The support team's phone number, if there is one.
    pub support_phone: Option<String>,
    /// The support chat's address, if there is one.
    pub support_chat_url: Option<String>,
    /// The support team's email address, if there is one.
    pub support_email: Option<String>,
    /// The address of this installation, from configuration, e.g. `https://login.example.org`.
    pub public_url: String,
    /// The vendor's colour as `#rrggbb`; anything else is replaced by a dark blue.
    pub colour: String,
}

const DARK_BLUE: &str = "#1d4f91";

impl Look {
    /// The same with nothing in it that could break a line.
    pub(super) fn cleaned(&self) -> Self {
        let line = |text: &Option<String>| text.as_deref().map(one_line).filter(|text| !text.is_empty());
        Self {
            brand: one_line(&self.brand),
            support_phone: line(&self.support_phone),
            support_chat_url: line(&self.support_chat_url),
            support_email: line(&self.support_email),
            public_url: one_line(&self.public_url).trim_end_matches('/').to_owned(),
            colour: if rgb(&self.colour).is_some() { self.colour.clone() } else { DARK_BLUE.to_owned() },
        }
    }

    /// The button's text colour, black or white: whichever the vendor's colour leaves better to read (WCAG 2.2 relative luminance).
    pub(super) fn ink(&self) -> &'static str {
        let luminance = rgb(&self.colour)
            .map_or(0.0, |[red, green, blue]| 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue));
        if luminance > 0.179 { "#000000" } else { "#ffffff" }
    }
}

fn rgb(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
    bytes.try_into().ok()
}

fn linear(channel: u8) -> f64 {
    let share = f64::from(channel) / 255.0;
    if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
}

/// What caused the mail: who, when and from where. It tells the owner whether it was them.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// The account's username.
    pub username: String,
    /// When, with its zone, in words: "at 3:42 PM UTC on 24 November 2026".
    pub when: String,
    /// The browser in words: "Firefox on Windows". Empty where no browser took part (the command line).
    pub browser: String,
    /// The network: "203.0.113.0/24". Empty where no network took part.
    pub network: String,
}

impl Circumstances {
    /// The same with nothing in it that could break a line.
    pub(super) fn cleaned(&self) -> Self {
        Self {
            username: one_line(&self.username),
            when: one_line(&self.when),
            browser: one_line(&self.browser),
            network: one_line(&self.network),
        }
    }

    /// When and from where: "at 3:42 PM UTC on 24 November 2026, with Firefox on Windows, from the network 203.0.113.0/24".
    pub(super) fn when_and_where(&self) -> String {
        let mut said = self.when.clone();
        for (before, what) in [(", with ", &self.browser), (", from the network ", &self.network)] {
            if !what.is_empty() {
                said.push_str(before);
                said.push_str(what);
            }
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coloured(colour: &str) -> Look {
        Look { colour: colour.to_owned(), ..Look::default() }.cleaned()
    }

    #[test]
    fn only_a_colour_reaches_the_style_and_its_ink_can_be_read() {
        assert_eq!(coloured("red;background:url(//evil)").colour, DARK_BLUE);
        assert_eq!(coloured("#12345").colour, DARK_BLUE);
        assert_eq!((coloured("#FFEE00").colour.as_str(), coloured("#FFEE00").ink()), ("#FFEE00", "#000000"));
        assert_eq!(coloured("#1d4f91").ink(), "#ffffff");
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let mut by = Circumstances { when: "at noon UTC".into(), ..Circumstances::default() };
        assert_eq!(by.when_and_where(), "at noon UTC");
        by.browser = "Firefox on Windows".into();
        by.network = "203.0.113.0/24".into();
        assert_eq!(by.when_and_where(), "at noon UTC, with Firefox on Windows, from the network 203.0.113.0/24");
    }
}
