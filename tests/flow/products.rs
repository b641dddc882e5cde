//! Registering products: what is taken, what is refused and in which words, and the life of a secret.

use std::time::Duration;

use vestibule::flow::product::{self, NewProduct, Opener, Registered, Rotated};
use vestibule::keys::Purpose;
use vestibule::model::group_name::GroupName;
use vestibule::model::picture::Picture;
use vestibule::model::product::{Kind, Policy, ProductId};
use vestibule::model::token::PlainToken;
use vestibule::store::{audit, product_access, product_secret};

use crate::support::{House, on_each_engine};

const DAY: Duration = Duration::from_secs(24 * 3_600);

fn id(text: &str) -> ProductId {
    ProductId::parse(text).unwrap()
}

fn web(name: &str) -> NewProduct {
    let redirect_uris = vec![format!("https://{name}.example/callback")];
    NewProduct { redirect_uris, ..NewProduct::new(id(name), name, Kind::Web, Policy::Inherit) }
}

fn proxied(name: &str, host: &str) -> NewProduct {
    NewProduct { host: Some(host.to_owned()), ..NewProduct::new(id(name), name, Kind::Proxied, Policy::Inherit) }
}

fn remote_app(name: &str) -> NewProduct {
    NewProduct::new(id(name), name, Kind::RemoteApp, Policy::Inherit)
}

fn register(house: &House, new: NewProduct) -> Result<Registered, String> {
    let act = house.act();
    let done = house.app.db.write(move |tx| product::register(tx, &act, &new)).unwrap();
    done.map_err(|problem| problem.to_string())
}

fn rotate(house: &House, name: &'static str, at_once: bool) -> Rotated {
    let act = house.act();
    house.app.db.write(move |tx| product::rotate_secret(tx, &act, &id(name), at_once)).unwrap()
}

fn is_good(house: &House, name: &'static str, secret: &PlainToken) -> bool {
    let now = house.now();
    let living = house.app.db.read(move |tx| product_secret::living(tx, &id(name), now)).unwrap();
    assert!(living.len() <= 2);
    living.iter().any(|mac| house.app.keys.verify(Purpose::Token, &[secret.expose().as_bytes()], mac))
}

#[test]
fn a_secret_is_changed_over_in_a_day() {
    on_each_engine(|house| {
        let first = register(&house, web("ledger")).unwrap().secret.unwrap();
        let Rotated::Done(second) = rotate(&house, "ledger", false) else { panic!("no secret") };
        assert!(is_good(&house, "ledger", &first) && is_good(&house, "ledger", &second));
        house.wait(DAY - Duration::from_secs(1));
        assert!(is_good(&house, "ledger", &first));
        house.wait(Duration::from_secs(1));
        assert!(!is_good(&house, "ledger", &first) && is_good(&house, "ledger", &second));

        let Rotated::Done(third) = rotate(&house, "ledger", false) else { panic!("no secret") };
        let Rotated::Done(fourth) = rotate(&house, "ledger", false) else { panic!("no secret") };
        let good = [&second, &third, &fourth].map(|secret| is_good(&house, "ledger", secret));
        assert_eq!(good, [false, true, true], "two alive");
        let Rotated::Done(last) = rotate(&house, "ledger", true) else { panic!("no secret") };
        let good = [&third, &fourth, &last].map(|secret| is_good(&house, "ledger", secret));
        assert_eq!(good, [false, false, true], "at once");
        assert!(matches!(rotate(&house, "other", false), Rotated::Unknown));
    });
}

/// Many at once leave two: the newest and one before it.
#[test]
fn rotations_at_the_same_moment_queue_up() {
    on_each_engine(|house| {
        register(&house, web("ledger")).unwrap();
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (act, db) = (house.act(), house.app.db.clone());
                std::thread::spawn(move || db.write(move |tx| product::rotate_secret(tx, &act, &id("ledger"), false)))
            })
            .collect();
        for thread in threads {
            assert!(matches!(thread.join().unwrap().unwrap(), Rotated::Done(_)));
        }
        let now = house.now();
        let living = house.app.db.read(move |tx| product_secret::living(tx, &id("ledger"), now)).unwrap();
        assert_eq!(living.len(), 2);
    });
}

#[test]
fn only_what_can_keep_a_secret_gets_one() {
    let house = House::on_sqlite();
    let keys = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    for (new, has) in [
        (web("a"), true),
        (NewProduct { redirect_uris: vec!["org.example.b:/back".into()], ..remote_app("b") }, true),
        (NewProduct { is_public: true, ..web("c") }, false),
        (NewProduct { is_public: true, ..remote_app("d") }, false),
        (NewProduct { key_set: Some(keys.to_owned()), ..web("e") }, false),
        (proxied("f", "f.example"), false),
    ] {
        let done = register(&house, new).unwrap();
        assert_eq!((done.secret.is_some(), done.product.has_secret()), (has, has), "{}", done.product.id);
    }
    assert!(matches!(rotate(&house, "c", false), Rotated::HasNone));
    assert!(matches!(rotate(&house, "f", true), Rotated::HasNone));
}

/// Registering each is refused in these words, and leaves nothing behind.
fn assert_refused(house: &House, refused: &[(NewProduct, &str)]) {
    let before = house.app.db.read(vestibule::store::product::list).unwrap();
    for (new, words) in refused {
        let told = register(house, new.clone()).err();
        assert!(told.as_ref().is_some_and(|told| told.contains(words) && told.ends_with('.')), "{new:?}: {told:?}");
    }
    assert_eq!(house.app.db.read(vestibule::store::product::list).unwrap(), before);
}

fn uris(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn what_cannot_be_a_product_is_told_in_words() {
    let house = House::on_sqlite();
    register(&house, web("ledger")).unwrap();
    let named = |name: &str| NewProduct { name: name.to_owned(), ..web("b") };
    let refused = [
        (web("ledger"), "with the id \"ledger\" already"),
        (named("LEDGER"), "called \"ledger\" already"),
        (named(" "), "1 to 80 characters"),
        (named("a\u{200b}b"), "1 to 80 characters"),
        (named(&"a".repeat(81)), "1 to 80 characters"),
        (NewProduct { redirect_uris: vec![], ..web("b") }, "at least one redirect address"),
        (
            NewProduct { redirect_uris: uris(&["https://b.example/", "callback"]), ..web("b") },
            "\"callback\" is not taken",
        ),
        (NewProduct { post_logout_redirect_uris: uris(&["bye"]), ..web("b") }, "\"bye\" is not taken"),
        (NewProduct { back_channel_logout_uri: Some("back".into()), ..web("b") }, "\"back\" is not taken"),
        (NewProduct { redirect_uris: uris(&["org.example.b:/"]), ..web("b") }, "must begin with https://"),
        (
            NewProduct { redirect_uris: uris(&["javascript:alert(1)"]), is_public: true, ..web("b") },
            "a scheme of its own",
        ),
        (
            NewProduct { back_channel_logout_uri: Some("org.example.b:/".into()), ..remote_app("b") },
            "begin with https://",
        ),
        (NewProduct { start_url: Some("javascript:alert(1)".into()), ..web("b") }, "is not taken"),
        (NewProduct { start_url: Some("https://b.example/#\r\na: b".into()), ..web("b") }, "is not taken"),
        (NewProduct { host: Some("b.example".into()), ..web("b") }, "Only a proxied product"),
        (NewProduct { key_set: Some("{}".into()), ..web("b") }, "key set is not taken"),
        (NewProduct { key_set: Some("{}".into()), is_public: true, ..web("b") }, "public product can keep no"),
    ];
    assert_refused(&house, &refused);
}

#[test]
fn what_cannot_stand_behind_a_proxy_is_told_in_words() {
    let house = House::on_sqlite();
    register(&house, proxied("wiki", "wiki.example")).unwrap();
    let refused = [
        (NewProduct { host: None, ..proxied("b", "") }, "needs the host"),
        (proxied("b", "wiki.example"), "answers at wiki.example already"),
        (proxied("b", "WIKI.example:443"), "answers at wiki.example already"),
        (proxied("b", "id.example.org"), "this installation's own"),
        (proxied("b", "id.example.org:8443"), "this installation's own"),
        (proxied("b", "a/b"), "\"a/b\" is not taken"),
        (proxied("b", "a@b.example"), "is not taken"),
        (
            NewProduct { redirect_uris: uris(&["https://b.example/"]), ..proxied("b", "b.example") },
            "redirect addresses",
        ),
        (NewProduct { is_public: true, ..proxied("b", "b.example") }, "being public"),
        (NewProduct { device_grant: true, ..proxied("b", "b.example") }, "the device grant"),
        (NewProduct { access: vec![Opener::Account("nobody".into())], ..web("b") }, "no account \"nobody\""),
    ];
    assert_refused(&house, &refused);
}

#[test]
fn a_product_is_kept_as_it_was_registered() {
    let house = House::on_sqlite();
    let nora = house.person("nora");
    let picture = Picture::parse(b"\x89PNG\r\n\x1a\n.".to_vec()).unwrap();
    let group = GroupName::parse("finance").unwrap();
    let access = vec![Opener::Group(group), Opener::Account("NORA@example.org".into())];
    let start_url = Some("https://ledger.example/#/home".to_owned());
    register(
        &house,
        NewProduct { name: " The ledger ".into(), picture: Some(picture), access, start_url, ..web("ledger") },
    )
    .unwrap();
    let act = house.act();
    let found = house.app.db.read(move |tx| product::find(tx, &act, &id("ledger"))).unwrap().unwrap();
    assert_eq!((found.product.name.as_str(), found.secrets, found.has_picture), ("The ledger", 1, true));
    assert_eq!(found.product.start_url.as_deref(), Some("https://ledger.example/#/home"));
    assert_eq!(found.access, ["account:nora", "group:finance"]);
    assert!(house.app.db.read(move |tx| product_access::may_open(tx, &id("ledger"), &nora.account)).unwrap());
    let wiki = register(&house, proxied("wiki", "wiki.example")).unwrap();
    assert_eq!(wiki.product.start_url.as_deref(), Some("https://wiki.example/"), "it begins at its host");
}

#[test]
fn the_trail_tells_of_products_and_no_secret() {
    let house = House::on_sqlite();
    let secret = register(&house, web("ledger")).unwrap().secret.unwrap();
    let Rotated::Done(second) = rotate(&house, "ledger", true) else { panic!("no secret") };
    let act = house.act();
    assert!(house.app.db.write(move |tx| product::remove(tx, &act, &id("ledger"))).unwrap());
    let act = house.act();
    assert!(!house.app.db.write(move |tx| product::remove(tx, &act, &id("ledger"))).unwrap());
    let search = audit::Search { account: String::new(), act: String::new(), since: None, most: 100 };
    let events = house.app.db.read(move |tx| audit::search(tx, &search)).unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.act.as_str(), event.detail.as_str())).collect();
    for act in ["product-add", "product-rotate-secret", "product-remove"] {
        assert_eq!(told.iter().filter(|event| **event == (act, "ledger")).count(), 1, "{told:?}");
    }
    let all = format!("{events:?}");
    assert!(!all.contains(secret.expose()) && !all.contains(second.expose()));
}
