//! A product's tile.

use crate::flow::product::portal::Openable;
use crate::model::product::{Kind, Policy};
use crate::model::words;

/// What a tile shows.
#[derive(Clone, Debug)]
pub struct Tile {
    /// The product's name.
    pub name: String,
    /// The address of its picture.
    pub picture: Option<String>,
    /// What stands in the picture's place.
    pub initial: String,
    /// What it will ask for.
    pub asks: Option<String>,
    /// Where the tile leads.
    pub href: Option<String>,
    /// How it is opened where the tile leads nowhere.
    pub how: Option<&'static str>,
}

impl Tile {
    /// The tile of a product that the account may open.
    pub fn new(openable: &Openable) -> Self {
        let product = &openable.product;
        let asks = match product.policy {
            // A program asks for everything itself, each time.
            _ if product.kind == Kind::RemoteApp => None,
            Policy::Inherit => Some("Opens at once".to_owned()),
            Policy::Separate(age) if age.is_zero() => Some("Asks for a passcode each time".to_owned()),
            Policy::Separate(age) => Some(format!("Asks for a passcode after {}", words::span(age))),
        };
        let how = match product.kind {
            Kind::RemoteApp => "Opens in its own window",
            Kind::Web | Kind::Proxied => "Open it at its own address",
        };
        let begins = product.start_url.is_some();
        Self {
            name: product.name.clone(),
            picture: openable.has_picture.then(|| format!("/portal/picture/{}", product.id)),
            initial: initial(&product.name),
            asks,
            href: begins.then(|| format!("/portal/open/{}", product.id)),
            how: (!begins).then_some(how),
        }
    }
}

/// The first letter or digit of a name, as a capital.
fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_initial_is_what_one_would_say_first() {
        for (name, drawn) in
            [("fund accounting", "F"), (" (beta) Ünite", "B"), ("éclair", "É"), ("7-up", "7"), ("***", "")]
        {
            assert_eq!(initial(name), drawn);
        }
    }
}
