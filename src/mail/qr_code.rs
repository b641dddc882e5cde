//! QR codes as PNG (ISO/IEC 15948): pictures inside a mail, since mail programs show no SVG.

use fast_qr::{ECL, QRBuilder};

use crate::model::secret::SecretBytes;

/// Width of the white border in modules (ISO/IEC 18004, 9.1).
const QUIET_ZONE: usize = 4;
/// Width of a module in pixels.
const MODULE: usize = 6;

/// The QR code of a text in one bit a pixel. `None` where the text is too long for any QR code (2,331 bytes).
pub fn png(text: &str) -> Option<SecretBytes> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let modules: Vec<bool> = code.data.iter().take(code.size * code.size).map(|module| module.value()).collect();
    let side = (code.size + 2 * QUIET_ZONE) * MODULE;
    let is_dark = |x: usize, y: usize| {
        let (x, y) = ((x / MODULE).checked_sub(QUIET_ZONE)?, (y / MODULE).checked_sub(QUIET_ZONE)?);
        (x < code.size).then(|| modules.get(y * code.size + x).copied()).flatten()
    };
    let mut bits = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        for byte in 0..side.div_ceil(8) {
            let lit = |bit: usize| !is_dark(byte * 8 + bit, y).unwrap_or(false);
            bits.push((0..8).fold(0u8, |bits, bit| bits << 1 | u8::from(lit(bit))));
        }
    }
    let side = u32::try_from(side).ok()?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().ok()?.write_image_data(&bits).ok()?;
    Some(SecretBytes::new(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_a_png_of_black_on_white_with_its_border() {
        let file = png("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP").unwrap();
        let decoder = png::Decoder::new(std::io::Cursor::new(file.expose().to_vec()));
        let mut reader = decoder.read_info().unwrap();
        let mut bits = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bits).unwrap();
        assert_eq!(frame.width, frame.height);
        let lit = |x: usize, y: usize| bits[y * frame.line_size + x / 8] >> (7 - x % 8) & 1 == 1;
        let border = QUIET_ZONE * MODULE;
        assert!(lit(0, 0) && lit(border - 1, border) && !lit(border, border) && lit(border + 7 * MODULE, border));
    }

    #[test]
    fn what_no_code_can_hold_is_refused() {
        assert!(png(&"x".repeat(3000)).is_none());
    }
}
