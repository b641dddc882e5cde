//! Registers the remote app and the browser products, and keeps the secrets that they get beside the demo's mail. Where the demo's ports have changed,
//! or the secret is lost, a product is registered anew; what else an administrator changed stays.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use super::ports::Ports;
use super::product::{Client, KNOWN, Known};
use super::remote_app;
use crate::app::App;
use crate::cli::Failure;
use crate::flow::act::Act;
use crate::flow::product::{self, NewProduct, Registered};
use crate::model::picture::Picture;
use crate::model::product::{Kind, Policy, Product, ProductId};
use crate::model::redirect_uri::RedirectUri;
use crate::model::secret::SecretText;
use crate::model::token::{PlainToken, TokenKind};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::product_secret;

/// Each product's secret under its id.
type Secrets = BTreeMap<String, String>;

/// Registers the products that are not registered as they are wanted; each can then sign people in.
///
/// # Errors
/// A sentence.
pub fn products(app: &App, file: &Path, ports: Ports) -> Result<[Client; 2], Failure> {
    let cannot = |error: io::Error| Failure::new(format!("{} cannot be used: {error}", file.display()));
    let kept = read(file).map_err(cannot)?;
    let [first, second] = ports.product_urls();
    let [modern, accounting] = &KNOWN;
    let clients = [client(app, (modern, first), &kept)?, client(app, (accounting, second), &kept)?];
    let secrets = clients.iter().map(|client| (client.id.to_owned(), client.secret.expose().to_owned())).collect();
    if secrets != kept {
        write(file, &secrets).map_err(cannot)?;
    }
    Ok(clients)
}

/// Registers the remote app, which keeps no secret, once.
///
/// # Errors
/// A sentence.
pub fn remote_app(app: &App) -> Result<(), Failure> {
    let (act, id) = (app.local_act(), ProductId::parse(remote_app::ID));
    let registered = app.db.write(move |tx| {
        let id = id.clone().ok_or_else(|| Error::Bug("the remote app cannot be a product".into()))?;
        if product::find(tx, &act, &id)?.is_some() {
            return Ok(Ok(()));
        }
        let new = NewProduct {
            is_public: true,
            ..NewProduct::new(id, remote_app::NAME, Kind::RemoteApp, Policy::Separate(Duration::ZERO))
        };
        Ok(product::register(tx, &act, &new)?.map(|_| ()))
    })?;
    registered.map_err(|problem| Failure::new(problem.to_string()))
}

/// Each product is an act of its own: two would draw the same secret in one.
fn client(app: &App, (known, own_url): (&'static Known, String), kept: &Secrets) -> Result<Client, Failure> {
    let (act, kept, url) = (app.local_act(), kept.get(known.id).cloned(), own_url.clone());
    let secret = app.db.write(move |tx| secret(tx, &act, (known, &url), kept.as_ref()))?;
    let secret = SecretText::new(secret.map_err(|problem| Failure::new(problem.to_string()))?);
    Ok(Client { issuer: app.settings.public_url.to_string(), id: known.id, secret, own_url })
}

/// The product's secret: the one that is kept, where it is good still.
fn secret(
    tx: &mut Tx<'_>,
    act: &Act,
    (known, url): (&Known, &str),
    kept: Option<&String>,
) -> Result<Result<String, product::Problem>, Error> {
    let new = new_product(known, url).ok_or_else(|| Error::Bug(format!("{} cannot be a product", known.id)))?;
    let found = product::find(tx, act, &new.id)?.filter(|found| is_at(&found.product, &new));
    if let (Some(_), Some(kept)) = (found, kept)
        && is_good(tx, act, &new.id, kept)?
    {
        return Ok(Ok(kept.clone()));
    }
    product::remove(tx, act, &new.id)?;
    let registered = product::register(tx, act, &new)?;
    Ok(registered.map(|Registered { secret, .. }| secret.map(|secret| secret.expose().to_owned()).unwrap_or_default()))
}

fn new_product(known: &Known, url: &str) -> Option<NewProduct> {
    Some(NewProduct {
        start_url: Some(format!("{url}/sign-in")),
        redirect_uris: vec![format!("{url}/callback")],
        post_logout_redirect_uris: vec![format!("{url}/")],
        back_channel_logout_uri: Some(format!("{url}/backchannel-logout")),
        picture: Some(Picture::parse(known.picture.to_vec()).ok()?),
        ..NewProduct::new(ProductId::parse(known.id)?, known.name, Kind::Web, known.policy)
    })
}

/// Whether all its addresses are the wanted ones.
fn is_at(product: &Product, new: &NewProduct) -> bool {
    let same = |found: &[RedirectUri], wanted: &[String]| found.iter().map(RedirectUri::as_str).eq(wanted);
    product.start_url == new.start_url
        && same(&product.redirect_uris, &new.redirect_uris)
        && same(&product.post_logout_redirect_uris, &new.post_logout_redirect_uris)
        && same(product.back_channel_logout_uri.as_slice(), new.back_channel_logout_uri.as_slice())
}

fn is_good(tx: &mut Tx<'_>, act: &Act, id: &ProductId, secret: &str) -> Result<bool, Error> {
    let Some(secret) = PlainToken::parse(TokenKind::ProductSecret, secret) else { return Ok(false) };
    let living = product_secret::living(tx, id, act.now)?;
    Ok(act.token_macs(&secret).iter().any(|mac| living.contains(mac)))
}

/// What is no list of secrets is as good as absent.
fn read(file: &Path) -> io::Result<Secrets> {
    match fs::read(file) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Secrets::new()),
        Err(error) => Err(error),
    }
}

fn write(file: &Path, secrets: &Secrets) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    file.write_all(&serde_json::to_vec_pretty(secrets)?)?;
    file.sync_data()
}
