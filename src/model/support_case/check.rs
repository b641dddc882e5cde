//! What an analyst may have checked before a reset. A list, so that everyone checks the same and the trail says what.

/// A check of who the person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Called back, at a number that was there before.
    CalledBack,
    /// Somebody who is known at the customer says so.
    Organization,
    /// An identity document, seen beside the face.
    Document,
    /// Something that only the person knows from working with us.
    Knowledge,
}

impl Check {
    /// Every check, in the order of the page.
    pub const ALL: [Self; 4] = [Self::CalledBack, Self::Organization, Self::Document, Self::Knowledge];

    /// As the column keeps it, and the form says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CalledBack => "called_back",
            Self::Organization => "organization",
            Self::Document => "document",
            Self::Knowledge => "knowledge",
        }
    }

    /// The reverse of [`Check::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.as_str() == text)
    }

    /// As the page says it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CalledBack => "I called the person back at a number that we had before this case",
            Self::Organization => "Somebody whom we know at their organization confirmed that it is them",
            Self::Document => "I saw an identity document and the person's face, in a video call or in person",
            Self::Knowledge => "They told me something that only they know from working with us",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_read_from_its_word() {
        for check in Check::ALL {
            assert_eq!(Check::parse(check.as_str()), Some(check));
            assert!(!check.words().ends_with('.'));
        }
        assert_eq!(Check::parse(""), None);
    }
}
