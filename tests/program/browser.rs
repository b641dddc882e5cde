//! A browser without script: it keeps cookies, follows redirects, and sends the forms of pages.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use super::process::PATIENCE;

/// No way through the site redirects more often in a row.
const REDIRECTS: usize = 5;

/// One person's browser.
pub struct Browser {
    port: u16,
    cookies: BTreeMap<String, String>,
}

/// Where a request ended.
#[derive(Debug)]
pub struct Page {
    pub path: String,
    pub status: u16,
    pub html: String,
}

impl Browser {
    pub fn new(port: u16) -> Self {
        Self { port, cookies: BTreeMap::new() }
    }

    /// Opens an address, and what it leads to.
    pub fn open(&mut self, path: &str) -> Page {
        self.follow("GET", path, "")
    }

    /// Sends the page's form to `action`, with these fields besides its hidden one.
    pub fn send(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        assert!(page.html.contains(&format!("action=\"{action}\"")), "no form leads to {action}: {page:?}");
        let token = page.hidden("form_token");
        let all = fields.iter().copied().chain([("form_token", token)]);
        let body: Vec<String> = all.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.follow("POST", action, &body.join("&"))
    }

    fn follow(&mut self, method: &str, path: &str, body: &str) -> Page {
        let (mut page, mut next) = self.ask(method, path, body);
        for _ in 0..REDIRECTS {
            let Some(path) = next else { return page };
            assert_eq!(page.status, 303, "{page:?}");
            (page, next) = self.ask("GET", &path, "");
        }
        panic!("{path} leads nowhere");
    }

    /// The answer, and where it redirects to.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> (Page, Option<String>) {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            cookies.join("; "),
            body.len()
        );
        let (head, html) = exchange(self.port, &request);
        for cookie in headers(&head, "set-cookie") {
            self.keep(cookie);
        }
        let location = headers(&head, "location").next().map(str::to_owned);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (Page { path: path.to_owned(), status, html }, location)
    }

    fn keep(&mut self, cookie: &str) {
        let (name, rest) = cookie.split_once('=').unwrap();
        let (value, attributes) = rest.split_once(';').unwrap_or((rest, ""));
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Page {
    /// The page's heading.
    pub fn heading(&self) -> &str {
        between(&self.html, "<h1>", "</h1>").unwrap_or_else(|| panic!("no heading: {self:?}"))
    }

    fn hidden(&self, name: &str) -> &str {
        let input = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        between(&self.html, &input, "\"").unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }
}

/// The body of a page that answers 200.
pub fn body(port: u16, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let (head, body) = exchange(port, &request);
    assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
    body
}

fn exchange(port: u16, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

fn headers<'a>(head: &'a str, wanted: &'a str) -> impl Iterator<Item = &'a str> {
    let pairs = head.lines().filter_map(|line| line.split_once(": "));
    pairs.filter(move |(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

fn encoded(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}
