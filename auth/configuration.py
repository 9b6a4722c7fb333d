"""`[identity]` in `agencies.toml`: the identity provider, and the claims of its tokens."""

from typing import Annotated, Literal

import msgspec

from connectors.kit.agency import Limits, TlsException

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
Leeway = Annotated[int, msgspec.Meta(ge=0, le=60)]


class Claims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The name of each claim. A point leads into an object. The defaults are those of Keycloak."""

    subject: str = "sub"
    nik: str = "nik"
    agency: str = "agency"
    roles: str = "realm_access.roles"


class Roles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The roles at the provider that make an officer, an administrator or an auditor. An officer must have an agency.

    An auditor may be a citizen, an officer or an administrator besides.
    """

    officer: str = "officer"
    administrator: str = "administrator"
    auditor: str = "auditor"


class IdentityConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One OpenID provider. `issuer` is its address and the `iss` of its tokens; `audience` is their `aud`.

    `client` is the public client with which GraphiQL signs in. `leeway` is how many seconds the clocks may differ.
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
