"""The credentials that stand-ins accept. They are computed from the codes, so nothing here is a secret."""

import base64
import hashlib
import hmac
from typing import NamedTuple


class SigningAccount(NamedTuple):
    """The identity of a caller, and its signing key."""

    identity: str
    secret: str


def account(agency: str) -> SigningAccount:
    """The only account that this agency accepts."""
    return SigningAccount(f"sandbox-{agency}", _made_up("secret", agency))


def user_key(agency: str) -> str:
    """The second key that the newer gateway of Aplicares needs."""
    return _made_up("user-key", agency)


def signature(identity: str, secret: str, seconds: str) -> str:
    """base64(HMAC-SHA256(secret, identity + "&" + seconds)), the signature of BPJS and openSIPKD."""
    digest = hmac.new(secret.encode(), f"{identity}&{seconds}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def variable(agency: str, name: str) -> str:
    """The name of a credential in `agencies.toml`, such as `SANDBOX_BAPENDA_USER_ID`."""
    return f"SANDBOX_{agency}_{name}".upper().replace("-", "_")


def _made_up(what: str, agency: str) -> str:
    return hashlib.sha256(f"simpul sandbox {what} {agency}".encode()).hexdigest()[:32]


IDENTITY_SECRET = _made_up("identity", "hub")
"""`SIMPUL_IDENTITY_SECRET` of a hub beside the sandbox, whose people do not exist."""
