"""What several tests of this domain stand on."""

import pytest

from connectors.agencies import Agencies


@pytest.fixture
async def agencies(configuration, clock):
    agencies = Agencies.configured(configuration, clock)
    yield agencies
    await agencies.aclose()
