"""Parts of answers that stay the same: what was encoded of a lasting record is kept with it, shape by shape.

It is like a view on the records of a reading: it follows from the record, the shape and the language alone. A shape has
such parts where each of its fields is an attribute of the record, or a resolver that is declared `of_record` and takes
no variable. Generated code makes them, so they hold no error; where it raises, the shape has none.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast
from weakref import WeakSet

import msgspec

from engine.plans.bind import Bound
from engine.plans.emit import Code, emit
from engine.plans.leaves import Unusual
from engine.plans.shapes import Field, Fields, Leaf, Many, Shape
from engine.plans.ways import attribute_of, constant_of, is_of_record
from resolvers.kit.lasting import Told, lasts, untold

MOST_BYTES = 16_000_000
"""Bytes of all parts of a hub; then it begins anew."""
BESIDE = 400
"""Bytes that a part weighs beside its own: its record, and its place."""
MOST_ITEMS = 2_000
"""Items of a list that are put together in one go."""


class Part(NamedTuple):
    """What is kept of one record: encoded, and what it costs."""

    record: Any
    raw: msgspec.Raw
    cost: int


class KeptParts:
    """All that one hub keeps."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._shapes: WeakSet[KeptShape] = WeakSet()
        self.bytes = 0

    def of(self, shape: Fields) -> "KeptShape | None":
        """A place for the parts of a shape; None where they depend on more than the record."""
        if not all(map(_follows, shape.fields)):
            return None
        self._shapes.add(made := KeptShape(self, shape))
        return made

    def grow(self, weight: int) -> None:
        """There are so many bytes more."""
        self.bytes += weight
        if self.bytes > self._most:
            for each in self._shapes:
                each.forget()
            self.bytes = 0


class KeptShape:
    """The parts of one shape. `classes` are those of the records that have some."""

    def __init__(self, kept: KeptParts, shape: Fields) -> None:
        self._kept = kept
        self._shape = shape
        self._code: Code | None = None
        self._refused = False
        self._parts: dict[str, dict[int, Part]] = {}
        self.classes: set[type] = set()

    def meet(self, cls: type) -> None:
        """Records of this class are of this type."""
        if lasts(cls) and not self._refused:
            self.classes.add(cls)

    def parts(self, language: str) -> dict[int, Part]:
        """Those in this language, by the identity of their records. They hold these, so that no other has it."""
        return self._parts.setdefault(language, {})

    def made(self, record: Any, bound: Bound) -> Part:
        """The part of a record, made now. It raises where something is not as usual; then the shape has none."""
        try:
            raw, cost = self._encoded(record, bound)
        except Exception:
            self._refused = True
            self.classes.clear()
            raise
        made = self.parts(bound.context.language)[id(record)] = Part(record, raw, cost)
        self._kept.grow(BESIDE + len(bytes(raw)))
        return made

    def _encoded(self, record: Any, bound: Bound) -> tuple[msgspec.Raw, int]:
        self._code = self._code or emit(self._shape, keeping=False)
        if self._code is None:
            raise Unusual
        answer, cost, _ = self._code.make(untold(record), cast(Bound, _Apart(bound)))
        return msgspec.Raw(msgspec.json.encode(answer)), cost

    def items(self, items: Sequence[Any], bound: Bound) -> tuple[msgspec.Raw, int, int] | None:
        """A list of records put together, what it costs, and how much work that was; None where they do not last."""
        if self._refused or not 0 < len(items) <= MOST_ITEMS:
            return None
        if type(items) is not Told:
            if type(items[0]) not in self.classes:
                return None
            lasting = items
        else:
            lasting = items.items
        parts = self.parts(bound.context.language)
        try:
            found = [parts[id(each)] for each in lasting]
        except KeyError:
            try:
                found = [parts.get(id(each)) or self._met(each, items, bound) for each in lasting]
            except Exception:  # noqa: BLE001  the list is answered in the usual way, and then it is an error of its place
                return None
        raw = msgspec.Raw(b"[" + b",".join([each[1] for each in found]) + b"]")
        return raw, sum([each[2] for each in found]), len(found)

    def forget(self) -> None:
        """Begin anew."""
        self._parts.clear()

    def _met(self, record: Any, items: Sequence[Any], bound: Bound) -> Part:
        """The part of an item that has none yet."""
        if not (items.telling.tells(record) if type(items) is Told else lasts(type(record))):
            raise Unusual
        return self.made(record, bound)


class _Apart:
    """The values of a run, for resolvers that know nothing but the record and the language."""

    __slots__ = ("context", "made")

    def __init__(self, bound: Bound) -> None:
        self.context = _Language(bound.context.language)
        self.made = bound.made


class _Language(NamedTuple):
    language: str


def _follows(field: Field) -> bool:
    """Whether a field follows from the record alone."""
    known = constant_of(field) is not None or attribute_of(field) is not None or is_of_record(field)
    return known and _is_kept(field.shape)


def _is_kept(shape: Shape) -> bool:
    match shape:
        case Leaf():
            return True
        case Fields():
            return shape.kept is not None
        case Many():
            return _is_kept(shape.item.shape)
        case _:
            return False
