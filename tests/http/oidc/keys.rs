//! The keys that tokens are signed with, over the months.

use serde_json::Value;
use vestibule::flow::maintenance;
use vestibule::flow::signing_key::{self, Use};
use vestibule::model::signing_algorithm::SigningAlgorithm;

use super::given::*;
use crate::support::*;

const DAY: u64 = 24;

async fn published(product: &RelyingParty) -> Vec<String> {
    let set = product.server().open_once("/oauth2/jwks").await.json();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid(token: &str) -> String {
    let header = data_encoding::BASE64URL_NOPAD.decode(token.split('.').next().unwrap().as_bytes()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

fn uses(app: &TestApp) -> Vec<Use> {
    let act = app.app.local_act();
    app.app.db.read(move |tx| signing_key::list(tx, &act)).unwrap().into_iter().map(|key| key.used).collect()
}

fn sweep(app: &TestApp) {
    app.app.renew_signing_keys().unwrap();
    let act = app.app.local_act();
    app.app.db.write(move |tx| maintenance::sweep(tx, &act)).unwrap();
}

/// From one key to the next: published a day ahead, in use after 90 days, the old one there as long as a session's tokens.
#[tokio::test]
async fn a_key_signs_for_ninety_days_and_its_successor_is_known_a_day_before() {
    for app in both_engines() {
        let person = app.with_mfa("nora").await;
        let product = RelyingParty::new(&app, "modern", |_| {});
        let sign = async || {
            let nora = SignedIn::new(&app, &person).await;
            kid(nora.tokens(&product).await.id_token())
        };
        let first = sign().await;
        app.pass(hours(88 * DAY));
        sweep(&app);
        assert_eq!((published(&product).await, sign().await), (vec![first.clone()], first.clone()));
        app.pass(hours(DAY));
        sweep(&app);
        let both = published(&product).await;
        assert_eq!((both.len(), sign().await), (2, first.clone()));
        assert_eq!(uses(&app), [Use::Current, Use::Next]);
        app.pass(hours(DAY));
        sweep(&app);
        let second = sign().await;
        assert!(second != first && both.contains(&second));
        assert_eq!((published(&product).await, uses(&app)), (both, vec![Use::Previous, Use::Current]));
        app.pass(hours(12 + DAY) + minutes(1));
        sweep(&app);
        assert_eq!(published(&product).await, [second]);
    }
}

/// Two nodes need the first key at the same moment: one is kept, or both, and all are published.
#[tokio::test]
async fn nodes_that_race_for_the_first_key_agree_on_one() {
    for app in both_engines() {
        let product = RelyingParty::new(&app, "modern", |_| {});
        let other = app.restarted();
        let nodes = [app.app.clone(), other.app.clone(), app.app.clone(), other.app.clone()];
        let makers: Vec<_> = nodes
            .into_iter()
            .map(|node| std::thread::spawn(move || node.make_signing_keys(&[SigningAlgorithm::Es256]).unwrap()))
            .collect();
        makers.into_iter().for_each(|maker| maker.join().unwrap());
        let nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let keys = published(&product).await;
        assert_eq!(keys.len(), 1);
        assert_eq!(kid(nora.tokens(&product).await.id_token()), keys[0]);
    }
}

/// Who reads the database cannot sign: the private half is sealed, and opens in its own row only.
#[tokio::test]
async fn r30_no_private_key_lies_open_in_the_database() {
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "modern", |product| product.algorithm = SigningAlgorithm::Rs256);
    published(&product).await;
    // An RSA key's PKCS #8 begins with the name of its algorithm.
    let rsa = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let bytes = app.database_bytes();
    assert!(!bytes.windows(rsa.len()).any(|window| window == rsa));
}
