//! What every page must be, whatever it says: open to everyone, at any width, light and dark.

use std::path::PathBuf;

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::browser::{Browser, Script};
use super::tools::{axe_core, screens};

/// A phone, a tablet and a desk, in CSS pixels.
const WIDTHS: [u32; 3] = [320, 768, 1280];
const HEIGHT: u32 = 900;
const SCHEMES: [&str; 2] = ["light", "dark"];
/// A comfortable width of a page that has no stylesheet.
const PLAIN_WIDTH: u32 = 640;

/// The mailbox shows a mail in a frame without script, where axe-core cannot run; the mail has a page of its own.
const RUN_AXE: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ['violations'], iframes: false}).then(
        found => done(found.violations.map(violation =>
            `${violation.id}: ${violation.help}: ${violation.nodes.map(node => node.html).join(' | ')}`)),
        error => done([String(error)]));";

const TOO_WIDE: &str = "
    const room = innerWidth;
    if (document.scrollingElement.scrollWidth <= room) { return []; }
    return [...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > room + 0.5)
        .map(element => element.outerHTML.slice(0, 120));";

/// What a finger must hit is 44 pixels wide and high; a link in a sentence is read first. Mails have a look of their own.
const TOO_SMALL: &str = "
    const alone = element => {
        const around = element.closest('p, li, dd, pre');
        return !around || around.textContent.trim() === element.textContent.trim();
    };
    const target = element => (element.type === 'checkbox' ? element.labels[0] : element).getBoundingClientRect();
    return [...document.querySelectorAll('.page a, .page button, .page select, .page input:not([readonly])')]
        .filter(element => element.getClientRects().length && (element.tagName !== 'A' || alone(element)))
        .map(element => [element, target(element)])
        .filter(([, box]) => box.width < 44 || box.height < 44)
        .map(([element, box]) => `${box.width} x ${box.height}: ${element.outerHTML.slice(0, 120)}`);";

/// An error is told in the title, and the focus is at the first field that has one; where no field has, at a field or the message.
const ERROR_NOT_TOLD: &str = "
    const [wrong, message] = [document.querySelector('[aria-invalid]'), document.querySelector('.alert')];
    const at = document.activeElement;
    const told = [];
    if ((wrong || message) && !document.title.startsWith('Error: ')) { told.push(`the title is ${document.title}`); }
    if (wrong && !message) { told.push('nothing on top tells of the error'); }
    if (wrong && at !== wrong) { told.push(`the focus is at ${at.outerHTML.slice(0, 120)}`); }
    if (message && !wrong && arguments[0] && at !== message && !at.matches('input, select')) {
        told.push(`the focus is not at the message but at ${at.outerHTML.slice(0, 120)}`);
    }
    return told;";

impl Browser {
    /// Holds the page to all that, takes its pictures, and leaves it as it was.
    pub async fn look(&self, name: &str) {
        let scrolled = self.client.execute("return scrollY;", Vec::new()).await.unwrap();
        // Without script nothing but a field can get the focus.
        let has_script = json!(self.script == Script::On);
        self.finds_nothing(ERROR_NOT_TOLD, vec![has_script], name).await;
        if self.script == Script::On {
            self.client.execute(&axe_core(), Vec::new()).await.unwrap();
        }
        for scheme in SCHEMES {
            self.scheme(scheme).await;
            for width in WIDTHS {
                let state = format!("{name}-{width}-{scheme}");
                self.width(width).await;
                self.finds_nothing(TOO_WIDE, Vec::new(), &state).await;
                self.finds_nothing(TOO_SMALL, Vec::new(), &state).await;
                self.picture_of(&state, 1).await;
                self.check_axe(&state).await;
            }
        }
        self.scheme("light").await;
        self.plain(name).await;
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
        self.client.execute("scrollTo(0, arguments[0]);", vec![scrolled]).await.unwrap();
    }

    /// A picture of the whole page as it is now, as fine as the screens of phones: in a coarser one a camera does not make out
    /// every QR code.
    pub async fn picture(&self, name: &str) -> PathBuf {
        self.picture_of(name, 2).await
    }

    /// A picture in `target/screens`, with so many pixels to each of CSS.
    async fn picture_of(&self, name: &str, scale: u32) -> PathBuf {
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
        let clip = json!({"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": scale});
        let file = screens().join(format!("{name}.png"));
        std::fs::write(&file, self.capture(clip).await).unwrap();
        file
    }

    /// A part of the page as a PNG.
    pub async fn capture(&self, clip: Value) -> Vec<u8> {
        let parameters = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let taken = self.devtools("Page.captureScreenshot", parameters).await;
        BASE64.decode(taken["data"].as_str().unwrap().as_bytes()).unwrap()
    }

    /// `light` or `dark`, as the person has set it in the system.
    pub async fn scheme(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    pub async fn width(&self, width: u32) {
        let screen = json!({"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    async fn finds_nothing(&self, script: &str, arguments: Vec<Value>, state: &str) {
        let found = self.client.execute(script, arguments).await.unwrap();
        assert_eq!(found, json!([]), "{state}");
    }

    async fn check_axe(&self, state: &str) {
        if self.script == Script::Off {
            return;
        }
        let violations = self.client.execute_async(RUN_AXE, Vec::new()).await.unwrap();
        assert_eq!(violations, json!([]), "{state}");
    }

    /// The page as a browser shows it that could not load the stylesheet.
    async fn plain(&self, name: &str) {
        const SWITCH: &str = "for (const sheet of document.styleSheets) { sheet.disabled = arguments[0]; }";
        self.width(PLAIN_WIDTH).await;
        self.client.execute(SWITCH, vec![json!(true)]).await.unwrap();
        self.picture_of(&format!("{name}-plain"), 1).await;
        self.client.execute(SWITCH, vec![json!(false)]).await.unwrap();
    }
}
