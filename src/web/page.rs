//! What all pages have in common: the frame around them, fields of forms, and waiting.
//!
//! Everything here is plain data that a template prints; askama escapes it. Nothing here decides.

/// What stands around every page. One blank frame is made at start; a page gets its own copy with
/// [`Frame::titled`].
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The installation's name, from the settings.
    pub brand: String,
    /// Address of the vendor's picture, which then stands in place of the name.
    pub logo: Option<String>,
    /// Our own origin, where the page is shown at another.
    pub site: String,
    /// Address of the stylesheet.
    pub css: String,
    /// Address of the script.
    pub script: String,
    /// Address of the icon in the browser's tab.
    pub icon: String,
    /// Telephone number of the support team, as people write it.
    pub support_phone: Option<String>,
    /// Address of the support team's chat.
    pub support_chat_url: Option<String>,
    /// Email address of the support team.
    pub support_email: Option<String>,
    /// Title of the page, without the brand and without `Error: `.
    pub title: String,
    /// Whether the page tells that something did not succeed; the title then begins with `Error: `.
    pub error: bool,
    /// Identifier of the request, under which the log has it.
    pub request_id: String,
}

impl Frame {
    /// A copy of this frame for one answer.
    pub fn titled(&self, title: &str, request_id: &str) -> Self {
        Self { title: title.to_owned(), request_id: request_id.to_owned(), ..self.clone() }
    }

    /// The same frame around a page that is shown at another origin than `site`, ours.
    pub fn of(self, site: &str) -> Self {
        Self { site: site.to_owned(), ..self }
    }

    /// The same frame around a page that tells of a problem.
    pub fn failed(self) -> Self {
        Self { error: true, ..self }
    }

    /// What a telephone dials for [`Frame::support_phone`]: its digits, and the plus sign of a country code.
    pub fn support_phone_dialled(&self) -> String {
        self.support_phone.iter().flat_map(|phone| phone.chars()).filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

/// One input of a form. Passwords and passcodes are never kept: the templates print no value for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// What stands in the input.
    pub value: String,
    /// What is wrong with it and what to do, as a sentence.
    pub error: Option<String>,
}

impl Field {
    /// An input that nobody has filled.
    pub fn empty() -> Self {
        Self::default()
    }

    /// What was typed stays.
    pub fn kept(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }

    /// What was typed stays, with a sentence on what to change.
    pub fn wrong(value: impl Into<String>, error: impl Into<String>) -> Self {
        Self { value: value.into(), error: Some(error.into()) }
    }

    /// Whether a sentence stands beside the input.
    pub fn is_wrong(&self) -> bool {
        self.error.is_some()
    }
}

/// A wait that the page shows. It is right at each load; where there is script it counts down and then opens
/// the form again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// When it ends, with its zone: "at 3:42 PM UTC".
    pub until_words: String,
    /// How long it is: "2 minutes 40 seconds".
    pub left_words: String,
    /// The same in seconds.
    pub seconds: u64,
}

/// One next step, as a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Words of the link.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_dials_digits_only() {
        let frame = Frame { support_phone: Some("+1 (555) 010-9999".to_owned()), ..Frame::default() };
        assert_eq!(frame.support_phone_dialled(), "+15550109999");
        assert_eq!(Frame::default().support_phone_dialled(), "");
    }

    #[test]
    fn a_titled_frame_keeps_what_is_common() {
        let blank = Frame { brand: "Example".to_owned(), ..Frame::default() };
        let frame = blank.titled("Sign in", "r-1").failed();
        assert_eq!((frame.brand.as_str(), frame.title.as_str(), frame.error), ("Example", "Sign in", true));
    }
}
