//! The demo as a person meets it: Debian's Chromium, an authenticator (`oathtool`) and a camera (`zbarimg`) that are not ours.
//!
//! Every page and state that a story reaches is held to axe-core, light and dark, and to the widths of a phone and of a desk, and
//! leaves its pictures in `target/screens`. A missing tool fails the tests; `scripts/install.sh` installs them all.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod look;
#[cfg(test)]
mod page;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod visit;

#[cfg(test)]
mod forgot_password;
#[cfg(test)]
mod keyboard;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod not_me;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod whole_story;
#[cfg(test)]
mod without_script;
