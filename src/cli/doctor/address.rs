//! The public address: its host is known, and someone speaks TLS for it.

use std::net::ToSocketAddrs;

use crate::config::Settings;

pub(super) fn look(settings: &Settings) -> Result<String, String> {
    let url = &settings.public_url;
    if url.is_loopback_http() {
        return Ok(format!("{url} is for this machine only."));
    }
    if settings.listen.tls().is_none() && settings.listen.unix_socket.is_none() && settings.trusted_proxies.is_empty() {
        return Err(format!(
            "Nobody speaks TLS for {url}. Set listen.tls_cert_file and listen.tls_key_file, or put a proxy in front and name \
             its network in trusted_proxies."
        ));
    }
    let host = url.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match (bare, 443).to_socket_addrs().map(|mut found| found.next()) {
        Ok(Some(address)) => Ok(format!("{url} leads to {}.", address.ip())),
        Ok(None) => Err(format!("The name {host} has no address. Add it to DNS.")),
        Err(error) => Err(format!("The name {host} is not found from here: {error}. Add it to DNS.")),
    }
}
