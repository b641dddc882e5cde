//! Every page, in every state, rendered from plain data and held to the rules that all pages share.
//!
//! To look at them in a browser, name a folder: `VESTIBULE_PAGES=DIR cargo test --test pages`.
//! The modules say `cfg(test)` so that clippy lets their helpers unwrap, as tests may.

#[cfg(test)]
mod contrast;
#[cfg(test)]
mod html;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod samples;
