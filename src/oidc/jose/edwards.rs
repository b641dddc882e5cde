//! Whether 32 bytes are a public key of Ed25519 (RFC 8032, section 5.1.3): a point of the curve in its one spelling, and not one of
//! the eight points under which anyone can sign. The library that verifies finds out only when it has a signature in hand.
//!
//! Keys are public, so nothing here need take the same time for each.

/// The curve's constant d, the least byte first.
const D: [u8; 32] = [
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00, 0x98, 0xe8, 0x79,
    0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52,
];

/// The y of four of the eight points of small order; another four have its negative, zero, one or minus one.
const OF_ORDER_EIGHT: [u8; 32] = [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac,
    0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
];

/// Whether these bytes are a key.
pub(super) fn is_key(bytes: &[u8; 32]) -> bool {
    let y = Field::read(bytes);
    let of_small_order = [Field::ZERO, Field::read(&OF_ORDER_EIGHT), Field::ZERO.minus(Field::read(&OF_ORDER_EIGHT))];
    let square = y.times(y);
    // x² = (y² - 1) / (d y² + 1), which is a square where the product is one. Where it is zero, y is one or minus one.
    let product = square.minus(Field::ONE).times(Field::read(&D).times(square).plus(Field::ONE));
    y.is_reduced() && product.is_nonzero_square() && !of_small_order.iter().any(|small| small.equals(y))
}

const LOW: u128 = (1 << 51) - 1;

/// An integer modulo 2^255 - 19, in five digits of 51 bits or little more.
#[derive(Clone, Copy)]
struct Field([u128; 5]);

impl Field {
    const ZERO: Self = Self([0; 5]);
    const ONE: Self = Self([1, 0, 0, 0, 0]);

    /// The lower 255 bits; the topmost is the sign of x.
    fn read(bytes: &[u8; 32]) -> Self {
        let digit = |first_bit: usize| {
            let eight = bytes.iter().skip(first_bit / 8).take(8).rev();
            (eight.fold(0, |number, byte| number << 8 | u128::from(*byte)) >> (first_bit % 8)) & LOW
        };
        Self([digit(0), digit(51), digit(102), digit(153), digit(204)])
    }

    fn plus(self, other: Self) -> Self {
        let ([a, b, c, d, e], [f, g, h, i, j]) = (self.0, other.0);
        Self([a + f, b + g, c + h, d + i, e + j]).carried()
    }

    fn minus(self, other: Self) -> Self {
        // Twice the modulus keeps every digit positive.
        let (first, others) = (2 * (LOW - 18), 2 * LOW);
        let ([a, b, c, d, e], [f, g, h, i, j]) = (self.0, other.0);
        Self([a + first - f, b + others - g, c + others - h, d + others - i, e + others - j]).carried()
    }

    fn times(self, other: Self) -> Self {
        let ([a, b, c, d, e], [f, g, h, i, j]) = (self.0, other.0);
        // 2^255 is 19.
        Self([
            a * f + 19 * (b * j + c * i + d * h + e * g),
            a * g + b * f + 19 * (c * j + d * i + e * h),
            a * h + b * g + c * f + 19 * (d * j + e * i),
            a * i + b * h + c * g + d * f + 19 * (e * j),
            a * j + b * i + c * h + d * g + e * f,
        ])
        .carried()
    }

    fn carried(self) -> Self {
        let [a, b, c, d, e] = self.0;
        let b = b + (a >> 51);
        let c = c + (b >> 51);
        let d = d + (c >> 51);
        let e = e + (d >> 51);
        let a = (a & LOW) + 19 * (e >> 51);
        Self([a & LOW, (b & LOW) + (a >> 51), c & LOW, d & LOW, e & LOW])
    }

    /// The one spelling with every digit under 2^51 and the number under the modulus.
    fn reduced(self) -> [u128; 5] {
        let once = self.carried().carried();
        let [a, b, c, d, e] = once.0;
        let at_least_the_modulus = [b, c, d, e].iter().all(|digit| *digit == LOW) && a >= LOW - 18;
        if at_least_the_modulus { [a - (LOW - 18), 0, 0, 0, 0] } else { once.0 }
    }

    fn is_reduced(self) -> bool {
        self.reduced() == self.0
    }

    fn equals(self, other: Self) -> bool {
        self.reduced() == other.reduced()
    }

    /// Euler's criterion: to the power of (p - 1) / 2 = 2^254 - 10 it is one.
    fn is_nonzero_square(self) -> bool {
        let is_set = |bit: usize| bit >= 4 || bit == 1 || bit == 2;
        let power = (0..254).rev().fold(Self::ONE, |power, bit| {
            let doubled = power.times(power);
            if is_set(bit) { doubled.times(self) } else { doubled }
        });
        power.equals(Self::ONE)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use proptest::prelude::*;

    use super::*;

    /// With `least` as the least byte, `middle` as the thirty between, `top` as the topmost.
    fn bytes(least: u8, middle: u8, top: u8) -> [u8; 32] {
        let mut bytes = [middle; 32];
        (bytes[0], bytes[31]) = (least, top);
        bytes
    }

    fn both_signs(mut bytes: [u8; 32]) -> [[u8; 32]; 2] {
        let plain = bytes;
        bytes[31] ^= 0x80;
        [plain, bytes]
    }

    #[test]
    fn r45_points_under_which_anyone_can_sign_are_no_keys() {
        let mut negative = OF_ORDER_EIGHT.map(|byte| 0xff - byte);
        negative[0] -= 0x12;
        negative[31] -= 0x80;
        for small in [bytes(0, 0, 0), bytes(1, 0, 0), bytes(0xec, 0xff, 0x7f), OF_ORDER_EIGHT, negative] {
            for signed in both_signs(small) {
                assert!(!is_key(&signed), "{signed:02x?}");
            }
        }
    }

    #[test]
    fn a_point_has_one_spelling() {
        // y = 3 is on the curve; the modulus and three is the same number.
        assert!(both_signs(bytes(3, 0, 0)).iter().all(is_key));
        for least in 0xed..=0xff {
            assert!(!both_signs(bytes(least, 0xff, 0x7f)).iter().any(is_key), "{least:x}");
        }
    }

    #[test]
    fn what_is_beside_the_curve_is_no_key() {
        // Whether each y from 2 to 20 has a point, as another implementation of the curve finds.
        let found: Vec<u8> = (2..=20).filter(|y| is_key(&bytes(*y, 0, 0))).collect();
        assert_eq!(found, KNOWN);
    }

    const KNOWN: [u8; 11] = [3, 4, 5, 6, 9, 10, 14, 15, 16, 18, 19];

    #[test]
    fn numbers_at_the_modulus_are_reduced() {
        let read = |least| Field::read(&bytes(least, 0xff, 0x7f));
        assert_eq!((read(0xed).reduced(), read(0xee).reduced()), (Field::ZERO.0, Field::ONE.0));
        assert!(read(0xec).is_reduced() && !read(0xed).is_reduced());
        assert!(read(0xec).plus(Field::ONE).equals(Field::ZERO) && Field::ZERO.minus(Field::ONE).equals(read(0xec)));
        assert!(read(0xec).times(read(0xec)).equals(Field::ONE));
    }

    proptest! {
        #[test]
        fn every_real_key_is_one(seed: [u8; 32]) {
            let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
            prop_assert!(is_key(pair.public_key().as_ref().try_into().unwrap()));
        }
    }
}
