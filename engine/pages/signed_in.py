"""The pages on which people sign in without a script, in a city where they can: for keys, and for administrators."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from starlette.routing import Route

from auth.caller import Caller
from auth.configuration import IdentityConfiguration
from auth.cover import Cover
from auth.oidc import IdentityProvider
from auth.sign_in import SignIn
from connectors.kit.clock import Clock
from engine.execution.operation import OperationRunner
from engine.http.rest import Rest
from engine.pages.admin import flow as admin
from engine.pages.admin.page import AdminPage
from engine.pages.keys import flow as keys
from engine.pages.keys.page import KeysPage
from engine.pages.signing_in import SigningIn
from engine.pages.site.frame import Frame
from resolvers.kit.context import Context


def signed_in_pages(
    identity: IdentityProvider,
    configuration: IdentityConfiguration,
    *,
    rest: Rest,
    frame: Frame,
    zone: ZoneInfo,
    runner: OperationRunner,
    cover: Cover,
    clock: Clock,
    context_for: Callable[[str, Caller, str], Context],
    origin: str | None,
) -> list[Route]:
    """Both, with one way to the provider. `origin` is the hub's address if it is configured."""
    way, issuer = SignIn(configuration, identity.account.provider, clock), configuration.issuer

    def signing_in(path: str, kind: str) -> SigningIn:
        return SigningIn(way, identity, cover, clock, path=path, kind=kind)

    of_keys = keys.KeysFlow(
        rest,
        KeysPage(frame, zone, issuer),
        signing_in(keys.PATH, keys.KIND),
        context_for=context_for,
        origin=origin,
    )
    of_administrators = admin.AdminFlow(
        rest, AdminPage(frame, zone, issuer), signing_in(admin.PATH, admin.KIND), runner, cover=cover, clock=clock
    )
    return [*of_keys.routes(), *of_administrators.routes()]
