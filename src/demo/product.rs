//! The demo's two browser products: relying parties of OpenID Connect as a vendor would write them. A product knows its id, its
//! secret and Vestibule's address, and learns everything else over HTTP. Protocol and signatures are others' crates, so that what
//! Vestibule answers is read by code that its makers did not write.

mod back_channel;
mod cookie;
mod home;
/// The products' pages, as data that templates print.
pub mod pages;
mod provider;
mod server;
mod sign_in;
mod sign_out;
mod tokens;
mod trouble;
mod visitors;

use crate::model::product::Policy;

pub use provider::Client;
pub use server::router;

/// What a product is before it is registered.
#[derive(Debug)]
pub struct Known {
    /// Its id and `client_id`.
    pub id: &'static str,
    /// As people know it.
    pub name: &'static str,
    /// What it would be for, as a sentence.
    pub purpose: &'static str,
    /// What it asks of people.
    pub policy: Policy,
    /// The same, as a sentence.
    pub asks: &'static str,
    /// What its tile shows, as PNG.
    pub picture: &'static [u8],
}

/// Both, in the order of their ports.
pub const KNOWN: [Known; 2] = [
    Known {
        id: "mip-modern",
        name: "MIP Modern",
        purpose: "Plans and pays for what an organization does.",
        policy: Policy::Inherit,
        asks: "From the User Portal it opens without another passcode.",
        picture: include_bytes!("../../assets/demo/mip-modern.png"),
    },
    Known {
        id: "fund-accounting",
        name: "Fund Accounting",
        purpose: "Keeps the books of an organization's funds.",
        policy: Policy::Separate(std::time::Duration::ZERO),
        asks: "It asks for a passcode of its own each time it is opened.",
        picture: include_bytes!("../../assets/demo/fund-accounting.png"),
    },
];
