//! Stylesheet, script and pictures: embedded, coloured once at start, and served under a path that holds
//! a hash of their content, so that browsers may keep them for ever.

mod colour;

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;

use super::error::Failure;
use super::help::{EMBEDDED, Picture};
use super::site::Site;

use colour::Colour;

/// The colour of `app.css` and `logo.svg` as they stand in the source, on light pages.
const SOURCE_ON_LIGHT: &str = "#1d5c63";
/// The same on dark pages.
const SOURCE_ON_DARK: &str = "#7cc4cc";
/// The surfaces of `app.css` on which the colour is hardest to read: the darkest of light pages, the lightest of dark ones.
const LIGHT_PAGE: Colour = Colour::new(0xf4, 0xf3, 0xef);
const DARK_TINT: Colour = Colour::new(0x28, 0x2e, 0x34);

/// Bytes and their media type.
type File = (Vec<u8>, &'static str);

/// Every file that pages refer to.
#[derive(Debug)]
pub struct Assets {
    files: HashMap<String, File>,
    css: String,
    script: String,
    icon: String,
    logo: Option<String>,
    help_pictures: Vec<Picture>,
}

impl Assets {
    /// Embeds the files, with the vendor's colour (`#rrggbb`) and picture. From the colour two shades are made that
    /// can be read on light and on dark pages (at least 4.5:1); what is not such a colour leaves ours.
    pub fn new(colour: &str, logo: Option<(Vec<u8>, &'static str)>) -> Self {
        let vendors = Colour::parse(colour).filter(|colour| colour.to_string() != SOURCE_ON_LIGHT);
        let painted = |source: &str| vendors.map_or(source.to_owned(), |colour| paint(source, colour)).into_bytes();
        let mut files = HashMap::new();
        let mut add = |name: &str, file: File| {
            let path = hashed_path(name, &file.0);
            files.insert(path.clone(), file);
            path
        };
        let css = add("app.css", (painted(include_str!("../../assets/app.css")), "text/css; charset=utf-8"));
        let script = include_bytes!("../../assets/app.js").to_vec();
        let script = add("app.js", (script, "text/javascript; charset=utf-8"));
        let icon = add("logo.svg", (painted(include_str!("../../assets/logo.svg")), "image/svg+xml"));
        let logo = logo.map(|file| add("brand", file));
        let help_pictures = EMBEDDED
            .iter()
            .map(|picture| picture.at(add(picture.name, (picture.bytes.to_vec(), "image/png"))))
            .collect();
        Self { files, css, script, icon, logo, help_pictures }
    }

    /// The file at a path such as `/assets/0123456789ab/app.css`, and its media type.
    pub fn lookup(&self, path: &str) -> Option<(&[u8], &'static str)> {
        self.files.get(path).map(|(bytes, media_type)| (bytes.as_slice(), *media_type))
    }

    /// Address of the stylesheet.
    pub fn css(&self) -> &str {
        &self.css
    }

    /// Address of the script.
    pub fn script(&self) -> &str {
        &self.script
    }

    /// Address of the icon in the browser's tab.
    pub fn icon(&self) -> &str {
        &self.icon
    }

    /// The help page's pictures.
    pub fn help_pictures(&self) -> &[Picture] {
        &self.help_pictures
    }

    /// Address of the vendor's picture.
    pub fn logo(&self) -> Option<&str> {
        self.logo.as_deref()
    }
}

/// Serves a file. Its address changes with its content, so browsers keep it for ever.
pub async fn get(State(site): State<Site>, uri: Uri) -> Result<Response, Failure> {
    let (bytes, media_type) = site.assets.lookup(uri.path()).ok_or(Failure::NotFound)?;
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, bytes.to_vec()).into_response())
}

fn paint(source: &str, colour: Colour) -> String {
    let on_light = colour.readable_on(LIGHT_PAGE).to_string();
    let on_dark = colour.readable_on(DARK_TINT).to_string();
    source.replace(SOURCE_ON_LIGHT, &on_light).replace(SOURCE_ON_DARK, &on_dark)
}

/// Twelve hexadecimal digits of SHA-256 name the content.
fn hashed_path(name: &str, bytes: &[u8]) -> String {
    let hash = HEXLOWER.encode(digest(&SHA256, bytes).as_ref());
    format!("/assets/{}/{name}", hash.chars().take(12).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(assets: &'a Assets, path: &str) -> &'a str {
        std::str::from_utf8(assets.lookup(path).unwrap().0).unwrap()
    }

    #[test]
    fn every_address_leads_to_its_file() {
        let assets = Assets::new("#884400", Some((b"png".to_vec(), "image/png")));
        assert_eq!(assets.lookup(assets.css()).unwrap().1, "text/css; charset=utf-8");
        assert_eq!(assets.lookup(assets.script()).unwrap().1, "text/javascript; charset=utf-8");
        assert_eq!(assets.lookup(assets.icon()).unwrap().1, "image/svg+xml");
        assert_eq!(assets.lookup(assets.logo().unwrap()), Some((&b"png"[..], "image/png")));
        assert!(assets.lookup("/assets/000000000000/app.css").is_none());
    }

    #[test]
    fn the_path_changes_with_the_colour() {
        assert_ne!(Assets::new("#884400", None).css(), Assets::new("#004488", None).css());
    }

    #[test]
    fn the_vendors_colour_replaces_ours_everywhere() {
        let assets = Assets::new("#884400", None);
        for path in [assets.css(), assets.icon()] {
            let text = text(&assets, path).to_lowercase();
            assert!(!text.contains(SOURCE_ON_LIGHT) && !text.contains(SOURCE_ON_DARK), "{path}");
            assert!(text.contains("#884400"), "{path}");
        }
    }

    #[test]
    fn what_is_no_colour_leaves_ours() {
        let assets = Assets::new("url(evil)", None);
        assert!(text(&assets, assets.css()).contains(SOURCE_ON_LIGHT));
    }

    #[test]
    fn our_own_colours_can_be_read() {
        for (shade, surface) in [(SOURCE_ON_LIGHT, LIGHT_PAGE), (SOURCE_ON_DARK, DARK_TINT)] {
            assert_eq!(Colour::parse(shade).unwrap().readable_on(surface).to_string(), shade);
        }
    }
}
