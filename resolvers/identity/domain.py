"""The account of the caller: the nodes and the personal categories."""

from auth.account import Session
from auth.policies import signed_in
from connectors.kit.bilingual import Bilingual
from resolvers.identity import account
from resolvers.identity.policies import MY_SESSIONS, NIK, RECORD, RESIDENCE, SESSIONS
from resolvers.kit.context import Context
from resolvers.kit.domains import NodeKind, ResolverDomain
from resolvers.kit.personal import allowed


async def _session(ctx: Context, code: str) -> object | None:
    found: object | None = await allowed(ctx, MY_SESSIONS, "Me.devices", lambda: account.device(ctx, code))
    return found


def _me(ctx: Context, code: str) -> object | None:
    return account.me(None, ctx) if code == account.own_code(ctx) else None


DOMAIN = ResolverDomain(
    title=Bilingual(id="Kependudukan", en="Civil registry"),
    nodes={
        account.Me: NodeKind("Me", _me, lambda _, ctx: account.own_code(ctx), policy=signed_in, covered=True),
        Session: NodeKind("DeviceSession", _session, policy=signed_in, covered=True),
    },
    categories=(NIK, RECORD, RESIDENCE, SESSIONS),
)
