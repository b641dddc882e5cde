//! What the model of the rules knows: an account with its attempts, sessions, browsers, links, visits and requests, in whole seconds and
//! numbers that stand for secrets.

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
}

#[derive(Clone, Debug)]
pub struct Link {
    pub purpose: Purpose,
    pub epoch: u32,
    pub until: u64,
    pub ended: bool,
    pub opened: bool,
    pub visit: Option<usize>,
    pub spent_code: Option<usize>,
}

/// A browser's progress behind a link. Its number is that of the app and of the recovery code that it shows, too.
#[derive(Clone, Debug)]
pub struct Visit {
    pub link: usize,
    /// What the first passcode was of.
    pub step: Option<u64>,
    pub without_app: bool,
}

#[derive(Clone, Debug)]
pub struct App {
    pub number: usize,
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

#[derive(Clone, Debug, Default)]
pub struct Account {
    pub now: u64,
    pub epoch: u32,
    pub password: usize,
    pub blocked: bool,
    pub due: bool,
    pub paused: bool,
    pub has_mfa: bool,
    pub apps: Vec<App>,
    pub code: Option<usize>,
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
}
