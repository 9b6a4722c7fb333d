"""A profile by layers: which part of the hub, or of its libraries, the processor's time belongs to."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

LAYERS = (
    (r"graphql/validation|graphql/utilities/type_info|graphql/language/visitor", "graphql-core: validate"),
    (r"graphql/language", "graphql-core: parse"),
    (r"site-packages/graphql/", "graphql-core: execute"),
    (r"site-packages/strawberry/", "Strawberry"),
    (r"site-packages/(starlette|uvicorn|httptools|anyio|websockets)", "Starlette, uvicorn"),
    (r"site-packages/(sqlalchemy|aiosqlite)|/sqlite3/", "SQLAlchemy"),
    (r"site-packages/(aiohttp|yarl|multidict)", "aiohttp"),
    (r"site-packages/structlog|/logging/", "log"),
    (r"/asyncio/|uvloop", "asyncio"),
    (r"engine/plans/", "hub: plans"),
    (r"engine/answers/", "hub: kept answers"),
    (r"engine/execution/", "hub: execution and limits"),
    (r"engine/http/", "hub: HTTP"),
    (r"engine/telemetry/", "hub: telemetry"),
    (r"engine/", "hub: engine"),
    (r"auth/", "hub: authorization"),
    (r"cache/", "hub: cache"),
    (r"schema/", "hub: schema"),
    (r"resolvers/kit/", "hub: what resolvers share"),
    (r"resolvers/", "hub: resolvers"),
    (r"connectors/", "hub: connectors"),
    (r"store/", "hub: store"),
)
OTHER = "builtins, standard library"

Place = tuple[str, int, str]
"""File, line and function, as pstats has it."""


class Function(NamedTuple):
    """A function by its own time: parts of the whole, and how often an answer calls it."""

    name: str
    part: float
    calls: float


class Profile(NamedTuple):
    """`ms` an answer under the profiler, which makes everything slower; `calls` an answer; and where they went."""

    ms: float
    calls: float
    layers: list[tuple[str, float]]
    functions: list[Function]


def layer_of(path: str) -> str | None:
    """The layer of a file; None for what belongs to whoever calls it."""
    return next((name for pattern, name in LAYERS if re.search(pattern, path)), None)


def profile_of(stats: Mapping[Place, Any], answers: int, root: str, most: int = 10) -> Profile:
    """By own time. Builtins and the standard library belong to their callers, in proportion."""
    total = sum(each[2] for each in stats.values()) or 1.0
    layers: Counter[str] = Counter()
    for (path, _, _), (_, _, own, _, callers) in stats.items():
        layer = layer_of(path.removeprefix(root))
        if layer:
            layers[layer] += own
            continue
        whole = sum(each[2] for each in callers.values()) or 1.0
        for (caller, _, _), each in callers.items():
            layers[layer_of(caller.removeprefix(root)) or OTHER] += own * each[2] / whole
        if not callers:
            layers[OTHER] += own
    heaviest = sorted(stats.items(), key=lambda each: -each[1][2])[:most]
    functions = [
        Function(_named(place, root), own / total, calls / answers) for place, (_, calls, own, _, _) in heaviest
    ]
    calls = sum(each[1] for each in stats.values()) / answers
    return Profile(
        total * 1000 / answers, calls, [(name, own / total) for name, own in layers.most_common()], functions
    )


def _named(place: Place, root: str) -> str:
    path, line, name = place
    if path == "~":
        return name
    _, library, short = path.rpartition("site-packages/")
    if not library:
        short = path.removeprefix(root) if path.startswith(root) else "/".join(path.split("/")[-2:])
    return f"{short}:{line} {name}"
