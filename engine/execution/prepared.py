"""Documents are prepared once: parsed, measured and validated for each schema, and kept within a number of bytes.

A document that comes for the first time is among the new ones, which have a small part of the room. Only one that was
asked for again, and that is valid, goes over to the proven ones when its place is needed. So a million documents that
come once, or are not valid, push out each other and nothing else. The queues are those of S3-FIFO (Yang and others,
2023).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cached_property
from sys import getsizeof
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, get_operation_ast, validate

from cache.use import CacheUse
from engine.execution.limits import DocumentLimits, Measure
from engine.execution.measuring import OperationMeasure, pairs_of_fragments
from engine.execution.parsing import Parsing, has_several
from engine.execution.weights import Weights
from engine.telemetry.metrics import Metrics

LONG = 150
"""Tokens, comments excepted, beyond which a document is validated in a thread; so many take about two milliseconds."""
MOST_ERRORS = 10
"""So many are told of a document that is not valid; each of them may take long to be put into words."""
KEPT = 64_000_000
"""Bytes of prepared documents that a process keeps."""
NEW = 0.1
"""The part of them for documents that came once."""
ROUNDS = 3
"""So often a proven document is spared when its place is needed, at most, without being asked for in between."""

BASE = 6_000
"""Bytes of what is kept with any document."""
OF_A_TOKEN = 700
"""Bytes of its tree for each token; tests/engine/test_prepared.py weighs trees."""
OF_A_LINE = 8
OF_A_MEASURE = 3_000
OF_AN_ERROR = 2_000
"""Bytes of each of them, at most; of an error, besides its text."""

NOTHING = DocumentNode(definitions=())


class Prepared:
    """One document under one schema.

    `document` is empty where the text is none. `length` and `tokens` are how much of it was looked at; of these tokens,
    comments do not `say` anything. `plans` has room for what is made of its operations, by their names; who puts
    something there says by how many bytes that lets it `grow`.
    """

    def __init__(self, text: str, schema: GraphQLSchema, limits: DocumentLimits) -> None:
        self.text = text
        self._schema = schema
        self._errors: list[GraphQLError] | None = None
        self._measures: dict[str | None, OperationMeasure] = {}
        self.document = NOTHING
        self.plans: dict[str | None, object] = {}
        self.queue: _Queue | None = None
        self.rounds = 0
        self.weight = BASE
        parsing = Parsing(text)
        try:
            self.document = parsing.within(limits)
        except GraphQLError as error:
            self._found([error])
        self.length, self.tokens, self.say = parsing.length, parsing.tokens, parsing.say
        self.grow(getsizeof(text) + self.tokens * OF_A_TOKEN + text.count("\n") * OF_A_LINE)

    @property
    def is_readable(self) -> bool:
        """Whether it is a document at all."""
        return self.document is not NOTHING

    @property
    def is_looked_through(self) -> bool:
        """Whether it is known what is wrong with it."""
        return self._errors is not None

    @property
    def is_valid(self) -> bool:
        """Whether it is known that nothing is wrong with it."""
        return self._errors == []

    @property
    def errors(self) -> list[GraphQLError]:
        """What is known to be wrong with it."""
        return [*(self._errors or ())]

    async def validated(self) -> list[GraphQLError]:
        """What is wrong with it. It is validated here, once, so what is too large must not come so far.

        Of a long document others do not wait for it: that is done in a thread.
        """
        if self._errors is None and self.say > LONG:
            found = await asyncio.to_thread(self._validate)
            if self._errors is None:
                self._found(found)
        return self.validated_now()

    def validated_now(self) -> list[GraphQLError]:
        """The same, however long it takes."""
        if self._errors is None:
            self._found(self._validate())
        return self.errors

    def _validate(self) -> list[GraphQLError]:
        return validate(self._schema, self.document, max_errors=MOST_ERRORS)

    @cached_property
    def several(self) -> bool:
        """Whether it has more than one operation."""
        return has_several(self.document)

    @cached_property
    def pairs(self) -> int:
        """How many pairs of fragments stand in one place each."""
        return pairs_of_fragments(self.document)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of this name; without a name the only one."""
        return get_operation_ast(self.document, name)

    def measured(self, operation: OperationDefinitionNode, variables: Mapping[str, Any], weights: Weights) -> Measure:
        """What an operation of it asks for with these variables. The `weights` are those of its schema."""
        name = operation.name.value if operation.name else None
        if name not in self._measures:
            self._measures[name] = OperationMeasure(self._schema, self.document, operation, weights)
            self.grow(OF_A_MEASURE)
        return self._measures[name].of(variables)

    def grow(self, weight: int) -> None:
        """Something of so many bytes is kept with it from now on."""
        self.weight += weight
        if self.queue:
            self.queue.grow(weight)

    def _found(self, errors: list[GraphQLError]) -> None:
        for each in errors:
            each.__context__ = each.__traceback__ = None  # frames hold more than is weighed
        self._errors = errors
        self.grow(sum(OF_AN_ERROR + getsizeof(each.message) for each in errors))


_Key = tuple[GraphQLSchema, str]


class _Queue:
    """Documents in the order in which they came, and how many bytes they are; `grown` is told when they are more."""

    def __init__(self, grown: Callable[[], None]) -> None:
        self._kept: OrderedDict[_Key, Prepared] = OrderedDict()
        self._grown = grown
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: _Key) -> Prepared | None:
        """The one that is kept under it."""
        return self._kept.get(key)

    def put(self, key: _Key, prepared: Prepared) -> None:
        """At the end."""
        self._kept[key] = prepared
        self.bytes += prepared.weight
        prepared.queue = self

    def grow(self, weight: int) -> None:
        """One of them has so many bytes more."""
        self.bytes += weight
        self._grown()

    def take(self) -> tuple[_Key, Prepared]:
        """The one that came first."""
        key, prepared = self._kept.popitem(last=False)
        self.bytes -= prepared.weight
        prepared.queue = None
        return key, prepared


class PreparedDocuments:
    """The documents of one process, `most` bytes of them. The `metrics` count what becomes of them."""

    def __init__(self, limits: DocumentLimits, most: int = KEPT, metrics: Metrics | None = None) -> None:
        self._limits = limits
        self._most = most
        self._metrics = metrics
        self._new = _Queue(self._make_room)
        self._proven = _Queue(self._make_room)
        self._hits = self._misses = 0
        if metrics:
            metrics.prepared_bytes.set_function(lambda: self.bytes)

    @property
    def bytes(self) -> int:
        """How many bytes they are."""
        return self._new.bytes + self._proven.bytes

    def use(self) -> CacheUse:
        """What they have done in this process, and what they are."""
        return CacheUse(
            code="DOCUMENTS",
            entries=len(self._new) + len(self._proven),
            kept_bytes=self.bytes,
            most_bytes=self._most,
            hits=self._hits,
            misses=self._misses,
        )

    def of(self, text: str, schema: GraphQLSchema) -> Prepared:
        """The document, prepared now or before."""
        if len(text) > self._limits.length:
            return Prepared(text, schema, self._limits)  # nobody looks at it, not even whether it is known
        key = (schema, text)
        found = self._proven.get(key) or self._new.get(key)
        if self._metrics:
            self._metrics.document_asked(known=found is not None)
        if found:
            self._hits += 1
            found.rounds = min(found.rounds + 1, ROUNDS)
        else:
            self._misses += 1
            found = Prepared(text, schema, self._limits)
            self._new.put(key, found)
            self._make_room()
        return found

    def _make_room(self) -> None:
        while self.bytes > self._most:
            self._step()

    def _step(self) -> None:
        """One step towards room: a document leaves, or has to be asked for again before its next turn."""
        if len(self._new) and (self._new.bytes > self._most * NEW or not len(self._proven)):
            key, prepared = self._new.take()
            spared = prepared.is_valid and prepared.rounds > 0
            prepared.rounds = 0
        else:
            key, prepared = self._proven.take()
            spared = prepared.rounds > 0
            prepared.rounds -= 1
        if spared:
            self._proven.put(key, prepared)
        elif self._metrics:
            self._metrics.document_evicted()
