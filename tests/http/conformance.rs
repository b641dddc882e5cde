//! The OpenID Foundation's certification plans as a checked list: one test for each class of the plans Basic OP, Config OP,
//! RP-Initiated Logout OP and Back-Channel Logout OP, with the same name. Above each test stand the conditions that the class calls
//! beyond those that every class shares ([`run`]); each is an assertion here. `docs/conformance.md` has the list, and how to run the
//! suite itself.

mod back_channel;
mod claims;
mod codes;
mod discovery;
mod hints;
mod logout;
mod logout_refused;
mod prompts;
mod request_objects;
mod responses;
mod run;
mod scopes;
mod userinfo;

use run::Run;
