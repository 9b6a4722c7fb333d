"""Making a larger struct from a smaller one."""

from functools import cache
from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


def extended(kind: type[S], record: msgspec.Struct, **more: Any) -> S:
    """A struct of this kind with the fields that it shares with the record. `more` replaces or adds fields."""
    shared = {name: getattr(record, name) for name in _shared(kind, type(record))}
    return kind(**shared | more)


@cache
def _shared(kind: type[msgspec.Struct], record: type[msgspec.Struct]) -> tuple[str, ...]:
    """The names of the fields that both have."""
    return tuple(name for name in record.__struct_fields__ if name in kind.__struct_fields__)
