"""Making a larger struct from a smaller one."""

from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


def extended(kind: type[S], record: msgspec.Struct, **more: Any) -> S:
    """A struct of this kind with the fields that it shares with the record. `more` replaces or adds fields."""
    shared = {name: getattr(record, name) for name in record.__struct_fields__ if name in kind.__struct_fields__}
    return kind(**shared | more)
