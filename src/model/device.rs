//! Browsers and networks in words, for mails and for lists of sessions. What comes out is chosen from fixed words: nothing of the
//! header is ever shown, and an address is widened to its network.

use std::net::IpAddr;

/// Browsers by what their `User-Agent` contains; the first that matches counts, since most claim to be others too.
const BROWSERS: [(&str, &str); 16] = [
    ("Trident/7.0", "Internet Explorer 11"),
    ("MSIE ", "Internet Explorer"),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// Systems by what the `User-Agent` contains; the first that matches counts (an iPhone claims "like Mac OS X").
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// The browser that a `User-Agent` header names, in words: "Firefox on Windows", "Safari on iPhone", "an unknown browser".
pub fn browser_name(user_agent: &str) -> String {
    let browser = first_of(&BROWSERS, user_agent).filter(|name| *name != "Safari" || user_agent.contains("Safari/"));
    let system = first_of(&SYSTEMS, user_agent);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("an unknown browser on {system}"),
        (None, None) => "an unknown browser".to_owned(),
    }
}

/// The same of a device that may have no browser: "Firefox on Windows", "a device with Linux", "an unknown device".
pub fn device_name(user_agent: &str) -> String {
    let browser = browser_name(user_agent);
    match browser.strip_prefix("an unknown browser") {
        Some("") => "an unknown device".to_owned(),
        Some(on) => on.replacen(" on ", "a device with ", 1),
        None => browser,
    }
}

fn first_of(table: &[(&str, &'static str)], user_agent: &str) -> Option<&'static str> {
    table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
}

/// The network of an address: /24 of IPv4 (also where it is mapped into IPv6), /48 of IPv6; `localhost` for this machine
/// itself.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        own if own.is_loopback() => "localhost".to_owned(),
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: [(&str, &str); 14] = [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer 11 on Windows"),
        (
            "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0; .NET4.0C)",
            "Internet Explorer 11 on Windows",
        ),
        ("Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)", "Internet Explorer on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 CriOS/131.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 \
                 Safari/605.1.15",
            "Safari on Mac",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 \
                 Safari/537.36 Edg/131.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0 \
                 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36",
            "Chrome on ChromeOS",
        ),
        ("curl/8.9.1", "an unknown browser"),
        ("Mozilla/5.0 (Windows NT 10.0)", "an unknown browser on Windows"),
        ("", "an unknown browser"),
    ];

    #[test]
    fn browsers_are_told_by_their_own_mark() {
        for (header, name) in HEADERS {
            assert_eq!(browser_name(header), name, "{header}");
        }
    }

    #[test]
    fn a_device_without_a_browser_is_a_device() {
        for (header, name) in [
            ("", "an unknown device"),
            ("curl/8.9.1", "an unknown device"),
            ("Ledger/2.1 (Linux; x86_64)", "a device with Linux"),
            ("Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
        ] {
            assert_eq!(device_name(header), name);
        }
    }

    #[test]
    fn nothing_of_the_header_is_shown() {
        let hostile = format!("Firefox/<script> Windows {}\r\nBcc: x", "A".repeat(100_000));
        assert_eq!(browser_name(&hostile), "Firefox on Windows");
    }

    #[test]
    fn an_address_is_widened_to_its_network() {
        for (address, wide) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:77:1234::5", "2001:db8:77::/48"),
            ("::1", "localhost"),
            ("127.0.0.1", "localhost"),
        ] {
            assert_eq!(network(address.parse().unwrap()), wide);
        }
    }
}
