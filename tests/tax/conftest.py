"""What several tests of this domain stand on."""

import pytest

from engine.configuration.agencies_file import connect_agencies


@pytest.fixture
async def agencies(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield agencies
    await agencies.aclose()
