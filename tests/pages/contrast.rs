//! The stylesheet's colours can be read, on light and on dark pages, with any colour that a vendor may have.

use std::collections::HashMap;

use vestibule::web::assets::Assets;

/// Text and what it stands on: 4.5:1 (WCAG 2.2, 1.4.3).
const TEXT: [(&str, &str); 15] = [
    ("ink", "ground"),
    ("ink", "panel"),
    ("ink", "tint"),
    ("ink", "bad-tint"),
    ("ink", "good-tint"),
    ("quiet", "ground"),
    ("quiet", "panel"),
    ("bad", "panel"),
    ("panel", "bad"),
    ("panel", "good"),
    ("brand", "ground"),
    ("brand", "panel"),
    ("brand", "tint"),
    ("on-brand", "brand"),
    ("quiet", "tint"),
];
/// What shows where an input or a sign is, and its ground: 3:1 (WCAG 2.2, 1.4.11).
const SIGNS: [(&str, &str); 4] = [("border", "panel"), ("bad", "bad-tint"), ("good", "good-tint"), ("bad", "panel")];

#[test]
fn every_pair_of_colours_can_be_read() {
    for vendors in ["#1d5c63", "#ffe500", "#000000", "#ffffff", "#0000ff", "#ff0000", "#808080"] {
        let assets = Assets::new(vendors, None);
        let css = std::str::from_utf8(assets.lookup(assets.css()).unwrap().0).unwrap();
        let light = variables(css.split("@media").next().unwrap());
        let dark = light.clone().into_iter().chain(variables(css.split("@media").nth(1).unwrap())).collect();
        for (page, colours) in [("light", light), ("dark", dark)] {
            let pairs = TEXT.iter().map(|pair| (pair, 4.5)).chain(SIGNS.iter().map(|pair| (pair, 3.0)));
            for ((one, two), least) in pairs {
                let found = contrast(&colours[*one], &colours[*two]);
                assert!(found >= least, "{one} on {two}, {page}, vendor's {vendors}: {found:.2}");
            }
        }
    }
}

fn variables(css: &str) -> HashMap<String, String> {
    let lines = css.lines().filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": "));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn contrast(one: &str, two: &str) -> f64 {
    let (one, two) = (luminance(one), luminance(two));
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

fn luminance(colour: &str) -> f64 {
    let linear =
        |from: usize| match f64::from(u8::from_str_radix(colour.get(from..from + 2).unwrap(), 16).unwrap()) / 255.0 {
            low if low <= 0.04045 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
    0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5)
}
