//! Reads our own pages: enough HTML for templates that close what they open, and strict about it.

use std::collections::HashMap;

/// Elements that have no end.
const VOID: [&str; 6] = ["br", "img", "input", "link", "meta", "wbr"];

#[derive(Debug)]
pub struct Element {
    pub name: String,
    pub attributes: HashMap<String, String>,
    /// Text inside, that of inner elements included.
    pub text: String,
    /// Positions, in the page's list of elements, of those around it, outermost first.
    pub inside: Vec<usize>,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }
}

/// All elements in the order in which they open; panics, saying where, on what is not well formed.
pub fn elements(page: &str) -> Vec<Element> {
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for piece in page.strip_prefix("<!DOCTYPE html>").expect("a doctype").split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or_else(|| panic!("a tag without an end: {piece}"));
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop().unwrap_or_else(|| panic!("</{name}> closes nothing"));
            assert_eq!(found[last].name, name, "closed in the wrong order, before {text:?}");
        } else {
            let element = opened(tag.trim_end_matches('/'), &open);
            let stays_open = !VOID.contains(&element.name.as_str()) && !tag.ends_with('/');
            found.push(element);
            if stays_open {
                open.push(found.len() - 1);
            }
        }
        for &position in &open {
            found[position].text.push_str(&unescaped(text));
        }
    }
    assert!(open.is_empty(), "left open: {}", found[open[0]].name);
    found
}

fn opened(tag: &str, open: &[usize]) -> Element {
    let (name, mut rest) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
    let mut attributes = HashMap::new();
    while !rest.trim().is_empty() {
        let (name, value, after) = attribute(rest.trim_start());
        assert!(attributes.insert(name.to_owned(), unescaped(value)).is_none(), "{name} stands twice in <{tag}>");
        rest = after;
    }
    Element { name: name.to_owned(), attributes, text: String::new(), inside: open.to_vec() }
}

/// The first attribute of `rest`: its name, its value, and what follows.
fn attribute(rest: &str) -> (&str, &str, &str) {
    let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    match after.strip_prefix("=\"") {
        Some(quoted) => {
            let (value, after) = quoted.split_once('"').unwrap_or_else(|| panic!("no closing quote: {rest}"));
            (name, value, after)
        }
        None => (name, "", after.strip_prefix('=').map_or(after, |_| panic!("a value without quotes: {rest}"))),
    }
}

fn unescaped(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'")];
    named
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}
