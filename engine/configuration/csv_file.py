"""Reads a CSV file that people keep. Nothing in it is guessed at: every mistake is told with its line."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.configuration.did_you_mean import did_you_mean

MOST_BYTES = 8_000_000
MOST_ROWS = 30_000
TOLD = 100
"""So many mistakes of a file are told."""
BOM = b"\xef\xbb\xbf"
WIDE = (b"\xff\xfe", b"\xfe\xff")
"""With these begins a file in UTF-16."""
MASKS = {";": "semicolons", "\t": "tabulators"}


class CsvRow(NamedTuple):
    """A row: the line on which it ends, and its cells by their columns."""

    line: int
    cells: dict[str, str]


class CsvMistakes:
    """What is wrong in a file: `line: column: what was expected`, without the name of the file."""

    def __init__(self) -> None:
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, expected: str, column: str = "") -> None:
        """A mistake on this line."""
        self._found.append((line, f"{line}: {column}: {expected}" if column else f"{line}: {expected}"))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._found)

    @property
    def found(self) -> tuple[str, ...]:
        """All of them by their lines; of very many the first."""
        ordered = [text for _, text in sorted(self._found, key=lambda each: each[0])]
        left = len(ordered) - TOLD
        return (*ordered[:TOLD], *([f"{self._found[-1][0]}: and {left} more mistakes"] if left > 0 else []))


def read_rows(content: bytes, mandatory: Sequence[str], optional: Sequence[str], to: CsvMistakes) -> list[CsvRow]:
    """The rows with the cells of these columns. Mistakes go `to` the list; what can be read is read all the same."""
    if len(content) > MOST_BYTES:
        to.add(1, f"the file is larger than {MOST_BYTES} bytes")
        return []
    if content.startswith(WIDE):
        to.add(1, "the file is in UTF-16; save it as UTF-8")
        return []
    if content.startswith(BOM):
        to.add(1, "the file begins with a byte order mark; save it as UTF-8 without one")
        content = content.removeprefix(BOM)
    text = _text(content, to)
    delimiter = _delimiter(text.partition("\n")[0], to)
    rows = _lines(text, delimiter, to)
    header = next(rows, None)
    if header is None:
        to.add(1, f"the file is empty; expected a line with the columns {', '.join(mandatory)}")
        return []
    columns = [each.strip() for each in header.cells]
    _check_columns(columns, mandatory, optional, to)
    if {*mandatory} - {*columns}:
        return []
    return list(_rows(rows, columns, to))


class _CsvLine(NamedTuple):
    line: int
    cells: list[str]


def _text(content: bytes, to: CsvMistakes) -> str:
    """The file as text; each line that is not UTF-8 is told."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        for number, row in enumerate(content.split(b"\n"), start=1):
            try:
                row.decode("utf-8")
            except UnicodeDecodeError as error:
                to.add(number, f"not UTF-8 at byte {error.start + 1} of the line; save the file as UTF-8")
        text = content.decode("utf-8", errors="replace")
    for number, line in enumerate(text.split("\n"), start=1):
        if "\0" in line:
            to.add(number, "a zero byte")
    return text.replace("\0", "")


def _delimiter(header: str, to: CsvMistakes) -> str:
    for other, name in MASKS.items():
        if "," not in header and other in header:
            to.add(1, f"{name} between the columns; expected commas")
            return other
    return ","


def _lines(text: str, delimiter: str, to: CsvMistakes) -> Iterator[_CsvLine]:
    """Each row that has cells, with its line. What cannot be read as CSV ends the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = -1  # the columns are no row
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            to.add(reader.line_num, f"no CSV from here on: {error}")
            return
        if cells is None:
            return
        if not any(each.strip() for each in cells):
            continue
        number += 1
        if number > MOST_ROWS:
            to.add(reader.line_num, f"more than {MOST_ROWS} rows")
            return
        yield _CsvLine(reader.line_num, cells)


def _check_columns(columns: list[str], mandatory: Sequence[str], optional: Sequence[str], to: CsvMistakes) -> None:
    known = (*mandatory, *optional)
    for each in columns:
        if each not in known:
            to.add(1, f"unknown; expected one of {', '.join(known)}{did_you_mean(each, known)}", each or "(no name)")
    for each in dict.fromkeys(columns):
        if columns.count(each) > 1:
            to.add(1, "this column stands twice", each)
    for each in mandatory:
        if each not in columns:
            to.add(1, "this column is missing", each)


def _rows(lines: Iterator[_CsvLine], columns: list[str], to: CsvMistakes) -> Iterator[CsvRow]:
    for line, cells in lines:
        if len(cells) != len(columns):
            to.add(line, f"{len(cells)} cells; expected {len(columns)}, one for each column")
            continue
        for column, cell in zip(columns, cells, strict=True):
            if cell != cell.strip():
                to.add(line, "blanks before or behind the value", column)
        yield CsvRow(line, {column: cell.strip() for column, cell in zip(columns, cells, strict=True)})
