"""docs/id/ says in Indonesian what the English pages say: the same files, headings, commands, and names in tables."""

import ast
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT
from tests.test_house import ROOMS, committed

ENGLISH, INDONESIAN = ROOT / "docs", ROOT / "docs" / "id"
PAGES = {
    *(
        f"{name}.md"
        for name in (
            "README adopting answers authorization calendars clients configuration doors errors keys pages sandbox status"
        ).split()
    ),
    *(f"domains/{path.name}" for path in (ENGLISH / "domains").glob("*.md")),
    *(
        f"operations/{name}.md"
        for name in "administration backup degradation incident install keys monitoring quality running secrets size upgrade".split()
    ),
}
"""Every domain may have a page of its own, which is in both languages too."""
COMMENT = re.compile(r"(^|\s)#(\s.*)?$", re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")
LONGEST = 40
"""Words of a sentence."""
CELLS = re.compile(r"(?<!\\)\|")


class Part(NamedTuple):
    """What has to be alike in both languages, and where it stands."""

    line: int
    alike: str
    shown: str


class Page(NamedTuple):
    headings: list[Part]
    code: list[Part]
    rows: list[Part]

    @classmethod
    def of(cls, text: str) -> "Page":
        page, block, language, begun = cls([], [], []), None, "", 0
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("```") and block is None:
                block, language, begun = [], line, number
            elif line == "```":
                code = "\n".join(block)
                alike = "\n".join(map(str.rstrip, COMMENT.sub("", code).splitlines()))  # comments are translated
                page.code.append(
                    Part(begun, f"{language}\n{alike}", f"{language} {code.strip().partition(chr(10))[0]}")
                )
                block = None
            elif block is not None:
                block.append(line)
            elif heading := re.match(r"#+ ", line):
                page.headings.append(Part(number, heading[0], line))
            elif line.startswith("|"):
                cells = [sorted(NAME.findall(cell)) for cell in CELLS.split(line)[1:-1]]
                page.rows.append(Part(number, str(cells), line))
        return page


def english_of(name: str) -> Path:
    return ROOT / name if name == "README.md" else ENGLISH / name


def differences(english: str, indonesian: str, name: str) -> list[str]:
    """Each a sentence that says what is missing where."""
    pair = Page.of(english), Page.of(indonesian)
    told = []
    for what, ones, others in zip(("heading", "code", "row of a table"), *pair, strict=True):
        matcher = SequenceMatcher(None, [each.alike for each in ones], [each.alike for each in others], autojunk=False)
        for kind, begin, end, at, until in matcher.get_opcodes():
            if kind == "equal":
                continue
            place = f"line {others[at].line}" if at < len(others) else "the end"
            told += [
                f"docs/id/{name}: missing before {place}: the {what} of line {each.line} in English: {each.shown}"
                for each in ones[begin:end]
            ]
            told += [
                f"docs/id/{name}: line {each.line} has a {what} that is not in English: {each.shown}"
                for each in others[at:until]
            ]
    return told


def test_each_page_for_administrators_third_parties_and_citizens_is_there_in_both_languages():
    there = {str(path.relative_to(INDONESIAN)) for path in INDONESIAN.rglob("*.*")}
    assert not PAGES - there, f"docs/id/ has no {', '.join(sorted(PAGES - there))}"
    assert not there - PAGES, f"docs/id/ has {', '.join(sorted(there - PAGES))}, which PAGES of this test does not name"
    alone = [name for name in there if not english_of(name).exists()]
    assert alone == [], f"docs/id/ has {', '.join(alone)} and there is no English page of that name"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_has_the_same_headings_commands_and_names_in_both_languages(name):
    page = INDONESIAN / name
    told = differences(english_of(name).read_text(encoding="utf-8"), page.read_text(encoding="utf-8"), name)
    assert told == [], "\n".join(told)


PAGE = "# One\n\n```sh\nmake run  # starts it\n```\n\n## Two\n\n| `a` | which |\n| --- | --- |\n| `b`, `c` | other |\n"


@pytest.mark.parametrize(
    ("changed", "to", "told"),
    [
        ("starts it", "menjalankannya", []),
        ("which", "yang mana", []),
        ("`b`, `c`", "`c` dan `b`", []),
        ("## Two\n", "", ["missing before the end: the heading of line 7 in English: ## Two"]),
        ("## Two", "### Dua", ["missing before line 7: the heading of line 7", "line 7 has a heading that is not"]),
        ("make run", "make lari", ["missing before line 3: the code of line 3", "line 3 has a code that is not"]),
        ("| `b`, `c` | other |\n", "", ["missing before the end: the row of a table of line 11"]),
        ("`c`", "`d`", ["missing before line 11: the row of a table", "line 11 has a row of a table that is not"]),
    ],
)
def test_what_differs_is_told_by_its_place(changed, to, told):
    found = differences(PAGE, PAGE.replace(changed, to), "x.md")
    assert len(found) == len(told)
    assert all(each in line for each, line in zip(told, found, strict=True))


def sentences():
    """All texts of the code, with … for what differs."""
    found = set()
    for path in committed(*(f"{room}/*.py" for room in ROOMS if room != "sandbox")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.add("".join(str(each.value) if isinstance(each, ast.Constant) else "…" for each in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(re.sub(r"\{\w*\}", "…", node.value))
    return found


@pytest.mark.parametrize("page", [ENGLISH / "answers.md", INDONESIAN / "answers.md"], ids=["en", "id"])
def test_the_answers_that_people_read_are_those_of_the_code(page):
    rows = [
        [cell.strip() for cell in CELLS.split(each.shown)[1:-1]]
        for each in Page.of(page.read_text(encoding="utf-8")).rows
    ]
    said = [row for row in rows if len(row) <= 3]  # the table with four columns is of ages
    shown = {row[1] for row in said if not re.fullmatch(r"-+|sentence|kalimat", row[1])}
    assert len(shown) > 40
    assert shown - sentences() == set()


def sentences_of(text):
    """Of paragraphs, list items and cells of tables, each with its line; code is none."""
    prose = re.sub(r"^```.*?^```$", lambda code: "\n" * code[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE)
    for part in re.finditer(r"(?:(?!\n\n|\n *(?:[-*|]|\d+\.) |\|).)+", prose, re.DOTALL):
        line = prose.count("\n", 0, part.end() - len(part[0].lstrip())) + 1
        for sentence in re.split(r"(?<=[.:;?!])\s", part[0].strip()):
            yield line, sentence


@pytest.mark.parametrize("folder", [ENGLISH, INDONESIAN], ids=["en", "id"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_each_sentence_is_short_enough_to_be_understood_the_first_time(name, folder):
    page = english_of(name) if folder == ENGLISH else INDONESIAN / name
    found = [(line, each) for line, each in sentences_of(page.read_text(encoding="utf-8")) if each]
    assert len(found) > (2 if "/" in name else 20)
    long = [f"{page.relative_to(ROOT)}:{line}: {each}" for line, each in found if len(each.split()) > LONGEST]
    assert long == [], "\n".join(long)


def test_a_long_sentence_is_found_in_a_paragraph_a_list_and_a_table():
    words = "word " * LONGEST
    page = f"Short.\n\n{words}word.\n\n```sh\n{words}word\n```\n\n- one\n- {words}word\n\n| short | {words}word |\n"
    assert [line for line, each in sentences_of(page) if len(each.split()) > LONGEST] == [3, 10, 12]
