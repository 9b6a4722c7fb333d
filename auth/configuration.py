"""What `[identity]` in `agencies.toml` says: who vouches for people, and where its tokens say what."""

from typing import Annotated, Literal

import msgspec

from connectors.kit.agency import Limits, TlsException

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
Leeway = Annotated[int, msgspec.Meta(ge=0, le=60)]


class Claims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Under which claim each thing stands; a point leads into an object. The defaults are Keycloak's."""

    subject: str = "sub"
    nik: str = "nik"
    agency: str = "agency"
    roles: str = "realm_access.roles"


class Roles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which roles of the provider make an officer, who must also have an agency, and an administrator."""

    officer: str = "officer"
    administrator: str = "administrator"


class IdentityConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One OpenID provider. `issuer` is its address and the `iss` of its tokens, `audience` their `aud`.

    `client`: the public client by which GraphiQL signs in. `leeway`: seconds that its clock and ours may differ.
    """

    issuer: str
    audience: str
    client: str = "simpul"
    name: str = "Identity provider"
    algorithms: Annotated[tuple[Algorithm, ...], msgspec.Meta(min_length=1)] = ("RS256", "PS256", "ES256")
    leeway: Leeway = 60
    claims: Claims = Claims()
    roles: Roles = Roles()
    limits: Limits = Limits()
    tls_exception: TlsException | None = None
