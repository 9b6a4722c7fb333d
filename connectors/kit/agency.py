"""One configured upstream, as `agencies.toml` describes it."""

from typing import Annotated

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
MediaType = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$")]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What we allow ourselves, and the agency.

    `timeout`: seconds for one read, all its pages and retries included. `concurrency`: calls at once. `per_minute`:
    calls a minute (none: no limit). `retries`: further tries of a safe call. `retry_wait`: seconds before the first
    of them; it doubles, with jitter. `max_bytes`: the largest answer that is read.
    """

    timeout: Positive = 5.0
    concurrency: AtLeastOne = 4
    per_minute: AtLeastOne | None = None
    retries: Annotated[int, msgspec.Meta(ge=0, le=5)] = 1
    retry_wait: Positive = 0.1
    max_bytes: AtLeastOne = 8 * 1024 * 1024


class TlsException(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why this agency's certificate is not verified: the one that is accepted instead, or none over plain http."""

    reason: Annotated[str, msgspec.Meta(min_length=10)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")] | None = None


class Agency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is asked, and where. Its credentials and options belong to the connector that understands them.

    `url` is its address; empty for one that is not asked over any wire, because its answers are computed or configured
    here. `at_least`: by a read's name, fewer rows than this are a change of the agency, not an answer. `accepts`:
    content types that this agency puts on its answers although its protocol says otherwise, such as `text/html` on
    JSON.
    """

    code: str
    domain: str
    connector: str
    name: str
    url: str = ""
    limits: Limits = Limits()
    at_least: dict[str, AtLeastOne] = {}
    accepts: tuple[MediaType, ...] = ()
    tls_exception: TlsException | None = None
