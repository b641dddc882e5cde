//! The mail worker against a real SMTP server: aiosmtpd (Debian's `python3-aiosmtpd`), with certificates made by `openssl`.
//! A missing tool fails the tests.

#[cfg(test)]
mod delivery;
#[cfg(test)]
mod office;
#[cfg(test)]
mod server;
#[cfg(test)]
mod trust;
