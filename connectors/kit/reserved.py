"""Placeholder values, as in `agencies.example.toml`. An entry that still has them is not filled in yet."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import msgspec

from connectors.kit.agency import Agency
from connectors.kit.loopback import LOOPBACK

RESERVED = ("example", "invalid", "test", "example.com", "example.net", "example.org")
"""Domains that belong to nobody (RFC 2606)."""
DOCUMENTATION = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
"""Addresses that belong to nobody (RFC 5737, RFC 3849)."""
ELSEWHERE = ("host", "hostaddr", "service")
"""Further keys by which the address of a PostgreSQL names a host."""
TO_FILL_IN = re.compile(r"\bfill[ -]in\b", re.IGNORECASE)


def hosts_of(agency: Agency) -> list[str]:
    """The hosts in the address of an agency; none for a file on this machine."""
    scheme, _, rest = agency.url.partition("://")  # SQLAlchemy's schemes have letters that urlsplit does not accept
    url = urlsplit(f"//{rest}")
    sql = scheme.startswith(("postgresql", "oracle"))
    elsewhere = [value for key, value in parse_qsl(url.query) if key in ELSEWHERE] if sql else []
    return [host for host in (url.netloc.rpartition("@")[2], *elsewhere) if host]


def not_filled_in(agency: Agency, options: msgspec.Struct) -> list[str]:
    """The keys of an agency that still have a placeholder; none for an agency on this machine."""
    if all(map(_is_here, hosts_of(agency))):
        return []
    values = {"url": agency.url, "options": msgspec.to_builtins(options)}
    found = [key for key, text in _texts(values, "") if TO_FILL_IN.search(text) or _reserved(text)]
    return list(dict.fromkeys(found + ["url"] * any(map(_reserved, hosts_of(agency)))))


def _is_here(host: str) -> bool:
    """Whether the host is this machine, or a socket on it."""
    name = _name(host)
    return name in LOOPBACK or host.startswith("/") or _is(name, lambda address: address.is_loopback)


def _name(host: str) -> str:
    """The host without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _texts(value: object, at: str) -> Iterator[tuple[str, str]]:
    """All texts in a value, with their keys."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, at)


def _reserved(text: str) -> bool:
    """Whether the text is a reserved host or address, or an address that leads to one."""
    name = _name(text.partition("://")[2] or text)
    return name.endswith(tuple(f".{each}" for each in RESERVED)) or _is(name, _is_documentation)


def _is_documentation(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address in network for network in DOCUMENTATION)


def _is(host: str, what: Callable[[ipaddress.IPv4Address | ipaddress.IPv6Address], bool]) -> bool:
    """Whether the host is an IP address for which `what` holds."""
    try:
        return what(ipaddress.ip_address(host))
    except ValueError:
        return False
