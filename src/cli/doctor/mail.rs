//! The mail server: it answers, encrypts and takes the password. No mail is sent.

use crate::cli::{serve, transport};
use crate::config::Settings;

pub(super) fn look(settings: &Settings) -> Result<String, String> {
    let smtp = match transport::smtp(&settings.smtp) {
        Ok(Some(smtp)) => smtp,
        Ok(None) => {
            return Err("There is no mail server, and people cannot set up MFA without. Set smtp.host.".to_owned());
        }
        Err(failure) => return Err(failure.sentences().join(" ")),
    };
    let server = format!("{}:{}", settings.smtp.host, settings.smtp.port);
    let runtime = serve::runtime().map_err(|failure| failure.sentences().join(" "))?;
    match runtime.block_on(smtp.try_out()) {
        Ok(()) if settings.smtp.username.is_empty() => Ok(format!("{server} answers.")),
        Ok(()) => Ok(format!("{server} answers and takes the password.")),
        Err(why) => Err(format!("{server} cannot be used: {why}. Check the settings of [smtp].")),
    }
}
