//! What an administrator does with products, and what the portal shows of them.

mod check;
pub mod portal;
mod problem;

use std::time::Duration;

use super::act::Act;
use super::audit;
use crate::model::audit::Event;
use crate::model::group_name::GroupName;
use crate::model::picture::Picture;
use crate::model::product::{Access, Kind, Policy, Product, ProductId};
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::token::{PlainToken, TokenKind};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{account, product, product_access, product_secret};

pub use problem::Problem;

/// How long the secret before the newest stays good, so that a product can change over.
const CHANGE_OVER: Duration = Duration::from_secs(24 * 3_600);

/// A product to be registered. Addresses are as they were typed.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// Its id and `client_id`.
    pub id: ProductId,
    /// As people know it.
    pub name: String,
    /// How it meets them.
    pub kind: Kind,
    /// What it asks of them.
    pub policy: Policy,
    /// Where it begins.
    pub start_url: Option<String>,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// Where a browser may be sent after a sign-out that the product began.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where the product is told that a session ended.
    pub back_channel_logout_uri: Option<String>,
    /// The host that a proxied product answers at.
    pub host: Option<String>,
    /// What its tile shows.
    pub picture: Option<Picture>,
    /// Who may open it; nobody else may.
    pub access: Vec<Opener>,
    /// It can keep no secret.
    pub is_public: bool,
    /// Emailed passcodes don't open it.
    pub forbids_email: bool,
    /// Its people may sign in on a device without a browser.
    pub device_grant: bool,
    /// With which its ID tokens are signed.
    pub algorithm: SigningAlgorithm,
    /// Its public keys as a JWK Set, where it authenticates with them.
    pub key_set: Option<String>,
}

impl NewProduct {
    /// A product with nothing but what every one has; everyone may open it.
    pub fn new(id: ProductId, name: &str, kind: Kind, policy: Policy) -> Self {
        Self {
            id,
            name: name.to_owned(),
            kind,
            policy,
            start_url: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            back_channel_logout_uri: None,
            host: None,
            picture: None,
            access: vec![Opener::All],
            is_public: false,
            forbids_email: false,
            device_grant: false,
            algorithm: SigningAlgorithm::Es256,
            key_set: None,
        }
    }
}

/// Who is to open a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opener {
    /// Everyone.
    All,
    /// The accounts of a group, now and later.
    Group(GroupName),
    /// The account with this username or email address.
    Account(String),
}

/// A product that is there now.
#[derive(Debug)]
pub struct Registered {
    /// The product.
    pub product: Product,
    /// Its secret, which nobody can read again; none where it has none.
    pub secret: Option<PlainToken>,
}

/// Registers a product.
pub fn register(tx: &mut Tx<'_>, act: &Act, new: &NewProduct) -> Result<Result<Registered, Problem>, Error> {
    let product = match check::product(act, new) {
        Ok(product) => product,
        Err(problem) => return Ok(Err(problem)),
    };
    if let Some(problem) = check::taken(tx, &product)? {
        return Ok(Err(problem));
    }
    let mut access = Vec::new();
    for opener in &new.access {
        match resolve(tx, opener)? {
            Ok(found) => access.push(found),
            Err(problem) => return Ok(Err(problem)),
        }
    }
    if !product::insert(tx, &product, act.now)? {
        return Err(Error::Unavailable("the same product was registered at the same moment; try again".into()));
    }
    for one in &access {
        product_access::add(tx, &product.id, one)?;
    }
    if let Some(picture) = &new.picture {
        product::set_picture(tx, &product.id, picture)?;
    }
    let secret = if product.has_secret() { Some(new_secret(tx, act, &product.id)?) } else { None };
    audit::record_of_installation(tx, act, Event::ProductAdded(product.id.clone()))?;
    Ok(Ok(Registered { product, secret }))
}

fn resolve(tx: &mut Tx<'_>, opener: &Opener) -> Result<Result<Access, Problem>, Error> {
    Ok(match opener {
        Opener::All => Ok(Access::All),
        Opener::Group(name) => Ok(Access::Group(name.clone())),
        Opener::Account(typed) => match super::account::find(tx, typed)? {
            Some(found) => Ok(Access::Account(found.id)),
            None => Err(Problem::NoAccount(typed.clone())),
        },
    })
}

fn new_secret(tx: &mut Tx<'_>, act: &Act, product: &ProductId) -> Result<PlainToken, Error> {
    let mut dice = act.dice();
    let (id, secret) = (dice.id(act.now), PlainToken::new(TokenKind::ProductSecret, &mut dice));
    product_secret::insert(tx, &id, product, &act.token_mac(&secret), act.now)?;
    Ok(secret)
}

/// How a change of secret ended.
#[derive(Debug)]
pub enum Rotated {
    /// The new secret, which nobody can read again.
    Done(PlainToken),
    /// There is no such product.
    Unknown,
    /// The product has no secret.
    HasNone,
}

/// Gives a product a new secret. The one before it stays good for a day, or ends `at_once`.
pub fn rotate_secret(tx: &mut Tx<'_>, act: &Act, id: &ProductId, at_once: bool) -> Result<Rotated, Error> {
    if !product::lock(tx, id)? {
        return Ok(Rotated::Unknown);
    }
    if !product::load(tx, id)?.is_some_and(|product| product.has_secret()) {
        return Ok(Rotated::HasNone);
    }
    product_secret::supersede(tx, id, (!at_once).then(|| act.now.plus(CHANGE_OVER)))?;
    let secret = new_secret(tx, act, id)?;
    audit::record_of_installation(tx, act, Event::ProductSecretRotated(id.clone()))?;
    Ok(Rotated::Done(secret))
}

/// Removes a product with everything that it was given: nothing of it is good any more. `false` where there is none.
pub fn remove(tx: &mut Tx<'_>, act: &Act, id: &ProductId) -> Result<bool, Error> {
    if !product::remove(tx, id)? {
        return Ok(false);
    }
    audit::record_of_installation(tx, act, Event::ProductRemoved(id.clone()))?;
    Ok(true)
}

/// A product as lists show it.
#[derive(Debug)]
pub struct Listed {
    /// The product.
    pub product: Product,
    /// Who may open it: `all`, `group:NAME`, `account:USERNAME`.
    pub access: Vec<String>,
    /// How many secrets are good now.
    pub secrets: usize,
    /// Whether its tile has a picture.
    pub has_picture: bool,
}

/// All products by name.
pub fn list(tx: &mut Tx<'_>, act: &Act) -> Result<Vec<Listed>, Error> {
    product::list(tx)?.into_iter().map(|product| listed(tx, act, product)).collect()
}

/// One product.
pub fn find(tx: &mut Tx<'_>, act: &Act, id: &ProductId) -> Result<Option<Listed>, Error> {
    product::load(tx, id)?.map(|product| listed(tx, act, product)).transpose()
}

fn listed(tx: &mut Tx<'_>, act: &Act, product: Product) -> Result<Listed, Error> {
    let mut access = Vec::new();
    for one in product_access::of(tx, &product.id)? {
        access.push(match one {
            Access::All => "all".to_owned(),
            Access::Group(name) => format!("group:{}", name.as_str()),
            Access::Account(id) => match account::load(tx, &id)? {
                Some(account) => format!("account:{}", account.username),
                None => format!("account:{id}"),
            },
        });
    }
    let secrets = product_secret::living(tx, &product.id, act.now)?.len();
    let has_picture = product::with_picture(tx)?.contains(&product.id);
    Ok(Listed { product, access, secrets, has_picture })
}
