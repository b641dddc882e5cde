//! `vestibule product add`

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{Failure, id, tell_json, tell_secret};
use crate::app::App;
use crate::cli::output;
use crate::config::parse_duration;
use crate::flow::product::{self, NewProduct, Opener, Registered};
use crate::model::group_name::GroupName;
use crate::model::picture::{self, Picture};
use crate::model::product::{Kind, Policy, ProductId};
use crate::model::signing_algorithm::SigningAlgorithm;

/// The longest key set that is read.
const LONGEST_KEY_SET: usize = 64 * 1024;

/// Registers a product. What it needs to be set up is printed; its secret is shown this once.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Its id, which is its client_id too: lower-case letters, digits, hyphens.
    #[arg(value_name = "ID", value_parser = id())]
    id: ProductId,
    /// Its name, as people read it on the portal.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// How it meets its people: in the browser, behind a proxy, or with a sign-in window of its own.
    #[arg(long, value_name = "KIND", value_parser = kind())]
    kind: Kind,
    /// Whether the portal's passcode is enough (inherit) or it asks for one of its own (separate).
    #[arg(long, value_name = "POLICY", value_parser = ["inherit", "separate"])]
    policy: String,
    /// With the policy separate: how long a passcode of its own is good, like "8 hours". Without it each opening asks.
    #[arg(long, value_name = "DURATION", value_parser = span)]
    max_age: Option<Duration>,
    /// Where it begins; its tile leads there.
    #[arg(long, value_name = "URI")]
    start_url: Option<String>,
    /// Where people come back to after signing in; may be given more than once.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where people may be sent after they signed out of it; may be given more than once.
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session has ended.
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// The host at which a proxied product is opened.
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// A PNG, JPEG or WebP picture for its tile, 256 KiB at most.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Who may open it: all, group:NAME or account:USERNAME; may be given more than once. Without it: all.
    #[arg(long, value_name = "WHO", value_parser = opener)]
    access: Vec<Opener>,
    /// It can keep no secret, like a program on people's own machines.
    #[arg(long)]
    public: bool,
    /// Passcodes that were mailed don't open it.
    #[arg(long)]
    forbid_email_passcode: bool,
    /// People may sign in to it on devices without a browser, which show a code to type elsewhere (RFC 8628).
    #[arg(long)]
    device_grant: bool,
    /// Its public keys as a JWK Set; it proves with them who it is, and has no secret.
    #[arg(long, value_name = "FILE")]
    jwks_file: Option<PathBuf>,
    /// With which its ID tokens are signed.
    #[arg(long, value_name = "ALGORITHM", default_value = "ES256", value_parser = algorithm())]
    alg: SigningAlgorithm,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn command(app: &App, arguments: &Arguments) -> Result<(), Failure> {
    let (act, new) = (app.local_act(), new_product(arguments)?);
    let done = app.db.write(move |tx| product::register(tx, &act, &new))?;
    let Registered { product, secret } = done.map_err(|problem| Failure::new(problem.to_string()))?;
    if arguments.json {
        return tell_json(app, &product.id, secret.as_ref());
    }
    output::line(format_args!("The product {} is registered.", product.id))?;
    output::line(format_args!("issuer         {}", app.settings.public_url))?;
    output::line(format_args!("client_id      {}", product.id))?;
    secret.as_ref().map_or(Ok(()), tell_secret)
}

fn new_product(arguments: &Arguments) -> Result<NewProduct, Failure> {
    Ok(NewProduct {
        id: arguments.id.clone(),
        name: arguments.name.clone(),
        kind: arguments.kind,
        policy: policy(arguments)?,
        start_url: arguments.start_url.clone(),
        redirect_uris: arguments.redirect_uris.clone(),
        post_logout_redirect_uris: arguments.post_logout_redirect_uris.clone(),
        back_channel_logout_uri: arguments.backchannel_logout_uri.clone(),
        host: arguments.host.clone(),
        picture: arguments.picture.as_deref().map(picture).transpose()?,
        access: if arguments.access.is_empty() { vec![Opener::All] } else { arguments.access.clone() },
        is_public: arguments.public,
        forbids_email: arguments.forbid_email_passcode,
        device_grant: arguments.device_grant,
        algorithm: arguments.alg,
        key_set: arguments.jwks_file.as_deref().map(key_set).transpose()?,
    })
}

fn policy(arguments: &Arguments) -> Result<Policy, Failure> {
    match arguments.max_age {
        Some(_) if arguments.policy == "inherit" => Err(Failure::new(
            "A product with the policy inherit asks for no passcode of its own, so none can grow too old. \
             Choose --policy separate, or leave --max-age out.",
        )),
        age => Policy::parse(&arguments.policy, age.unwrap_or_default())
            .ok_or_else(|| Failure::new("there is no such policy")),
    }
}

fn picture(path: &Path) -> Result<Picture, Failure> {
    Picture::parse(read(path, "picture", picture::MOST)?)
        .map_err(|problem| Failure::new(format!("The picture {} is not taken: {problem}.", path.display())))
}

fn key_set(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read(path, "key set", LONGEST_KEY_SET)?)
        .map_err(|_| Failure::new(format!("The key set {} is no JSON text.", path.display())))
}

/// The file, or one byte more than it may have.
fn read(path: &Path, what: &str, most: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|why| Failure::new(format!("The {what} {} cannot be read: {why}", path.display())))?;
    Ok(bytes)
}

fn kind() -> impl TypedValueParser<Value = Kind> {
    let names = Kind::ALL.map(Kind::as_str);
    PossibleValuesParser::new(names).try_map(|name| Kind::parse(&name).ok_or("there is no such kind"))
}

fn algorithm() -> impl TypedValueParser<Value = SigningAlgorithm> {
    let names = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str);
    PossibleValuesParser::new(names).try_map(|name| SigningAlgorithm::parse(&name).ok_or("there is no such algorithm"))
}

fn span(text: &str) -> Result<Duration, &'static str> {
    parse_duration(text).ok_or("write it like \"8 hours\" or \"30 minutes\"")
}

fn opener(text: &str) -> Result<Opener, &'static str> {
    match text.split_once(':') {
        None if text == "all" => Ok(Opener::All),
        Some(("group", name)) => GroupName::parse(name).map(Opener::Group).ok_or(crate::cli::account::GROUP_SHAPE),
        Some(("account", name)) if !name.is_empty() => Ok(Opener::Account(name.to_owned())),
        _ => Err("write all, group:NAME or account:USERNAME"),
    }
}
