"""One request to an agency over HTTP as a connector declares it, and the forms in which its answer is handed back."""

from collections.abc import Mapping
from typing import IO, NamedTuple

import msgspec

JSON = ("application/json", "text/json")
HTML = ("text/html", "application/xhtml+xml")
FEED = ("application/rss+xml", "application/atom+xml", "application/xml", "text/xml")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `path` is a template: what is put into `{…}` is quoted for the URL and stays out of the log.

    What is sent is `json`, a `form` of pairs whose names may come again, or `content` as it is; `media` is the type of
    the first and the last. A call that is `safe` may be sent again; a GET is. `accepts` are the content types of its
    answer. Statuses in `absent` mean that there is no such thing; those in `answers` say what they mean in their body.
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


class Version(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which version of a document was had: what the agency calls it (RFC 9110, 8.8), and what it hashes to."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None


class Spooled(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of any size, on disk while it is read, and the headers that came with it."""

    file: IO[bytes]
    version: Version
    headers: Mapping[str, str]


class Sent(NamedTuple):
    """An answer as it came, and the charset that it says it is in."""

    body: bytes
    charset: str | None


def content_of(call: Call) -> bytes | Mapping[str, str] | tuple[tuple[str, str], ...] | None:
    """What is sent: its content as it is, its JSON, or its form."""
    if call.content is not None:
        return call.content
    return call.form if call.json is None else msgspec.json.encode(call.json)


def headers_of(call: Call) -> dict[str, str]:
    """What is said of the content that is sent, and of the content that is expected."""
    accept = {"Accept": ", ".join(call.accepts)}
    return accept if call.json is None and call.content is None else accept | {"Content-Type": call.media}
