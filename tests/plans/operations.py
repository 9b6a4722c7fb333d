"""Operations over any schema, from a seed: thousands in a second, nearly all of them valid.

A key of an answer stands for one field with the same arguments and type in the whole document. So fields may be merged
wherever they meet, and no two of them conflict.
"""

from typing import NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
)
from graphql.type import introspection_types

from tests.plans.arguments import JUNK, Known, Written, literal, plain, value_of

COMPOSITE = (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)
CONDITION = GraphQLNonNull(GraphQLBoolean)
"""What `@skip` and `@include` take."""


class Asked(NamedTuple):
    """One operation with its variables, as a client sends it."""

    text: str
    variables: dict
    name: str | None = None
    kind: str = "query"


class _Field(NamedTuple):
    name: str
    type: object
    args: dict
    leaf: bool


class Operations:
    """What makes them for one schema. `known` may grow meanwhile. `kinds` are the root types that are asked."""

    def __init__(self, schema, random, known=None, *, kinds=("query",), size=60, depth=7, leave=()):
        self.schema = schema
        self.random = random
        self.known = known or Known()
        self._size = size
        self._depth = depth
        roots = {"query": schema.query_type, "mutation": schema.mutation_type, "subscription": schema.subscription_type}
        self._roots = [(kind, roots[kind]) for kind in kinds if roots[kind]]
        self._fields = {
            each.name: [
                _Field(name, field.type, field.args, is_leaf_type(get_named_type(field.type)))
                for name, field in each.fields.items()
                if (each.name, name) not in leave
            ]
            for each in schema.type_map.values()
            if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)
        }
        composite = [each for each in schema.type_map.values() if isinstance(each, COMPOSITE)]
        self._within = {each.name: [each] for each in composite}
        """The types whose objects may be of a type, too: itself, what it is one of, and what may be one of it."""
        abstract = [each for each in composite if not isinstance(each, GraphQLObjectType)]
        possible = {each.name: {one.name for one in schema.get_possible_types(each)} for each in abstract}
        for each in abstract:
            for name in possible[each.name]:
                self._within[name].append(each)
            self._within[each.name] += [schema.type_map[name] for name in sorted(possible[each.name])]
            self._within[each.name] += [
                one for one in abstract if one is not each and possible[one.name] & possible[each.name]
            ]

    def document(self, *, variables=1):
        """The same operation with so many sets of variables: one document, asked several times."""
        made = _Document(self, self.random)
        kind, root = self.random.choice(self._roots)
        text, names = made.written(kind, root)
        times = variables if made.variables or len(names) > 1 else 1
        return [Asked(text, made.given(), self.random.choice(names), kind) for _ in range(times)]


class _Document:
    """One document as it is written."""

    def __init__(self, operations, random):
        self._of = operations
        self._random = random
        self._known = operations.known
        self._keys = {}
        self._keys_of = {}
        self._fragments = []
        self._left = random.choice((5, 10, 20, operations._size))
        self.variables = {}

    def written(self, kind, root):
        """Its text, and the names of the operations that may run."""
        random = self._random
        selection = self._selection(root, self._of._depth, kind, at_root=True)
        variables = ", ".join(f"${name}: {each.declared}" for name, each in self.variables.items())
        name = "Q" if random.random() < 0.7 or kind != "query" else ""
        head = f"{kind} {name}{f'({variables})' if variables else ''}{self._on_the_operation(kind)} "
        if not name and not variables and random.random() < 0.5 and head.strip() == "query":
            head = ""
        parts = [head + selection, *(each.text for each in self._fragments)]
        several = name and random.random() < 0.05
        if several:
            parts.append("query Other { __typename o: __typename }")
            random.shuffle(parts)
        names = ("Q", "Q", "Other") if several else ("Q", None) if name else (None,)
        return " ".join(parts), names

    def _on_the_operation(self, kind):
        staleness = self._of.schema.get_directive("maxStaleness")
        if kind == "query" and staleness and self._random.random() < 0.03:
            return f" @maxStaleness(seconds: {self._random.choice((0, 60, 100_000, -1))})"
        return ""

    def given(self):
        """One set of variables: most as they are declared, some wrong, some left out."""
        found = {}
        for name, each in self.variables.items():
            roll = self._random.random()
            if roll < 0.02:
                found[name] = self._random.choice(JUNK)
            elif roll < 0.025 or (each.optional and roll < 0.25):
                continue
            elif each.nullable and roll < 0.35:
                found[name] = None
            else:
                found[name] = plain(value_of(self._random, self._known, each.type, each.field, each.argument))
        if self._random.random() < 0.02:
            found["unknown"] = 1
        return found

    def _selection(self, of, depth, kind="", *, at_root=False):
        random = self._random
        count = 1 if kind == "subscription" else random.choice((1, 1, 2, 3) if at_root else (1, 1, 2, 2, 3, 4, 6))
        parts = []
        for _ in range(count):
            roll = random.random()
            if kind == "subscription":
                parts.append(self._field(of, depth, kind, at_root=True))
            elif roll < 0.06:
                parts.append(f"{random.choice(('', '', 't: '))}__typename{self._directives()}")
            elif roll < 0.15 and depth > 0:
                on = random.choice(self._of._within.get(of.name, [of]))
                named = f" on {on.name}" if on is not of or random.random() < 0.7 else ""
                parts.append(f"...{named}{self._directives()} {self._selection(on, depth - 1)}")
            elif roll < 0.23 and depth > 0:
                parts.append(self._spread(of, depth))
            elif roll < 0.24 and at_root and kind == "query" and "__schema" not in self._keys:
                parts.append(self._introspection())
            else:
                parts.append(self._field(of, depth, at_root=at_root))
        return "{ " + " ".join(parts) + " }"

    def _field(self, of, depth, kind="", *, at_root=False):
        random = self._random
        self._left -= 1
        fields = self._of._fields.get(of.name, ())
        if depth <= 0 or self._left <= 0:
            fields = [each for each in fields if each.leaf and not at_root] or (fields if at_root else ())
        if not fields:
            return f"__typename{self._directives()}"
        field = random.choice(fields)
        key, arguments = self._keyed(field)
        written = f"{key}: {field.name}" if key != field.name else key
        text = f"{written}{arguments}{'' if kind == 'subscription' else self._directives()}"
        return text if field.leaf else f"{text} {self._selection(get_named_type(field.type), depth - 1)}"

    def _keyed(self, field):
        """Under which key it is answered, with which arguments."""
        shape = (field.name, str(field.type), *field.args)
        before = self._keys_of.get(shape)
        if before and self._random.random() < 0.3:
            key = self._random.choice(before)
            return key, self._keys[key][1]
        arguments = self._arguments(field)
        key = field.name if self._random.random() < 0.8 else self._random.choice("abcdefgh")
        while self._keys.setdefault(key, (shape, arguments)) != (shape, arguments):
            key = f"{field.name}{self._random.randrange(1000)}"
        if key not in (known := self._keys_of.setdefault(shape, [])):
            known.append(key)
        return key, arguments

    def _arguments(self, field):
        random, parts = self._random, []
        for name, each in field.args.items():
            nullable = not isinstance(each.type, GraphQLNonNull)
            optional = nullable or each.default_value is not Undefined
            likely = 0.6 if name == "first" else 0.05 if name in {"after", "before", "last"} else 0.2
            if optional and random.random() > likely:
                continue
            if random.random() < 0.35:
                parts.append(f"{name}: {self._variable(field.name, name, each.type, optional)}")
            elif nullable and random.random() < 0.08:
                parts.append(f"{name}: null")
            else:
                value = value_of(random, self._known, each.type, field.name, name)
                parts.append(f"{name}: {literal(self._with_variables(value, each.type, field.name, name))}")
        random.shuffle(parts)
        return f"({', '.join(parts)})" if parts else ""

    def _with_variables(self, value, given, field, name):
        """The value with variables for some of its parts."""
        given = given.of_type if isinstance(given, GraphQLNonNull) else given
        if isinstance(given, GraphQLList) and isinstance(value, list):
            return [
                Written(self._variable(field, name, given.of_type, optional=False))
                if self._random.random() < 0.15
                else self._with_variables(each, given.of_type, field, name)
                for each in value
            ]
        if isinstance(given, GraphQLInputObjectType) and isinstance(value, dict):
            return {
                key: Written(self._variable(field, key, given.fields[key].type, optional=False))
                if self._random.random() < 0.15
                else self._with_variables(each, given.fields[key].type, field, key)
                for key, each in value.items()
            }
        return value

    def _variable(self, field, argument, given, optional):
        """A variable for a place of this type: one that is there already, or a new one."""
        random = self._random
        fitting = [name for name, each in self.variables.items() if each.type is given and each.argument == argument]
        if fitting and random.random() < 0.4:
            return f"${random.choice(fitting)}"
        bare = given.of_type if isinstance(given, GraphQLNonNull) else given
        strict, default = isinstance(given, GraphQLNonNull), ""
        if random.random() < 0.3:
            default = f" = {literal(value_of(random, self._known, bare, field, argument))}"
        # An argument with a default takes a nullable variable although it is non-null itself.
        loose = not strict or bool(default) or optional
        declared = str(bare) if loose and random.random() < 0.8 else f"{bare}!"
        name = f"{argument[:3]}{len(self.variables)}"
        self.variables[name] = _Variable(
            declared + default, given, field, argument, not declared.endswith("!"), bool(default) or declared[-1] != "!"
        )
        return f"${name}"

    def _directives(self):
        random = self._random
        if random.random() > 0.12:
            return ""
        parts = [f"@{name}(if: {self._condition()})" for name in ("skip", "include") if random.random() < 0.55]
        random.shuffle(parts)
        return "".join(f" {each}" for each in parts)

    def _condition(self):
        if self._random.random() < 0.4:
            return self._random.choice(("true", "false"))
        return self._variable("", "if", CONDITION, optional=False)

    def _spread(self, of, depth):
        random = self._random
        fitting = [
            each for each in self._fragments if each.on.name in {one.name for one in self._of._within.get(of.name, ())}
        ]
        if fitting and random.random() < 0.4:
            return f"...{random.choice(fitting).name}{self._directives()}"
        on = random.choice(self._of._within.get(of.name, [of]))
        body = self._selection(on, depth - 1)
        name = f"F{len(self._fragments)}"
        self._fragments.append(_Fragment(name, on, f"fragment {name} on {on.name} {body}"))
        return f"...{name}{self._directives()}"

    def _introspection(self):
        random = self._random
        self._keys["__schema"] = None
        if random.random() < 0.5:
            name = random.choice(list(self._of.schema.type_map))
            return f'__type(name: "{name}") ' + self._meta(introspection_types["__Type"], 3)
        return "__schema " + self._meta(introspection_types["__Schema"], 3)

    def _meta(self, of, depth):
        """A selection of the schema itself, which has a list for everything: so it stays small."""
        fields = [
            (name, each) for name, each in of.fields.items() if depth > 0 or is_leaf_type(get_named_type(each.type))
        ]
        parts = ["__typename"] if self._random.random() < 0.1 else []
        for name, each in self._random.sample(fields, min(len(fields), self._random.choice((1, 2, 3)))):
            inner = get_named_type(each.type)
            old = (
                "(includeDeprecated: true)" if "includeDeprecated" in each.args and self._random.random() < 0.3 else ""
            )
            parts.append(name + old + ("" if is_leaf_type(inner) else " " + self._meta(inner, depth - 1)))
        return "{ " + " ".join(parts or ["__typename"]) + " }"


class _Variable(NamedTuple):
    declared: str
    type: object
    field: str
    argument: str
    nullable: bool
    optional: bool


class _Fragment(NamedTuple):
    name: str
    on: object
    text: str
