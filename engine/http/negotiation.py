"""What a caller accepts: media types, languages and encodings, with their weights (RFC 9110, 12.4 and 12.5)."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

LANGUAGES = ("id", "en")

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
EVENTS = "text/event-stream"

SHORT = 500
"""Characters of a header that is remembered at most."""


R = TypeVar("R")


def once(read: Callable[[str | None], R]) -> Callable[[str | None], R]:
    """What such a header says. Clients send a few headers again and again, so the short ones are read once."""
    known = lru_cache(maxsize=256)(read)
    return lambda header: read(header) if header and len(header) > SHORT else known(header)


@once
def media_type(accept: str | None) -> str | None:
    """The type to answer with, or None where the caller accepts none of ours. Without a header: JSON."""
    if not accept or not accept.strip():
        return JSON
    by_name, plain = _named_weight(accept, GRAPHQL), _media_weight(accept, JSON)
    if by_name and by_name >= plain:
        return GRAPHQL
    return JSON if plain else None


@once
def wants_events(accept: str | None) -> bool:
    """Whether the answer is to come as server-sent events: they are named, and liked better than one whole answer."""
    events = _named_weight(accept or "", EVENTS)
    return events > max(_named_weight(accept or "", JSON), _named_weight(accept or "", GRAPHQL))


@once
def wants_page(accept: str | None) -> bool:
    """Whether this is a browser: it names HTML, and likes it better than what programs take."""
    if not accept or HTML not in accept:
        return False
    return _media_weight(accept, HTML) > max(_named_weight(accept, JSON), _named_weight(accept, GRAPHQL))


@once
def language(accept_language: str | None) -> str:
    """`id` or `en`; Indonesian unless English is liked better."""
    weights = dict.fromkeys(LANGUAGES, 0.0)
    for tag, weight in _weights(accept_language or "").items():
        primary = tag.partition("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], weight)
    return max(LANGUAGES, key=lambda each: weights[each])


@once
def accepts_gzip(accept_encoding: str | None) -> bool:
    """Whether an answer may come as gzip; without a header nobody has said so."""
    weights = _weights(accept_encoding or "")
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def best_encoding(accept_encoding: str | None, offered: Sequence[str]) -> str:
    """The encoding that is liked best of those that are offered, the first of equals; `identity` where none is."""
    weights = _weights(accept_encoding or "")
    liked = {each: weights.get(each, weights.get("*", 0.0)) for each in offered}
    best = max(offered, key=lambda each: liked[each])
    return best if liked[best] > 0 and liked[best] >= weights.get("identity", 0.0) else "identity"


def _media_weight(accept: str, offered: str) -> float:
    """The weight of the most specific range that covers it."""
    ranges = _weights(accept)
    for candidate in (offered, offered.partition("/")[0] + "/*", "*/*"):
        if candidate in ranges:
            return ranges[candidate]
    return 0.0


def _named_weight(accept: str, offered: str) -> float:
    return _weights(accept).get(offered, 0.0)


def _weights(header: str) -> Mapping[str, float]:
    """The weight of each name. Clients send a few headers again and again, so the short ones are read once."""
    return _known(header) if len(header) <= SHORT else _read(header)


@lru_cache(maxsize=256)
def _known(header: str) -> Mapping[str, float]:
    return _read(header)


def _read(header: str) -> Mapping[str, float]:
    weights = {}
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            weights[name] = _weight(parameters)
    return weights


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
