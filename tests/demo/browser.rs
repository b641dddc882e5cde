//! A browser without script that walks between the demo's servers. It sends every cookie to all of them, since cookies ignore ports.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::running::ask;

/// No way through the demo redirects more often in a row.
const REDIRECTS: usize = 8;

#[derive(Clone, Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

/// Where a request ended.
#[derive(Clone, Debug)]
pub struct Page {
    pub port: u16,
    pub path: String,
    pub status: u16,
    pub html: String,
    head: String,
}

impl Browser {
    /// Opens an address, and what it leads to.
    pub fn open(&mut self, port: u16, path: &str) -> Page {
        let answer = self.once(port, path);
        self.follow(answer)
    }

    /// Opens an address, and nothing else.
    pub fn once(&mut self, port: u16, path: &str) -> Page {
        self.ask((port, "GET", path), "", "")
    }

    /// Presses a button of the page's form that leads to `action`, and opens what that leads to.
    pub fn send(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.send_once(page, action, fields);
        self.follow(answer)
    }

    /// Presses a button, and gives the answer itself.
    pub fn send_once(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let form = page.form(action);
        let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"")?;
            Some((name, rest.split_once('"')?.0))
        });
        let pairs: Vec<_> = hidden.chain(fields.iter().copied()).collect();
        self.post(page.port, action, &pairs)
    }

    /// Posts fields as no page of ours does.
    pub fn post(&mut self, port: u16, path: &str, fields: &[(&str, &str)]) -> Page {
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let body = body.join("&");
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
        self.ask((port, "POST", path), &headers, &body)
    }

    /// Goes where an answer leads to.
    pub fn follow(&mut self, answer: Page) -> Page {
        let mut page = answer;
        for _ in 0..REDIRECTS {
            let Some((port, path)) = page.location() else { return page };
            page = self.once(port, &path);
        }
        panic!("{} leads nowhere", page.path);
    }

    /// The value of a cookie that it holds.
    pub fn cookie(&self, name: &str) -> String {
        self.cookies[name].clone()
    }

    /// Gives it a cookie that no server has set.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    fn ask(&mut self, (port, method, path): (u16, &str, &str), headers: &str, body: &str) -> Page {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = format!("Cookie: {}\r\n{headers}\r\n{body}", cookies.join("; "));
        let answer = ask(port, &format!("{method} {path}"), &headers);
        let page = Page { port, path: path.to_owned(), status: answer.status, html: answer.body, head: answer.head };
        for cookie in page.headers("set-cookie") {
            self.keep(cookie);
        }
        page
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
        let (_, rest) = self.html.split_once("<h1>").unwrap_or_else(|| panic!("no heading: {self:?}"));
        rest.split_once("</h1>").unwrap().0
    }

    /// Whether it says these words, tags left out.
    pub fn says(&self, words: &str) -> bool {
        let text: String =
            self.html.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words)).collect();
        text.contains(words)
    }

    /// Where it leads to.
    pub fn location(&self) -> Option<(u16, String)> {
        let location = self.headers("location").next()?;
        let Some(rest) = location.strip_prefix("http://localhost:") else {
            return Some((self.port, location.to_owned()));
        };
        let (port, path) = rest.split_once('/').unwrap();
        Some((port.parse().unwrap(), format!("/{path}")))
    }

    fn headers<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(move |(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    }

    fn form(&self, action: &str) -> &str {
        let forms = self.html.split("<form").skip(1).map(|rest| rest.split_once("</form>").unwrap().0);
        let mut wanted = forms.filter(|form| form.contains(&format!("action=\"{action}\"")));
        wanted.next().unwrap_or_else(|| panic!("no form leads to {action}: {self:?}"))
    }
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}
