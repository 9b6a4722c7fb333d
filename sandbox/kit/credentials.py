"""What the stand-ins take as proof: made up from their codes, so that nothing here is a secret."""

import base64
import hashlib
import hmac
from typing import NamedTuple

from sandbox.beds.hospitals import HOSPITALS

TAX_OFFICE = "bapenda"
REGISTRY = "disdukcapil"
AT_THE_MINISTRY = ("rsud-contoh-tangerang-siranap", "rs-contoh-poris")
"""Who has a password at RS Online: a hospital that also speaks Aplicares, and one that does not."""
BEHIND_SPLP = "rs-contoh-gerendeng"


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


def environment() -> dict[str, str]:
    """The variables that the hub's `agencies.toml` names, with their values."""
    variables = {}
    for hospital in HOSPITALS:
        known = account(hospital.code)
        prefix = "SANDBOX_" + hospital.code.upper().replace("-", "_")
        variables[f"{prefix}_CONS_ID"] = known.identity
        variables[f"{prefix}_SECRET"] = known.secret
        variables[f"{prefix}_USER_KEY"] = user_key(hospital.code)
    for agency in AT_THE_MINISTRY:
        variables[f"SANDBOX_{agency.upper().replace('-', '_')}_PASSWORD"] = account(agency).secret
    variables["SANDBOX_RS_CONTOH_GERENDENG_KEY"] = account(BEHIND_SPLP).secret
    known, registry = account(TAX_OFFICE), account(REGISTRY)
    return variables | {
        "SANDBOX_DISDUKCAPIL_USER_ID": registry.identity,
        "SANDBOX_DISDUKCAPIL_PASSWORD": registry.secret,
        "SANDBOX_BAPENDA_USER_ID": known.identity,
        "SANDBOX_BAPENDA_RPC_KEY": known.secret,
    }


def _made_up(what: str, agency: str) -> str:
    return hashlib.sha256(f"simpul sandbox {what} {agency}".encode()).hexdigest()[:32]


IDENTITY_SECRET = _made_up("identity", "hub")
"""For the hub's own `SIMPUL_IDENTITY_SECRET` beside the sandbox, whose people do not exist."""
