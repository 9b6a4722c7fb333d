"""Records that last: the same objects for many operations, because a reading or a view holds them.

What is encoded of such a record is kept with it (`engine/plans/kept.py`). So its class is frozen, nothing of it depends
on who asks or when, and it holds nothing personal. Some records depend on the moment in a few attributes. They are kept
without these, and each operation tells them anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

import msgspec

C = TypeVar("C", bound=type[msgspec.Struct])
T = TypeVar("T")

F = TypeVar("F", bound=Callable[..., Any])

_LASTING: dict[type, frozenset[str]] = {}
_OF_RECORD = set[Callable[..., Any]]()


def of_record(resolver: F) -> F:
    """Say that what a resolver gives follows from the record and the language alone: it may be kept with the record.

    It is asked with a context that has nothing but the language.
    """
    _OF_RECORD.add(resolver)
    return resolver


def is_of_record(resolver: Callable[..., Any]) -> bool:
    """Whether that is said of it."""
    return resolver in _OF_RECORD


def lasting(cls: C) -> C:
    """Say that records of exactly this class last. Those of its subclasses do not."""
    return told_anew()(cls)


def told_anew(*names: str) -> Callable[[C], C]:
    """Say that records of exactly this class last but for these attributes: each operation tells them in `Told`."""

    def declare(cls: C) -> C:
        if not cls.__struct_config__.frozen or (unknown := {*names} - {*cls.__struct_fields__}):
            told = "it is not frozen" if not cls.__struct_config__.frozen else f"it has no {sorted(unknown)}"
            raise TypeError(f"{cls.__module__}.{cls.__qualname__} cannot last: {told}")
        _LASTING[cls] = frozenset(names)
        return cls

    return declare


def lasts(cls: type) -> bool:
    """Whether records of this class last as they are."""
    return _LASTING.get(cls) == frozenset()


def untold(record: Any) -> Any:
    """A record without what each operation tells anew: whatever reads that raises `NotTold`."""
    anew = _LASTING.get(type(record))
    return msgspec.structs.replace(record, **dict.fromkeys(anew, UNTOLD)) if anew else record


def declared_lasting() -> Mapping[type, frozenset[str]]:
    """The classes of records that last, each with what is told anew."""
    return _LASTING


class Telling(Generic[T]):
    """How one operation tells kept records: it changes what their class declares as `told_anew`, and nothing else."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[T], T]) -> None:
        self._tell = tell

    def __call__(self, record: T) -> T:
        return self._tell(record)

    def tells(self, record: Any) -> bool:
        """Whether it changes nothing but what is declared."""
        told: Any = self._tell(record)
        anew = _LASTING.get(type(record))
        if type(told) is not type(record) or not anew:
            return False
        kept = (name for name in record.__struct_fields__ if name not in anew)
        return all(getattr(told, each) is getattr(record, each) for each in kept)


class Told(Sequence[T], Generic[T]):
    """Kept `items` as one operation tells them: each is made when it is asked for."""

    __slots__ = ("items", "telling")

    def __init__(self, items: Sequence[T], telling: Telling[T]) -> None:
        self.items = items
        self.telling = telling

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> "Told[T]": ...
    def __getitem__(self, at: int | slice) -> "T | Told[T]":
        return Told(self.items[at], self.telling) if isinstance(at, slice) else self.telling(self.items[at])

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return map(self.telling, self.items)


class NotTold(Exception):
    """Something asks a kept record for what only an operation can tell."""


class _Untold:
    """In place of what each operation tells anew. Whatever looks at it fails."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        raise NotTold(name)

    def _refuse(self, *_: object) -> Any:
        raise NotTold

    __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = __call__ = _refuse
    __str__ = __repr__ = __hash__ = __int__ = __float__ = __index__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __sub__ = __eq__ = __ne__ = _refuse


UNTOLD = _Untold()
