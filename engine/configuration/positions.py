"""Where a key stands in a TOML file; the parser of Python does not say."""

import re
from collections.abc import Iterable


def line_of(keys: tuple[str, ...], lines: Iterable[str]) -> int | None:
    """Where the key stands, or the nearest table above it."""
    best, header = None, ""
    for number, line in enumerate(lines, start=1):
        if match := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            header = match[1].replace('"', "")
            if ".".join(keys) == header:
                return number
            if ".".join(keys).startswith(f"{header}."):
                best = number
        elif best and ".".join(keys).startswith(f"{header}."):
            key = ".".join(keys)[len(header) + 1 :].split(".")[0]
            if re.match(rf"\s*\"?{re.escape(key)}\"?\s*[.=]", line):
                best = number
        elif not header and keys and re.match(rf"\s*\"?{re.escape(keys[0])}\"?\s*[.=]", line):
            best = number
    return best
