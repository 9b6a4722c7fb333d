"""From a part of a plan to Python: what lets nobody wait is read from the records by generated code.

The code is for the case that all is as it should be: records of known classes, values of exact classes, no error. In
any other case it raises and has answered nothing, and `run.py` does the same step by step. So the code knows neither
paths nor errors.

Nothing that a client wrote comes into the source. Keys of the answer, types and functions are in a table, and the
source has their names there. Of the schema, identifiers come in: the names of attributes, and of fields as keys.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from keyword import iskeyword
from types import NoneType
from typing import Any, NamedTuple

from graphql import UndefinedType

from engine.plans.bind import Bound
from engine.plans.leaves import Unusual, expression
from engine.plans.shapes import Composite, Field, Fields, Leaf, Many, OneOf, Spot
from engine.plans.ways import attribute_of, constant_of, is_asked_later, resolver_of
from resolvers.kit.lasting import UNTOLD, Told

MOST_FIELDS = 150
"""Fields in one function: to compile them takes some milliseconds."""
MOST_DEPTH = 8
"""Objects and lists in one another. Python has room for 20 blocks."""
MOST_INNER = 200
"""Items of a list in a list that are answered in one go."""
MEAN_INNER = 50
"""So many of them are reckoned with."""
TABLE = {"Unusual": Unusual, "bool": bool, "float": float, "int": int, "len": len, "list": list,
         "str": str, "tuple": tuple, "id": id, "Told": Told}  # fmt: skip


class NotEmitted(Exception):
    """This part of a plan may have to wait, or is too large for one function."""


class Code(NamedTuple):
    """`make` gives the answer to a value, what it cost, and how many fields it has; raises where all is not as usual.

    `width` is how many fields one object or one item has, more or less: some are in lists, some are null. The `rest` of
    an object are fields that may have to wait: they have a place in the answer, and nothing in it.
    """

    make: Callable[[Any, Bound], tuple[Any, int, int]]
    width: int
    source: str
    rest: tuple[Field, ...]


def emit(shape: Composite, *, keeping: bool = True) -> Code | None:
    """The code for an object, or for a list that lets nobody wait. `keeping`: with the parts that are kept."""
    try:
        return _Emitter(keeping).code(shape)
    except NotEmitted:
        return None


class _Emitter:
    """Writes one function."""

    def __init__(self, keeping: bool) -> None:
        self._keeping = keeping
        self._table: dict[str, Any] = {**TABLE}
        self._lines: list[str] = []
        self._arguments: list[str] = []
        self._numbers = count(1)
        self._indent = 1
        self._fields = 0
        self._in_lists = 0

    def code(self, shape: Composite) -> Code:
        """The function for a value of this shape."""
        rest: list[Field] = []
        if isinstance(shape, Fields):
            answer, cost, width = self._record(shape, "value", rest)
            each = len(shape.fields)
            if len(rest) == len(shape.fields):
                raise NotEmitted
        elif isinstance(shape, Many):
            answer, each = self._list(shape, "value")
            cost = width = 0
        else:
            raise NotEmitted
        lines = ["def make(value, bound):", "    context = bound.context", "    cost = width = 0", *self._arguments]
        source = "\n".join([*lines, *self._lines, f"    return {answer}, cost + {cost}, width + {width}", ""])
        exec(compile(source, "<plan>", "exec"), self._table)  # noqa: S102  nothing of a client is in it
        return Code(self._table["make"], max(1, each + self._in_lists), source, tuple(rest))

    def _named(self, thing: Any) -> str:
        """The name of a thing in the table."""
        name = f"t{next(self._numbers)}"
        self._table[name] = thing
        return name

    def _variable(self) -> str:
        return f"v{next(self._numbers)}"

    def _line(self, text: str) -> None:
        self._lines.append("    " * self._indent + text)

    @contextmanager
    def _block(self, head: str) -> Iterator[None]:
        if self._indent > MOST_DEPTH:
            raise NotEmitted
        self._line(head)
        self._indent += 1
        yield
        self._indent -= 1

    def _spot(self, spot: Spot, value: str) -> tuple[str, int, int]:
        """The expression of what stands in a spot, after some lines; what it costs each time, and how many fields."""
        match spot.shape:
            case Leaf() as leaf:
                return expression(leaf.type, value, self._named, nullable=spot.nullable), 0, 0
            case Fields() as fields:
                return self._object_or_null(fields, value) if spot.nullable else self._record(fields, self._set(value))
            case Many() as many:
                variable = self._set(value)
                if not spot.nullable:
                    return self._list(many, variable)[0], 0, 0
                with self._block(f"if {variable} is not None:"):
                    self._line(f"{variable} = {self._list(many, variable)[0]}")
                return variable, 0, 0
            case OneOf():
                raise NotEmitted

    def _set(self, value: str) -> str:
        """A variable that has this value."""
        if value.isidentifier():
            return value
        variable = self._variable()
        self._line(f"{variable} = {value}")
        return variable

    def _object_or_null(self, fields: Fields, value: str) -> tuple[str, int, int]:
        variable = self._set(value)
        with self._block(f"if {variable} is not None:"):
            answer, cost, width = self._record(fields, variable)
            self._line(f"{variable} = {answer}")
            self._counted(cost, width)
        return variable, 0, 0

    def _record(self, fields: Fields, variable: str, rest: list[Field] | None = None) -> tuple[str, int, int]:
        """The same as of an object. Where the record lasts, its part is kept, or is from now on."""
        if fields.kept is None or not self._keeping:
            return self._object(fields, variable, rest)
        kept, parts, part, answer = fields.kept, self._variable(), self._variable(), self._variable()
        self._arguments.append(f"    {parts} = {self._named(kept.parts)}(context.language).get")
        with self._block(f"if {variable}.__class__ in {self._named(kept.classes)}:"):
            self._line(f"{part} = {parts}(id({variable})) or {self._named(kept.made)}({variable}, bound)")
            self._line(f"{answer} = {part}[1]")
            self._line(f"cost += {part}[2]")
            self._line("width += 1")
        with self._block("else:"):
            made, cost, width = self._object(fields, variable)
            self._line(f"{answer} = {made}")
            self._counted(cost, width)
        return answer, 0, 0

    def _object(self, fields: Fields, variable: str, rest: list[Field] | None = None) -> tuple[str, int, int]:
        """The expression of an object, after some lines; what it costs, and how many fields it has.

        Fields that may have to wait go into the `rest`, if there may be one: those that cannot end the object at once.
        """
        known: set[type] = set()
        self._line(f"if {variable}.__class__ not in {self._named(known)}:")
        self._line(f"    {self._named(_checking(fields, known, keeping=self._keeping))}({variable})")
        parts, cost, width = [], 0, 0
        for field in fields.fields:
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise NotEmitted
            lines, arguments, indent = len(self._lines), len(self._arguments), self._indent
            try:
                answer, of_its_cost, of_its_width = self._spot(field, self._value(field, variable))
            except NotEmitted:
                if rest is None or not (field.nullable or is_asked_later(field)):
                    raise
                del self._lines[lines:], self._arguments[arguments:]
                self._indent = indent
                rest.append(field)
                parts.append(f"{self._key(field)}: None")
            else:
                parts.append(f"{self._key(field)}: {answer}")
                cost, width = cost + field.cost + of_its_cost, width + 1 + of_its_width
        return f"{{{', '.join(parts)}}}", cost, width

    def _list(self, many: Many, variable: str) -> tuple[str, int]:
        """The variable that has the list, after the lines that make it, and how many fields an item has."""
        answers, item = self._variable(), self._variable()
        if variable != "value":
            of = f"{variable}.__class__"
            self._line(f"if {of} is not list and {of} is not tuple and {of} is not Told: raise Unusual")
            self._line(f"if len({variable}) > {MOST_INNER}: raise Unusual")
        kept = many.item.shape.kept if variable != "value" and isinstance(many.item.shape, Fields) else None
        if kept and self._keeping:
            self._line(f"{answers} = {self._named(kept.items)}({variable}, bound)")
            with self._block(f"if {answers} is None:"):
                width = self._items(many, variable, answers, item)
            with self._block("else:"):
                self._line(f"cost += {answers}[1]")
                self._line(f"width += {answers}[2]")
                self._line(f"{answers} = {answers}[0]")
        else:
            width = self._items(many, variable, answers, item)
        if variable != "value":
            self._in_lists += width * MEAN_INNER
        return answers, width

    def _items(self, many: Many, variable: str, answers: str, item: str) -> int:
        """The lines that make a list one by one; how many fields an item has."""
        self._line(f"{answers} = []")
        with self._block(f"for {item} in {variable}:"):
            answer, cost, width = self._spot(many.item, item)
            self._line(f"{answers}.append({answer})")
        self._counted(cost, width, times=f" * len({variable})")
        return width

    def _counted(self, cost: int, width: int, times: str = "") -> None:
        if width:
            self._line(f"cost += {cost}{times}")
            self._line(f"width += {width}{times}")

    def _key(self, field: Field) -> str:
        """The key of a field in the answer: a client's own is in the table."""
        return repr(field.name) if field.key == field.name and _is_name(field.name) else self._named(field.key)

    def _value(self, field: Field, variable: str) -> str:
        """The expression of the value of a field."""
        if (constant := constant_of(field)) is not None:
            return self._named(constant)
        name = attribute_of(field)
        if name is not None and _is_name(name):
            return f"{variable}.{name}"
        resolver = resolver_of(field)
        if resolver is None:
            raise NotEmitted
        if not field.definition.args:
            return f"{self._named(resolver)}({variable}, context)"
        given = self._variable()
        self._arguments.append(f"    {given} = bound.made({self._named(field)})")
        return f"{self._named(resolver)}({variable}, context, **{given})"


def _is_name(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not iskeyword(name)


def _checking(fields: Fields, known: set[type], *, keeping: bool) -> Callable[[Any], None]:
    """What looks at a value of a class that is not known yet, and makes it known if all of them can be of this type."""
    record = fields.record
    if fields.type.is_type_of and record is None:
        raise NotEmitted

    def check(value: Any) -> None:
        of = type(value)
        if issubclass(of, Exception | UndefinedType | NoneType) or hasattr(of, "__await__") or value is UNTOLD:
            raise Unusual
        if record and not issubclass(of, record):
            raise Unusual
        known.add(of)
        if keeping and fields.kept:
            fields.kept.meet(of)

    return check
