"""What a command says: tables, and problems a line each."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from engine.configuration.problems import ConfigurationError
from engine.configuration.reading import problems_of


def table_of(*columns: str) -> Table:
    """An empty table with these heads."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    table.columns[0].no_wrap = True
    return table


def show(table: Table) -> None:
    """As wide as the terminal; in full where it goes to a file or to another program."""
    Console(width=None if sys.stdout.isatty() else 10_000).print(table)


@contextmanager
def problems_told() -> Iterator[None]:
    """What is wrong with settings or configuration, a line each, instead of a traceback."""
    try:
        yield
    except ValidationError as error:
        problems = problems_of(error)
    except ConfigurationError as error:
        problems = list(error.problems)
    else:
        return
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(2)
