//! A browser without script: it keeps cookies, follows redirects, and sends the forms of pages.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use super::answers::Answers;
use super::process::PATIENCE;

/// No way through the site redirects more often in a row.
const REDIRECTS: usize = 5;

/// One person's browser. Clones go on with the same cookies, each on its own.
#[derive(Clone)]
pub struct Browser {
    port: u16,
    cookies: BTreeMap<String, String>,
    answers: Arc<Answers>,
}

/// Where a request ended.
#[derive(Clone, Debug)]
pub struct Page {
    pub path: String,
    pub status: u16,
    pub html: String,
    head: String,
}

impl Browser {
    pub fn new(port: u16) -> Self {
        Self::counted(port, &Arc::default())
    }

    /// One whose answers are counted.
    pub fn counted(port: u16, answers: &Arc<Answers>) -> Self {
        Self { port, cookies: BTreeMap::new(), answers: Arc::clone(answers) }
    }

    /// Opens an address, and what it leads to.
    pub fn open(&mut self, path: &str) -> Page {
        self.try_open(path).expect("an answer")
    }

    /// Sends the page's form to `action`, with these fields besides its hidden one, and opens what that leads to.
    pub fn send(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.try_send(page, action, fields).expect("an answer");
        self.follow(answer).expect("an answer")
    }

    /// Like [`Self::open`]; nothing where no whole answer came.
    pub fn try_open(&mut self, path: &str) -> Option<Page> {
        let answer = self.ask("GET", path, "")?;
        self.follow(answer)
    }

    /// Like [`Self::send`], but gives the answer itself; nothing where no whole one came.
    pub fn try_send(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Option<Page> {
        assert!(page.html.contains(&format!("action=\"{action}\"")), "no form leads to {action}: {page:?}");
        let token = page.hidden("form_token");
        let all = fields.iter().copied().chain([("form_token", token)]);
        let body: Vec<String> = all.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.ask("POST", action, &body.join("&"))
    }

    /// Goes where an answer leads to.
    pub fn follow(&mut self, answer: Page) -> Option<Page> {
        let mut page = answer;
        for _ in 0..REDIRECTS {
            let Some(next) = page.header("location").map(str::to_owned) else { return Some(page) };
            assert_eq!(page.status, 303, "{page:?}");
            page = self.ask("GET", &next, "")?;
        }
        panic!("{} leads nowhere", page.path);
    }

    /// Whether it holds a cookie of this name.
    pub fn holds(&self, cookie: &str) -> bool {
        self.cookies.contains_key(cookie)
    }

    /// Listens to a stream of events, which must begin.
    pub fn listen(&self, path: &str) -> Stream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let host = format!("Host: localhost:{}", self.port);
        write!(stream, "GET {path} HTTP/1.1\r\n{host}\r\nCookie: {}\r\n\r\n", cookies.join("; ")).unwrap();
        let mut stream = Stream(BufReader::new(stream));
        assert_eq!(stream.line(), "HTTP/1.1 200 OK");
        while !stream.line().is_empty() {}
        // The size of the first piece.
        stream.line();
        stream
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Option<Page> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            cookies.join("; "),
            body.len()
        );
        let (head, html) = exchange(self.port, &request)?;
        for cookie in headers(&head, "set-cookie") {
            self.keep(cookie);
        }
        self.answers.add();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Page { path: path.to_owned(), status, html, head })
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

/// A stream of events as its pieces come.
pub struct Stream(BufReader<TcpStream>);

impl Stream {
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// All that still comes, to its end.
    pub fn rest(mut self) -> String {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).unwrap();
        rest
    }
}

impl Page {
    /// The page's heading.
    pub fn heading(&self) -> &str {
        between(&self.html, "<h1>", "</h1>").unwrap_or_else(|| panic!("no heading: {self:?}"))
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        headers(&self.head, name).next()
    }

    /// The words of the element with this id, without tags and gaps.
    pub fn code(&self, id: &str) -> String {
        let inside = between(&self.html, &format!("id=\"{id}\" translate=\"no\">"), "</p>");
        let inside = inside.unwrap_or_else(|| panic!("no {id}: {self:?}"));
        inside.split('<').filter_map(|part| part.split_once('>')).map(|(_, shown)| shown.trim()).collect()
    }

    fn hidden(&self, name: &str) -> &str {
        let input = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        between(&self.html, &input, "\"").unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }
}

/// The body of a page that answers 200.
pub fn body(port: u16, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let (head, body) = exchange(port, &request).expect("an answer");
    assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
    body
}

/// Head and body of the answer; nothing where it did not come, or not whole.
fn exchange(port: u16, request: &str) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length: usize = headers(head, "content-length").next().map_or(body.len(), |length| length.parse().unwrap());
    (body.len() == length).then(|| (head.to_owned(), body.to_owned()))
}

fn headers<'a>(head: &'a str, wanted: &str) -> impl Iterator<Item = &'a str> {
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
