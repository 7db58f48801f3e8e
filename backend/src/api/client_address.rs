//! Where a request comes from, for rate limits and the audit: the address of the client, as far as it can be believed.

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of whoever sends the request. Each reverse proxy appends to `X-Forwarded-For` whom it talks to, so with
/// `proxies` of them the client is that many entries from the end; what stands before is the client's own claim.
pub(crate) fn client_address(extensions: &Extensions, headers: &HeaderMap, proxies: usize) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
    let values = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let forwarded: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let place = forwarded.len().saturating_sub(proxies);
    let claimed = if proxies > 0 { forwarded.get(place).and_then(|entry| parse(entry)) } else { None };
    claimed.unwrap_or(peer).to_canonical()
}

/// An entry of `X-Forwarded-For`, with or without a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// What stands for all addresses that one client can have: an IPv6 network of 64 bits is one customer's.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn address(proxies: usize, forwarded: &[&str]) -> String {
        let (mut extensions, mut headers) = (Extensions::new(), HeaderMap::new());
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).expect("a header"));
        }
        client_address(&extensions, &headers, proxies).to_string()
    }

    #[test]
    fn nobody_gets_a_new_address_by_claiming_one() {
        assert_eq!(address(0, &["203.0.113.7"]), "10.0.0.1");
        assert_eq!(address(1, &["198.51.100.1, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(address(1, &["198.51.100.1", "203.0.113.7"]), "203.0.113.7");
        assert_eq!(address(2, &["6.6.6.6, 203.0.113.7, 192.0.2.1"]), "203.0.113.7");
        assert_eq!(address(2, &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(address(1, &["nonsense"]), "10.0.0.1");
        assert_eq!(address(1, &[]), "10.0.0.1");
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_understood() {
        assert_eq!(address(1, &["203.0.113.7:80"]), "203.0.113.7");
        assert_eq!(address(1, &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(address(1, &["::ffff:203.0.113.7"]), "203.0.113.7");
        assert_eq!(
            network("2001:db8::1".parse().expect("an address")).to_string(),
            network("2001:db8::2".parse().expect("an address")).to_string()
        );
    }
}
