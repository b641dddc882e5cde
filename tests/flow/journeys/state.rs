//! What the model of the rules knows: an account with its attempts, sessions, browsers, links, visits, requests and cases, in whole
//! seconds and numbers that stand for secrets and addresses.

use std::collections::{BTreeMap, BTreeSet};

/// What is typed as a passcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// What this app shows in this step.
    App(usize, u64),
    /// The emailed one of this number.
    Mailed(usize),
    /// One that nothing shows.
    Wrong,
}

/// What a typed passcode must lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    SignedIn,
    NewPasswordFirst,
    Confirmed,
    Given,
    Wrong,
    WrongAndOver,
    Used,
    Shut,
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Open,
    /// A right passcode; by an app or not.
    AwaitsPassword(bool),
    Given,
    Over,
    Locked,
}

/// What a sign-in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    Portal,
    Changes(usize, u32),
    Product(usize, u32, usize),
}

#[derive(Clone, Debug)]
pub struct Attempt {
    pub epoch: u32,
    pub began: u64,
    pub entry: Option<u64>,
    pub wrong: u32,
    pub stage: Stage,
    pub known: Option<usize>,
    pub aim: Aim,
    /// The product's request that a whole sign-in is for.
    pub request: Option<usize>,
    pub mailed: Option<(usize, u64)>,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub epoch: u32,
    pub began: u64,
    pub seen: u64,
    pub ended: bool,
    pub by_app: bool,
    /// Raised when it goes on under another id.
    pub id: u32,
    /// Raised when it has another token.
    pub token: u32,
    pub confirmed: Option<(u64, bool)>,
}

#[derive(Clone, Debug, Default)]
pub struct Known {
    pub gone: bool,
    pub epoch: u32,
    pub row: u32,
    pub total: u32,
    pub locked_until: u64,
    pub charges: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SetUp,
    NewDevice,
    Reset,
    NotMe,
    EmailConfirm,
    EmailUndo,
    Case,
    CaseNotMe,
}

#[derive(Clone, Debug)]
pub struct Link {
    pub purpose: Purpose,
    /// The addresses that it was mailed to.
    pub to: BTreeSet<usize>,
    pub epoch: u32,
    pub made: u64,
    pub until: u64,
    pub ended: bool,
    pub opened: bool,
    pub visit: Option<usize>,
    pub spent_code: Option<usize>,
}

/// What proved a person behind a link to a new device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Code,
    Answers,
}

impl Proof {
    /// Where its lock is among those of the account.
    pub fn place(self) -> usize {
        usize::from(self == Self::Answers)
    }
}

/// A browser's progress behind a link, with the app whose key it shows.
#[derive(Clone, Debug)]
pub struct Visit {
    pub link: usize,
    pub proof: Option<Proof>,
    /// Somebody else's word has taken it away.
    pub gone: bool,
    pub app: usize,
    /// What the first passcode was of.
    pub step: Option<u64>,
    pub without_app: bool,
    pub code: Option<usize>,
    pub answers: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct App {
    pub number: usize,
    pub since: u64,
    pub last_step: u64,
    pub used_at: u64,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub separate: bool,
    pub until: u64,
    pub ended: bool,
    pub given: Option<(usize, u32)>,
}

/// A change of the address, and what comes back when it is undone.
#[derive(Clone, Debug)]
pub struct EmailChange {
    pub before: usize,
    pub at: u64,
    pub password: usize,
    pub code: Option<usize>,
    pub answers: Option<usize>,
    /// When MFA was set up since, behind a link to the address before.
    pub set_up_at: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    Open,
    Info,
    Approved,
    Declined,
    Closed,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub state: CaseState,
    pub opened: u64,
    pub by_support: bool,
    /// How many browsers have joined.
    pub joined: u32,
    /// Of which analyst, and when.
    pub approvals: BTreeMap<usize, u64>,
}

/// A browser that joined a case.
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    pub case: usize,
    pub epoch: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    #[default]
    User,
    Analyst,
    Administrator,
}

#[derive(Clone, Debug, Default)]
pub struct Account {
    pub now: u64,
    pub role: Role,
    pub epoch: u32,
    pub email: usize,
    pub password: usize,
    pub blocked: bool,
    pub due: bool,
    pub paused: bool,
    /// A case was not the owner's; a change of the address was undone.
    pub not_me: bool,
    pub undone: bool,
    /// When support has reset it and no administrator has unlocked it since.
    pub reset_by_support: Option<u64>,
    pub has_mfa: bool,
    pub apps: Vec<App>,
    /// Those that their person removed.
    pub removed: Vec<App>,
    pub code: Option<usize>,
    pub answers: Option<usize>,
    pub change: Option<EmailChange>,
    pub row: u32,
    pub spent: u32,
    pub locked_until: u64,
    pub locks: u32,
    pub first_lock: Option<u64>,
    /// Rows and locks of recovery codes and of answers, and when wrong answers were given.
    pub rescue: [(u32, u64); 2],
    pub wrong_answers: Vec<u64>,
    pub attempts: Vec<Attempt>,
    pub sessions: Vec<Session>,
    pub known: Vec<Known>,
    pub links: Vec<Link>,
    pub visits: Vec<Visit>,
    pub requests: Vec<Request>,
    pub cases: Vec<Case>,
    pub seats: Vec<Seat>,
}
