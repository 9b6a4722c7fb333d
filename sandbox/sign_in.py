"""`python -m sandbox.sign_in citizen`: signs in at the sandbox's identity provider, and prints the access token.

It takes the same steps as a browser: discovery, authorization code, PKCE.
"""

import argparse
import base64
import hashlib
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from sandbox.identity.issuer import AUDIENCE, BASE
from sandbox.kit.people import ACCOUNTS
from sandbox.kit.place import address

REDIRECT = "http://127.0.0.1/signed-in"


class _Stays(urllib.request.HTTPRedirectHandler):
    """Does not follow the redirect: nobody listens at its address."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def sign_in(issuer: str, account: str) -> str:
    """An access token for this account; raises OSError if the provider refuses or cannot be reached."""
    provider = _json(f"{issuer}/.well-known/openid-configuration")
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": AUDIENCE,
        "redirect_uri": REDIRECT,
        "scope": "openid",
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "as": account,
    }
    given = _redirected(f"{provider['authorization_endpoint']}?{urllib.parse.urlencode(asked)}")
    if given.get("state") != state:
        raise OSError("the answer is to another question")
    form = {
        "grant_type": "authorization_code",
        "code": given["code"],
        "redirect_uri": REDIRECT,
        "client_id": AUDIENCE,
        "code_verifier": verifier,
    }
    token: str = _json(provider["token_endpoint"], urllib.parse.urlencode(form).encode())["access_token"]
    return token


def _json(url: str, body: bytes | None = None) -> Any:
    # The addresses are the sandbox's own, on this machine, which the rule cannot know.
    request = urllib.request.Request(url, body, {"User-Agent": "make token"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return json.load(response)


def _redirected(url: str) -> dict[str, str]:
    """The parameters of the address to which it redirects."""
    try:
        urllib.request.build_opener(_Stays).open(url, timeout=10)
    except urllib.error.HTTPError as answer:
        if answer.code == 302:
            return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))
        raise
    raise OSError("it does not lead back")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.sign_in", description="Print an access token.")
    parser.add_argument("account", choices=sorted(ACCOUNTS))
    parser.add_argument("--sandbox", help="where it runs, if not where SIMPUL_AGENCIES or agencies.toml has it")
    chosen = parser.parse_args()
    where = chosen.sandbox
    try:
        where = where or address()
        print(sign_in(f"{where}{BASE}", chosen.account))
    except (OSError, ValueError) as error:
        raise SystemExit(f"{where or 'the sandbox'}: {error}; does make run run?") from None


if __name__ == "__main__":
    main()
