//! Chromium, driven by a chromedriver of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::tools::request;

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,900",
];
/// The content setting that blocks.
const BLOCK: u8 = 2;

/// Whether pages may run scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Script {
    On,
    Off,
}

/// A browser as it is on its first day.
pub struct Browser {
    pub client: Client,
    pub script: Script,
    /// Kept until the browser goes.
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    pub async fn open(script: Script) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Driver::start();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&profile, script))
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("Chromium does not start; install Debian's package chromium");
        driver.session = client.session_id().await.unwrap();
        let browser = Self { client, script, _driver: driver, _profile: profile };
        // Where two browsers run, only one window has the focus; each is to show where its own is.
        browser.devtools("Emulation.setFocusEmulationEnabled", json!({"enabled": true})).await;
        browser
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, method: &'static str, parameters: Value) -> Value {
        let command = DevTools { method, parameters };
        self.client.issue_cmd(command).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }
}

/// The chromedriver process; Chromium ends with it.
struct Driver {
    process: Child,
    port: u16,
    session: Option<String>,
}

impl Driver {
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver does not run; install Debian's package chromium-driver");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port =
            lines.find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, port: port.expect("chromedriver ended before it was ready"), session: None }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(session) = &self.session {
            // Ends Chromium; killing its driver alone would leave it behind.
            let _ended = request("DELETE", self.port, &format!("/session/{session}"));
        }
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn capabilities(profile: &TempDir, script: Script) -> Map<String, Value> {
    let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
    flags.push(format!("--user-data-dir={}", profile.path().display()));
    let mut options = json!({"args": flags});
    if script == Script::Off {
        options["prefs"] = json!({"profile.managed_default_content_settings.javascript": BLOCK});
    }
    Map::from_iter([("browserName".to_owned(), json!("chrome")), ("goog:chromeOptions".to_owned(), options)])
}

#[derive(Debug)]
struct DevTools {
    method: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base_url: &url::Url, session_id: Option<&str>) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!("session/{}/goog/cdp/execute", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _request_url: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"cmd": self.method, "params": self.parameters}).to_string()))
    }
}
