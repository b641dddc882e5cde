//! The demo as a person meets it: Debian's Chromium, an authenticator (`oathtool`) and a camera (`zbarimg`) that are not ours.
//!
//! Every page and state that a story reaches is held to axe-core, light and dark, and to the widths of a phone, of a tablet and of a
//! desk, and leaves its pictures in `target/screens`. A missing tool fails the tests; `scripts/install.sh` installs them all.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod look;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod page;
#[cfg(test)]
mod program;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod visit;

#[cfg(test)]
mod account;
#[cfg(test)]
mod account_keyboard;
#[cfg(test)]
mod account_without_script;
#[cfg(test)]
mod apps;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod device;
#[cfg(test)]
mod email_change;
#[cfg(test)]
mod ended;
#[cfg(test)]
mod first_administrator;
#[cfg(test)]
mod forgot_password;
#[cfg(test)]
mod forward_auth;
#[cfg(test)]
mod invitation;
#[cfg(test)]
mod keyboard;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod new_device;
#[cfg(test)]
mod not_me;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod products;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod remote_app;
#[cfg(test)]
mod strict;
#[cfg(test)]
mod support;
#[cfg(test)]
mod support_keyboard;
#[cfg(test)]
mod support_without_script;
#[cfg(test)]
mod waits;
#[cfg(test)]
mod whole_story;
#[cfg(test)]
mod without_script;
