"""What is asked for, with all that determines its answer."""

import msgspec

from engine.execution.request import OperationRequest


class AskedOperation(msgspec.Struct, kw_only=True):
    """An operation with all that determines its answer: `key` is a keyed hash of it.

    `size` is how many bytes that is. `anybody`: nobody in particular asks. `before` is what was so in Redis when it was
    asked.
    """

    key: bytes
    size: int
    document: str
    operation: OperationRequest
    language: str
    anybody: bool
    before: str | None = None
