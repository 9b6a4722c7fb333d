"""How a request proves the identity of the hub: small signers that add headers to the calls of a connector."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec
from yarl import URL

from connectors.kit.causes import HostAndPort, of_http
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged, AgencyError, AgencyRejected, AgencyUnavailable
from connectors.kit.late import late

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = late("aiohttp")


class Signer(Protocol):
    """Gives the headers of one request."""

    async def headers(self, session: "aiohttp.ClientSession") -> Mapping[str, str]:
        """The headers for a request that leaves now."""
        ...

    def renew(self) -> bool:
        """The agency answered 401. True if the next headers will be different, so that one more try makes sense."""
        ...


class Fixed:
    """The same headers each time."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self._headers = dict(headers or {})

    async def headers(self, session: "aiohttp.ClientSession") -> Mapping[str, str]:  # noqa: ARG002  the base's signature
        return self._headers

    def renew(self) -> bool:
        return False


def unsigned() -> Fixed:
    """No proof, for an open source."""
    return Fixed()


def api_key(key: str, header: str = "x-api-key") -> Fixed:
    """A key in a header."""
    return Fixed({header: key})


def basic(user: str, password: str) -> Fixed:
    """HTTP Basic (RFC 7617), in UTF-8."""
    return Fixed({"Authorization": "Basic " + _base64(f"{user}:{password}".encode())})


def bearer(token: str) -> Fixed:
    """A token that does not expire."""
    return Fixed({"Authorization": f"Bearer {token}"})


class Stamped:
    """The same headers each time, and one more with the Unix time in seconds at which the request leaves."""

    def __init__(self, headers: Mapping[str, str], time: str, *, clock: Clock) -> None:
        self._headers = dict(headers)
        self._time = time
        self._clock = clock

    async def headers(self, session: "aiohttp.ClientSession") -> Mapping[str, str]:  # noqa: ARG002  the base's signature
        return {**self._headers, self._time: str(int(self._clock.now().timestamp()))}

    def renew(self) -> bool:
        return False


class HmacHeaders:
    """The way of BPJS and openSIPKD: base64(HMAC-SHA256(secret, id + "&" + Unix seconds)), in three headers."""

    def __init__(
        self,
        identity: str,
        secret: str,
        *,
        clock: Clock,
        names: tuple[str, str, str],
        also: Mapping[str, str] | None = None,
    ) -> None:
        """`names` are the headers for identity, time and signature; `also` are further headers that are not signed."""
        self._identity = identity
        self._secret = secret.encode()
        self._clock = clock
        self._names = names
        self._also = dict(also or {})

    async def headers(self, session: "aiohttp.ClientSession") -> Mapping[str, str]:  # noqa: ARG002  the base's signature
        seconds = str(int(self._clock.now().timestamp()))
        digest = hmac.new(self._secret, f"{self._identity}&{seconds}".encode(), hashlib.sha256).digest()
        identity, time, signature = self._names
        return {identity: self._identity, time: seconds, signature: _base64(digest), **self._also}

    def renew(self) -> bool:
        return False


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = 3600


class ClientCredentials:
    """OAuth2 client credentials (RFC 6749, 4.4), as SPLP uses them: one token for all calls, renewed before it ends."""

    margin = 30.0
    """Seconds before its end from which a token is no longer used."""

    def __init__(
        self, agency: str, token_url: str, client_id: str, client_secret: str, *, clock: Clock, scope: str | None = None
    ) -> None:
        self._agency = agency
        self._token_url = token_url
        self._client = basic(client_id, client_secret)
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._token: str | None = None
        self._ends = 0.0

    async def headers(self, session: "aiohttp.ClientSession") -> Mapping[str, str]:
        async with self._one_at_a_time:
            if self._token is None or self._clock.monotonic() >= self._ends - self.margin:
                asked_at = self._clock.monotonic()
                token = await self._fetch(session)
                self._token, self._ends = token.access_token, asked_at + token.expires_in
        return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        self._token = None
        return True

    async def _fetch(self, session: "aiohttp.ClientSession") -> _Token:
        try:
            async with session.post(
                self._token_url,
                data=self._form,
                headers=await self._client.headers(session),
                allow_redirects=False,
            ) as response:
                body = await response.content.read(64 * 1024)
        except aiohttp.ClientError as error:
            url, limit = URL(self._token_url), session.timeout.sock_read or 0.0
            cause = await of_http(error, HostAndPort(url.host or "", url.port), limit)
            words, kind = f"token: {cause.words}", AgencyChanged if cause.lasting else AgencyUnavailable
            raise kind(self._agency, words, cause=words, reached=False, outcome=cause.outcome) from None
        if response.status != 200:
            raise self._refusal(response.status)
        try:
            return msgspec.json.decode(body, type=_Token)
        except msgspec.MsgspecError:
            raise AgencyChanged(self._agency, "token: not the answer of an OAuth2 token endpoint") from None

    def _refusal(self, status: int) -> AgencyError:
        if status >= 500 or status == 429:
            return AgencyUnavailable(self._agency, f"token: HTTP {status}", cause=f"token: answered {status}")
        return AgencyRejected(self._agency, f"token: HTTP {status}", cause="credentials refused")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
