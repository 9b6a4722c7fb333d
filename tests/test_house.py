"""The house stands as docs/architecture.md draws it."""

import ast
import importlib.metadata
import re
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, build_schema

from connectors.kit.agency import Limits
from connectors.registry import CONNECTORS
from engine.commands.generated import SDL
from engine.configuration.settings import ServerSettings, Settings
from sandbox.kit.control import MODES
from tests.conftest import AGENCIES

ROOT = Path(__file__).parent.parent
ROOMS = ("auth", "cache", "connectors", "engine", "resolvers", "sandbox", "schema", "store")
FILES = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md",
    "agencies.example.toml", "bench", "cities", "city", "deploy", "docs", "pyproject.toml", "requirements-dev.txt",
    "requirements.txt", "server.py", "tests",
}  # fmt: skip


def committed(*arguments):
    listed = subprocess.run(["git", "ls-files", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / line for line in listed.stdout.splitlines()]


def docstring(path):
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_top_level_is_what_the_design_says_and_nothing_else():
    assert {path.relative_to(ROOT).parts[0] for path in committed()} <= {*ROOMS, *FILES}
    assert all((ROOT / name).exists() for name in (*ROOMS, *FILES))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_ours_and_says_in_a_docstring_what_it_is(room):
    init = ROOT / room / "__init__.py"
    tree = ast.parse(init.read_text(encoding="utf-8"))
    assert len(tree.body) == 1
    assert docstring(init)
    module = __import__(room)
    assert Path(module.__file__) == init


def test_nothing_installed_claims_a_rooms_name():
    claimed = importlib.metadata.packages_distributions()
    assert not {*ROOMS, "server", "auth", "bench"} & claimed.keys()


@pytest.mark.parametrize("room", ROOMS)
def test_git_does_not_ignore_a_room(room):
    ignored = subprocess.run(["git", "check-ignore", "-q", f"{room}/x.py"], cwd=ROOT, check=False)
    assert ignored.returncode == 1


def test_what_is_asked_together_ends_together():
    """`asyncio.gather` leaves the others under way when one fails, and after a `TaskGroup` who waits seems cancelled
    (Python 3.11); `connectors/kit/together.py` does neither."""
    of_them = [
        path
        for path in committed("server.py", *(f"{room}/*.py" for room in ROOMS))
        if path != ROOT / "connectors" / "kit" / "together.py"
    ]
    assert [
        path for path in of_them if re.search(r"asyncio\.(gather|TaskGroup)\(", path.read_text(encoding="utf-8"))
    ] == []


def test_the_names_of_this_machine_stand_in_one_place():
    """The sandbox has its own, since it knows no room."""
    rooms = committed(*(f"{room}/*.py" for room in ROOMS if room != "sandbox"))
    found = [path.relative_to(ROOT) for path in rooms if '"::1"' in path.read_text(encoding="utf-8")]
    assert found == [Path("connectors/kit/loopback.py")]


def test_every_module_says_what_it_is():
    silent = [path for path in committed("*.py") if path.name != "__init__.py" and not docstring(path)]
    assert silent == []


def test_no_class_name_stands_for_two_things():
    """A type of the schema ends with `Type` where a record has its name (`schema/kit/access.py`)."""
    places = defaultdict(list)
    for path in committed(*(f"{room}/*.py" for room in ROOMS)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert places
    assert {name: of for name, of in places.items() if len(of) > 1} == {}


def test_the_rules_of_a_domain_do_no_io_and_its_categories_stand_in_its_policies():
    rules = [path for path in committed("resolvers/*.py") if path.name.endswith("rules.py")]
    assert rules
    for path in rules:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert [each.name for each in ast.walk(tree) if isinstance(each, ast.AsyncFunctionDef)] == [], path
    made = [path for path in committed("resolvers/*.py") if " = Category(" in path.read_text(encoding="utf-8")]
    assert {path.name for path in made} == {"policies.py"}


def test_a_shared_part_has_its_declaration_in_each_room_of_agencies_and_clients():
    """What domains may use by the contracts of `pyproject.toml` is a folder like theirs."""
    contracts = re.findall(
        r'"resolvers\.\*\* -> resolvers\.(\w+)\.\*\*"', (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    shared = set(contracts) - {"kit"}
    assert "booking" in shared
    for part in shared:
        assert [room for room in ("resolvers", "schema") if not (ROOT / room / part / "domain.py").exists()] == [], part


def test_nobody_imports_the_server_but_tests():
    for path in committed(*(f"{room}/*.py" for room in ROOMS)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {"server", "tests"} & {name.partition(".")[0] for name in names}, path


def test_every_domain_that_asks_agencies_has_its_place_in_every_room():
    domains = {domain.domain for domain in CONNECTORS}
    for domain in domains:
        places = [ROOT / room / domain / "domain.py" for room in ("connectors", "resolvers", "schema", "sandbox")]
        assert [str(place) for place in places if not place.exists()] == []
        assert (ROOT / "connectors" / domain / "records.py").exists()
        assert (ROOT / "tests" / domain).is_dir()


def test_no_committed_file_names_a_registry_or_a_machine():
    words = [
        "pypi" + ".org",
        "registry.npmjs" + ".org",
        "files.python" + "hosted",
        "/wo" + "rk/",
        "/ro" + "ot/",
        "../sha" + "red",
    ]
    for path in committed():
        if path.suffix in {".py", ".toml", ".txt", ".md", ".json", ".mjs", ".yml", ".graphql", ""}:
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path


def test_the_locked_requirements_have_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = [line for line in text.splitlines() if "==" in line]
        assert pinned
        assert all(line.endswith("\\") for line in pinned)
        assert "--hash=sha256:" in text


def test_no_file_is_named_like_a_module_of_python_where_it_could_hide_it():
    assert not [path for path in committed("*.py") if path.parent == ROOT and path.stem != "server"]


DOCS = ROOT / "docs"


def documented(*pages):
    """What these pages say together; a domain may have a page of its own, `domains/<domain>.md`, and need not."""
    return "\n".join((DOCS / page).read_text(encoding="utf-8") for page in pages if (DOCS / page).exists())


def test_every_setting_is_documented():
    text = documented("configuration.md")
    settings = {f"SIMPUL_{name.upper()}" for name in Settings.model_fields}
    limits = set(Limits.__struct_fields__)
    server = {name.upper() for name in ServerSettings.model_fields}
    assert {name for name in settings | server | limits if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("kind", CONNECTORS, ids=lambda kind: f"{kind.domain}/{kind.protocol}")
def test_the_options_and_credentials_of_a_protocol_are_documented_there_or_on_the_page_of_its_domain(kind):
    text = documented("configuration.md", f"domains/{kind.domain}.md")
    names = (*kind.options_type.__struct_fields__, *kind.credentials_type.__struct_fields__)
    assert [name for name in names if f"`{name}`" not in text] == []


VALUES = {
    value
    for of in build_schema(SDL.read_text(encoding="utf-8")).type_map.values()
    if isinstance(of, GraphQLEnumType)
    for value in of.values
}


def test_every_code_of_an_error_is_documented():
    text = documented("errors.md", *(DOCS / "domains").glob("*.md"))
    written = set()
    for path in committed(*(f"{room}/*.py" for room in ROOMS if room != "sandbox")):
        room, *inside, _ = path.relative_to(ROOT).parts
        if room != "connectors" or inside in ([], ["kit"]):  # the others quote the words of agencies
            written |= set(re.findall(r'"((?:[A-Z]+_)+[A-Z]+)"', path.read_text(encoding="utf-8")))
    codes = written - VALUES - {"HMAC_SHA256", "BEGIN IMMEDIATE"}
    settings = {code for code in codes if code.startswith(("OTEL_", "SIMPUL_", "CREDENTIALS_"))}
    assert {code for code in codes - settings if f"`{code}`" not in text} == set()


def test_every_mode_of_the_sandbox_is_documented():
    text = documented("sandbox.md")
    assert [mode for mode in MODES if f"| `{mode}` |" not in text] == []


def test_links_between_documents_lead_somewhere():
    for path in committed("*.md"):
        for link in re.findall(r"\]\((?!http)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path}: {link}"


def test_no_room_above_the_connectors_knows_an_agency_or_a_protocol():
    """Which of several agencies is asked is decided by their order, their kind and what they say."""
    names = {*AGENCIES, *(kind.protocol for kind in CONNECTORS)} - {
        "database",
        "retribusi",
        "survey",
    }  # words of their own, too
    for path in committed("resolvers/*.py", "schema/*.py"):
        told = set(re.findall(r'"([a-z0-9_-]+)"', path.read_text(encoding="utf-8")))
        assert told & names == set(), path
