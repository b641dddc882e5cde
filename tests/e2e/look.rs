//! What every page must be, whatever it says: open to everyone, at any width, light and dark.

use std::path::PathBuf;

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::browser::{Browser, Script};
use super::tools::{axe_core, screens};

/// A phone and a desk, in CSS pixels.
const WIDTHS: [u32; 2] = [320, 1280];
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
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) { return []; }
    return [...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > room + 0.5)
        .map(element => element.outerHTML.slice(0, 120));";

impl Browser {
    /// Holds the page to all that, and takes its pictures.
    pub async fn look(&self, name: &str) {
        for scheme in SCHEMES {
            self.scheme(scheme).await;
            for width in WIDTHS {
                self.width(width).await;
                self.check_width(name, width).await;
                self.picture(&format!("{name}-{width}-{scheme}")).await;
            }
            self.check_axe(&format!("{name}, {scheme}")).await;
        }
        self.scheme("light").await;
        self.plain(name).await;
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
    }

    /// A picture of the whole page as it is now, in `target/screens`.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
        let clip = json!({"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1});
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

    async fn check_width(&self, name: &str, width: u32) {
        let too_wide = self.client.execute(TOO_WIDE, Vec::new()).await.unwrap();
        assert_eq!(too_wide, json!([]), "{name} is wider than {width} pixels");
    }

    async fn check_axe(&self, state: &str) {
        if self.script == Script::Off {
            return;
        }
        self.client.execute(&axe_core(), Vec::new()).await.unwrap();
        let violations = self.client.execute_async(RUN_AXE, Vec::new()).await.unwrap();
        assert_eq!(violations, json!([]), "{state}");
    }

    /// The page as a browser shows it that could not load the stylesheet.
    async fn plain(&self, name: &str) {
        const SWITCH: &str = "for (const sheet of document.styleSheets) { sheet.disabled = arguments[0]; }";
        self.width(PLAIN_WIDTH).await;
        self.client.execute(SWITCH, vec![json!(true)]).await.unwrap();
        self.picture(&format!("{name}-plain")).await;
        self.client.execute(SWITCH, vec![json!(false)]).await.unwrap();
    }
}
