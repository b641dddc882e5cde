//! The portal's tiles: which products stand there, what each will ask for, and where it leads.

use std::time::Duration;

use vestibule::flow::account::{self, Change};
use vestibule::flow::product::{self, NewProduct, Opener};
use vestibule::model::group_name::GroupName;
use vestibule::model::picture::Picture;
use vestibule::model::product::{Kind, Policy, ProductId};

use crate::support::*;

/// A picture as far as its first bytes go.
const PICTURE: &[u8] = b"RIFF\x10\0\0\0WEBPVP8 ";

fn id(text: &str) -> ProductId {
    ProductId::parse(text).unwrap()
}

/// A web product that begins at its own address.
fn web(name: &str) -> NewProduct {
    NewProduct {
        redirect_uris: vec![format!("https://{name}.example/callback")],
        start_url: Some(format!("https://{name}.example/start?from=portal")),
        ..NewProduct::new(id(name), name, Kind::Web, Policy::Inherit)
    }
}

fn add(app: &TestApp, new: NewProduct) {
    let act = app.app.local_act();
    app.app.db.write(move |tx| product::register(tx, &act, &new)).unwrap().unwrap();
}

fn set_groups(app: &TestApp, person: &Person, names: &[&str]) {
    let names: Vec<_> = names.iter().map(|name| GroupName::parse(name).unwrap()).collect();
    let (act, id) = (app.app.local_act(), person.id.clone());
    app.app.db.write(move |tx| account::set_groups(tx, &act, &id, &names)).unwrap().unwrap();
}

#[tokio::test]
async fn s3_17_the_portal_has_a_tile_for_each_product_that_says_what_it_will_ask_for() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    assert!(browser.sign_in(&nora).await.says("No products yet"));
    let separate = |name, age| NewProduct { policy: Policy::Separate(Duration::from_secs(age)), ..web(name) };
    add(&app, web("modern"));
    add(&app, separate("accounting", 0));
    add(&app, NewProduct { picture: Some(Picture::parse(PICTURE.to_vec()).unwrap()), ..separate("ledger", 8 * 3_600) });
    add(&app, NewProduct::new(id("remote"), "Remote Ledger", Kind::RemoteApp, Policy::Inherit));
    let page = browser.open("/").await;
    assert!(!page.says("No products yet") && page.says("Your products"), "{}", page.text());
    for (name, asks) in [
        ("accounting", "Asks for a passcode each time"),
        ("ledger", "Asks for a passcode after 8 hours"),
        ("Remote Ledger", "Opens in its own window"),
        ("modern", "Opens at once"),
    ] {
        assert!(page.says(&format!("{name} {asks}")), "{name}: {}", page.text());
    }
    assert!(page.body.contains("src=\"/portal/picture/ledger\"") && !page.body.contains("/portal/picture/modern"));
    assert!(!page.body.contains("/portal/open/remote"), "it begins nowhere in a browser");
}

#[tokio::test]
async fn s3_18_a_tile_leads_to_the_products_own_start_address() {
    let app = TestApp::new();
    add(&app, web("modern"));
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let portal = browser.sign_in(&nora).await;
    assert!(portal.body.contains("<a class=\"tile\" href=\"/portal/open/modern\">"), "{}", portal.body);
    let page = browser.open_once("/portal/open/modern").await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "https://modern.example/start?from=portal"));
    browser.press(&portal, "Sign out").await;
    let page = browser.open_once("/portal/open/modern").await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "/sign-in"));
}

/// Each of the three ways to be let in, and that none is left when it is taken away.
#[tokio::test]
async fn s3_19_an_account_sees_and_opens_its_own_products_only() {
    for app in both_engines() {
        let (nora, omar) = (app.with_mfa("nora").await, app.with_mfa("omar").await);
        let group = Opener::Group(GroupName::parse("finance").unwrap());
        add(&app, NewProduct { access: vec![group], ..web("finance-only") });
        add(&app, NewProduct { access: vec![Opener::Account("nora".into())], ..web("noras-own") });
        add(&app, NewProduct { access: vec![], ..web("nobodys") });
        add(&app, web("everyones"));
        set_groups(&app, &omar, &["finance", "Nora"]);
        let mut browsers = [app.browser(), app.browser()];
        browsers[0].sign_in(&nora).await;
        browsers[1].sign_in(&omar).await;
        let opens = async |browser: &mut Browser| {
            let portal = browser.open("/").await;
            let mut statuses = Vec::new();
            for name in ["finance-only", "noras-own", "nobodys", "everyones"] {
                let page = browser.open_once(&format!("/portal/open/{name}")).await;
                assert_eq!(portal.says(name), page.status == 303, "{name}: the portal tells what opens");
                assert_eq!(page.status == 403, page.says("You can't open this product"), "{name}");
                statuses.push(page.status.as_u16());
            }
            statuses
        };
        assert_eq!(opens(&mut browsers[0]).await, [403, 303, 403, 303]);
        assert_eq!(opens(&mut browsers[1]).await, [303, 403, 403, 303]);
        set_groups(&app, &omar, &[]);
        assert_eq!(opens(&mut browsers[1]).await, [403, 403, 403, 303], "at the next request");
        let act = app.app.local_act();
        assert!(app.app.db.write(move |tx| product::remove(tx, &act, &id("everyones"))).unwrap());
        assert_eq!(browsers[1].open_once("/portal/open/everyones").await.status, 404);
        app.change(&nora, Change::Disable);
        assert_eq!(browsers[0].open_once("/portal/open/noras-own").await.header("location"), "/sign-in");
    }
}

#[tokio::test]
async fn s3_19_a_product_that_is_none_or_begins_nowhere_has_no_page() {
    let app = TestApp::new();
    add(&app, NewProduct::new(id("remote"), "Remote Ledger", Kind::RemoteApp, Policy::Inherit));
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    for product in ["remote", "other", "Remote", "a%2Fb", "..%2F..", "%00", "%ff", "https:%2F%2Fevil.example"] {
        let page = browser.open_once(&format!("/portal/open/{product}")).await;
        assert!([400, 404].contains(&page.status.as_u16()), "{product}: {}", page.status);
        assert_eq!(page.header("location"), "");
    }
}

#[tokio::test]
async fn s3_20_a_picture_goes_to_those_who_may_open_its_product_and_as_nothing_but_a_picture() {
    let app = TestApp::new();
    let pictured = |name| NewProduct { picture: Some(Picture::parse(PICTURE.to_vec()).unwrap()), ..web(name) };
    add(&app, pictured("modern"));
    add(&app, NewProduct { access: vec![], ..pictured("nobodys") });
    add(&app, web("ledger"));
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    assert_eq!(browser.open_once("/portal/picture/modern").await.status, 404, "nobody");
    browser.give_password(&nora).await;
    assert_eq!(browser.open_once("/portal/picture/modern").await.status, 404, "a password alone");
    browser.sign_in(&nora).await;
    let page = browser.open_once("/portal/picture/modern").await;
    assert_eq!((page.status.as_u16(), page.body.as_bytes()), (200, PICTURE));
    for (header, value) in [
        ("content-type", "image/webp"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, max-age=3600"),
    ] {
        assert_eq!(page.header(header), value);
    }
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    for (product, why) in [("ledger", "it has none"), ("nobodys", "she may not open it"), ("other", "there is none")] {
        assert_eq!(browser.open_once(&format!("/portal/picture/{product}")).await.status, 404, "{why}");
    }
}
