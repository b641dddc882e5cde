//! The QR code (ISO/IEC 18004) as an `<svg>` of one path: no style, no script, sharp at every size.

use std::fmt::Write;

use fast_qr::ECL;
use fast_qr::QRBuilder;

use crate::web::error::Failure;

/// Light modules around the symbol, as the standard asks.
const QUIET: usize = 4;

/// The code of `text`, dark on white whatever the page's colours are, with `width` and `height` in CSS pixels.
pub fn svg(text: &str) -> Result<String, Failure> {
    let code = QRBuilder::new(text).ecl(ECL::M).build();
    let code = code.map_err(|error| Failure::Bug(format!("the QR code can't be made: {error:?}")))?;
    let side = code.size + 2 * QUIET;
    let pixels = side * 5;
    let mut path = String::new();
    for (row, modules) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (column, _) in modules.iter().enumerate().filter(|(_, module)| module.value()) {
            let _ = write!(path, "M{} {}h1v1h-1z", column + QUIET, row + QUIET);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{pixels}\" height=\"{pixels}\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR code for your authenticator app\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}
