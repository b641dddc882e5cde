//! Invitations, **This wasn't me**, the portal, help, messages and the demo's mailbox.

use vestibule::demo::mailbox_pages::{DemoAccount, DemoProduct, MailPage, MailRow, MailboxPage, linked};
use vestibule::demo::product::pages::{Person, ProductPage, TroublePage};
use vestibule::demo::product::{KNOWN, Known};
use vestibule::web::help::{HelpPage, Picture};
use vestibule::web::invitation::password::PasswordPage;
use vestibule::web::message::MessagePage;
use vestibule::web::not_me::{confirm::ConfirmPage, done::DonePage};
use vestibule::web::oidc::answer::FormPostPage;
use vestibule::web::oidc::device::approve::ApprovePage;
use vestibule::web::oidc::device::code::CodePage;
use vestibule::web::oidc::logout::ConfirmPage as SignOutPage;
use vestibule::web::page::{Action, Field, Frame};
use vestibule::web::portal::home::HomePage;
use vestibule::web::portal::tile::Tile;
use vestibule::web::sign_out::done::DonePage as SignedOutPage;

use super::{HOSTILE, Sample, assets, failed, failed_sample, frame, sample, some, token, wait, wrong};

pub fn all() -> Vec<Sample> {
    [
        invitation(),
        answers_to_products(),
        devices(),
        not_me(),
        portal(),
        sign_out(),
        help(),
        messages(),
        demo(),
        demo_products(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn invitation() -> Vec<Sample> {
    let page = |frame: Frame, first_administrator, username: &str, email: &str| PasswordPage {
        frame,
        form_token: token(),
        first_administrator,
        username: Field::kept(username),
        email: Field::kept(email),
        min_length: 8,
        new_password: Field::empty(),
        repeat: Field::empty(),
        problem: None,
    };
    vec![
        sample("invitation", page(frame("Welcome"), false, "new-user", "new-user@example.org")),
        sample("invitation-hostile", page(frame("Welcome"), false, HOSTILE, HOSTILE)),
        sample("invitation-first-administrator", page(frame("First administrator"), true, "", "")),
        failed_sample(
            "invitation-first-administrator-wrong",
            PasswordPage {
                problem: some("Two things need another look."),
                email: Field::wrong("me", "Type your whole email address, such as name@example.org."),
                new_password: wrong("Use at least 8 characters."),
                ..page(failed("First administrator"), true, "me", "")
            },
        ),
    ]
}

fn answers_to_products() -> Vec<Sample> {
    let page = |state: &str| FormPostPage {
        frame: frame("One more step"),
        action: "https://modern.example.com/callback".to_owned(),
        fields: vec![("code", "vst_c_x".to_owned()), ("state", state.to_owned())],
    };
    vec![sample("form-post", page("af0ifjsldkj")), sample("form-post-hostile", page(HOSTILE))]
}

fn devices() -> Vec<Sample> {
    let code = |frame: Frame, code: Field, problem: Option<String>| CodePage {
        frame,
        form_token: token(),
        code,
        problem,
        wait: None,
    };
    let approve = |name: &str| ApprovePage {
        frame: frame("Is this your device?"),
        form_token: token(),
        address: "/oauth2/device/0197b2c4-5e4f-7a31-9c0d-8a6b2f1e3d57".to_owned(),
        username: name.to_owned(),
        product: name.to_owned(),
        when: "at 3:42 PM UTC on Monday, March 3".to_owned(),
        device: name.to_owned(),
        network: "192.0.2.0/24".to_owned(),
    };
    let (title, said) = ("Sign in on a device", "No device shows this code now. Check each letter.");
    let tried = "Several codes were tried that no device shows.";
    vec![
        sample("device-code", code(frame(title), Field::empty(), None)),
        failed_sample("device-code-wrong", code(failed(title), Field::wrong("WDJB-MJHT", said), some(said))),
        failed_sample("device-code-hostile", code(failed(title), Field::wrong(HOSTILE, said), some(said))),
        failed_sample(
            "device-code-wait",
            CodePage { wait: wait(), ..code(failed(title), Field::kept("WDJB-MJHT"), some(tried)) },
        ),
        sample("device-approve", approve("Command Line")),
        sample("device-approve-hostile", approve(HOSTILE)),
    ]
}

fn not_me() -> Vec<Sample> {
    let confirm = |username: &str, browser: &str| ConfirmPage {
        frame: frame("Was this you?"),
        form_token: token(),
        username: username.to_owned(),
        when: "Monday, March 3 at 3:42 PM UTC".to_owned(),
        browser: browser.to_owned(),
        network: "192.0.2.0/24".to_owned(),
    };
    vec![
        sample("not-me-confirm", confirm("ready-user", "Firefox on Windows")),
        sample("not-me-confirm-hostile", confirm(HOSTILE, HOSTILE)),
        sample("not-me-done", DonePage { frame: frame("Everyone is signed out"), username: "ready-user".to_owned() }),
    ]
}

fn portal() -> Vec<Sample> {
    let page = |username: &str, name| HomePage {
        frame: frame("User Portal"),
        form_token: token(),
        username: username.to_owned(),
        name,
        last_sign_in: None,
        support: true,
        tiles: Vec::new(),
    };
    let tile = |name: &str, asks: Option<&str>, how: Option<&'static str>| Tile {
        name: name.to_owned(),
        picture: None,
        initial: name.chars().take(1).collect(),
        asks: asks.map(str::to_owned),
        href: how.is_none().then(|| "/portal/open/ledger".to_owned()),
        how,
    };
    let pictured = |tile| Tile { picture: Some(assets().icon().to_owned()), ..tile };
    let tiles = vec![
        pictured(tile("MIP Modern", Some("Opens at once"), None)),
        tile("Fund Accounting", Some("Asks for a passcode each time"), None),
        tile(
            "The product with a name that is longer than any tile is wide",
            Some("Asks for a passcode after 8 hours"),
            None,
        ),
        tile("Remote Ledger", None, Some("Opens in its own window")),
    ];
    let hostile = vec![tile(HOSTILE, None, None), tile(HOSTILE, None, Some("Opens in its own window"))];
    let last = some("on Monday, March 3 at 3:42 PM UTC");
    vec![
        sample("portal-home", HomePage { last_sign_in: last, ..page("ready-user", some("Robin Ready")) }),
        sample("portal-home-first", page("new-user", None)),
        sample("portal-home-products", HomePage { tiles, ..page("ready-user", None) }),
        sample("portal-home-hostile", HomePage { tiles: hostile, ..page(HOSTILE, some(HOSTILE)) }),
    ]
}

fn sign_out() -> Vec<Sample> {
    let confirm = |username: &str, product: Option<String>| SignOutPage {
        frame: frame("Sign out?"),
        form_token: token(),
        username: username.to_owned(),
        product,
        client_id: "mip-modern".to_owned(),
        post_logout_redirect_uri: "https://modern.example.org/".to_owned(),
        state: HOSTILE.to_owned(),
    };
    vec![
        sample("sign-out-done", SignedOutPage { frame: frame("You are signed out") }),
        sample("sign-out-confirm", confirm("ready-user", some("MIP Modern"))),
        sample("sign-out-confirm-hostile", confirm(HOSTILE, some(HOSTILE))),
    ]
}

fn help() -> Vec<Sample> {
    let page = |frame, standard| HelpPage { frame, standard, help_pictures: Vec::new() };
    let picture = |step| Picture {
        step,
        src: assets().icon().to_owned(),
        alt: "The doorway".to_owned(),
        width: 320,
        height: 200,
    };
    let unsupported = Frame { support_phone: None, support_chat_url: None, ..frame("Help") };
    vec![
        sample("help", page(frame("Help"), true)),
        sample("help-strict", page(unsupported, false)),
        sample("help-pictures", HelpPage { help_pictures: vec![picture(1), picture(6)], ..page(frame("Help"), true) }),
    ]
}

fn messages() -> Vec<Sample> {
    let page = |frame, heading: &str, paragraphs: &[&str], action: Option<(&str, &str)>| MessagePage {
        frame,
        heading: heading.to_owned(),
        paragraphs: paragraphs.iter().map(|&words| words.to_owned()).collect(),
        action: action.map(|(label, href)| Action { label: label.to_owned(), href: href.to_owned() }),
    };
    let spent = ["It may have expired, or a newer email has taken its place.", "Sign in and ask for a new one."];
    let busy = ["We can't answer just now. Nothing is lost: try again in half a minute."];
    vec![
        failed_sample(
            "message-spent",
            page(
                failed("This link no longer works"),
                "This link no longer works",
                &spent,
                Some(("Sign in", "/sign-in")),
            ),
        ),
        failed_sample("message-busy", page(failed("Please try again"), "Please try again", &busy, None)),
        failed_sample("message-hostile", page(failed(HOSTILE), HOSTILE, &[HOSTILE], Some((HOSTILE, "/")))),
    ]
}

fn demo_account(username: &str, code: Option<&str>) -> DemoAccount {
    DemoAccount {
        username: username.to_owned(),
        role: code.map(|_| "support analyst"),
        email: format!("{username}@example.org"),
        password: "correct horse battery staple".to_owned(),
        purpose: "Nothing is set up yet: try the whole story, from the first sign-in.".to_owned(),
        manual_code: code.map(str::to_owned),
        recovery_code: code.map(|_| "7K3M9-QXZ4T-B0HRN-5WDVA-C8E2PJ".to_owned()),
        answers: code.iter().flat_map(|_| ["red", "blue", "green"]).map(str::to_owned).collect(),
    }
}

fn demo() -> Vec<Sample> {
    let css = || assets().css().to_owned();
    let mail = |subject: &str| MailRow {
        id: "7".to_owned(),
        to: "new-user@example.org".to_owned(),
        role: None,
        subject: subject.to_owned(),
        when: "today at 3:42 PM UTC".to_owned(),
    };
    let to_support = |subject: &str| MailRow { role: Some("support analyst"), ..mail(subject) };
    let accounts =
        || vec![demo_account("new-user", None), demo_account("analyst", Some("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"))];
    let mailbox = |mails, to: Option<&str>| MailboxPage {
        css: css(),
        portal_url: "http://localhost:8080/".to_owned(),
        to: to.map(str::to_owned),
        mails,
        products: KNOWN.iter().map(demo_product).collect(),
        accounts: accounts(),
    };
    let text = "Hello new-user,\n\nopen this link to set up MFA:\n\nhttp://localhost:8080/set-up/Zm9vYmFyYmF6\n\nIt works for 1 hour.\n";
    let open = |subject: &str, text: &str| MailPage {
        css: css(),
        id: "7".to_owned(),
        to: "new-user@example.org".to_owned(),
        subject: subject.to_owned(),
        when: "today at 3:42 PM UTC".to_owned(),
        text: linked(text),
    };
    vec![
        sample(
            "demo-mailbox",
            mailbox(vec![mail("Set up MFA for Northwind Cloud"), to_support("Your passcode")], None),
        ),
        sample("demo-mailbox-empty", mailbox(Vec::new(), None)),
        sample("demo-mailbox-of-one", mailbox(vec![mail("Your passcode")], Some("nora@example.org"))),
        sample("demo-mailbox-of-one-empty", mailbox(Vec::new(), Some(HOSTILE))),
        sample("demo-mailbox-hostile", mailbox(vec![mail(HOSTILE)], None)),
        sample("demo-mail", open("Set up MFA for Northwind Cloud", text)),
        sample("demo-mail-hostile", open(HOSTILE, HOSTILE)),
    ]
}

fn demo_product(known: &Known) -> DemoProduct {
    let url = "http://localhost:8081".to_owned();
    DemoProduct { name: known.name.to_owned(), url, asks: known.asks.to_owned() }
}

fn demo_products() -> Vec<Sample> {
    let (css, portal_url) = (assets().css().to_owned(), "http://localhost:8080".to_owned());
    let known = &KNOWN[1];
    let product = |person: Option<Person>| ProductPage {
        css: css.clone(),
        name: known.name,
        picture: some(assets().icon()),
        purpose: known.purpose,
        asks: known.asks,
        portal_url: portal_url.clone(),
        person,
    };
    let person = |username: &str| {
        let claims = format!("{{\n  \"acr\": \"urn:vestibule:acr:mfa\",\n  \"preferred_username\": \"{username}\"\n}}");
        Some(Person { username: username.to_owned(), claims, form_token: token() })
    };
    let trouble = |detail: &str| TroublePage {
        css: css.clone(),
        name: known.name,
        picture: some(assets().icon()),
        portal_url: portal_url.clone(),
        heading: "This sign-in leads nowhere".to_owned(),
        advice: "It was begun in another browser, too long ago, or has been used. Try again.".to_owned(),
        detail: detail.to_owned(),
    };
    vec![
        sample("demo-product", product(None)),
        sample("demo-product-signed-in", product(person("ready-user"))),
        sample("demo-product-hostile", product(person(HOSTILE))),
        failed_sample("demo-product-trouble", trouble("unknown state")),
        failed_sample("demo-product-trouble-hostile", trouble(HOSTILE)),
    ]
}
