"""BMKG's 60 calls a minute and address, shared among all that is asked of it."""

import tomllib

from tests.conftest import ROOT

ALLOWED = 60


def test_the_example_shares_the_calls_of_a_minute_and_leaves_each_some():
    agencies = tomllib.loads((ROOT / "agencies.example.toml").read_text(encoding="utf-8"))["agencies"]
    shares = {
        each["connector"]: each["limits"]["per_minute"] for each in agencies.values() if each["domain"] == "weather"
    }
    assert shares == {"bmkg_forecast": 30, "cap": 24, "bmkg_earthquakes": 6}
    assert sum(shares.values()) == ALLOWED
