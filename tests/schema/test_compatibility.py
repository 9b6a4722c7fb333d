"""What breaks a promise is noticed, and has to be named with its coordinate in the changelog."""

import asyncio
from datetime import UTC, datetime

import pytest
from graphql import build_schema
from typer.testing import CliRunner

import server
from engine.commands import generated
from engine.commands.usage import used_with
from engine.pages.site.releases import read_releases
from schema.compatibility import Break, breaks, unnamed_breaks
from store.kit.database import Database
from store.platform.usage import Usage

BEFORE = """
directive @access(who: [String!]!, category: String) on OBJECT | FIELD_DEFINITION

type Query @access(who: [PUBLIC]) {
  market(code: String!, order: Order! = NAME): Market
  secret: String @access(who: [CITIZEN, ADMIN])
}

type Market @access(who: [PUBLIC]) {
  name: String!
  owner: String
}

enum Order {
  NAME
  PRICE
}

input Point {
  latitude: Float!
}
"""

BROKEN = [
    ("  name: String!\n", "", "Market.name", "Field Market.name was removed."),
    ("name: String!", "name: String", "Market.name", "Field Market.name changed type from String! to String."),
    (
        "(code: String!, ",
        "(code: String!, day: Int!, ",
        "Query.market(day:)",
        "A required argument Query.market(day:) was added.",
    ),
    (
        "(code: String!, ",
        "(code: ID!, ",
        "Query.market(code:)",
        "Argument Query.market(code:) has changed type from String! to ID!.",
    ),
    (
        "Order! = NAME",
        "Order! = PRICE",
        "Query.market(order:)",
        "Query.market(order:) has changed defaultValue from NAME to PRICE.",
    ),
    ("  PRICE\n", "", "Order.PRICE", "Enum value Order.PRICE was removed."),
    ("latitude: Float!", "latitude: Float!, x: Int!", "Point.x", "A required field Point.x was added."),
    ("input Point {\n  latitude: Float!\n}\n", "", "Point", "Point was removed."),
    ("[CITIZEN, ADMIN]", "[ADMIN]", "Query.secret", "Field Query.secret is no longer for CITIZEN."),
    (
        "owner: String",
        "owner: String @access(who: [OFFICER])",
        "Market.owner",
        "Field Market.owner is no longer for PUBLIC, PARTNER, CITIZEN, ADMIN.",
    ),
    (
        "owner: String",
        'owner: String @access(who: [PUBLIC], category: "NAME")',
        "Market.owner",
        "Field Market.owner has become personal.",
    ),
]


@pytest.mark.parametrize(("old", "new", "coordinate", "text"), BROKEN, ids=[each[-1] for each in BROKEN])
def test_what_breaks_a_promise_is_told_unless_the_newest_section_of_the_changelog_names_it(old, new, coordinate, text):
    after = BEFORE.replace(old, new)
    assert after != BEFORE
    broken = [Break(coordinate, text)]
    assert breaks(BEFORE, after) == broken
    named = f"### Breaking\n\n- `{coordinate}`: because.\n"
    assert unnamed_breaks(BEFORE, after, f"# Changelog\n\n## Unreleased\n\n### Added\n\n- `x`\n\n{named}") == []
    for other in (
        f"# Changelog\n\n## Unreleased\n\n### Added\n\n- `{coordinate}`\n\n### Breaking\n\n- `Market.other`\n",
        f"# Changelog\n\n## Unreleased\n\n### Added\n\n## 1.0\n\n{named}",
        "# Changelog\n",
    ):
        assert unnamed_breaks(BEFORE, after, other) == broken


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  name: String!\n", "  name: String!\n  street: String\n"),
        ("(code: String!, ", "(code: String!, day: Int, "),
        ("owner: String", "owner: String!"),
        ("  PRICE\n", "  PRICE\n  AGE\n"),
        ("[CITIZEN, ADMIN]", "[PUBLIC]"),
        ("owner: String", 'owner: String @deprecated(reason: "It is gone.")'),
    ],
)
def test_what_only_adds_or_opens_breaks_nothing(old, new):
    after = BEFORE.replace(old, new)
    assert after != BEFORE
    assert breaks(BEFORE, after) == []


def used(file, uses):
    """A store in which these apps have used these fields today, which day it is."""
    now = datetime.now(UTC)

    async def fill():
        database = Database(f"sqlite:///{file}")
        await database.migrate()
        usage = Usage(database)
        for coordinate, apps in uses.items():
            for app in apps:
                usage.used(app, Operation(coordinate), cost=1, seconds=None)
        await usage.write(now)
        await database.aclose()

    asyncio.run(fill())
    return str(now.date())


class Operation:
    digest, name = "d", "Q"

    def __init__(self, coordinate):
        self.coordinates = (coordinate,)


class TestCommands:
    @pytest.fixture
    def before(self, tmp_path, monkeypatch):
        """The schema that landed had one more field than that of today, of City."""
        sdl = generated.SDL.read_text(encoding="utf-8")
        path = tmp_path / "released.graphql"
        (tmp_path / "releases").mkdir()
        monkeypatch.setattr(generated, "ROOT", tmp_path)
        monkeypatch.setattr(generated, "RELEASED", path)
        monkeypatch.setattr(generated, "CHANGELOG", tmp_path / "CHANGELOG.md")
        generated.CHANGELOG.write_text("# Changelog\n\n## Unreleased\n", encoding="utf-8")

        def with_one_more(more):
            path.write_text(sdl.replace("  timezone: String!", f"  timezone: String!\n  {more}"), encoding="utf-8")
            return path

        return with_one_more

    @pytest.mark.parametrize("command", [("schema", "--check"), ("promise", "9.0.0")])
    def test_both_refuse_a_broken_promise_with_its_coordinate(self, before, command):
        landed = before("mayor: String").read_text(encoding="utf-8")
        result = CliRunner().invoke(server.cli, command)
        assert result.exit_code == 1
        assert "`City.mayor`: Field City.mayor was removed.\n" in result.output
        assert generated.RELEASED.read_text(encoding="utf-8") == landed

    def test_a_break_is_weighed_by_who_uses_it(self, before, tmp_path, monkeypatch):
        """Named in the changelog or not: each app with how often and when, and those who ask without a key."""
        before("mayor: String")
        generated.CHANGELOG.write_text("## Unreleased\n\n### Breaking\n\n- `City.mayor`: none.\n", encoding="utf-8")
        monkeypatch.setenv("SIMPUL_STORE_URL", f"sqlite:///{tmp_path}/nothing.db")
        none = CliRunner().invoke(server.cli, ["schema", "--check"])
        told = "1 changes break the released schema. Nobody can say who uses them: no store is configured here"
        assert told in none.output
        assert not (tmp_path / "nothing.db").exists()
        monkeypatch.setenv("SIMPUL_STORE_URL", f"sqlite:///{tmp_path}/store.db")
        today = used(tmp_path / "store.db", {"City.mayor": ("notaris", "notaris", ""), "City.name": ("notaris",)})
        weighed = CliRunner().invoke(server.cli, ["schema", "--check"])
        assert (
            f"`City.mayor`: in the last 90 days it was used by (no key) 1 times, last on {today}; notaris 2 times, last "
            f"on {today}.\n"
        ) in weighed.output
        before("father: String")
        assert "`City.father`: nobody has used it" in CliRunner().invoke(server.cli, ["schema", "--check"]).output

    def test_the_uses_of_a_field_are_shown(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SIMPUL_STORE_URL", f"sqlite:///{tmp_path}/store.db")
        today = used(tmp_path / "store.db", {"City.name": ("notaris", "notaris", ""), "City.code": ("lain",)})
        shown = CliRunner().invoke(server.cli, ["usage", "City.name"])
        rows = [line.split() for line in shown.output.splitlines() if line.startswith("City")]
        assert rows == [["City.name", "notaris", "2", today, "-"], ["City.name", "(no", "key)", "1", today, "-"]]
        all_of_one = CliRunner().invoke(server.cli, ["usage", "--app", "lain"]).output
        assert ("City.code" in all_of_one, "City.name" in all_of_one) == (True, False)
        assert "City.name" not in CliRunner().invoke(server.cli, ["usage", "--deprecated"]).output
        wrong = CliRunner().invoke(server.cli, ["usage", "City.nam"])
        assert (wrong.exit_code, "City.nam: no field of the schema (did you mean City.name?)" in wrong.output) == (
            2,
            True,
        )
        monkeypatch.setenv("SIMPUL_STORE_URL", f"sqlite:///{tmp_path}/nothing.db")
        assert CliRunner().invoke(server.cli, ["usage"]).exit_code == 2

    def test_what_is_used_with_a_type_an_enum_or_an_input(self):
        before = """type Query { thing(kind: Kind, by: By): Thing other: Int } type Thing { name: String }
                    enum Kind { A B } input By { name: String code: Int } """
        after = "type Query { other: Int thing(kind: Kind, by: By): Int } enum Kind { A } input By { code: Int }"
        uses = {each.coordinate: {*used_with(build_schema(before), each.coordinate)} for each in breaks(before, after)}
        assert uses == {
            "Thing": {"Thing", "Thing.name"},
            "Kind.B": {"Kind.B", "Query.thing(kind:)"},
            "By.name": {"By.name", "Query.thing(by:)"},
            "Query.thing": {"Query.thing"},
        }

    def test_a_named_one_passes_and_what_is_promised_then_is_the_schema_of_today(self, before):
        path = before("mayor: String")
        generated.CHANGELOG.write_text(
            "## Unreleased\n\n### Breaking\n\n- `City.mayor`: there is none.\n", encoding="utf-8"
        )
        result = CliRunner().invoke(server.cli, ["promise", "9.0.0"])
        assert (result.exit_code, result.output) == (0, "wrote released.graphql\nwrote 9.0.0.graphql\n")
        promised = generated.SDL.read_text(encoding="utf-8")
        assert path.read_text(encoding="utf-8") == promised
        (kept,) = read_releases(path.parent / "releases")
        assert (kept.version, kept.text) == ("9.0.0", promised)


def test_what_has_landed_holds():
    landed, sdl, changelog = (
        path.read_text(encoding="utf-8") for path in (generated.RELEASED, generated.SDL, generated.CHANGELOG)
    )
    assert unnamed_breaks(landed, sdl, changelog) == []
