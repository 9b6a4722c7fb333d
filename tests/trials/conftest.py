"""What the trials share: a place with the project in it, and a browser."""

import pytest

from tests.page.browser import CHROMIUM, browsing
from tests.trials.place import Place


@pytest.fixture
def place(tmp_path):
    """A copy of the project. Nothing runs there yet."""
    return Place(tmp_path)


@pytest.fixture
async def page(tmp_path):
    """A tab of a browser."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed here")
    async with browsing(tmp_path / "profile") as found:
        yield found
