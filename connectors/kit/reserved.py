"""Values that stand for others, as in `agencies.example.toml`: what still has them is not filled in yet."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.loopback import LOOPBACK

RESERVED = ("example", "invalid", "test", "example.com", "example.net", "example.org")
"""Domains that are nobody's (RFC 2606)."""
DOCUMENTATION = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
"""Addresses that are nobody's (RFC 5737, RFC 3849)."""
ELSEWHERE = ("host", "hostaddr", "service")
"""By what else a PostgreSQL's address names who is asked."""
TO_FILL_IN = re.compile(r"\bfill[ -]in\b", re.IGNORECASE)


def hosts_of(agency: Agency) -> list[str]:
    """Whose machines are asked, as the address names them; none for a file on this one."""
    scheme, _, rest = agency.url.partition("://")  # SQLAlchemy's have letters that no scheme has
    url = urlsplit(f"//{rest}")
    sql = scheme.startswith(("postgresql", "oracle"))
    elsewhere = [value for key, value in parse_qsl(url.query) if key in ELSEWHERE] if sql else []
    return [host for host in (url.netloc.rpartition("@")[2], *elsewhere) if host]


def not_filled_in(agency: Agency, options: msgspec.Struct) -> list[str]:
    """The keys of an agency's table that still have such a value; none for one on this machine."""
    if all(map(_is_here, hosts_of(agency))):
        return []
    values = {"url": agency.url, "options": msgspec.to_builtins(options)}
    found = [key for key, text in _texts(values, "") if TO_FILL_IN.search(text) or _reserved(text)]
    return list(dict.fromkeys(found + ["url"] * any(map(_reserved, hosts_of(agency)))))


def _is_here(host: str) -> bool:
    """Whether it is this machine, or a socket on it."""
    name = _name(host)
    return name in LOOPBACK or host.startswith("/") or _is(name, lambda address: address.is_loopback)


def _name(host: str) -> str:
    """Without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _texts(value: object, at: str) -> Iterator[tuple[str, str]]:
    """All texts in it, by their keys."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, at)


def _reserved(text: str) -> bool:
    """Whether it is such a host or address, or leads to one."""
    name = _name(text.partition("://")[2] or text)
    return name.endswith(tuple(f".{each}" for each in RESERVED)) or _is(name, _is_documentation)


def _is_documentation(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address in network for network in DOCUMENTATION)


def _is(host: str, what: Callable[[ipaddress.IPv4Address | ipaddress.IPv6Address], bool]) -> bool:
    """Whether it is an address, and one of these."""
    try:
        return what(ipaddress.ip_address(host))
    except ValueError:
        return False
