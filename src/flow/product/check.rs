//! Whether what was typed can be a product.

use super::{NewProduct, Problem};
use crate::config::PublicUrl;
use crate::flow::act::Act;
use crate::model::product::{Kind, Product};
use crate::model::redirect_uri::{Allowed, RedirectUri, UriProblem};
use crate::model::text;
use crate::oidc::jose::JwkSet;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::product;

const LONGEST_NAME: usize = 80;

/// The product, as far as it alone can be judged.
pub fn product(act: &Act, new: &NewProduct) -> Result<Product, Problem> {
    fits_kind(new)?;
    let host = new.host.as_deref().map(|host| self::host(&act.settings.public_url, host)).transpose()?;
    let own_schemes = new.is_public || new.kind == Kind::RemoteApp;
    let back = |what, texts: &[String]| -> Result<Vec<RedirectUri>, Problem> {
        texts.iter().map(|text| uri(what, text, own_schemes)).collect()
    };
    if let Some(keys) = &new.key_set {
        JwkSet::parse(keys).map_err(Problem::KeySet)?;
    }
    Ok(Product {
        id: new.id.clone(),
        name: name(&new.name)?,
        kind: new.kind,
        policy: new.policy,
        start_url: start_url(new, host.as_deref())?,
        host,
        is_public: new.is_public,
        forbids_email: new.forbids_email,
        device_grant: new.device_grant,
        algorithm: new.algorithm,
        key_set: new.key_set.clone(),
        redirect_uris: back("redirect address", &new.redirect_uris)?,
        post_logout_redirect_uris: back("address after sign-out", &new.post_logout_redirect_uris)?,
        back_channel_logout_uri: new
            .back_channel_logout_uri
            .as_deref()
            .map(|text| uri("back-channel address", text, false))
            .transpose()?,
    })
}

/// Whether each part goes with the kind.
fn fits_kind(new: &NewProduct) -> Result<(), Problem> {
    if new.kind != Kind::Proxied {
        return match new {
            NewProduct { host: Some(_), .. } => Err(Problem::HostOfOther),
            NewProduct { is_public: true, key_set: Some(_), .. } => Err(Problem::KeysOfPublic),
            _ if new.kind == Kind::Web && new.redirect_uris.is_empty() => Err(Problem::NeedsRedirectUri),
            _ => Ok(()),
        };
    }
    let parts = [
        (!new.redirect_uris.is_empty(), "redirect addresses"),
        (!new.post_logout_redirect_uris.is_empty(), "addresses after sign-out"),
        (new.back_channel_logout_uri.is_some(), "the back-channel address"),
        (new.key_set.is_some(), "keys"),
        (new.is_public, "being public"),
        (new.device_grant, "the device grant"),
    ];
    match parts.into_iter().find(|(is_there, _)| *is_there) {
        Some((_, what)) => Err(Problem::NotForProxied(what)),
        None if new.host.is_none() => Err(Problem::NeedsHost),
        None => Ok(()),
    }
}

fn name(typed: &str) -> Result<String, Problem> {
    let name = typed.trim_matches(' ');
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(text::is_invisible);
    if fits { Ok(name.to_owned()) } else { Err(Problem::UnfitName) }
}

/// A host as a browser sends it, with its port where that is not 443. Ours would let a product's cookies in.
fn host(ours: &PublicUrl, typed: &str) -> Result<String, Problem> {
    let refused = |why: &str| Problem::Host { text: typed.to_owned(), why: why.to_owned() };
    let url = PublicUrl::parse(&format!("https://{typed}")).map_err(|why| refused(&why))?;
    let text = url.as_str().trim_start_matches("https://");
    match url.host() == ours.host() && !ours.is_loopback_http() || ours.as_str().ends_with(&format!("//{text}")) {
        true => Err(refused("it is this installation's own")),
        false => Ok(text.to_owned()),
    }
}

/// A proxied product begins at its host, unless it says otherwise.
fn start_url(new: &NewProduct, host: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(text) = &new.start_url else { return Ok(host.map(|host| format!("https://{host}/"))) };
    // A page's own place in itself is no part of where people come back to; here it may be.
    let what = "start address";
    uri(what, text.split('#').next().unwrap_or_default(), false)?;
    match text.chars().all(|c| c.is_ascii_graphic()) {
        true => Ok(Some(text.clone())),
        false => Err(Problem::Uri { what, text: text.clone(), problem: UriProblem::Characters }),
    }
}

fn uri(what: &'static str, text: &str, own_schemes: bool) -> Result<RedirectUri, Problem> {
    let allowed = if own_schemes { Allowed::App } else { Allowed::Web };
    RedirectUri::parse(text, allowed).map_err(|problem| match problem {
        UriProblem::Scheme if !own_schemes => Problem::OwnScheme { what, text: text.to_owned() },
        problem => Problem::Uri { what, text: text.to_owned(), problem },
    })
}

/// Whether another product has its id, its name or its host already. Names are compared as people read them.
pub fn taken(tx: &mut Tx<'_>, product: &Product) -> Result<Option<Problem>, Error> {
    let name = text::caseless(&product.name);
    for other in product::list(tx)? {
        if other.id == product.id {
            return Ok(Some(Problem::IdTaken(other.id)));
        }
        if text::caseless(&other.name) == name {
            return Ok(Some(Problem::NameTaken(other.name)));
        }
        if let Some(host) = other.host.filter(|host| product.host.as_ref() == Some(host)) {
            return Ok(Some(Problem::HostTaken(host)));
        }
    }
    Ok(None)
}
