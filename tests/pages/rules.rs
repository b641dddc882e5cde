//! What holds for every page.

use std::collections::HashSet;

use crate::html::{Element, elements};
use crate::samples::{self, HOSTILE, Sample};

/// Words that nobody needs to know in order to sign in.
const FORBIDDEN: [&str; 8] = ["totp", "otp", "secret", "token", "hash", "factor", "enrol", "credential"];

fn on_every_page(rule: impl Fn(&[Element], &Sample)) {
    let samples = samples::all();
    assert!(samples.len() > 40, "only {} pages", samples.len());
    for sample in samples {
        println!("{}", sample.name);
        rule(&elements(&sample.html), &sample);
    }
}

fn named<'a>(page: &'a [Element], name: &'a str) -> impl Iterator<Item = &'a Element> {
    page.iter().filter(move |element| element.name == name)
}

/// Inputs that a person sees.
fn inputs(page: &[Element]) -> impl Iterator<Item = &Element> {
    let seen = |element: &&Element| element.attribute("type") != Some("hidden");
    page.iter().filter(|element| ["input", "select", "textarea"].contains(&element.name.as_str())).filter(seen)
}

fn forms(page: &[Element]) -> impl Iterator<Item = (&Element, Vec<&Element>)> {
    page.iter()
        .enumerate()
        .filter(|(_, element)| element.name == "form")
        .map(|(position, form)| (form, page.iter().filter(|element| element.inside.contains(&position)).collect()))
}

#[test]
fn each_has_one_heading_one_main_and_says_its_language() {
    on_every_page(|page, _| {
        assert_eq!(named(page, "h1").count(), 1);
        assert_eq!(named(page, "main").count(), 1);
        assert_eq!(page[0].attribute("lang"), Some("en"));
        assert!(!named(page, "h1").next().unwrap().text.trim().is_empty());
    });
}

#[test]
fn headings_leave_no_level_out() {
    on_every_page(|page, _| {
        let levels = page.iter().filter_map(|element| element.name.strip_prefix('h')?.parse::<u8>().ok());
        levels.fold(0, |before, level| {
            assert!(level <= before + 1, "h{level} after h{before}");
            level
        });
    });
}

#[test]
fn no_word_is_used_that_only_engineers_know() {
    on_every_page(|page, sample| {
        let spoken = page
            .iter()
            .flat_map(|element| ["alt", "aria-label", "title", "placeholder"].map(|name| element.attribute(name)));
        let text = spoken.flatten().fold(page[0].text.clone(), |text, words| text + " " + words).to_lowercase();
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            let forbidden = FORBIDDEN.iter().find(|forbidden| word.starts_with(*forbidden));
            assert_eq!(forbidden, None, "{word} in {}", sample.name);
        }
    });
}

#[test]
fn every_input_has_a_label_that_can_be_seen() {
    on_every_page(|page, _| {
        for input in inputs(page) {
            let id = input.attribute("id").expect("an id");
            let labels: Vec<_> = named(page, "label").filter(|label| label.attribute("for") == Some(id)).collect();
            assert_eq!(labels.len(), 1, "labels of {id}");
            assert!(!labels[0].text.trim().is_empty(), "label of {id}");
        }
    });
}

#[test]
fn ids_are_unique_and_what_is_referred_to_exists() {
    on_every_page(|page, _| {
        let ids: Vec<_> = page.iter().filter_map(|element| element.attribute("id")).collect();
        let unique: HashSet<_> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{ids:?}");
        for element in page {
            let described = element.attribute("aria-describedby").into_iter().flat_map(|value| value.split(' '));
            let anchor = element.attribute("href").and_then(|href| href.strip_prefix('#'));
            let toggled = element.attribute("data-own-field");
            for id in described.chain(anchor).chain(toggled) {
                assert!(unique.contains(id), "{id} is referred to by {element:?}");
            }
        }
    });
}

#[test]
fn a_wrong_input_is_tied_to_its_sentence_and_gets_the_focus() {
    on_every_page(|page, _| {
        let wrong: Vec<_> = inputs(page).filter(|input| input.attribute("aria-invalid").is_some()).collect();
        let sentences = page.iter().filter(|element| element.has_class("field-error")).count();
        assert_eq!(wrong.len(), sentences);
        for input in &wrong {
            let error = format!("{}-error", input.attribute("id").unwrap());
            assert!(input.attribute("aria-describedby").unwrap().split(' ').any(|id| id == error));
        }
        let focused: Vec<_> = page.iter().filter(|element| element.attribute("autofocus").is_some()).collect();
        assert!(focused.len() <= 1);
        if let Some(first) = wrong.first() {
            assert_eq!(focused.first().expect("a focus").attribute("id"), first.attribute("id"));
        }
    });
}

#[test]
fn the_title_tells_of_an_error() {
    on_every_page(|page, sample| {
        let title = &named(page, "title").next().unwrap().text;
        assert_eq!(title.starts_with("Error: "), sample.error, "{title}");
        let alerts = page.iter().filter(|element| element.attribute("role") == Some("alert")).count();
        assert!(alerts <= 1);
    });
}

#[test]
fn nothing_needs_an_exception_in_the_content_security_policy() {
    on_every_page(|page, _| {
        assert_eq!(named(page, "style").count(), 0);
        assert!(named(page, "script").all(|script| script.attribute("src").is_some() && script.text.is_empty()));
        for element in page {
            for name in element.attributes.keys() {
                assert!(name != "style" && !name.starts_with("on"), "{name} in {element:?}");
            }
        }
    });
}

#[test]
fn every_form_is_posted_with_its_guard_and_has_a_button() {
    on_every_page(|page, sample| {
        for (form, inside) in forms(page) {
            // A search changes nothing: its address is what it asks for.
            if form.attribute("role") == Some("search") {
                assert_eq!(form.attribute("method"), Some("get"));
                continue;
            }
            assert_eq!(form.attribute("method"), Some("post"));
            // A product's form carries an answer of ours, and no guard of ours to it.
            if sample.name.starts_with("form-post") {
                assert!(!inside.iter().any(|element| element.attribute("name") == Some("form_token")));
                continue;
            }
            assert!(form.attribute("action").unwrap().starts_with('/'));
            let guards: Vec<_> =
                inside.iter().filter(|element| element.attribute("name") == Some("form_token")).collect();
            assert_eq!(guards.len(), 1);
            assert_eq!(guards[0].attribute("value"), Some(samples::FORM_TOKEN));
            assert!(
                inside.iter().any(|element| element.name == "button" && element.attribute("type") == Some("submit"))
            );
        }
    });
}

#[test]
fn at_most_one_button_stands_out() {
    on_every_page(|page, sample| {
        let loud = page.iter().filter(|element| element.has_class("button"));
        let loud = loud.filter(|element| !element.has_class("button-quiet") && !element.has_class("button-small"));
        assert!(loud.count() <= 1, "{}", sample.name);
    });
}

#[test]
fn no_page_shows_a_password_again() {
    on_every_page(|page, _| {
        assert!(
            inputs(page)
                .filter(|input| input.attribute("type") == Some("password"))
                .all(|input| input.attribute("value").is_none())
        );
    });
}

#[test]
fn what_people_typed_stays_text() {
    let mut seen = 0;
    on_every_page(|page, sample| {
        assert!(named(page, "script").count() <= 1, "{}", sample.name);
        assert_eq!(named(page, "img").filter(|img| img.attribute("src") == Some("x")).count(), 0);
    });
    for sample in samples::all().iter().filter(|sample| sample.name.ends_with("hostile")) {
        assert!(!sample.html.contains(HOSTILE), "{}", sample.name);
        assert!(
            elements(&sample.html)[0].text.contains(HOSTILE) || sample.html.contains("&#60;script&#62;"),
            "{}",
            sample.name
        );
        seen += 1;
    }
    assert!(seen > 8, "only {seen} pages were given something hostile");
}
