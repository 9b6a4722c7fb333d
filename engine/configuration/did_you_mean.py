"""A hint for a name that does not exist."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A hint at the name that was meant, to put behind a message; empty where none is near."""
    closest = difflib.get_close_matches(name, list(names), n=1)
    return f" (did you mean {closest[0]}?)" if closest else ""
