//! The two people of a walk, and what each holds.

use std::collections::BTreeSet;

use vestibule::model::token::PlainToken;

pub const OWNER: usize = 0;
pub const ATTACKER: usize = 1;
/// The address that the account begins with.
pub const FIRST: usize = 0;
/// The other one of the owner's, and the attacker's own.
pub const SECOND: usize = 1;
pub const THIEFS: usize = 2;

/// What the attacker has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Password,
    /// The first address's.
    Mailbox,
    /// The owner's session cookie, taken now and then.
    Cookie,
    PasswordAndMailbox,
    /// The answers and the recovery code besides the password.
    PasswordAndRescue,
    /// The password, and now and then what the owner's app shows, typed into the attacker's own page.
    Phisher,
}

impl Profile {
    pub const ALL: [Self; 6] =
        [Self::Password, Self::Mailbox, Self::Cookie, Self::PasswordAndMailbox, Self::PasswordAndRescue, Self::Phisher];

    pub fn has_password(self) -> bool {
        !matches!(self, Self::Mailbox | Self::Cookie)
    }

    pub fn has_mailbox(self) -> bool {
        matches!(self, Self::Mailbox | Self::PasswordAndMailbox)
    }

    /// Whether the account may be without an app: where password and mailbox are the account, the attacker has not both.
    pub fn bears_email(self) -> bool {
        !matches!(self, Self::PasswordAndMailbox | Self::Phisher)
    }
}

/// What a browser holds: numbers of the model. A session comes with its token's version.
#[derive(Clone, Debug, Default)]
pub struct Web {
    pub session: Option<(usize, u32, PlainToken)>,
    pub attempt: Option<usize>,
    pub known: Vec<usize>,
    pub link: Option<(usize, Option<usize>)>,
    pub request: Option<usize>,
    /// The part in a support case.
    pub seat: Option<usize>,
}

/// Somebody, with what they know.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub passwords: BTreeSet<usize>,
    /// The addresses whose mail they read.
    pub reads: BTreeSet<usize>,
    pub apps: BTreeSet<usize>,
    pub codes: BTreeSet<usize>,
    pub answers: BTreeSet<usize>,
    pub webs: [Web; 2],
}

/// The two at the beginning.
pub fn of(profile: Profile) -> [Person; 2] {
    let mut people = [Person::default(), Person::default()];
    people[OWNER].passwords.insert(0);
    (people[OWNER].reads, people[ATTACKER].reads) = ([FIRST, SECOND].into(), [THIEFS].into());
    if profile.has_mailbox() {
        people[ATTACKER].reads.insert(FIRST);
    }
    if profile.has_password() {
        people[ATTACKER].passwords.insert(0);
    }
    people
}
