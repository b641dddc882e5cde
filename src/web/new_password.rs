//! The new password's two fields, wherever one is set: checked, and the sentence at the field that needs another try.

use super::page::Field;
use super::site::Site;
use crate::model::password::{NewPassword, PasswordProblem};

/// Whose password it is, so that it is not one of these words.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The username.
    pub username: String,
    /// The email address.
    pub email: String,
    /// The person's name.
    pub name: Option<String>,
}

/// The two fields after a try.
#[derive(Debug, Default)]
pub struct Fields {
    /// **New password**.
    pub new_password: Field,
    /// **Repeat new password**.
    pub repeat: Field,
}

impl Fields {
    /// The sentence once more, for the top of the page.
    pub fn problem(&self) -> Option<String> {
        self.new_password.error.clone().or_else(|| self.repeat.error.clone())
    }
}

/// The checked password, or the fields with what is wrong.
pub fn check(site: &Site, typed: &str, repeat: &str, about: &About) -> Result<NewPassword, Fields> {
    let brand = site.app.settings.branding.name.clone();
    let name = about.name.clone().unwrap_or_default();
    let words = [about.username.as_str(), about.email.as_str(), name.as_str(), brand.as_str()];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let least = usize::try_from(site.app.settings.passwords.min_length).unwrap_or(8);
    NewPassword::check(typed, Some(repeat), &words, least).map_err(fields)
}

fn fields(problem: PasswordProblem) -> Fields {
    let at_first = |error: String| Fields { new_password: Field::wrong("", error), repeat: Field::empty() };
    match problem {
        PasswordProblem::NotTheSame => Fields {
            new_password: Field::empty(),
            repeat: Field::wrong("", "The two passwords are not the same. Type the new password again in both fields."),
        },
        PasswordProblem::TooShort { min } => at_first(format!(
            "That is too short. Use at least {min} characters; a few words in a row make a good password."
        )),
        PasswordProblem::TooLong => at_first("That is too long. Use at most 1,000 characters.".into()),
        PasswordProblem::TooCommon => {
            at_first("Many people use this password, so it is easily guessed. Choose another one.".into())
        }
        PasswordProblem::TooWeak { suggestion } => at_first(format!("That is easily guessed. {suggestion}")),
    }
}
