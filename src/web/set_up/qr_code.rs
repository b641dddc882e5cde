//! QR codes as inline SVG: one path on a white ground with its quiet zone, so that it can be scanned on dark pages and
//! without a stylesheet.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};

/// Width of the white border in modules (ISO/IEC 18004, 9.1).
const QUIET_ZONE: usize = 4;
/// Width and height in CSS pixels where no stylesheet says otherwise.
const PIXELS: usize = 240;

/// The QR code of a text as an `<svg>` element; nothing of the text itself is in it. `None` where the text is too long
/// for any QR code (2,331 bytes).
pub fn svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for (y, modules) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (x, _) in modules.iter().enumerate().filter(|(_, module)| module.value()) {
            write!(path, "M{x} {y}h1v1h-1z").ok()?;
        }
    }
    let (side, zone) = (code.size + 2 * QUIET_ZONE, QUIET_ZONE);
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{PIXELS}\" height=\"{PIXELS}\" \
         viewBox=\"-{zone} -{zone} {side} {side}\" focusable=\"false\" aria-hidden=\"true\" shape-rendering=\"crispEdges\">\
         <path fill=\"#ffffff\" d=\"M-{zone} -{zone}h{side}v{side}h-{side}z\"></path><path fill=\"#000000\" d=\"{path}\"></path></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_drawn_and_not_written() {
        let drawn = svg("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP").unwrap();
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>"));
        assert!(!drawn.contains("otpauth") && !drawn.contains("JBSWY"));
        // The corner of a finder pattern is dark, and so is the end of its first row; what follows is light.
        assert!(drawn.contains("M0 0h1v1h-1z") && drawn.contains("M6 0h1v1h-1z") && !drawn.contains("M7 0h1v1h-1z"));
    }

    #[test]
    fn what_no_code_can_hold_is_refused() {
        assert_eq!(svg(&"x".repeat(3000)), None);
    }
}
