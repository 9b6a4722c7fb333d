"""The files that follow from the code, and the one that holds what was promised."""

from pathlib import Path

import typer

from auth.caller import Audience
from engine.execution.manifest import manifest_of
from engine.pages.graphiql.examples import QUERIES
from schema.compatibility import unnamed_breaks
from schema.matrix import access_page
from schema.root import access_matrix, build

ROOT = Path(__file__).parents[2]
SDL = ROOT / "schema" / "schema.graphql"
RELEASED = SDL.with_name("released.graphql")
ACCESS = ROOT / "docs" / "access.md"
CHANGELOG = ROOT / "CHANGELOG.md"
MANIFEST = QUERIES / "manifest.json"


def write_generated() -> None:
    """Write the schema, the matrix of who may read what, and the manifest of documents."""
    for path, text in _generated().items():
        path.write_text(text, encoding="utf-8")
        typer.echo(f"wrote {path.relative_to(ROOT)}")


def schema_of(audience: Audience) -> str:
    """The schema of these callers. It needs no token, so that a client can be generated without anybody's account."""
    return build(audience).as_str()


def is_up_to_date() -> bool:
    """Whether each of them is what the code says now; says which is not."""
    late = [
        path for path, text in _generated().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in late:
        typer.echo(f"{path.relative_to(ROOT)} is not what the code promises; run make schema", err=True)
    return not late


def promise_schema() -> None:
    """Promise the schema of today."""
    RELEASED.write_text(f"{build().as_str()}\n", encoding="utf-8")
    typer.echo(f"wrote {RELEASED.relative_to(ROOT)}")


def breaks_promise() -> bool:
    """Whether the schema breaks the released one and CHANGELOG.md does not say so; tells where."""
    released, changelog = (path.read_text(encoding="utf-8") for path in (RELEASED, CHANGELOG))
    found = unnamed_breaks(released, build().as_str(), changelog)
    for each in found:
        typer.echo(f"`{each.coordinate}`: {each.text}", err=True)
    if found:
        typer.echo("These break a promise. Take them back, or name each under ### Breaking in CHANGELOG.md.", err=True)
    return bool(found)


def _generated() -> dict[Path, str]:
    queries = [path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("*.graphql"))]
    return {
        SDL: f"{build().as_str()}\n",
        ACCESS: access_page(access_matrix()),
        MANIFEST: manifest_of(queries),
    }
