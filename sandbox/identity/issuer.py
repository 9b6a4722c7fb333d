"""An OpenID provider for the sandbox, in the form of Keycloak: discovery, keys, code with PKCE, list of devices.

It knows the people of the sandbox and asks for no password. It signs with a key that it makes at the start, so its
tokens are worth nothing elsewhere.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from weakref import WeakKeyDictionary

from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from sandbox.kit.control import Control
from sandbox.kit.people import ACCOUNTS

AGENCY = "identity"
BASE = "/identity"
AUDIENCE = "simpul"
PAGE = """<!doctype html>
<html lang="id">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Masuk</title>
<style>
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem }}
ul {{ list-style: none; padding: 0 }}
a {{ display: inline-block; min-width: 12rem }}
</style>
<h1>Masuk sebagai</h1>
<ul>{links}</ul>
<p>Penyedia identitas contoh: orang-orang ini tidak ada.</p>
</html>
"""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN_LIVES = timedelta(minutes=15)


_KNOWN: "WeakKeyDictionary[Control, Issuer]" = WeakKeyDictionary()


class IssuerSession(NamedTuple):
    """A session of a person."""

    id: str
    account: str
    device: str
    began: datetime


class Issuer:
    """The provider's keys, the codes that it has given out, and the sessions."""

    def __init__(self) -> None:
        self.keys = [self._new_key()]
        self.codes: dict[str, dict[str, str]] = {}
        self.sessions: dict[str, IssuerSession] = {}

    @staticmethod
    def _new_key() -> ECKey:
        return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": secrets.token_urlsafe(12)})

    def rotate(self, *, forget: bool = False) -> None:
        """Sign with a new key from now on. The old keys stay known, unless `forget` is set."""
        self.keys = [self._new_key(), *([] if forget else self.keys)]

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token with any claims, signed with the newest key."""
        kid = self.keys[0].kid
        return jwt.encode({"alg": "ES256", "typ": "JWT", "kid": kid, **header}, claims, self.keys[0])

    def token(self, name: str, issuer: str, now: datetime, session: str = "", **changes: Any) -> str:
        """An access token for an account, in the form of Keycloak. A claim that is changed to None is left out."""
        account = ACCOUNTS[name]
        claims: dict[str, Any] = {
            "iss": issuer,
            "aud": [AUDIENCE, "account"],
            "azp": AUDIENCE,
            "typ": "Bearer",
            "sub": account.subject,
            "sid": session,
            "iat": int(now.timestamp()),
            "exp": int((now + TOKEN_LIVES).timestamp()),
            "scope": "openid profile",
            "realm_access": {"roles": ["default-roles-kota", *account.roles]},
            "nik": account.nik,
            "agency": account.agency,
            **changes,
        }
        return self.sign({name: value for name, value in claims.items() if value is not None})


def issuer_of(control: Control) -> Issuer:
    """The provider of one sandbox."""
    return _KNOWN.setdefault(control, Issuer())


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """Discovery, keys, the two steps of signing in, and the devices of the account."""
    control.register(AGENCY)
    service = _IssuerService(issuer_of(control), now)

    def counted(asked: str, answer: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await control.answer(AGENCY, asked, request, answer)

        return handle

    return [
        web.get(f"{BASE}/.well-known/openid-configuration", counted("discovery", service.discovery)),
        web.get(f"{BASE}/keys", counted("keys", service.keys)),
        web.get(f"{BASE}/authorize", counted("authorize", service.authorize)),
        web.post(f"{BASE}/token", counted("token", service.token)),
        web.options(f"{BASE}/token", service.preflight),
        web.get(f"{BASE}/account/sessions/devices", counted("devices", service.devices)),
        web.delete(BASE + "/account/sessions/{id}", counted("end session", service.end)),
    ]


class _IssuerService:
    def __init__(self, issuer: Issuer, now: Callable[[], datetime]) -> None:
        self._issuer = issuer
        self._now = now

    async def discovery(self, request: web.Request) -> web.Response:
        here = _here(request)
        return web.json_response(
            {
                "issuer": here,
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/keys",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
            },
            headers=CROSS,
        )

    async def keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [key.as_dict(private=False) for key in self._issuer.keys]})

    async def authorize(self, request: web.Request) -> web.Response:
        """Ask who signs in. With `as`, or after a click on a link, the code goes to `redirect_uri`."""
        asked = dict(request.query)
        back = urlsplit(asked.get("redirect_uri", ""))
        if back.hostname not in LOOPBACK or asked.get("client_id") != AUDIENCE:
            return web.json_response({"error": "invalid_request"}, status=400)
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return web.json_response({"error": "unsupported_response_type"}, status=400)
        if asked.get("as") not in ACCOUNTS:
            links = "".join(
                f'<li><a href="?{escape(urlencode({**asked, "as": name}))}">{escape(account.label)}</a> ({name})</li>'
                for name, account in ACCOUNTS.items()
            )
            return web.Response(text=PAGE.format(links=links), content_type="text/html")
        code = secrets.token_urlsafe(24)
        self._issuer.codes[code] = asked
        given = urlencode({"code": code, "state": asked.get("state", "")})
        raise web.HTTPFound(f"{asked['redirect_uri']}{'&' if back.query else '?'}{given}")

    async def token(self, request: web.Request) -> web.Response:
        """Exchange the code, once, for the caller that knows the verifier of its challenge (RFC 7636)."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        asked = self._issuer.codes.pop(form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or proof.decode() != asked.get("code_challenge")
        ):
            return web.json_response({"error": "invalid_grant"}, status=400, headers=CROSS)
        device = request.headers.get("User-Agent", "").partition("/")[0] or "Unknown"
        session = IssuerSession(secrets.token_urlsafe(12), asked["as"], device, self._now())
        self._issuer.sessions[session.id] = session
        token = self._issuer.token(asked["as"], _here(request), self._now(), session.id)
        return web.json_response(
            {"access_token": token, "token_type": "Bearer", "expires_in": int(TOKEN_LIVES.total_seconds())},
            headers=CROSS,
        )

    async def preflight(self, _: web.Request) -> web.Response:
        return web.Response(status=204, headers=CROSS)

    async def devices(self, request: web.Request) -> web.Response:
        claims = self._claims(request)
        if claims is None:
            return web.json_response({"error": "unauthorized"}, status=401)
        mine = [each for each in self._issuer.sessions.values() if ACCOUNTS[each.account].subject == claims["sub"]]
        by_device: dict[str, list[IssuerSession]] = {}
        for each in mine:
            by_device.setdefault(each.device, []).append(each)
        return web.json_response(
            [
                {
                    "os": "Linux",
                    "device": device,
                    "mobile": False,
                    "lastAccess": int(max(each.began for each in sessions).timestamp()),
                    "current": claims.get("sid") in {each.id for each in sessions},
                    "sessions": [
                        {
                            "id": each.id,
                            "ipAddress": "127.0.0.1",
                            "started": int(each.began.timestamp()),
                            "lastAccess": int(each.began.timestamp()),
                            "expires": int((each.began + timedelta(hours=10)).timestamp()),
                            "clients": [{"clientId": AUDIENCE, "clientName": "Simpul"}],
                            "browser": device,
                            "current": each.id == claims.get("sid"),
                        }
                        for each in sessions
                    ],
                }
                for device, sessions in by_device.items()
            ]
        )

    async def end(self, request: web.Request) -> web.Response:
        claims = self._claims(request)
        session = self._issuer.sessions.get(request.match_info["id"])
        if claims is None:
            return web.json_response({"error": "unauthorized"}, status=401)
        if session is None or ACCOUNTS[session.account].subject != claims["sub"]:
            return web.json_response({"error": "not_found"}, status=404)
        del self._issuer.sessions[session.id]
        return web.Response(status=204)

    def _claims(self, request: web.Request) -> dict[str, Any] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        for key in self._issuer.keys if scheme == "Bearer" else ():
            try:
                return dict(jwt.decode(token, key, algorithms=["ES256"]).claims)
            except (JoseError, ValueError):
                continue
        return None


CROSS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "content-type"}


def _here(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}{BASE}"
