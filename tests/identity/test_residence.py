"""`me.residence`: what the registry says now, on record before it is asked, and not too often."""

import sqlite3

import pytest

from auth.caller import Audience
from sandbox.identity.issuer import issuer_of
from tests.conftest import configuration_for, listening
from tests.profiles import CITY_CODE, KECAMATAN, KELURAHAN

RESIDENCE = """
query Residence($within: RegionCode) {
  me { residence(within: $within) { status within checkedAt objection objectionUrl source { agency state } } }
}
"""


@pytest.fixture
def signed_in(sandbox, clock):
    """The headers of one of the sandbox's people."""

    def headers(name, **claims):
        token = issuer_of(sandbox.control).token(name, f"{sandbox.url}/identity", clock.now(), **claims)
        return {"Authorization": f"Bearer {token}"}

    return headers


async def residence(hub, headers, within=None):
    answer = await hub.ask(RESIDENCE, {"within": within}, **headers)
    return answer["data"]["me"]["residence"], [each["extensions"]["code"] for each in answer.get("errors", ())]


async def test_it_is_what_the_registry_says_with_its_date_and_a_way_to_object(hub, signed_in, clock):
    found, codes = await residence(hub, signed_in("citizen"))
    assert codes == []
    assert found == {
        "status": "CONFIRMED",
        "within": CITY_CODE,
        "checkedAt": clock.now().isoformat(),
        "objection": "Bawa KTP dan kartu keluarga ke loket Disdukcapil, atau ajukan perbaikan data lewat kelurahan.",
        "objectionUrl": None,
        "source": {"agency": "disdukcapil", "state": "LIVE"},
    }


@pytest.mark.parametrize(
    ("name", "status"), [("neighbour", "ELSEWHERE"), ("newcomer", "CONFIRMED"), ("admin", "NOT_FOUND")]
)
async def test_a_nik_never_decides(hub, signed_in, name, status):
    found, _ = await residence(hub, signed_in(name))
    assert found["status"] == status


async def test_not_even_one_of_this_city(hub, signed_in):
    """The numbers of the sandbox's people are of no city."""
    found, _ = await residence(hub, signed_in("citizen", nik=f"{CITY_CODE.replace('.', '')}014001900009"))
    assert found["status"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("within", "status"),
    [(KELURAHAN[0].kecamatan_code, "CONFIRMED"), (KELURAHAN[0].code, "CONFIRMED"), (KECAMATAN[1].code, "ELSEWHERE")],
)
async def test_a_part_of_the_city_may_be_asked_about(hub, signed_in, within, status):
    found, _ = await residence(hub, signed_in("citizen"), within)
    assert (found["status"], found["within"]) == (status, within)


async def test_no_other_place_is_asked_about(hub, sandbox, signed_in):
    assert await residence(hub, signed_in("citizen"), "32.01.01") == (None, ["BAD_USER_INPUT"])
    assert sandbox.control.hits("disdukcapil") == 0


async def test_it_is_asked_each_time_and_each_time_is_on_record(hub, sandbox, signed_in):
    for _ in range(2):
        await residence(hub, signed_in("citizen"))
    assert sandbox.control.hits("disdukcapil") == 2
    query = "{ me { dataUsage { nodes { text } } } }"
    answer = await hub.ask(query, accept_language="id", **signed_in("citizen"))
    assert [each["text"] for each in answer["data"]["me"]["dataUsage"]["nodes"]] == [
        "Anda sendiri membaca domisili Anda."
    ] * 2


async def test_where_it_cannot_be_recorded_the_registry_is_not_asked(hub, sandbox, signed_in, store_url):
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        connection.execute("ALTER TABLE usages RENAME TO gone")
    assert await residence(hub, signed_in("citizen")) == (None, ["RECORD_UNAVAILABLE"])
    assert sandbox.control.hits("disdukcapil") == 0


async def test_nobody_is_asked_about_too_often(sandbox, tmp_path, clock, store_url, signed_in):
    few = ('ip_user = "127.0.0.1"', 'ip_user = "127.0.0.1"\nchecks_a_day = 2')
    configuration = configuration_for(sandbox, tmp_path, few)
    async with listening(configuration, clock, store_url=store_url) as hub:
        codes = [(await residence(hub, signed_in("citizen")))[1] for _ in range(3)]
        assert codes == [[], [], ["TOO_OFTEN"]]
        assert (await residence(hub, signed_in("newcomer")))[1] == []
    assert sandbox.control.hits("disdukcapil") == 3


async def test_a_registry_that_is_down_costs_only_its_own_field(hub, sandbox, signed_in):
    sandbox.control.set("disdukcapil", "down")
    answer = await hub.ask("{ me { audience residence { status } } }", **signed_in("citizen"))
    assert answer["data"] == {"me": {"audience": "CITIZEN", "residence": None}}
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["AGENCY_UNAVAILABLE"]


async def test_who_has_no_nik_has_no_residence_here(hub, sandbox, clock):
    token = issuer_of(sandbox.control).token("citizen", f"{sandbox.url}/identity", clock.now(), nik=None)
    assert await residence(hub, {"Authorization": f"Bearer {token}"}) == (None, [])
    assert sandbox.control.hits("disdukcapil") == 0


async def test_an_app_needs_its_scope(hub, sandbox, headers_of):
    found = await residence(hub, headers_of(Audience.PARTNER) | headers_of(Audience.CITIZEN))
    assert found == (None, ["FORBIDDEN"])
    assert sandbox.control.hits("disdukcapil") == 0


async def test_a_city_without_a_registry_says_so(configuration, clock, store_url, signed_in):
    without = tuple(each for each in configuration.agencies if each.agency.code != "disdukcapil")
    async with listening(configuration._replace(agencies=without), clock, store_url=store_url) as hub:
        assert await residence(hub, signed_in("citizen")) == (None, ["NOT_CONFIGURED"])
