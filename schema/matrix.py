"""The access matrix as a page to read: `docs/access.md`."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from auth.caller import Audience
from auth.policies import FieldAccess

HEAD = """# Who may read what

`make schema` writes this page, and a test asks every field as every audience and compares. Each audience has a schema
of its own at the same address: what is not marked here is not in it, for no introspection, suggestion or error.
How it is decided is in [authorization.md](authorization.md).
"""


def access_page(matrix: Iterable[FieldAccess]) -> str:
    """The page: a table for each type, a row for each field.

    Types that everybody may read in full are listed at the end.
    """
    everybody: list[str] = []
    lines = [HEAD]
    for name, group in groupby(matrix, key=lambda each: each.type_name):
        rows = list(group)
        if all(set(each.audiences) == set(Audience) and each.category is None for each in rows):
            everybody.append(name)
            continue
        lines += [f"## {name}\n", *_table(rows), ""]
    listed = ", ".join(f"`{name}`" for name in everybody)
    lines += ["## Public as a whole\n", f"Everybody reads every field of these: {listed}.\n"]
    return "\n".join(lines)


def _table(rows: Iterable[FieldAccess]) -> Iterator[str]:
    audiences = list(Audience)
    yield f"| field | {' | '.join(each.value for each in audiences)} | why |"
    yield f"| --- |{' --- |' * len(audiences)} --- |"
    for row in rows:
        marks = " | ".join("yes" if each in row.audiences else "" for each in audiences)
        yield f"| `{row.field_name}` | {marks} | {row.reason}{_rules(row)} |"


def _rules(row: FieldAccess) -> str:
    """The rules of a personal field."""
    if row.category is None:
        return ""
    masked = "Masked; whole" if row.masked else "Given"
    rules = "; or ".join(" and ".join(words) for words in row.rules)
    return f" **{row.category}**: {masked} if {rules}; recorded."
