"""docs/adding-a-domain.md is followed word by word; it makes a domain without a change of any file of the project."""

import pytest

from tests.following import follower_in, steps_of


@pytest.mark.soak  # the page of an agency is followed by make test, and it is the shorter one
def test_what_the_page_says_works(tmp_path):
    steps = steps_of("adding-a-domain.md")
    edits = [(each.words, each.file) for each in steps if each.file]
    assert [each for each in edits if each[0] != "Write"] == [
        ("Append to", "city/agencies.toml"),
        ("Append to", "cities/kabupaten-contoh/agencies.toml"),
    ]
    assert (len(steps), len(edits)) == (42, 29)
    with follower_in(tmp_path) as follower:
        for step in steps:
            follower.follow(step)
