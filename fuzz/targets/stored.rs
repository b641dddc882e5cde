//! What comes back from the disk: hashes, sealed values, codes, keyrings (regressions 46 and 52).
#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::hasher::reread;
use vestibule::keys::{Keyring, Keys, Purpose};
use vestibule::mail::outgoing::Outgoing;
use vestibule::model::dice::Seed;
use vestibule::model::id::MailId;
use vestibule::model::token::Mac;

const PLACE: &str = "app.secret a1";

fuzz_target!(|bytes: &[u8]| {
    let keys = Keys::new(&Keyring::generate(&[7; 32]));
    forged(&keys, bytes);
    altered(&keys, bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        hash(text);
        keyring(text);
    }
});

/// Nobody without the key makes something that opens or is authenticated.
fn forged(keys: &Keys, bytes: &[u8]) {
    assert!(keys.open(Purpose::TotpSeal, PLACE, bytes).is_err());
    assert!(!keys.verify(Purpose::Token, &[b"token"], &Mac::new(bytes.to_vec())));
    assert!(Outgoing::open(keys, &MailId::new("m1".into()), bytes).is_err());
}

/// What was sealed opens as it was; with a bit flipped, or without its end, not at all.
fn altered(keys: &Keys, bytes: &[u8]) {
    let sealed = keys.seal(Purpose::TotpSeal, PLACE, bytes, &mut Seed::new([4; 32]).dice());
    let opened = keys.open(Purpose::TotpSeal, PLACE, &sealed).expect("it opens in its place");
    assert_eq!(opened.expose(), bytes);
    let at = bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>();
    let mut flipped = sealed.clone();
    flipped[at / 8 % sealed.len()] ^= 1 << (at % 8);
    assert!(keys.open(Purpose::TotpSeal, PLACE, &flipped).is_err());
    assert!(keys.open(Purpose::TotpSeal, PLACE, &sealed[..at % sealed.len()]).is_err());
    // A mail is JSON inside its seal; whoever holds the key may have had another version of us.
    let row = MailId::new("m1".into());
    let body = keys.seal(Purpose::Outbox, "outbox/body/m1", bytes, &mut Seed::new([4; 32]).dice());
    if let Ok(mail) = Outgoing::open(keys, &row, &body) {
        let again = mail.seal(keys, &mut Seed::new([5; 32]).dice());
        assert!(mail.id != row || Outgoing::open(keys, &row, &again.body).is_ok());
    }
}

fn hash(text: &str) {
    let Some((cost, written)) = reread(text) else { return };
    assert!(cost.is_allowed(), "no stored hash costs more than is allowed");
    assert_eq!(written.expose(), text, "a hash has one spelling");
}

fn keyring(text: &str) {
    match Keyring::parse(text) {
        Ok(keyring) => {
            let written = keyring.to_text();
            let again = Keyring::parse(written.expose()).expect("what is written is read");
            assert_eq!((again.to_text(), Keys::new(&again).list()), (written, Keys::new(&keyring).list()));
        }
        Err(error) => {
            let shown = format!("{error} {error:?}");
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"+/".contains(c));
            assert!(!words.filter(|word| word.len() == 43).any(|key| shown.contains(key)), "{shown}");
        }
    }
}
