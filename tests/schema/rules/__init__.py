"""What the schema is held to: each rule yields the coordinate of what breaks it, and what to do about it."""

import inspect
from types import ModuleType

from tests.schema.rules import descriptions, names, nullability, relay
from tests.schema.rules.elements import Broken


def _rules(module: ModuleType):
    """The functions of a module that yield what is broken, in its order."""
    for name, each in vars(module).items():
        if inspect.isfunction(each) and each.__annotations__.get("return") is Broken and not name.startswith("_"):
            yield name, each


RULES = {name: rule for module in (relay, nullability, names, descriptions) for name, rule in _rules(module)}
