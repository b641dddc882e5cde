//! Pure nouns and rules. Nothing here reads the clock, draws random numbers, or names a web, SQL or mail crate:
//! time comes in as a `time::Timestamp`, chance as `dice::Dice`.

pub mod account_name;
pub mod dice;
pub mod email_address;
pub mod email_passcode;
pub mod id;
pub mod passcode;
pub mod password;
pub mod recovery_code;
pub mod secret;
pub mod security_question;
pub mod text;
pub mod time;
pub mod token;
pub mod totp;
