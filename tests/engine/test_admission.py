"""Past its bound the hub refuses operations: at once, with a code, and the dearest of the least urgent first."""

import asyncio

import pytest
from starlette.datastructures import Headers

from auth.caller import App, Audience, Caller, Person
from connectors.kit.urgency import Urgency
from engine.execution.admission import FIRST, Admission, OperationLimits
from engine.execution.urgencies import urgency_of
from engine.memory import after_each_crowd, give_back
from tests.conftest import listening

PINANG = '{ hospital(code: "rs-contoh-pinang") { beds { free } } }'
CHEAP = "{ city { name } }"


async def until(true):
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.002)


async def post(hub, query):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": query}) as response:
        return response.status, response.headers.get("retry-after"), await response.json()


async def test_past_the_bound_each_gets_503_and_afterwards_all_is_as_before(configuration, clock, sandbox, monkeypatch):
    admissions, enter = set(), Admission.enter

    async def entering(self, *given):
        admissions.add(self)
        return await enter(self, *given)

    monkeypatch.setattr(Admission, "enter", entering)
    settings = {"operations": {"at_once": 3, "waiting": 2, "patience": 30}, "query_seconds": 60}
    async with listening(configuration, clock, **settings) as hub:
        await hub.data(CHEAP)
        (admission,) = admissions
        sandbox.control.hold("rs-contoh-pinang")
        held = [asyncio.create_task(post(hub, PINANG)) for _ in range(5)]
        await until(lambda: (admission.running, admission.waiting) == (3, 2))
        for status, later, answer in await asyncio.gather(*(post(hub, PINANG) for _ in range(20))):
            assert (status, later, answer.get("data")) == (503, "1", None)
            assert [each["extensions"] for each in answer["errors"]] == [{"code": "OVERLOADED", "retryAfter": 1}]
        cheap = asyncio.create_task(post(hub, CHEAP))  # in the place of one that waits and costs more
        refused, pending = await asyncio.wait(held, return_when=asyncio.FIRST_COMPLETED)
        assert [each.result()[0] for each in refused] == [503]
        assert len(pending) == 4
        async with hub.session.get(f"{hub.url}/healthz") as response:
            assert response.status == 200
        sandbox.control.release("rs-contoh-pinang")
        answers = await asyncio.gather(cheap, *pending)
        assert {(status, "errors" in answer) for status, _, answer in answers} == {(200, False)}
        assert (admission.running, admission.waiting) == (0, 0)
        assert (await post(hub, PINANG))[0] == 200


async def test_who_waits_in_vain_is_refused_and_the_places_are_given_back(configuration, clock, sandbox):
    settings = {"operations": {"at_once": 1, "patience": 0.01}, "query_seconds": 60}
    async with listening(configuration, clock, **settings) as hub:
        sandbox.control.hold("rs-contoh-pinang")
        held = asyncio.create_task(post(hub, PINANG))
        await until(lambda: sandbox.control.hits("rs-contoh-pinang"))
        assert (await post(hub, CHEAP))[:2] == (503, "1")
        held.cancel()  # it leaves, and so does its work
        async with asyncio.timeout(20):
            while (await post(hub, CHEAP))[0] != 200:
                await asyncio.sleep(0.002)


async def test_the_most_urgent_and_the_cheapest_go_first_and_the_dearest_of_the_least_urgent_is_refused_first():
    admission = Admission(OperationLimits(at_once=1, waiting=4, patience=30))
    assert await admission.enter(Urgency.CITIZEN, 1, "running")
    ended = []

    async def one(urgency, cost):
        ended.append((urgency, cost, await admission.enter(urgency, cost, f"{cost}")))

    asked = [(Urgency.CRAWLER, 10), (Urgency.CITIZEN, 500), (Urgency.STAFF, 900), (Urgency.CITIZEN, 20)]
    tasks = []
    for each in [*asked, (Urgency.EMERGENCY, 900), (Urgency.PARTNER, 5), (Urgency.CITIZEN, 600), (Urgency.CITIZEN, 10)]:
        tasks.append(asyncio.create_task(one(*each)))
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert ended == [
        (Urgency.CRAWLER, 10, False),  # for the emergency
        (Urgency.PARTNER, 5, False),  # the least urgent of all
        (Urgency.CITIZEN, 600, False),  # the dearest of the citizens
        (Urgency.CITIZEN, 500, False),  # for a cheaper one
    ]
    assert admission.is_hopeless(Urgency.CITIZEN, "never seen")
    assert admission.is_hopeless(Urgency.CITIZEN, "500")
    assert not admission.is_hopeless(Urgency.CITIZEN, "10")
    tasks[2].cancel()  # the staff's leaves
    for _ in range(4):
        admission.leave()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert ended[4:] == [
        (Urgency.EMERGENCY, 900, True), (Urgency.CITIZEN, 10, True), (Urgency.CITIZEN, 20, True),
    ]  # fmt: skip
    assert (admission.running, admission.waiting) == (0, 0)


async def test_the_bound_follows_the_event_loop_down_to_the_least_and_up_again():
    admission = Admission(OperationLimits(at_once=40, waiting=2, patience=30, late=0.1))
    assert [await admission.enter(Urgency.CITIZEN, 1, "x") for _ in range(40)] == [True] * 40
    admission.look(0.11)  # 30 of 40
    for _ in range(10):
        admission.leave()
    waiting = asyncio.create_task(admission.enter(Urgency.CITIZEN, 1, "x"))
    await asyncio.sleep(0)
    assert (admission.running, admission.waiting) == (30, 1)
    for _ in range(9):
        admission.look(5.0)
        admission.leave()
    assert (admission.running, admission.waiting) == (21, 1)
    for _ in range(10):
        admission.leave()
    assert (admission.running, admission.waiting) == (11 + 1, 0)
    assert await waiting
    assert admission.is_hopeless(Urgency.CITIZEN, "x") is False  # two may wait
    admission.look(5.0)  # 12, which is the least
    for bound in (15, 18, 22, 27, 33, 40, 40):
        admission.look(0.1)
        while admission.running < bound:
            assert await admission.enter(Urgency.CITIZEN, 1, "x")
        one_more = asyncio.create_task(admission.enter(Urgency.CITIZEN, 1, "x"))
        await asyncio.sleep(0)
        assert (admission.running, admission.waiting) == (bound, 1)
        one_more.cancel()
        await asyncio.wait([one_more])


async def test_after_a_rest_a_burst_begins_with_few_and_more_follow_if_the_loop_is_on_time():
    admission = Admission(OperationLimits(at_once=200, waiting=1_000, patience=30))
    burst = [asyncio.create_task(admission.enter(Urgency.CITIZEN, 1, "x")) for _ in range(1_000)]
    await asyncio.sleep(0)
    at_once = [admission.running]
    while admission.running < 200:
        admission.look(0.0)
        at_once.append(admission.running)
    assert at_once == [FIRST, 128, 200]
    while admission.running:
        admission.leave()
    assert all(await asyncio.gather(*burst))
    for _ in range(20):
        admission.look(0.0)
    refused = Admission(OperationLimits(at_once=200, waiting=0))
    assert [await refused.enter(Urgency.CITIZEN, 1, "x") for _ in range(FIRST + 1)] == [True] * FIRST + [False]
    assert [await admission.enter(Urgency.CITIZEN, 1, "x") for _ in range(FIRST)] == [True] * FIRST
    assert (admission.running, admission.waiting) == (FIRST, 0)
    waits = asyncio.create_task(admission.enter(Urgency.CITIZEN, 1, "x"))
    await asyncio.sleep(0)
    assert (admission.running, admission.waiting) == (FIRST, 1)
    waits.cancel()
    await asyncio.wait([waits])


async def test_memory_is_given_back_when_a_crowd_has_gone_and_only_then():
    admission, given = Admission(OperationLimits(at_once=1, waiting=0)), []
    looking = asyncio.create_task(after_each_crowd(admission, lambda: given.append(admission.running), every=0.0))
    assert await admission.enter(Urgency.CITIZEN, 1, "x")
    assert not await admission.enter(Urgency.CITIZEN, 1, "x")
    for _ in range(5):
        await asyncio.sleep(0)
    assert given == []
    admission.leave()
    async with asyncio.timeout(20):
        while not given:
            await asyncio.sleep(0.001)
    looking.cancel()
    await asyncio.wait([looking])
    assert (given, admission.crowded) == ([0], False)
    give_back()


PERSON = Person(subject="s", nik=None, agency=None, audience=Audience.CITIZEN)
OFFICER = Person(subject="o", nik=None, agency="x", audience=Audience.OFFICER)
RESCUE, PARTNER = (App(code=code, scopes=frozenset()) for code in ("rescue", "news"))


@pytest.mark.parametrize(("caller", "agent", "urgency"), [
    (Caller(app=RESCUE), "curl/8", Urgency.EMERGENCY), (Caller(app=RESCUE, person=PERSON), "", Urgency.EMERGENCY),
    (Caller(person=OFFICER), "", Urgency.STAFF), (Caller(person=PERSON), "Googlebot/2.1", Urgency.CITIZEN),
    (Caller(app=PARTNER, person=PERSON), "", Urgency.CITIZEN), (Caller(app=PARTNER), "Mozilla/5.0", Urgency.PARTNER),
    (Caller(), "Mozilla/5.0 (Linux; Android 14) Chrome/130", Urgency.CITIZEN), (Caller(), "okhttp/4.12", Urgency.CITIZEN),
    (Caller(), "Mozilla/5.0 (compatible; Googlebot/2.1)", Urgency.CRAWLER), (Caller(), "", Urgency.CRAWLER),
    (Caller(), "python-requests/2.32", Urgency.CRAWLER), (Caller(), "GPTBot/1.2", Urgency.CRAWLER),
])  # fmt: skip
def test_the_class_of_a_caller(caller, agent, urgency):
    assert urgency_of(caller, Headers({"user-agent": agent}), {"rescue"}) is urgency
