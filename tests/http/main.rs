//! The stories of the front door, told through the router: the clock in hand, the mail read from the outbox. Nothing of the
//! program is replaced.
#![cfg_attr(test, expect(clippy::string_slice, reason = "a test slices the pages and codes that it reads"))]

#[cfg(test)]
mod account_page;
#[cfg(test)]
mod account_page_changes;
#[cfg(test)]
mod account_page_proofs;
#[cfg(test)]
mod apps;
#[cfg(test)]
mod authorize;
#[cfg(test)]
mod canaries;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod console;
#[cfg(test)]
#[path = "../common/postgres.rs"]
mod database;
#[cfg(test)]
mod email_change;
#[cfg(test)]
mod emailed;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod forgot_password;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod forward_auth;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod invitation;
#[cfg(test)]
mod links;
#[cfg(test)]
mod load;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod logout;
#[cfg(test)]
mod new_device;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod not_me;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod order;
#[cfg(test)]
mod out_of_order;
#[cfg(test)]
mod parallel;
#[cfg(test)]
mod passcode;
#[cfg(test)]
mod places;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod regressions;
#[cfg(test)]
mod relying_party;
#[cfg(test)]
mod remote_app;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod session_end;
#[cfg(test)]
mod set_up;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sign_out;
#[cfg(test)]
mod step_up;
#[cfg(test)]
mod support;
#[cfg(test)]
mod support_cases;
