#!/usr/bin/env python3
"""Makes countries.mmdb beside this file: a database of places for tests, in MaxMind's format (DB File Format Specification 2.0).

What it says is made up here, about the networks that are kept for documentation (RFC 5737, RFC 3849). Prints nothing.
"""

import ipaddress
import pathlib

PLACES = {
    "203.0.113.0/24": {"country": {"iso_code": "NO", "names": {"de": "Norwegen", "en": "Norway"}}},
    "198.51.100.0/24": {"country": {"iso_code": "SE"}},
    "192.0.2.0/24": {"continent": {"code": "EU"}},
    "2001:db8::/32": {"country": {"iso_code": "FI", "names": {"en": "Finland"}}},
}
# Kinds of values: 2 text, 5 and 6 whole numbers, 7 map, 11 list; from 8 on the kind stands in a byte of its own.
TEXT, WHOLE_16, WHOLE_32, MAP, WHOLE_64, LIST = 2, 5, 6, 7, 9, 11


def head(kind, size):
    assert size < 29 + 256
    small, rest = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return (bytes([kind << 5 | small]) if kind < 8 else bytes([small, kind - 7])) + rest


def whole(kind, number):
    encoded = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return head(kind, len(encoded)) + encoded


def value(of):
    if isinstance(of, str):
        return head(TEXT, len(of.encode())) + of.encode()
    if isinstance(of, dict):
        return head(MAP, len(of)) + b"".join(value(key) + value(held) for key, held in of.items())
    if isinstance(of, list):
        return head(LIST, len(of)) + b"".join(map(value, of))
    return of


def bits(network):
    """The way to a network; IPv4 lies in ::/96."""
    net = ipaddress.ip_network(network)
    length, address = net.prefixlen + (128 - net.max_prefixlen), int(net.network_address)
    return f"{address:0128b}"[:length]


def main():
    nodes, data = [[None, None]], b""
    for network, place in PLACES.items():
        node, way = 0, bits(network)
        for bit in map(int, way[:-1]):
            if nodes[node][bit] is None:
                nodes.append([None, None])
                nodes[node][bit] = len(nodes) - 1
            node = nodes[node][bit]
        nodes[node][int(way[-1])] = ("data", len(data))
        data += value(place)

    def record(held):
        if held is None:
            return len(nodes)
        return held if isinstance(held, int) else len(nodes) + 16 + held[1]

    tree = b"".join(record(held).to_bytes(3, "big") for node in nodes for held in node)
    about = value({
        "binary_format_major_version": whole(WHOLE_16, 2),
        "binary_format_minor_version": whole(WHOLE_16, 0),
        "build_epoch": whole(WHOLE_64, 1_800_000_000),
        "database_type": "Vestibule-Test-Country",
        "description": {"en": "Countries that were made up for tests"},
        "ip_version": whole(WHOLE_16, 6),
        "languages": ["en"],
        "node_count": whole(WHOLE_32, len(nodes)),
        "record_size": whole(WHOLE_16, 24),
    })
    file = pathlib.Path(__file__).with_name("countries.mmdb")
    file.write_bytes(tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + about)


main()
