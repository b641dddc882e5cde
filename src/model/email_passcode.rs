//! The passcode in an email. It is drawn at random and has nothing to do with the authenticator app; it is kept as a message
//! authentication code over the attempt and the digits, so it is good in the attempt that asked for it and nowhere else.

use super::dice::Dice;
use super::passcode::Passcode;

/// A new passcode; each of the million is as likely as any other.
pub fn new(dice: &mut Dice) -> Passcode {
    Passcode::from_number(dice.below(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dice::Seed;

    #[test]
    fn passcodes_differ_and_keep_their_leading_zeros() {
        let mut dice = Seed::new([9; 32]).dice();
        let made: Vec<Passcode> = (0..200).map(|_| new(&mut dice)).collect();
        assert!(made.iter().all(|code| code.digits().len() == 6));
        assert!(made.iter().any(|code| code.digits().starts_with('0')));
        assert!(made.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
