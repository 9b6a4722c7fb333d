"""A request to an agency over HTTP, as a connector declares it, and the forms of its answer."""

from collections.abc import Mapping
from typing import IO, NamedTuple

import msgspec

JSON = ("application/json", "text/json")
HTML = ("text/html", "application/xhtml+xml")
FEED = ("application/rss+xml", "application/atom+xml", "application/xml", "text/xml")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `path` is a template: the values in `{…}` are quoted for the URL and stay out of the log.

    The body is `json`, a `form` (pairs, whose names may be repeated), or `content` as it is. `media` is the content
    type of `json` and `content`. A call that is `safe` may be sent again; a GET always may. `accepts` are the content
    types of the answer. A status in `absent` means that there is no such thing. The body of an answer with a status in
    `answers` says what the status means.
    """

    path: str
    method: str = "GET"
    into: Mapping[str, str | int] = {}
    query: Mapping[str, str] = {}
    json: object | None = None
    form: Mapping[str, str] | tuple[tuple[str, str], ...] | None = None
    content: bytes | None = None
    safe: bool = False
    accepts: tuple[str, ...] = JSON
    absent: frozenset[int] = frozenset()
    media: str = "application/json"
    answers: frozenset[int] = frozenset()


def repeatable(call: Call) -> bool:
    """Whether the call may be sent again."""
    return call.safe or call.method == "GET"


class Version(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The version of a document: the agency's name for it (RFC 9110, 8.8), and the hash of the body."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None


class Spooled(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of any size in a file, and its headers."""

    file: IO[bytes]
    version: Version
    headers: Mapping[str, str]


class Sent(NamedTuple):
    """An answer as bytes, and the charset that its headers name."""

    body: bytes
    charset: str | None


def content_of(call: Call) -> bytes | Mapping[str, str] | tuple[tuple[str, str], ...] | None:
    """The body of the request: the content, the JSON, or the form."""
    if call.content is not None:
        return call.content
    return call.form if call.json is None else msgspec.json.encode(call.json)


def headers_of(call: Call) -> dict[str, str]:
    """The headers for the content type of the request and of the answer."""
    accept = {"Accept": ", ".join(call.accepts)}
    return accept if call.json is None and call.content is None else accept | {"Content-Type": call.media}
