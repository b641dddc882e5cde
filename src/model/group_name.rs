//! Names of groups of accounts. Products name groups to say who may open them, and get the names of those that a person is in,
//! some of them in a header with commas between.

const LONGEST: usize = 64;

/// 1 to 64 printable ASCII characters without a comma, no space at the ends. Compared as it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupName(String);

impl GroupName {
    /// Reads a name; `None` where it does not have the shape of one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_printable = |c: char| (c.is_ascii_graphic() || c == ' ') && c != ',';
        let whole = (1..=LONGEST).contains(&text.len()) && text.chars().all(is_printable);
        (whole && text.trim() == text).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_a_header_can_hold_among_others() {
        let long = "a".repeat(65);
        for good in ["finance", "Human Resources", "team:a", &"a".repeat(64)] {
            assert_eq!(GroupName::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", " a", "a ", "a,b", "a\nb", "a\0", "bücher", &long] {
            assert!(GroupName::parse(bad).is_none(), "{bad:?}");
        }
    }
}
