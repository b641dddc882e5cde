//! What the demo says when it is ready. Its last line is fixed: scripts wait for it.

use std::path::Path;

use super::accounts::{PASSWORD, SEEDS, Seed};
use super::ports::Ports;
use super::product::{KNOWN, Known};

/// All of it.
pub fn ready(ports: Ports, folder: &Path) -> String {
    let (front, mailbox, metrics) = (ports.front_url(), ports.mailbox_url(), ports.metrics());
    let fresh = names(|seed| seed.set_up.is_none());
    let products: String = KNOWN.iter().zip(ports.product_urls()).map(product).collect();
    let rows: String = SEEDS.iter().filter_map(row).collect();
    format!(
        "This is a demo of Vestibule. Everything runs on this machine, and mail goes to the demo's own mailbox.\n\
         \n  Sign in          {front}\
         \n{products}  Remote Ledger    vestibule demo remote-app --server {front}\
         \n  Mailbox          {mailbox}\
         \n  Metrics          http://{metrics}/metrics\n\
         \nEvery account has the password: {PASSWORD}\
         \nNothing is set up yet for {fresh}. These are set up, with the answers red, blue, green:\n\
         \n  {:14} {:32} {}\n{rows}\
         \nCtrl-C ends the demo.\
         \nVestibule demo ready at {front} (data in {})\n",
        "username",
        "authenticator code",
        "recovery code",
        folder.display()
    )
}

fn product((known, url): (&Known, String)) -> String {
    format!("  {:16} {url}\n", known.name)
}

fn row(seed: &Seed) -> Option<String> {
    let set_up = seed.set_up?;
    let secret = set_up.totp_secret.unwrap_or("(passcodes come by email)");
    Some(format!("  {:14} {secret:32} {}\n", seed.username, set_up.recovery_code))
}

fn names(wanted: impl Fn(&Seed) -> bool) -> String {
    let names: Vec<_> = SEEDS.iter().filter(|seed| wanted(seed)).map(|seed| seed.username).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_one_that_scripts_wait_for() {
        let text = ready(Ports::from(8080), Path::new("/tmp/d"));
        assert!(text.ends_with("\nVestibule demo ready at http://localhost:8080 (data in /tmp/d)\n"), "{text}");
        assert!(text.contains("new-user, new-user-2 and new-user-3."), "{text}");
        for address in ["MIP Modern       http://localhost:8081\n", "Fund Accounting  http://localhost:8082\n"] {
            assert!(text.contains(address), "{text}");
        }
        assert!(text.contains("http://localhost:8083") && text.contains(PASSWORD), "{text}");
        for seed in SEEDS.iter().filter_map(|seed| seed.set_up) {
            assert!(
                text.contains(seed.recovery_code) && text.contains(seed.totp_secret.unwrap_or("by email")),
                "{text}"
            );
        }
    }
}
