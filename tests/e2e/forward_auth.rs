//! A product behind nginx, configured as `docs/products/nginx.md` shows, through the whole sign-in with a passcode and out again.

use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use super::browser::Script;
use super::program::{Installation, Running};
use super::tools::{passcode, until};
use super::visit::Visit;

const USER: &str = "ready-user";
const DOCUMENT: &str = include_str!("../../docs/products/nginx.md");

/// A site that says what it is told, behind nginx. It is at another host name than the demo, as cookies ignore ports.
struct Site {
    port: u16,
    _folder: TempDir,
    _running: Running,
}

impl Site {
    async fn start(visit: &Visit) -> Self {
        let port = Installation::planned().port;
        let host = format!("127.0.0.1:{port}");
        let add = ["product", "add", "wiki", "--name", "Wiki", "--kind", "proxied", "--policy", "inherit", "--host"];
        visit.demo.installation().command(&[&add[..], &[&host]].concat());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, configuration(visit.demo.installation().port, port)).unwrap();
        let mut nginx = Command::new("/usr/sbin/nginx");
        nginx.arg("-p").arg(folder.path()).arg("-c").arg(&file).args(["-e", "stderr"]).stdin(Stdio::null());
        let running = Running(nginx.spawn().expect("nginx does not run; install Debian's package nginx-light"));
        until("nginx", async || std::net::TcpStream::connect(("127.0.0.1", port)).ok()).await;
        Self { port, _folder: folder, _running: running }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// The document's, with the places of this test in it, and the site itself.
fn configuration(vestibule: u16, port: u16) -> String {
    let shown = DOCUMENT.split_once("```nginx\n").unwrap().1.split_once("```").unwrap().0;
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
    let page = "<main><h1>Wiki</h1><p>Here is $http_remote_user, $http_remote_email.</p><p>Cookies: $http_cookie.</p>\
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
    let visit = Visit::begin(Script::On).await;
    let site = Site::start(&visit).await;
    let page = &visit.browser;
    page.devtools("Network.enable", json!({})).await;
    let forged = json!({"headers": {"Remote-User": "administrator", "Remote-Email": "a@example.org", "Remote_User": "administrator"}});
    page.devtools("Network.setExtraHTTPHeaders", forged).await;
    page.open_page(&site.url("/pages/7?tab=2")).await;
    visit.sign_in_to("Wiki", USER).await;
    page.heading("Enter your passcode").await;
    visit.verify(&passcode(&visit.code(USER))).await;
    page.says(&format!("Here is {USER}, {USER}@example.org.")).await;
    // The second page is asked for with all cookies, the site's own too, which it gets.
    page.open_page(&site.url("/")).await;
    let words = page.says(&format!("Here is {USER}, {USER}@example.org.")).await;
    assert!(words.contains("kept=1") && !words.contains("vst_") && !words.contains("vestibule"), "{words}");
    page.follow("Sign out").await;
    page.press("Sign out").await;
    page.says("You are signed out").await;
    page.open_page(&site.url("/")).await;
    page.heading("Sign in to open Wiki").await;
}
