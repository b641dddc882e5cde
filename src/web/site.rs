//! What handlers share, and the asynchronous way to the threads of the database and the hasher.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify, oneshot};
use tokio::task::spawn_blocking;

use super::assets::Assets;
use super::browser::Browser;
use super::cookies::Jar;
use super::error::Failure;
use super::live::Hub;
use super::load::AccountLoad;
use super::page::{Frame, Wait};
use crate::app::{App, draw};
use crate::flow::act::Act;
use crate::flow::address_limit::AddressLimit;
use crate::flow::signing_key;
use crate::hasher::{HasherFull, Verified};
use crate::keys::Purpose;
use crate::model::allowance::Allowance;
use crate::model::dice::Seed;
use crate::model::secret::SecretText;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::model::words;
use crate::store::db::Tx;
use crate::store::error::Error;

/// The state of the router. Clones share it.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

/// What a [`Site`] holds.
pub struct Parts {
    /// The installation.
    pub app: App,
    /// Stylesheet, script, pictures.
    pub assets: Assets,
    /// How cookies are written.
    pub jar: Jar,
    /// Password tries by address.
    pub addresses: AddressLimit,
    /// Products' requests that wait, by address.
    pub requests: AddressLimit,
    /// Requests that products send ahead, by address and product.
    pub pushed: AddressLimit,
    /// Devices that ask to be signed in, by address and product.
    pub devices: AddressLimit,
    /// Codes of devices that are typed, by address.
    pub user_codes: AddressLimit,
    /// Wrong secrets of products, by address and product.
    pub clients: AddressLimit,
    /// What is under way, by account.
    pub load: AccountLoad,
    /// Who listens to conversations of support cases.
    pub live: Hub,
    key_making: Mutex<()>,
    frame: Frame,
    mail_wake: Arc<Notify>,
}

impl Deref for Site {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Site {
    /// Puts the site together. `logo` is the vendor's picture with its media type.
    pub fn new(app: App, mail_wake: Arc<Notify>, logo: Option<(Vec<u8>, &'static str)>) -> Self {
        let settings = &app.settings;
        let assets = Assets::new(&settings.branding.colour.to_string(), logo);
        let limits = &settings.limits;
        let allowance = Allowance { burst: limits.address_burst, interval: limits.address_interval };
        let frame = Frame {
            brand: settings.branding.name.clone(),
            logo: assets.logo().map(str::to_owned),
            css: assets.css().to_owned(),
            script: assets.script().to_owned(),
            icon: assets.icon().to_owned(),
            support_phone: settings.support.phone.clone(),
            support_chat_url: settings.support.chat_url.clone(),
            support_email: settings.support.email.clone(),
            ..Frame::default()
        };
        let jar = Jar::new(!settings.public_url.is_loopback_http(), limits.known_browser_life);
        let (addresses, clients) = (AddressLimit::new(allowance), AddressLimit::new(allowance));
        // Whoever signs in has his requests answered, which gives them back.
        let waiting = Allowance { burst: allowance.burst.saturating_mul(10), interval: allowance.interval / 2 };
        let requests = AddressLimit::new(waiting);
        // A product's server asks for all of its people.
        let ahead = Allowance { burst: allowance.burst.saturating_mul(40), interval: allowance.interval / 20 };
        let (pushed, devices) = (AddressLimit::new(ahead), AddressLimit::new(ahead));
        let user_codes = AddressLimit::new(allowance);
        let (load, key_making) = (AccountLoad::default(), Mutex::default());
        Self(Arc::new(Parts {
            app,
            assets,
            jar,
            addresses,
            clients,
            requests,
            pushed,
            devices,
            user_codes,
            load,
            live: Hub::default(),
            key_making,
            frame,
            mail_wake,
        }))
    }

    /// The surroundings of one act of this browser.
    pub fn act(&self, browser: &Browser) -> Act {
        self.app.act_at(browser.now, browser.origin())
    }

    /// The frame of one page.
    pub fn frame(&self, title: &str, browser: &Browser) -> Frame {
        self.frame.titled(title, &browser.request_id)
    }

    /// The frame of a page that is shown before there is a [`Browser`].
    pub fn bare_frame(&self, title: &str, request_id: &str) -> Frame {
        self.frame.titled(title, request_id)
    }

    /// Runs one act as one transaction.
    pub async fn write<T, F>(&self, act: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.app.db.write_then(act, move |result| {
            let _ = answer.send(result);
        });
        let result = answered.await.map_err(|_| Failure::Bug("the database gave no answer".into()))?;
        self.mail_wake.notify_one();
        self.app.logout_wake.notify_one();
        self.live.written();
        result.map_err(Failure::from)
    }

    /// Reads.
    pub async fn read<T, F>(&self, act: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.app.db.read_then(act, move |result| {
            let _ = answer.send(result);
        });
        answered.await.map_err(|_| Failure::Bug("the database gave no answer".into()))?.map_err(Failure::from)
    }

    /// Makes these signing keys, those that are still wanted, one request at a time.
    pub async fn make_signing_keys(&self, browser: &Browser, wanted: Vec<SigningAlgorithm>) -> Result<(), Failure> {
        let _alone = self.key_making.lock().await;
        let act = self.act(browser);
        let wanted = self.read(move |tx| signing_key::wanted(tx, &act, &wanted)).await?;
        let app = self.app.clone();
        let made = spawn_blocking(move || app.make_signing_keys(&wanted)).await;
        made.map_err(|error| Failure::Bug(format!("no signing key was made: {error}")))?.map_err(Failure::from)
    }

    /// Compares a password with a hash, or does the same work where there is none.
    pub async fn verify(&self, password: SecretText, hash: Option<SecretText>) -> Result<Verified, Failure> {
        let (answer, answered) = oneshot::channel();
        self.app.hasher.verify_then(password, hash, move |result| {
            let _ = answer.send(result);
        });
        hashed(answered).await
    }

    /// Compares each secret with its hash, in one job that computes all of them; whether every one matches.
    pub async fn verify_all(&self, secrets: Vec<(SecretText, SecretText)>) -> Result<bool, Failure> {
        let (answer, answered) = oneshot::channel();
        let secrets = secrets.into_iter().map(|(secret, hash)| (secret, Some(hash))).collect();
        self.app.hasher.verify_many_then(secrets, move |result| {
            let _ = answer.send(result);
        });
        let verified = hashed(answered).await?;
        Ok(verified.iter().filter(|one| one.matches).count() == verified.len())
    }

    /// Hashes new secrets, in their order.
    pub async fn hash(&self, secrets: Vec<SecretText>) -> Result<Vec<SecretText>, Failure> {
        let mut dice = Seed::new(draw()).dice();
        let salted = secrets.into_iter().map(|secret| (secret, dice.bytes())).collect();
        let (answer, answered) = oneshot::channel();
        self.app.hasher.hash_many_then(salted, move |result| {
            let _ = answer.send(result);
        });
        hashed(answered).await
    }

    /// Hashes one new secret.
    pub async fn hash_one(&self, secret: SecretText) -> Result<SecretText, Failure> {
        self.hash(vec![secret]).await?.pop().ok_or_else(|| Failure::Bug("the hasher gave no hash".into()))
    }

    /// The hidden field of a form that is shown to the holder of `binding`.
    pub fn form_token(&self, binding: &PlainToken) -> String {
        let mac = self.app.keys.mac(Purpose::Form, &[binding.expose().as_bytes()]);
        data_encoding::BASE64URL_NOPAD.encode(mac.as_bytes())
    }

    /// How a page shows the time until `until`.
    pub fn wait(&self, until: Timestamp, now: Timestamp) -> Wait {
        let left = until.since(now);
        let zone = &self.app.settings.branding.time_zone;
        let says_day = left > Duration::from_secs(86_400);
        let until_text =
            if says_day { words::clock_time_and_date(until, zone) } else { words::clock_time(until, zone) };
        Wait {
            until_words: format!("at {until_text}"),
            left_words: words::span(left),
            seconds: words::whole_seconds(left).max(1),
        }
    }
}

async fn hashed<T>(answered: oneshot::Receiver<Result<T, HasherFull>>) -> Result<T, Failure> {
    answered.await.unwrap_or(Err(HasherFull)).map_err(|HasherFull| Failure::Overloaded)
}
