//! Networks: an address and how many of its leading bits count (RFC 4632, RFC 4291 section 2.3).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network of IPv4 or IPv6 addresses. The bits after the prefix are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    network: IpAddr,
    prefix: u8,
}

impl Cidr {
    /// `10.0.0.0/8`, `2001:db8::/32`, or one address alone. The error is a sentence's end that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| format!("\"{address}\" is not an IP address"))?;
        let width = width(address);
        let prefix = match prefix {
            None => width,
            Some(digits) => prefix_length(digits, width)?,
        };
        let network = cut(address, prefix);
        if network != address {
            return Err(format!(
                "{address}/{prefix} names an address inside a network; the network is {network}/{prefix}"
            ));
        }
        Ok(Self { network, prefix })
    }

    /// Whether `address` lies in this network. An IPv4 address that came as IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.network.is_ipv4() && cut(address, self.prefix) == self.network
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

fn prefix_length(digits: &str, width: u8) -> Result<u8, String> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let length = digits.parse::<u8>().ok().filter(|length| plain && *length <= width);
    length.ok_or_else(|| format!("\"/{digits}\" must be a number from /0 to /{width}"))
}

const fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address with every bit after the first `prefix` set to zero.
fn cut(address: IpAddr, prefix: u8) -> IpAddr {
    let dropped = u32::from(width(address).saturating_sub(prefix));
    match address {
        IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() & u32::MAX.checked_shl(dropped).unwrap_or(0)).into(),
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & u128::MAX.checked_shl(dropped).unwrap_or(0)).into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inside(network: &str, address: &str) -> bool {
        Cidr::parse(network).unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        assert!(inside("10.0.0.0/8", "10.255.0.1"));
        assert!(!inside("10.0.0.0/8", "11.0.0.0"));
        assert!(inside("192.0.2.7", "192.0.2.7"));
        assert!(!inside("192.0.2.7", "192.0.2.8"));
        assert!(inside("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!inside("2001:db8::/32", "2001:db9::1"));
        assert!(inside("0.0.0.0/0", "203.0.113.9"));
        assert!(!inside("0.0.0.0/0", "2001:db8::1"));
        assert!(inside("::/0", "2001:db8::1"));
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_ipv4() {
        assert!(inside("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!inside("::/0", "::ffff:10.1.2.3"));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let problem = |text| Cidr::parse(text).unwrap_err();
        assert_eq!(problem("10.0.0.1/8"), "10.0.0.1/8 names an address inside a network; the network is 10.0.0.0/8");
        assert_eq!(problem("10.0.0.0/33"), "\"/33\" must be a number from /0 to /32");
        assert_eq!(problem("10.0.0.0/+8"), "\"/+8\" must be a number from /0 to /32");
        assert_eq!(problem("proxy.example.org"), "\"proxy.example.org\" is not an IP address");
    }

    proptest! {
        #[test]
        fn what_is_shown_parses_back(bits: u128, prefix in 0u8..=128) {
            let network = Cidr { network: cut(Ipv6Addr::from_bits(bits).into(), prefix), prefix };
            prop_assert_eq!(Cidr::parse(&network.to_string()), Ok(network));
        }

        #[test]
        fn any_text_is_parsed_or_refused(text in ".*") {
            let _ = Cidr::parse(&text);
        }
    }
}
