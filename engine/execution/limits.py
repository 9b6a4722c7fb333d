"""How much a document may ask for, and what one asks for, by the names of the limits."""

from operator import attrgetter, gt

import msgspec


class DocumentLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a document may ask for.

    `length` in characters, comments included; `tokens`, as it is sent. `depth`: fields inside one another. `breadth`:
    fields side by side in one place. `aliases`, `directives`, `root_fields`: in all. `values`: those written into
    arguments, each part of a list or an object by itself; `variables`: the same of what is sent beside the document.
    `cost`: fields that may have to be answered, those of a list as often as its page is long, each by its weight.
    """

    length: int = 100_000
    tokens: int = 4_000
    depth: int = 20
    breadth: int = 150
    aliases: int = 50
    directives: int = 50
    root_fields: int = 20
    values: int = 150
    variables: int = 1_000
    cost: int = 50_000


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What a document asks for, by the names of the limits."""

    depth: int = 0
    breadth: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    values: int = 0
    variables: int = 0
    cost: int = 0

    def beyond(self, limits: DocumentLimits) -> list[tuple[str, int, int]]:
        """Where it asks for too much: which limit, what is allowed, what is asked for."""
        allowed, asked = LIMITED(limits), LIMITED(self)
        if not any(map(gt, asked, allowed)):
            return []
        each = zip(self.__struct_fields__, allowed, asked, strict=True)
        return [(name, most, found) for name, most, found in each if found > most]


LIMITED = attrgetter(*Measure.__struct_fields__)
"""What is limited, and measured."""
