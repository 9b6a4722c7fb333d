"""What every test of venues needs: databases that are not there leave threads behind."""

from tests.kit.test_sql import no_thread_outlives_its_loop  # noqa: F401  used by each test
