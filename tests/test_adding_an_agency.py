"""docs/adding-an-agency.md is followed word by word."""

from tests.following import follower_in, steps_of


def test_what_the_page_says_works(tmp_path):
    steps = steps_of("adding-an-agency.md")
    assert len(steps) == 16
    with follower_in(tmp_path) as follower:
        for step in steps:
            follower.follow(step)
