//! A product behind nginx and behind Caddy, configured as `docs/products/{nginx,caddy}.md` show, through the whole sign-in with a
//! passcode and out again.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use super::browser::Script;
use super::program::{Installation, Running};
use super::tools::{passcode, until};
use super::visit::Visit;

const USER: &str = "ready-user";
const NGINX: &str = include_str!("../../docs/products/nginx.md");
const CADDY: &str = include_str!("../../docs/products/caddy.md");

/// A site that says what it is told, behind a proxy. It is at another host name than the demo, as cookies ignore ports.
struct Site {
    port: u16,
    _folder: TempDir,
    _running: Running,
}

impl Site {
    /// `proxy` gives the program that runs in a folder, on a port, before this demo.
    async fn start(visit: &Visit, proxy: impl Fn(&Path, u16, u16) -> Command) -> Self {
        let port = Installation::planned().port;
        let host = format!("127.0.0.1:{port}");
        let add = ["product", "add", "wiki", "--name", "Wiki", "--kind", "proxied", "--policy", "inherit", "--host"];
        visit.demo.installation().command(&[&add[..], &[&host]].concat());
        let folder = tempfile::tempdir().unwrap();
        let mut program = proxy(folder.path(), visit.demo.installation().port, port);
        let running = Running(
            program.stdin(Stdio::null()).spawn().expect("a proxy that scripts/install.sh installs does not run"),
        );
        until("the proxy", async || std::net::TcpStream::connect(("127.0.0.1", port)).ok()).await;
        Self { port, _folder: folder, _running: running }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

fn nginx(folder: &Path, vestibule: u16, port: u16) -> Command {
    let file = folder.join("nginx.conf");
    std::fs::write(&file, nginx_configuration(vestibule, port)).unwrap();
    let mut nginx = Command::new("/usr/sbin/nginx");
    nginx.arg("-p").arg(folder).arg("-c").arg(&file).args(["-e", "stderr"]);
    nginx
}

fn caddy(folder: &Path, vestibule: u16, port: u16) -> Command {
    let file = folder.join("Caddyfile");
    std::fs::write(&file, caddy_configuration(vestibule, port)).unwrap();
    let mut caddy = Command::new("caddy");
    caddy.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file);
    caddy.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder).stderr(Stdio::null());
    caddy
}

fn shown<'a>(document: &'a str, language: &str) -> &'a str {
    document.split_once(&format!("```{language}\n")).unwrap().1.split_once("```").unwrap().0
}

/// The document's, with the places of this test in it, and the site itself.
fn caddy_configuration(vestibule: u16, port: u16) -> String {
    let here = shown(CADDY, "caddyfile")
        .replace("wiki.example.org {", &format!("http://127.0.0.1:{port} {{"))
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{vestibule}"))
        .replace("127.0.0.1:3000", &format!("127.0.0.1:{}", port + 1));
    let page = "<main><h1>Wiki</h1><p>Here is {header.Remote-User}, {header.Remote-Email}.</p><p>Also {header.Remote_User} {header.Remote-Groups}.</p>\
        <p>Cookies: {header.Cookie}.</p><a href='/.vestibule/sign-out'>Sign out</a></main>";
    format!(
        "{{\n\tadmin off\n\tauto_https off\n}}\n{here}\nhttp://127.0.0.1:{} {{\n\theader Content-Type text/html\n\t\
         header Set-Cookie kept=1\n\trespond `{page}`\n}}\n",
        port + 1
    )
}

/// The document's, with the places of this test in it, and the site itself.
fn nginx_configuration(vestibule: u16, port: u16) -> String {
    let shown = shown(NGINX, "nginx");
    let (site, host) = (format!("127.0.0.1:{}", port + 1), format!("127.0.0.1:{port}"));
    let without_tls: String =
        shown.lines().filter(|line| !line.contains("ssl_certificate")).map(|line| format!("{line}\n")).collect();
    let here = without_tls
        .replace("listen 443 ssl", &format!("listen {host}"))
        .replace("https://wiki.example.org", &format!("http://{host}"))
        .replace("server_name wiki.example.org", "server_name 127.0.0.1")
        .replace("wiki.example.org", &host)
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{vestibule}"))
        .replace("127.0.0.1:3000", &site);
    let page = "<main><h1>Wiki</h1><p>Here is $http_remote_user, $http_remote_email.</p><p>Also $http_remote_groups.</p><p>Cookies: $http_cookie.</p>\
        <a href='/.vestibule/sign-out'>Sign out</a></main>";
    format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr crit; events {{ }}\n\
         http {{ access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
         uwsgi_temp_path uwsgi; scgi_temp_path scgi; default_type text/html;\n{here}\n\
         server {{ listen {site}; add_header Set-Cookie kept=1; location / {{ return 200 \"{page}\"; }} }} }}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_13_a_site_behind_nginx_is_told_who_is_there_and_nobody_else_can_tell_it() {
    signs_in_and_out(nginx).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_13_a_site_behind_caddy_is_told_who_is_there_and_nobody_else_can_tell_it() {
    signs_in_and_out(caddy).await;
}

async fn signs_in_and_out(proxy: impl Fn(&Path, u16, u16) -> Command) {
    let visit = Visit::begin(Script::On).await;
    let site = Site::start(&visit, proxy).await;
    let page = &visit.browser;
    page.devtools("Network.enable", json!({})).await;
    let forged = json!({"headers": {"Remote-User": "administrator", "Remote-Email": "a@example.org", "Remote_User": "administrator",
        "Remote-Groups": "administrators"}});
    page.devtools("Network.setExtraHTTPHeaders", forged).await;
    page.open_page(&site.url("/pages/7?tab=2")).await;
    visit.sign_in_to("Wiki", USER).await;
    page.heading("Enter your passcode").await;
    visit.verify(&passcode(&visit.code(USER))).await;
    page.says(&format!("Here is {USER}, {USER}@example.org.")).await;
    // The second page is asked for with all cookies, the site's own too, which it gets.
    page.open_page(&site.url("/")).await;
    let words = page.says(&format!("Here is {USER}, {USER}@example.org.")).await;
    assert!(!words.contains("administrator"), "{words}");
    assert!(words.contains("kept=1") && !words.contains("vst_") && !words.contains("vestibule"), "{words}");
    page.follow("Sign out").await;
    page.press("Sign out").await;
    page.says("You are signed out").await;
    page.open_page(&site.url("/")).await;
    page.heading("Sign in to open Wiki").await;
}
