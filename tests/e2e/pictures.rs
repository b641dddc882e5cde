//! The pictures of the help page and of the README: our own screens, taken from the running demo into `target/pictures`.
//!
//! `UPDATE=1 cargo test --test e2e pictures` puts them into `assets/help` and `docs/pictures`, made small by ImageMagick (Debian's
//! package imagemagick, which is needed for that alone).

use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::browser::{Browser, Script};
use super::cases::{ANALYST, USER};
use super::mail::Mail;
use super::tools::{passcode, run};
use super::visit::Visit;

const NEW_USER: &str = "new-user";
/// Widths of a window, in CSS pixels; the pictures have two pixels to each.
const NARROW: u32 = 480;
const BROAD: u32 = 800;
const SCALE: u32 = 2;
/// Around a picture's part of the page, in CSS pixels.
const MARGIN: f64 = 12.0;
/// The width of a panel's edge.
const EDGE: f64 = 1.0;
/// The cards of the README, in CSS pixels.
const CARDS_WIDTH: u32 = 1200;
const CARDS: &str = "
    body { display: flex; gap: 32px; align-items: flex-start; margin: 0; padding: 36px 40px 44px; background: #f4f3ef; }
    figure { flex: 1; margin: 0; }
    figcaption { margin: 0 0 14px 4px; color: #565d64; font: 600 19px system-ui, sans-serif; }
    div { padding: 10px 0; overflow: hidden; background: #ffffff; border: 1px solid #dbd8d0; border-radius: 12px; }
    img { display: block; width: 100%; }";
/// Pages are flat: more colours are not seen.
const COLOURS: &str = "48";

/// The rectangle around the first and the last of the elements of a selector.
const PART: &str = "
    const parts = [...document.querySelectorAll(arguments[0])].map(part => part.getBoundingClientRect());
    const panel = (document.querySelector('.panel') || document.body).getBoundingClientRect();
    return [panel.left, parts[0].top + scrollY, panel.right, parts[parts.length - 1].bottom + scrollY];";

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_taken_of_every_step() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    page.window(NARROW).await;
    let mail = ask_for_the_email(&visit).await;
    let code = set_up(&visit, &mail).await;
    visit.sign_in(NEW_USER).await;
    page.heading("Enter your passcode").await;
    page.take("passcode", "h1, button.button:not(.button-quiet)").await;
    page.take_for_card("front-door-passcode", "h1, .after").await;
    let steps = [("sign-in", "Your password"), ("passcode", "Then a passcode"), ("app", "Set up once, with any app")];
    page.compose("front-door", &steps).await;
    assert_eq!(code.len(), 32);
    if std::env::var_os("UPDATE").is_some() {
        update_help();
        update_readme("front-door");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_taken_of_the_portal_and_of_the_console() {
    let visit = Visit::begin(Script::On).await;
    let (page, desk) = (&visit.browser, Browser::open(Script::On).await);
    page.window(BROAD).await;
    visit.open("/sign-in").await;
    visit.sign_in(USER).await;
    visit.verify(&passcode(&visit.code(USER))).await;
    page.heading("Welcome").await;
    page.take_for_card("portal-home", "h1, form").await;
    desk.window(BROAD).await;
    talk(&visit, &desk).await;
    desk.take_for_card("console-case", "h1, form[action$='/message'] button").await;
    page.compose("portal", &[("home", "The User Portal: a tile for each product")]).await;
    page.compose("console", &[("case", "The support console: a case")]).await;
    if std::env::var_os("UPDATE").is_some() {
        update_readme("portal");
        update_readme("console");
    }
}

/// A person who has lost the phone, and the analyst who helps.
async fn talk(visit: &Visit, desk: &Browser) {
    visit.lose_the_device(USER).await;
    let number = visit.ask_support().await;
    visit.browser.send("My phone fell into the lake, and the recovery code is at home.").await;
    desk.sign_in_to_console(&visit.demo, ANALYST).await;
    desk.open_case(&number).await;
    desk.send("We call you back at the number in your contract, in ten minutes.").await;
    visit.browser.send("Thank you, I am there.").await;
    desk.says("Thank you, I am there.").await;
    desk.says("New messages appear here by themselves.").await;
}

async fn ask_for_the_email(visit: &Visit) -> Mail {
    let page = &visit.browser;
    visit.open("/").await;
    page.heading("Sign in").await;
    page.take_for_card("front-door-sign-in", "h1, .after").await;
    page.fill("Username", NEW_USER).await;
    page.fill("Password", "a password").await;
    page.take("sign-in", ".panel h1, .panel form").await;
    visit.sign_in(NEW_USER).await;
    page.heading("MFA is required").await;
    page.take("setup-email", ".panel h1, .panel form").await;
    page.press("Send me a setup email").await;
    page.says("We sent the setup email to").await;
    let mail = visit.demo.mail(NEW_USER, "MFA setup email").await;
    page.show(mail.html()).await;
    page.take("email", "h1, a[href*='/set-up/']:not(.bare)").await;
    mail
}

/// Gives the app's code.
async fn set_up(visit: &Visit, mail: &Mail) -> String {
    let page = &visit.browser;
    page.open_page(&mail.link("/set-up/link/")).await;
    page.heading("Security questions").await;
    page.choose("Question 1", "What was the first dish that you learned to cook?").await;
    page.fill("Answer 1", "pancakes").await;
    page.take("questions", ".progress, .group:nth-of-type(1)").await;
    visit.browser.answer_questions().await;
    page.press("Save and continue").await;
    page.heading("Authenticator app").await;
    let code = visit.browser.manual_code().await;
    page.take("app", ".apps + h2, .tools").await;
    page.take_for_card("front-door-app", ".apps + h2, .qr + p").await;
    page.fill("Passcode", "123456").await;
    page.take("first-passcode", ".tools ~ h2, form[action='/set-up/app']").await;
    page.fill("Passcode", &passcode(&code)).await;
    page.press("Verify and continue").await;
    page.heading("Recovery code").await;
    page.tick("I have saved my recovery code").await;
    page.take("recovery-code", ".progress, form").await;
    page.press("Finish").await;
    page.heading("You're set up").await;
    page.follow("Sign in").await;
    code
}

impl Browser {
    async fn window(&self, width: u32) {
        let screen = json!({"width": width, "height": 900, "deviceScaleFactor": SCALE, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    /// What was taken as `NAME-…`, side by side, each on a card of its own, as the README shows it.
    async fn compose(&self, name: &str, cards: &[(&str, &str)]) {
        let card = |(what, caption): &(&str, &str)| {
            let bytes = std::fs::read(taken(&format!("{name}-{what}"))).unwrap();
            let picture = format!("<img src='data:image/png;base64,{}'>", BASE64.encode(&bytes));
            format!("<figure><figcaption>{caption}</figcaption><div>{picture}</div></figure>")
        };
        let cards: String = cards.iter().map(card).collect();
        self.show(&format!("<!doctype html><title>Vestibule</title><style>{CARDS}</style>{cards}")).await;
        self.window(CARDS_WIDTH).await;
        let height = self.client.execute("return document.body.offsetHeight", Vec::new()).await.unwrap();
        let whole = json!({"x": 0, "y": 0, "width": CARDS_WIDTH, "height": height, "scale": 1});
        save(name, &self.capture(whole).await);
    }

    /// A picture from the first to the last of the elements of a selector.
    async fn take(&self, name: &str, selector: &str) {
        let [left, top, right, bottom] = self.part(selector).await;
        let clip = json!({"x": left, "y": top - MARGIN, "width": right - left, "height": bottom - top + 2.0 * MARGIN, "scale": 1});
        save(name, &self.capture(clip).await);
    }

    /// The same without the panel's edges, for a card.
    async fn take_for_card(&self, name: &str, selector: &str) {
        let [left, top, right, bottom] = self.part(selector).await;
        let (width, height) = (right - left - 2.0 * EDGE, bottom - top + 2.0 * MARGIN);
        save(
            name,
            &self
                .capture(json!({"x": left + EDGE, "y": top - MARGIN, "width": width, "height": height, "scale": 1}))
                .await,
        );
    }

    async fn part(&self, selector: &str) -> [f64; 4] {
        let edges = self.client.execute(PART, vec![Value::from(selector)]).await.unwrap();
        serde_json::from_value(edges).unwrap_or_else(|error| panic!("{selector}: {error}"))
    }
}

fn save(name: &str, picture: &[u8]) {
    let file = taken(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, picture).unwrap();
}

fn taken(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("pictures").join(format!("{name}.png"))
}

/// Makes every picture of the help page small and puts it where it belongs.
fn update_help() {
    for help in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/help")).unwrap() {
        let file = help.unwrap().path();
        shrink(&taken(file.file_stem().unwrap().to_str().unwrap()), &file);
    }
}

/// The same for one of the README.
fn update_readme(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    shrink(&taken(name), &folder.join(format!("{name}.png")));
}

fn shrink(from: &Path, to: &Path) {
    let (from, to) = (from.to_str().unwrap(), format!("png:{}", to.to_str().unwrap()));
    let few = ["-strip", "-dither", "None", "-colors", COLOURS, "-define", "png:compression-level=9"];
    let arguments: Vec<&str> = [from].into_iter().chain(few).chain([to.as_str()]).collect();
    run("convert", "imagemagick", &arguments);
}
