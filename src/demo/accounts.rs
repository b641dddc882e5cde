//! The accounts to try. Their secrets are fixed and known to everyone: they are worth nothing outside a demo.

use serde::Serialize;

use super::mailbox_pages::DemoAccount;
use crate::model::account::Role;
use crate::model::recovery_code::RecoveryCode;
use crate::model::totp::Secret;

/// Everyone's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// The security questions of those who are set up, with their answers.
pub const QUESTIONS: [(&str, &str); 3] = [
    ("What colour was your first bicycle?", "red"),
    ("What colour was the door of the house where you grew up?", "blue"),
    ("What colour was your first school bag?", "green"),
];

/// An account as it is seeded.
#[derive(Debug)]
pub struct Seed {
    /// Its username; its email is `USERNAME@example.org`.
    pub username: &'static str,
    /// Its role.
    pub role: Role,
    /// What it is good for.
    pub purpose: &'static str,
    /// How it is set up; `None` where nothing is.
    pub set_up: Option<SetUpSeed>,
}

/// The fixed secrets of a set-up.
#[derive(Clone, Copy, Debug)]
pub struct SetUpSeed {
    /// The authenticator app's key in base 32; none without an app.
    pub totp_secret: Option<&'static str>,
    /// The recovery code as it is shown.
    pub recovery_code: &'static str,
}

const NOTHING_SET_UP: &str = "Nothing is set up: sign in, and set up MFA.";
const SUPPORT: &str = "Works in the support console, with an authenticator app.";

/// All of them, in the order in which they are best tried.
pub const SEEDS: [Seed; 8] = [
    fresh("new-user", NOTHING_SET_UP),
    fresh("new-user-2", NOTHING_SET_UP),
    fresh("new-user-3", NOTHING_SET_UP),
    ready(
        ("ready-user", Role::User),
        "An authenticator app is set up: add its code to an app of yours, and sign in.",
        (Some("HZ4W2MBQ7KTD5RXGVN3CYLSAJ6UEFPO2"), "7K3M9-QX2RV-4HTNB-8WCZD-EJ5PG0"),
    ),
    ready(
        ("mail-user", Role::User),
        "Set up without a mobile device: passcodes come by email.",
        (None, "2F8QW-M6YKD-9RC3X-HN0TV-5SBG4A"),
    ),
    ready(
        ("analyst", Role::Analyst),
        SUPPORT,
        (Some("QB6YV3NXK5ZJT2HRMGW7DSFCLEAU4PIO"), "C4X9T-3WNHM-B7Q0K-ZD6RV-8YJ2FP"),
    ),
    ready(
        ("analyst-2", Role::Analyst),
        SUPPORT,
        (Some("T5LGCW2RHDX7MQ4ZKNVB3YJAUSE6FOPI"), "9D5VB-RK8ZC-2XWMT-QH7N3-0GPFJ4"),
    ),
    ready(
        ("administrator", Role::Administrator),
        "Runs this installation, with an authenticator app.",
        (Some("NX7RZQ4KJGM2VTHD5WCYB3LSEAPU6FIO"), "M2HQZ-7CTXN-5VKRB-D9W8J-3GPY6F"),
    ),
];

const fn fresh(username: &'static str, purpose: &'static str) -> Seed {
    Seed { username, role: Role::User, purpose, set_up: None }
}

const fn ready(
    (username, role): (&'static str, Role),
    purpose: &'static str,
    (totp_secret, recovery_code): (Option<&'static str>, &'static str),
) -> Seed {
    Seed { username, role, purpose, set_up: Some(SetUpSeed { totp_secret, recovery_code }) }
}

impl Seed {
    /// Its email address.
    pub fn email(&self) -> String {
        format!("{}@example.org", self.username)
    }

    /// What its owner does, where that is more than to use products.
    const fn role_words(&self) -> Option<&'static str> {
        match self.role {
            Role::User => None,
            Role::Analyst => Some("support analyst"),
            Role::Administrator => Some("administrator"),
        }
    }
}

impl SetUpSeed {
    /// The app's key.
    pub fn secret(&self) -> Option<Secret> {
        let bytes = data_encoding::BASE32_NOPAD.decode(self.totp_secret?.as_bytes()).ok()?;
        Secret::from_bytes(&bytes)
    }

    /// The recovery code.
    pub fn code(&self) -> Option<RecoveryCode> {
        RecoveryCode::parse(self.recovery_code)
    }
}

/// An account as `GET /api/accounts` shows it: nulls where nothing is set up.
#[derive(Debug, Serialize)]
pub struct Shown {
    username: &'static str,
    email: String,
    password: &'static str,
    role: &'static str,
    totp_secret: Option<&'static str>,
    recovery_code: Option<&'static str>,
    answers: Option<Vec<ShownAnswer>>,
}

/// A question and its answer.
#[derive(Debug, Serialize)]
pub struct ShownAnswer {
    question: &'static str,
    answer: &'static str,
}

/// For the API.
pub fn shown() -> Vec<Shown> {
    SEEDS.iter().map(Shown::new).collect()
}

impl Shown {
    fn new(seed: &Seed) -> Self {
        let answers = || QUESTIONS.iter().map(|&(question, answer)| ShownAnswer { question, answer }).collect();
        Self {
            username: seed.username,
            email: seed.email(),
            password: PASSWORD,
            role: seed.role.as_str(),
            totp_secret: seed.set_up.and_then(|set_up| set_up.totp_secret),
            recovery_code: seed.set_up.map(|set_up| set_up.recovery_code),
            answers: seed.set_up.map(|_| answers()),
        }
    }
}

/// For the mailbox page.
pub fn on_the_page() -> Vec<DemoAccount> {
    SEEDS.iter().map(on_page).collect()
}

/// What the owner of an email address does, where that is more than to use products.
pub fn role_at(email: &str) -> Option<&'static str> {
    SEEDS.iter().find(|seed| seed.email() == email)?.role_words()
}

fn on_page(seed: &Seed) -> DemoAccount {
    let secret = seed.set_up.and_then(|set_up| set_up.secret());
    DemoAccount {
        username: seed.username.to_owned(),
        role: seed.role_words(),
        email: seed.email(),
        password: PASSWORD.to_owned(),
        purpose: seed.purpose.to_owned(),
        manual_code: secret.map(|secret| secret.groups_of_four().join(" ")),
        recovery_code: seed.set_up.map(|set_up| set_up.recovery_code.to_owned()),
        answers: seed.set_up.map(|_| QUESTIONS.map(|(_, answer)| answer.to_owned()).into()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::security_question::check_three;

    #[test]
    fn what_is_seeded_is_what_set_up_would_take() {
        for seed in &SEEDS {
            let Some(set_up) = seed.set_up else { continue };
            assert_eq!(set_up.secret().is_some(), set_up.totp_secret.is_some(), "{}", seed.username);
            assert_eq!(set_up.code().unwrap().shown(), set_up.recovery_code);
        }
        let (questions, answers) = (QUESTIONS.map(|(question, _)| question), QUESTIONS.map(|(_, answer)| answer));
        assert!(check_three(&questions, &answers).is_empty());
        assert_eq!(answers, ["red", "blue", "green"]);
    }

    #[test]
    fn no_two_accounts_share_a_secret() {
        for what in [|set_up: SetUpSeed| set_up.totp_secret, |set_up: SetUpSeed| Some(set_up.recovery_code)] {
            let all: Vec<_> = SEEDS.iter().filter_map(|seed| seed.set_up.and_then(what)).collect();
            let different: std::collections::HashSet<_> = all.iter().collect();
            assert_eq!(all.len(), different.len());
        }
    }

    #[test]
    fn support_and_administration_are_named() {
        let named: Vec<_> = on_the_page().into_iter().filter_map(|one| Some((one.username, one.role?))).collect();
        let support = "support analyst";
        let expected = [("analyst", support), ("analyst-2", support), ("administrator", "administrator")];
        assert_eq!(named, expected.map(|(username, role)| (username.to_owned(), role)));
        assert_eq!((role_at("analyst-2@example.org"), role_at("ready-user@example.org")), (Some(support), None));
    }

    #[test]
    fn the_api_has_nulls_where_nothing_is_set_up() {
        let shown = serde_json::to_value(shown()).unwrap();
        for what in ["totp_secret", "recovery_code", "answers"] {
            assert!(shown[0][what].is_null() && !shown[3][what].is_null(), "{what}");
        }
        assert!(shown[4]["totp_secret"].is_null());
        assert_eq!(shown[3]["answers"][1]["answer"], "blue");
        assert_eq!((&shown[5]["role"], &shown[7]["email"]), (&"analyst".into(), &"administrator@example.org".into()));
    }
}
