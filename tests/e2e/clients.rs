//! Products with libraries that nobody here wrote, each through the whole sign-in with a passcode and out again. What they are
//! configured with is what `docs/products/` shows.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::browser::Script;
use super::program::{Installation, Running};
use super::tools::{passcode, until};
use super::visit::Visit;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e");
const USER: &str = "ready-user";

/// A product that runs beside the demo.
struct Product {
    id: String,
    port: u16,
    _running: Running,
}

impl Product {
    /// Registers a product and starts its program, which gets its settings from the environment.
    async fn start(visit: &Visit, id: &str, mut program: Command) -> Self {
        let port = Installation::planned().port;
        let site = format!("http://localhost:{port}");
        let (callback, after) = (format!("{site}/callback"), format!("{site}/signed-out"));
        let mut arguments = vec!["product", "add", id, "--name", id, "--kind", "web", "--policy", "inherit"];
        arguments.extend(["--start-url", &site, "--redirect-uri", &callback]);
        let after_in_apache = format!("{after}.shtml");
        arguments.extend(["--post-logout-redirect-uri", &after, "--post-logout-redirect-uri", &after_in_apache]);
        arguments.extend(["--access", "all", "--json"]);
        let registered: Value = serde_json::from_str(&visit.demo.installation().command(&arguments)).unwrap();
        let text = |name: &str| registered[name].as_str().unwrap().to_owned();
        program
            .env("ISSUER", text("issuer"))
            .env("CLIENT_ID", text("client_id"))
            .env("CLIENT_SECRET", text("client_secret"))
            .env("PORT", port.to_string())
            .stdin(Stdio::null());
        let running = Running(program.spawn().unwrap_or_else(|error| panic!("{program:?}: {error}")));
        until(&format!("the product {id}"), async || std::net::TcpStream::connect(("127.0.0.1", port)).ok()).await;
        Self { id: id.to_owned(), port, _running: running }
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// The whole way: the product sends its person to sign in, gets them back, and signs them out.
    async fn signs_in_and_out(&self, visit: &Visit) {
        let page = &visit.browser;
        page.open_page(&self.url("/")).await;
        page.heading(&format!("Sign in to open {}", self.id)).await;
        let password = visit.demo.account(USER)["password"].as_str().unwrap().to_owned();
        page.fill("Username", USER).await;
        page.fill("Password", &password).await;
        page.press("Sign in").await;
        page.heading("Enter your passcode").await;
        visit.verify(&passcode(&visit.code(USER))).await;
        page.says(&format!("Signed in as {USER}")).await;
        page.follow("Sign out").await;
        page.says("Signed out").await;
        visit.open("/").await;
        page.heading("Sign in").await;
    }
}

fn program(path: impl AsRef<Path>) -> Command {
    let path = path.as_ref();
    assert!(path.exists(), "{} is missing; run scripts/install.sh", path.display());
    Command::new(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_with_openid_client() {
    let visit = Visit::begin(Script::On).await;
    let mut node = Command::new("node");
    node.arg(format!("{FOLDER}/clients/openid_client.mjs"));
    Product::start(&visit, "openid-client", node).await.signs_in_and_out(&visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_with_authlib() {
    let visit = Visit::begin(Script::On).await;
    let mut python = program(format!("{FOLDER}/venv/bin/python"));
    // Plain http is for tests on one machine only.
    python.arg(format!("{FOLDER}/clients/authlib_app.py")).env("AUTHLIB_INSECURE_TRANSPORT", "1");
    Product::start(&visit, "authlib", python).await.signs_in_and_out(&visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_with_the_openidconnect_crate() {
    let visit = Visit::begin(Script::On).await;
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/clients/debug/openidconnect-product");
    Product::start(&visit, "openidconnect", program(built)).await.signs_in_and_out(&visit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_behind_mod_auth_openidc() {
    let visit = Visit::begin(Script::On).await;
    let (_folder, apache) = apache();
    Product::start(&visit, "mod-auth-openidc", apache).await.signs_in_and_out(&visit).await;
}

/// Apache over a folder with two pages, and the folder.
fn apache() -> (TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    std::fs::create_dir(&pages).unwrap();
    let home = "<main><h1>mod_auth_openidc</h1><p>Signed in as <!--#echo var=\"REMOTE_USER\" --></p>\
        <a href=\"/callback?logout=http%3A%2F%2Flocalhost%3A<!--#echo var=\"SERVER_PORT\" -->%2Fsigned-out.shtml\">\
        Sign out</a></main>";
    std::fs::write(pages.join("index.shtml"), home).unwrap();
    std::fs::write(pages.join("signed-out.shtml"), "<main><h1>Signed out</h1></main>").unwrap();
    let clients = PathBuf::from(FOLDER).join("clients");
    let mut apache = program("/usr/sbin/apache2");
    apache.args(["-X", "-f"]).arg(clients.join("apache.conf"));
    apache.env("FOLDER", folder.path()).env("CONFIGURATION", clients.join("mod_auth_openidc.conf"));
    apache.env("PASSPHRASE", "known to these tests alone");
    (folder, apache)
}
