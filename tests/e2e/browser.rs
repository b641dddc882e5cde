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

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
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
    session: String,
    port: u16,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    pub async fn open(script: Script) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let (driver, port) = start_driver();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&profile, script))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium does not start; install Debian's package chromium");
        let session = client.session_id().await.unwrap().unwrap();
        Self { client, script, session, port, driver, _profile: profile }
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, method: &'static str, parameters: Value) -> Value {
        let command = DevTools { method, parameters };
        self.client.issue_cmd(command).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends Chromium; killing its driver alone would leave it behind.
        let _ended = request("DELETE", self.port, &format!("/session/{}", self.session));
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }
}

/// The driver and the port that it chose.
fn start_driver() -> (Child, u16) {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver does not run; install Debian's package chromium-driver");
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
    let port = lines.find_map(|line| line.split_once("on port ")?.1.trim_end_matches('.').parse().ok());
    std::thread::spawn(move || lines.for_each(drop));
    (driver, port.expect("chromedriver ended before it was ready"))
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
