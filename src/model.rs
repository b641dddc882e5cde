//! Pure nouns and rules. Nothing here reads the clock, draws random numbers, or names a web, SQL or mail crate:
//! time comes in as a `time::Timestamp`, chance as `dice::Dice`.

pub mod account;
pub mod account_name;
pub mod allowance;
pub mod audit;
pub mod confirmation;
pub mod device;
pub mod dice;
pub mod email_address;
pub mod email_passcode;
pub mod group_name;
pub mod id;
pub mod link;
pub mod opening;
pub mod passcode;
pub mod password;
pub mod picture;
pub mod product;
pub mod proof;
pub mod reason;
pub mod recovery_code;
pub mod recovery_lock;
pub mod redirect_uri;
pub mod rescue;
pub mod return_path;
pub mod second_step;
pub mod secret;
pub mod security_question;
pub mod sign_in;
pub mod signing_algorithm;
pub mod text;
pub mod throttle;
pub mod time;
pub mod token;
pub mod totp;
pub mod words;
