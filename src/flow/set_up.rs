//! Setting up MFA, once, behind an emailed link.
//!
//! Opening the link changes nothing. The first step that is done binds the link to the browser that did it: its progress is a
//! *visit*, with a token of its own. In another browser the link begins afresh, and the first browser is told so.
//! Nothing of the account changes before [`finish::finish`]; a set-up that is not finished leaves it as it was.

pub mod finish;
pub mod install;
pub mod request;
pub mod standing;
pub mod steps;
