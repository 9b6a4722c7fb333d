"""What differs between two schemas for everybody is told by coordinate, each thing once."""

from pathlib import Path

import pytest

from auth.caller import Audience
from engine.commands.generated import RELEASED, SDL
from engine.pages.site.releases import RELEASES, history, order_of, read_releases
from schema.kit.changes import changes, parts_of, parts_of_text
from schema.root import build

SCALARS = "directive @access(who: [String!]!) on OBJECT | FIELD_DEFINITION\n"
BEFORE = """
type Query @access(who: [PUBLIC]) {
  "Things."
  things(first: Int = 20, of: Kind): [Thing!]!
  secret: Secret @access(who: [ADMIN])
}
"A thing."
type Thing @access(who: [PUBLIC]) { name: String, size: Int, old: Int }
enum Kind { BIG SMALL }
type Secret @access(who: [ADMIN]) { word: String }
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("size: Int", "size: Float", [("changed", "Thing.size", "`Int` → `Float`")]),
        ("first: Int = 20", "first: Int = 50", [("changed", "Query.things(first:)", "`Int = 20` → `Int = 50`")]),
        ("first: Int = 20, ", "", [("removed", "Query.things(first:)", "")]),
        ("size: Int, old", "old", [("removed", "Thing.size", "")]),
        ("old: Int", 'old: Int @deprecated(reason: "Use `size`.")', [("deprecated", "Thing.old", "Use `size`.")]),
        ("SMALL", 'SMALL "Tiny." TINY', [("added", "Kind.TINY", "Tiny.")]),
        ("old: Int", 'old: Int "Where." place: Place', [("added", "Place", ""), ("added", "Thing.place", "Where.")]),
        ("word: String", "word: Int, more: Int", []),  # nobody outside knows it
        ("@access(who: [ADMIN])\n}", "@access(who: [PUBLIC])\n}", [("added", "Query.secret", ""), ("added", "Secret", "")]),
        ("secret: Secret @access(who: [ADMIN])", "", []),
        ("of: Kind", "", [("removed", "Kind", ""), ("removed", "Query.things(of:)", "")]),
        (": [Thing!]!", ": Int", [("removed", "Thing", "A thing."), ("changed", "Query.things", "`[Thing!]!` → `Int`")]),
    ],
)  # fmt: skip
def test_each_change_is_told_once_by_its_coordinate(old, new, told):
    after = BEFORE.replace(old, new) + "type Place @access(who: [PUBLIC]) { code: String }\n"
    assert after != BEFORE
    if "ADMIN])\n}" in old:  # what has become public all the way down
        after = after.replace("Secret @access(who: [ADMIN]) {", "Secret @access(who: [PUBLIC]) {")
    found = changes(parts_of_text(SCALARS + BEFORE), parts_of_text(SCALARS + after))
    assert sorted((each.kind.value, each.coordinate, each.text) for each in found) == sorted(told)


def test_the_schema_that_runs_is_the_public_part_of_the_one_that_is_written():
    running = parts_of(build(Audience.PUBLIC)._schema)
    assert changes(parts_of_text(SDL.read_text(encoding="utf-8")), running) == []
    assert len(running) > 1_500


def test_the_newest_release_is_what_was_promised():
    newest = read_releases()[-1]
    assert newest.text == RELEASED.read_text(encoding="utf-8")


def test_releases_are_read_in_their_order_and_one_without_its_version_is_refused(tmp_path: Path):
    for version, field in (("0.9.0", "a"), ("0.10.0", "b"), ("1.0.0", "c")):
        text = BEFORE.replace("size: Int", f"size: Int, {field}: Int")
        (tmp_path / f"{version}.graphql").write_text(f"# Simpul {version}, 2026-11-27\n{SCALARS}{text}")
    released = read_releases(tmp_path)
    told = history(released, parts_of_text(released[-1].text))
    assert [(each.version, each.first, [change.coordinate for change in each.changes]) for each in told] == [
        ("1.0.0", False, ["Thing.b", "Thing.c"]),
        ("0.10.0", False, ["Thing.a", "Thing.b"]),
        ("0.9.0", True, []),
    ]
    (tmp_path / "2.0.0.graphql").write_text("# Simpul 1.0.0, 2026-11-27\n")
    with pytest.raises(ValueError, match=r"2\.0\.0\.graphql does not begin with its version"):
        read_releases(tmp_path)
    for wrong in ("1.0", "v1.0.0", "01.0.0", "1.0.0-rc1", ""):
        with pytest.raises(ValueError, match="is no version"):
            order_of(wrong)
    assert RELEASES.is_dir()
