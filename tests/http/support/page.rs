//! An answer, read as a person reads it: title, words, labels, buttons.
#![expect(clippy::string_slice, reason = "the positions are those that were just found; a test that panics has failed")]

use axum::http::{HeaderMap, StatusCode};

/// What came back.
#[derive(Clone, Debug)]
pub struct Page {
    /// The path that gave it, after redirects.
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// One form of a page.
#[derive(Debug)]
pub struct Form {
    pub method: String,
    pub action: String,
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    label: String,
    name: String,
    /// What is sent when nothing is filled in; none for a box that is not ticked.
    value: Option<String>,
    /// A list's texts with their values.
    options: Vec<(String, String)>,
}

impl Page {
    pub fn title(&self) -> String {
        between(&self.body, "<title>", "</title>").map(decode).unwrap_or_default()
    }

    /// All words in one line, without tags.
    pub fn text(&self) -> String {
        words(&self.body)
    }

    /// Whether these words stand on it.
    pub fn says(&self, what: &str) -> bool {
        self.text().contains(what)
    }

    /// A header's text; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What it holds as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {}: {}", self.status, self.path, self.body))
    }

    /// The names of all headers, in their order.
    pub fn names_of_headers(&self) -> Vec<&str> {
        self.headers.keys().map(|name| name.as_str()).collect()
    }

    /// The words of the element with this id.
    pub fn element(&self, id: &str) -> String {
        let at = self.body.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no element {id}"));
        let tag = self.body[..at].rsplit('<').next().unwrap().split_whitespace().next().unwrap();
        let inside = &self.body[at + self.body[at..].find('>').unwrap() + 1..];
        words(inside.split(&format!("</{tag}>")).next().unwrap())
    }

    /// The whole start tag of the input with this label.
    pub fn input(&self, label: &str) -> String {
        let text = format!(">{label}</label>");
        let at = self.body.find(&text).unwrap_or_else(|| panic!("no label {label}"));
        let id = attribute(&self.body[self.body[..at].rfind('<').unwrap()..at + 1], "for").unwrap();
        let at = self.body.find(&format!(" id=\"{id}\" ")).unwrap();
        let start = self.body[..at].rfind('<').unwrap();
        self.body[start..at + self.body[at..].find('>').unwrap() + 1].to_owned()
    }

    /// Whether there is a button of a form, or a link, with this label.
    pub fn offers(&self, label: &str) -> bool {
        let named = |tag: &str| elements(&self.body, tag).any(|(_, inner)| words(inner) == label);
        named("button") || named("a")
    }

    /// Where the link with this label leads.
    pub fn link(&self, label: &str) -> String {
        let mut links = elements(&self.body, "a").filter(|(_, inner)| words(inner) == label);
        let (tag, _) = links.next().unwrap_or_else(|| panic!("no link {label} in {}", self.text()));
        attribute(tag, "href").unwrap()
    }

    /// The form that the button with this label sends.
    pub fn form(&self, button: &str) -> Form {
        let has = |inner: &str| elements(inner, "button").any(|(_, label)| words(label) == button);
        let (tag, inner) = elements(&self.body, "form")
            .find(|(_, inner)| has(inner))
            .unwrap_or_else(|| panic!("no button {button} in {} {}: {}", self.status, self.path, self.text()));
        let (method, action) = (attribute(tag, "method").unwrap(), attribute(tag, "action").unwrap());
        Form { method, action, fields: fields(inner) }
    }
}

impl Form {
    /// What is sent when the fields with these labels are filled in: a list by an option's text, a box with anything.
    pub fn filled(&self, values: &[(&str, &str)]) -> Vec<(String, String)> {
        for (label, _) in values {
            assert!(self.fields.iter().any(|field| field.label == *label), "no field {label} in {self:?}");
        }
        let send = |field: &Field| {
            let typed = values.iter().find(|(label, _)| *label == field.label).map(|(_, value)| *value);
            let chosen = typed.map(|typed| field.chosen(typed));
            chosen.or_else(|| field.value.clone()).map(|value| (field.name.clone(), value))
        };
        self.fields.iter().filter_map(send).collect()
    }
}

impl Field {
    fn chosen(&self, typed: &str) -> String {
        let option = self.options.iter().find(|(text, _)| text == typed);
        assert!(option.is_some() || self.options.is_empty(), "no option {typed} in {self:?}");
        option.map_or_else(|| typed.to_owned(), |(_, value)| value.clone())
    }
}

fn fields(form: &str) -> Vec<Field> {
    let label_of = |id: &str| {
        let mut labels = elements(form, "label").filter(|(tag, _)| attribute(tag, "for").as_deref() == Some(id));
        labels.next().map(|(_, inner)| words(inner)).unwrap_or_default()
    };
    let input = |tag: &str| {
        let name = attribute(tag, "name")?;
        let value = attribute(tag, "value").unwrap_or_default();
        let ticked = attribute(tag, "type").as_deref() != Some("checkbox") || tag.contains(" checked");
        let label = attribute(tag, "id").map(|id| label_of(&id)).unwrap_or_default();
        Some(Field { label, name, value: ticked.then_some(value), options: Vec::new() })
    };
    let list = |(tag, inner): (&str, &str)| {
        let options: Vec<_> = elements(inner, "option")
            .map(|(option, text)| (words(text), attribute(option, "value").unwrap_or_default()))
            .collect();
        let selected = elements(inner, "option").find(|(option, _)| option.ends_with(" selected"));
        let value = selected.or_else(|| elements(inner, "option").next()).and_then(|(tag, _)| attribute(tag, "value"));
        let label = label_of(&attribute(tag, "id").unwrap());
        Field { label, name: attribute(tag, "name").unwrap(), value, options }
    };
    let area = |(tag, inner): (&str, &str)| {
        let label = label_of(&attribute(tag, "id").unwrap());
        let value = Some(decode(inner.strip_prefix('\n').unwrap_or(inner)));
        Field { label, name: attribute(tag, "name").unwrap(), value, options: Vec::new() }
    };
    form.split("<input")
        .skip(1)
        .filter_map(|rest| input(rest.split('>').next().unwrap()))
        .chain(elements(form, "select").map(list))
        .chain(elements(form, "textarea").map(area))
        .collect()
}

/// Each element of this name as the inside of its start tag and what it holds. Ours do not nest in themselves.
fn elements<'a>(html: &'a str, tag: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let starts = html.match_indices(&open).map(|(at, _)| at + open.len()).collect::<Vec<_>>();
    starts.into_iter().filter_map(move |at| {
        let rest = &html[at..];
        rest.starts_with([' ', '>', '\n']).then_some(())?;
        let (tag, inner) = rest.split_once('>')?;
        Some((tag, inner.split(&close).next()?))
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    between(tag, &format!(" {name}=\""), "\"").map(decode)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split(end).next()
}

fn words(html: &str) -> String {
    let mut text = String::new();
    for (index, part) in html.split('<').enumerate() {
        let (tag, shown) = if index == 0 { ("", part) } else { part.split_once('>').unwrap_or((part, "")) };
        // Groups of a code have no gap between them, as no copy of it has.
        let is_inline =
            ["span", "/span", "wbr", "b", "/b", "strong", "/strong"].contains(&tag.split(' ').next().unwrap());
        if index > 0 && !is_inline {
            text.push(' ');
        }
        text.push_str(shown);
    }
    decode(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn decode(text: &str) -> String {
    let pairs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">")];
    let plain = pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    plain.replace("&#38;", "&").replace("&amp;", "&")
}
