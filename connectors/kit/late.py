"""Libraries that are imported when they are first used, because not every hub uses them and each takes time to import.

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = late("psycopg")
"""

from importlib import import_module
from types import ModuleType
from typing import Any


class Late(ModuleType):
    """Stands for a module. What was once asked of it is an attribute of its own from then on."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self.__name__), name)
        setattr(self, name, found)
        return found


def late(name: str) -> Late:
    """The module of this name, which is not imported yet."""
    return Late(name)
