//! The certificate: it can be used, and does not end soon.

use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::cli::output::moment;
use crate::cli::serve::Tls;
use crate::config::{self, TlsFiles};
use crate::model::time::Timestamp;

const SOON: Duration = Duration::from_secs(14 * 86_400);

pub(super) fn look(files: TlsFiles<'_>, now: Timestamp) -> Result<String, String> {
    Tls::load(files).map_err(|failure| failure.sentences().join(" "))?;
    let shown = files.cert.display();
    let Some(end) = end(files) else { return Ok(format!("{shown} can be used; its end cannot be read.")) };
    let until = moment(end);
    let left = end.since(now);
    if left.is_zero() {
        return Err(format!("{shown} ended on {until}. Replace it; the server takes the new one up by itself."));
    }
    if left < SOON {
        return Err(format!("{shown} ends in {}, on {until}. Renew it now.", config::words(left)));
    }
    Ok(format!("{shown} is good until {until}."))
}

/// When the server's own certificate ends (RFC 5280 section 4.1.2.5).
fn end(files: TlsFiles<'_>) -> Option<Timestamp> {
    let own = CertificateDer::from_pem_file(files.cert).ok()?;
    let certificate = Certificate::from_der(&own).ok()?;
    let since_1970 = certificate.tbs_certificate.validity.not_after.to_unix_duration();
    Some(Timestamp::from_millis(0).plus(since_1970))
}
