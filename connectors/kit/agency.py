"""One configured upstream, as `agencies.toml` describes it."""

from typing import Annotated

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
MediaType = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$")]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The limits of the hub for one agency.

    `timeout`: seconds for one read, all its pages and retries included. `concurrency`: calls at the same time.
    `per_minute`: calls in a minute; None means no limit. `retries`: how often a safe call is tried again. `retry_wait`:
    seconds before the first retry; it doubles each time, with jitter. `max_bytes`: the largest answer that is read.
    """

    timeout: Positive = 2.0
    concurrency: AtLeastOne = 4
    per_minute: AtLeastOne | None = None
    retries: Annotated[int, msgspec.Meta(ge=0, le=5)] = 1
    retry_wait: Positive = 0.1
    max_bytes: AtLeastOne = 8 * 1024 * 1024


class TlsException(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the hub does not verify the certificate of this agency.

    `sha256` is the fingerprint of the one certificate that the hub accepts. Without it, the address is plain http.
    """

    reason: Annotated[str, msgspec.Meta(min_length=10)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")] | None = None


class Agency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One agency and its address. Its credentials and options belong to the connector.

    `url` is empty if the connector asks nobody, because the answers are computed or configured in the hub. `at_least`
    names, for a read, the fewest rows of a normal answer: an answer with fewer rows is refused as a change. `accepts`
    adds content types that the agency sends against its protocol, such as `text/html` for JSON. `licence` and
    `attribution` say under which terms its data may be used, and how it wants to be named. `city` is the code of the
    one city that it belongs to, for a hub over several. `edition` differs once what it is asked for may have another
    answer: another address, or other options. The hub sets it.
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
    licence: str | None = None
    attribution: str | None = None
    city: str | None = None
    edition: str = ""
