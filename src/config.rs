//! Settings: typed, parsed and checked once, when the program starts.
//!
//! They come from three layers, each over the one before: the defaults, one TOML file, and environment variables
//! `VESTIBULE_SECTION__KEY`. One table of keys (`table.rs`) drives reading, error sentences, the environment's names,
//! `config print`, `config reference` and what `init` writes, so none of them can tell a different story.
//! Every problem of a configuration is collected and told together. Nothing here opens a socket or a database.

mod cidr;
mod colour;
mod database_url;
mod defaults;
mod duration;
pub mod init;
mod key;
mod layers;
mod limits;
mod load;
mod nearest;
mod print;
mod problem;
mod public_url;
mod reference;
mod rewrite;
mod rules;
mod sentence;
mod settings;
mod shape;
mod table;
mod value;
mod written;

pub use cidr::Cidr;
pub use colour::Colour;
pub use database_url::DatabaseUrl;
pub use duration::{parse as parse_duration, words};
pub use limits::Limits;
pub use load::environment;
pub use problem::ConfigProblem;
pub use public_url::PublicUrl;
pub use reference::reference;
pub use rewrite::rewrite;
pub use settings::{
    Branding, DatabaseSettings, KeyringSettings, ListenSettings, MetricsSettings, PasswordSettings, Profile,
    QuestionSettings, SessionSettings, Settings, SmtpSecurity, SmtpSettings, Support, TlsFiles,
};
