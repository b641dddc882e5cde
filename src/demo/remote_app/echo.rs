//! A terminal shows what is typed, until its own program `stty` tells it not to. Where there is no such program it goes on showing it.

use std::process::{Command, Stdio};

/// While this lives the terminal shows nothing.
pub(super) struct Off;

impl Off {
    /// Nothing where the terminal cannot be told.
    pub(super) fn begin() -> Option<Self> {
        tell("-echo").then_some(Self)
    }
}

impl Drop for Off {
    fn drop(&mut self) {
        tell("echo");
    }
}

fn tell(what: &str) -> bool {
    let told = Command::new("stty").arg(what).stdout(Stdio::null()).stderr(Stdio::null()).status();
    told.is_ok_and(|status| status.success())
}
