"""Global ids: what an id names, and how the thing is found again.

The id of a public thing shows its code. The id of a personal thing shows nothing (`auth/cover.py`), and `node` gives
the thing by the rules of its field.
"""

import base64
from collections.abc import Awaitable
from functools import lru_cache
from typing import Any

from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.lasting import of_record
from resolvers.registry import NODES, NODES_BY_NAME

MOST_KEPT = 4_096
"""So many ids of public things are kept."""


@of_record
def node_id(root: Any, ctx: Context) -> str:
    kind = NODES[type(root)]
    code = kind.code(root, ctx)
    return _written(kind.name, ctx.cover.put(kind.name, code)) if kind.covered else _kept(kind.name, code)


def _written(name: str, said: str) -> str:
    return base64.urlsafe_b64encode(f"{name}:{said}".encode()).decode("ascii").rstrip("=")


_kept = lru_cache(MOST_KEPT)(_written)
"""The same, kept for public things."""


async def node(_root: None, ctx: Context, *, id: str) -> object | None:  # noqa: A002  its name in the graph
    name, code = _read(ctx, id)
    kind = NODES_BY_NAME.get(name)
    if kind is None or code is None or not kind.policy.shows(ctx.caller.audience):
        raise UserError("BAD_USER_INPUT", id="id ini tidak dikenal.", en="This id is unknown.")
    found = kind.find(ctx, code)
    return await found if isinstance(found, Awaitable) else found


def _read(ctx: Context, given_id: str) -> tuple[str, str | None]:
    """The kind that an id names, and the code; the code is None if the hub did not make the id."""
    try:
        raw = base64.b64decode(given_id + "=" * (-len(given_id) % 4), altchars=b"-_", validate=True)
        name, _colon, said = raw.decode().partition(":")
    except ValueError:
        return "", None
    kind = NODES_BY_NAME.get(name)
    return name, ctx.cover.lifted(name, said) if kind and kind.covered else said
