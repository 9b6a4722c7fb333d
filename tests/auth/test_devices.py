"""Where one is signed in: listed and ended through the identity provider, in the person's own name."""

import asyncio

import pytest

from sandbox.sign_in import sign_in
from tests.profiles import CITY_NAME

DEVICES = "{ me { devices { totalCount nodes { code device system browser current usedAt } } } }"
END = "mutation ($code: String!) { endDeviceSession(code: $code) { devices { nodes { code } } } }"


@pytest.fixture
def signed_in(sandbox):
    async def token(account):
        given = await asyncio.to_thread(sign_in, f"{sandbox.url}/identity", account)
        return {"Authorization": f"Bearer {given}"}

    return token


async def devices(hub, headers):
    answer = await hub.ask(DEVICES, **headers)
    assert "errors" not in answer
    return answer["data"]["me"]["devices"]["nodes"]


async def test_they_are_listed_with_the_one_that_asks(hub, signed_in, clock):
    one = await signed_in("citizen")
    await signed_in("citizen")
    await signed_in("neighbour")
    found = await devices(hub, one)
    assert sorted(each["current"] for each in found) == [False, True]
    assert {(each["device"], each["system"], each["browser"]) for each in found} == {
        ("make token", "Linux", "make token")
    }
    assert {each["usedAt"] for each in found} == {clock.now().isoformat()}


async def test_one_of_ones_own_can_be_ended(hub, signed_in):
    headers = await signed_in("citizen")
    await signed_in("citizen")
    other = next(each for each in await devices(hub, headers) if not each["current"])
    answer = await hub.ask(END, {"code": other["code"]}, **headers)
    assert [each["code"] != other["code"] for each in answer["data"]["endDeviceSession"]["devices"]["nodes"]] == [True]
    assert len(await devices(hub, headers)) == 1


async def test_somebody_elses_is_not_even_asked_for(hub, signed_in, sandbox):
    mine, others = await signed_in("citizen"), await signed_in("neighbour")
    (theirs,) = await devices(hub, others)
    answer = await hub.ask(END, {"code": theirs["code"]}, **mine)
    assert answer["data"] == {"endDeviceSession": None}
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert "end session" not in sandbox.control.calls("identity")
    assert len(await devices(hub, others)) == 1


async def test_nobody_can_do_it_without_signing_in(hub, sandbox):
    answer = await hub.ask(END, {"code": "x"})
    assert "data" not in answer
    assert sandbox.control.all_hits() == 0


async def test_a_mutation_is_not_run_by_get(hub, signed_in, sandbox):
    headers = await signed_in("citizen")
    asked = {"query": 'mutation { endDeviceSession(code: "x") { audience } }'}
    async with hub.session.get(f"{hub.url}/graphql", params=asked, headers=headers) as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")
    assert "devices" not in sandbox.control.calls("identity")


@pytest.mark.parametrize("mode", ["down", "html", "rejecting"])
async def test_a_provider_that_fails_costs_its_own_field(hub, signed_in, sandbox, mode):
    headers = await signed_in("citizen")
    await devices(hub, headers)
    sandbox.control.set("identity", mode)
    answer = await hub.ask("{ city { name } me { audience devices { totalCount } } }", **headers)
    assert answer["data"] == {"city": {"name": CITY_NAME}, "me": {"audience": "CITIZEN", "devices": None}}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["me", "devices"], "IDENTITY_UNAVAILABLE")
