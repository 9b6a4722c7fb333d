"""What the stand-ins take as proof: made up from their codes, so that nothing here is a secret."""

import base64
import hashlib
import hmac
from typing import NamedTuple


class Account(NamedTuple):
    """Who a caller says it is, and the key it signs with."""

    identity: str
    secret: str


def account(agency: str) -> Account:
    """The only account that this agency knows."""
    return Account(f"sandbox-{agency}", _made_up("secret", agency))


def user_key(agency: str) -> str:
    """The second key that the newer gateway of Aplicares wants."""
    return _made_up("user-key", agency)


def signature(identity: str, secret: str, seconds: str) -> str:
    """base64(HMAC-SHA256(secret, identity + "&" + seconds)), as both BPJS and openSIPKD reckon it."""
    digest = hmac.new(secret.encode(), f"{identity}&{seconds}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def variable(agency: str, name: str) -> str:
    """What `agencies.toml` calls a credential of an agency: `SANDBOX_BAPENDA_USER_ID`."""
    return f"SANDBOX_{agency}_{name}".upper().replace("-", "_")


def _made_up(what: str, agency: str) -> str:
    return hashlib.sha256(f"simpul sandbox {what} {agency}".encode()).hexdigest()[:32]


IDENTITY_SECRET = _made_up("identity", "hub")
"""For the hub's own `SIMPUL_IDENTITY_SECRET` beside the sandbox, whose people do not exist."""
