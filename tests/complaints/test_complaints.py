"""Complaints in GraphQL, on both desks of the sandbox."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from graphql import build_schema

from auth.caller import Audience
from sandbox.complaints.desk import desk_of
from sandbox.complaints.lapor import reports_of
from schema.root import build
from tests import identifiers
from tests.complaints.asking import (
    DECLARED,
    DESK,
    MINE,
    MY,
    ONE,
    PUBLIC,
    SEND,
    TOPICS,
    TOWN_HALL,
    WHO,
    Person,
    deliver,
    wish,
)
from tests.conftest import configuration_for, listening

SECRETS = {f"laksa/{41 - number:05}" for number in (10, 20, 30, 40)}


@pytest.fixture
def people(hub, sandbox, clock):
    return lambda name=None, **claims: Person(hub, sandbox, clock, name, **claims)


@pytest.fixture
def nobody(people):
    return people()


@pytest.fixture
def citizen(people):
    return people("citizen")


@pytest.fixture
def clerk(people):
    return people("clerk")


@pytest.fixture
def desk(sandbox, clock):
    return desk_of(sandbox.control, clock.now())


def codes(found):
    return [each["code"] for each in found["nodes"]]


class TestTopics:
    async def test_the_topics_of_both_desks_come_in_their_order(self, nobody, sandbox):
        found = await nobody.data(TOPICS)
        assert codes(found) == ["laksa/001", "laksa/002", "laksa/017", "laksa/031", "laksa/040", "lapor/umum"]
        assert codes(await nobody.data(TOPICS, {"s": "lampu gelap"})) == ["laksa/001"]
        assert (sandbox.control.hits("laksa"), sandbox.control.hits("lapor")) == (1, 0)

    async def test_a_topic_has_its_fields_in_their_order(self, nobody, sandbox):
        asked = """query ($code: String!) { complaintTopic(code: $code) { name numbering takesSecret
          fields { nodes { code label type required hint choices { nodes { code name } } } } source { agency state } } }"""
        found = await nobody.data(asked, {"code": "laksa/001"})
        assert found == {
            "name": "Lampu jalan mati", "numbering": "AT_ONCE", "takesSecret": True,
            "fields": {"nodes": [
                {"code": "keadaan", "label": "Keadaan lampu", "type": "ONE_OF", "required": True, "hint": None,
                 "choices": {"nodes": [{"code": "mati", "name": "Mati"}, {"code": "kedip", "name": "Berkedip"}]}},
                {"code": "tiang", "label": "Nomor tiang", "type": "TEXT", "required": False,
                 "hint": "Tertulis di tiangnya", "choices": {"nodes": []}},
                {"code": "jam", "label": "Kapan", "type": "SOME_OF", "required": False, "hint": None,
                 "choices": {"nodes": [{"code": "malam", "name": "Malam"}, {"code": "pagi", "name": "Pagi"}]}},
            ]},
            "source": {"agency": "laksa", "state": "LIVE"},
        }  # fmt: skip
        assert sandbox.control.calls("laksa") == {"services": 1, "service": 1}
        for code in ("laksa/999", "bapenda/001", "nothing"):
            assert await nobody.data(asked, {"code": code}) is None
        assert (await nobody.data(asked, {"code": "lapor/umum"}))["fields"] == {"nodes": []}

    async def test_a_desk_that_does_not_answer_costs_its_own_topics(self, nobody, sandbox):
        sandbox.control.set("laksa", "down")
        found = await nobody.data(TOPICS)
        assert codes(found) == ["lapor/umum"]
        assert found["unavailable"] == [{"agency": "laksa", "problem": "AGENCY_UNAVAILABLE"}]


class TestPublished:
    async def test_everybody_reads_the_latest_and_nothing_that_is_secret(self, nobody, sandbox):
        found = await nobody.data(PUBLIC)
        assert found["totalCount"] == 36
        assert codes(found)[:3] == ["laksa/00040", "laksa/00039", "laksa/00038"]
        assert not SECRETS & set(codes(found))
        assert {each["secret"] for each in found["nodes"]} == {False}
        assert sandbox.control.calls("laksa") == {"requests": 1}

    async def test_near_a_point_the_nearest_come_first(self, nobody):
        near = {"near": TOWN_HALL, "within": 3, "order": "DISTANCE"}
        found = await nobody.data(PUBLIC, near)
        distances = [each["distance"] for each in found["nodes"]]
        assert distances == sorted(distances)
        assert 0 < len(distances) < 36
        assert max(distances) <= 3
        everything = await nobody.data(PUBLIC, {"near": TOWN_HALL})
        assert sorted(each["distance"] for each in everything["nodes"])[: len(distances)] == distances
        assert await nobody.refusal(PUBLIC, {"within": 3}) == "BAD_USER_INPUT"

    async def test_late_is_what_is_open_after_its_time(self, nobody, clock, desk):
        found = (await nobody.data(PUBLIC))["nodes"]
        for each in found:
            row = desk.one(each["code"].partition("/")[2])
            due = clock.now() > clock.now().fromisoformat(row["expected_datetime"])
            expected = ("LATE" if due else "ON_TIME") if row["status"] == "open" else "CLOSED_ON_TIME"
            assert each["timeliness"] == expected
        late = await nobody.data(PUBLIC, {"late": "LATE"})
        assert codes(late) == [each["code"] for each in found if each["timeliness"] == "LATE"]
        assert {each["timeliness"] for each in found} == {"LATE", "ON_TIME", "CLOSED_ON_TIME"}
        clock.advance(timedelta(days=3))
        assert (await nobody.data(PUBLIC, {"late": "ON_TIME"}))["totalCount"] == 0

    async def test_they_are_narrowed_by_topic_state_and_time(self, nobody, clock):
        everything = (await nobody.data(PUBLIC))["nodes"]
        lamps = await nobody.data(PUBLIC, {"topic": "laksa/001"})
        assert {each["topicName"] for each in lamps["nodes"]} == {"Lampu jalan mati"}
        done = await nobody.data(PUBLIC, {"state": "DONE"})
        assert codes(done) == [each["code"] for each in everything if each["state"] == "DONE"]
        since = (clock.now() - timedelta(days=2)).isoformat()
        assert codes(await nobody.data(PUBLIC, {"since": since})) == ["laksa/00040", "laksa/00039", "laksa/00038"]

    async def test_a_page_goes_on_where_it_stopped(self, nobody, sandbox):
        seen, after = [], None
        while True:
            found = await nobody.data(PUBLIC, {"first": 15, "after": after})
            seen += codes(found)
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
        assert (len(seen), len(set(seen))) == (36, 36)
        assert sandbox.control.calls("laksa") == {"requests": 1}

    async def test_one_is_found_by_its_code_unless_it_is_secret(self, nobody, sandbox, desk):
        found = await nobody.data(ONE, {"code": "laksa/00033"})
        assert (found["text"], [each["note"] for each in found["steps"]["nodes"]]) == (
            desk.one("00033")["description"], ["Diterima", "Diproses: petugas di lapangan"],
        )  # fmt: skip
        for code in (*sorted(SECRETS), "laksa/99999", "lapor/1", "nothing", "laksa/"):
            assert await nobody.data(ONE, {"code": code}) is None
        assert sandbox.control.calls("laksa") == {"request": 1 + len(SECRETS) + 1}

    async def test_an_older_answer_will_do_while_the_desk_does_not_answer(self, nobody, clock, sandbox):
        await nobody.data(PUBLIC)
        sandbox.control.set("laksa", "down")
        clock.advance(timedelta(hours=1))
        found = await nobody.data(PUBLIC)
        assert (found["totalCount"], found["nodes"][0]["source"]["state"]) == (36, "STALE")
        clock.advance(timedelta(hours=6))
        assert await nobody.refusal(PUBLIC) == "AGENCY_UNAVAILABLE"


class TestSending:
    async def test_a_complaint_is_kept_at_once_and_then_delivered(self, hub, citizen, desk, sandbox, clock):
        sent = await citizen.send()
        assert sent == {
            "id": sent["id"], "code": sent["code"], "agency": "laksa", "desk": "LAKSA Contoh", "page": "https://laksa.example/lacak",
            "text": "Jalan berlubang di depan sekolah", "anonymous": False, "secret": False, "madeAt": clock.now().isoformat(),
            "delivery": "WAITING", "attempts": 0, "problem": None, "nextAttemptAt": clock.now().isoformat(),
            "deliveredAt": None, "number": None, "notice": None, "topic": {"code": "laksa/002"}, "complaint": None,
            "steps": {"nodes": [{"happenedAt": clock.now().isoformat(), "state": None, "note": None}]},
        }  # fmt: skip
        assert sandbox.control.calls("laksa") == {"services": 1}
        await deliver(hub)
        assert sandbox.control.calls("laksa") == {"services": 1, "new request": 1}
        (mine,) = (await citizen.data(MINE))["complaints"]["nodes"]
        assert (mine["delivery"], mine["number"], mine["attempts"]) == ("DELIVERED", "00041", 1)
        assert mine["notice"] == "Ditindaklanjuti dalam 3 hari kerja"
        assert mine["complaint"]["code"] == "laksa/00041"
        assert (mine["complaint"]["state"], mine["complaint"]["timeliness"], mine["text"]) == (
            "OPEN",
            "ON_TIME",
            sent["text"],
        )
        assert sandbox.control.calls("laksa") == {"services": 1, "new request": 1, "requests": 1}
        clock.advance(timedelta(hours=1))
        desk.say("00041", "open", "Diteruskan ke Dinas Contoh", clock.now())
        clock.advance(timedelta(days=3))
        mine = await citizen.data(MY, {"code": sent["code"]})
        assert (mine["complaint"]["state"], mine["complaint"]["timeliness"]) == ("FORWARDED", "LATE")
        assert [(each["state"], each["note"]) for each in mine["steps"]["nodes"]] == [
            (None, "Diterima"), ("FORWARDED", "Diteruskan ke Dinas Contoh"),
        ]  # fmt: skip
        assert codes(await Person(hub, sandbox, clock).data(PUBLIC))[0] == "laksa/00041"

    async def test_the_same_key_is_the_same_complaint_also_after_it_is_delivered(self, hub, citizen, desk):
        first = await citizen.send()
        assert (await citizen.send())["code"] == first["code"]
        await deliver(hub)
        assert (await citizen.send())["delivery"] == "DELIVERED"
        await deliver(hub)
        assert len(desk.sent) == 1
        assert (
            await citizen.refusal(SEND, {"complaint": wish(text="Lain"), "key": "one wish"}) == "IDEMPOTENCY_CONFLICT"
        )
        assert (await citizen.send("another"))["code"] != first["code"]
        assert (await citizen.data(MINE))["complaints"]["totalCount"] == 2

    async def test_while_its_desk_does_not_answer_it_is_taken_and_waits_for_all_to_see(
        self, hub, citizen, clerk, sandbox, clock
    ):
        sandbox.control.set("laksa", "down")
        answer = await citizen.ask(SEND, {"complaint": wish(), "key": "one wish"})
        sent = answer["data"]["sendComplaint"]
        assert (sent["delivery"], sent["topic"], sent["text"]) == ("WAITING", None, wish()["text"])
        ((path, code),) = ((each["path"], each["extensions"]["code"]) for each in answer["errors"])
        assert (path, code) == (["sendComplaint", "topic"], "AGENCY_UNAVAILABLE")
        await deliver(hub)
        sandbox.control.set("laksa", "ok")
        await hub.probed()
        (mine,) = (await citizen.data(MINE))["complaints"]["nodes"]
        assert (mine["delivery"], mine["attempts"], mine["problem"]) == ("WAITING", 1, "AGENCY_UNAVAILABLE")
        assert mine["nextAttemptAt"] == (clock.now() + timedelta(minutes=1)).isoformat()
        assert (await clerk.data(DESK))["waiting"] == 1
        clock.advance(timedelta(minutes=1))
        await deliver(hub)
        assert (await clerk.data(DESK))["waiting"] == 0
        assert (await citizen.data(MY, {"code": sent["code"]}))["delivery"] == "DELIVERED"

    @pytest.mark.parametrize("topic", ["laksa/002", "lapor/umum"])
    async def test_who_complains_reaches_the_desk_where_it_is_said_and_nobody_where_it_is_anonymous(
        self, hub, citizen, desk, sandbox, topic
    ):
        who = {"name": "Warga Contoh Empat", "email": "warga@example.id", "phone": "+62215550044"}
        await citizen.send("k1", topic=topic, contact=who)
        await citizen.send("k2", topic=topic, anonymous=True, secret=True)
        await deliver(hub)
        if topic.startswith("laksa"):
            named, unnamed = desk.sent
            assert (named["first_name"], named["phone"]) == (["Warga"], ["+62215550044"])
            assert unnamed == {
                "api_key": unnamed["api_key"], "service_code": ["002"], "lat": ["-6.1702"], "long": ["106.6403"],
                "address_string": ["Jl. Contoh No. 5"], "description": ["Jalan berlubang di depan sekolah"],
                "attribute[simpul]": unnamed["attribute[simpul]"], "attribute[anonim]": ["1"], "attribute[rahasia]": ["1"],
            }  # fmt: skip
        else:
            named, unnamed = reports_of(sandbox.control)
            assert (named.first_name, named.email, named.anonymous, named.secret) == (
                "Warga",
                "warga@example.id",
                False,
                False,
            )
            assert unnamed[1:] == (True, True, "_", "_", "pengaduan@kota.example", "+62215550400")
        refused = {"complaint": wish(topic=topic, anonymous=True, contact=who), "key": "k3"}
        assert await citizen.refusal(SEND, refused) == "BAD_USER_INPUT"

    async def test_answers_fit_the_fields_of_the_topic(self, hub, citizen, desk):
        answers = [{"field": "jam", "values": ["malam", "pagi"]}, {"field": "keadaan", "values": ["kedip"]}]
        await citizen.send(topic="laksa/001", answers=answers)
        await deliver(hub)
        (form,) = desk.sent
        assert (form["attribute[keadaan]"], form["attribute[jam][]"]) == (["kedip"], ["malam", "pagi"])
        wrong = (
            [], [{"field": "keadaan", "values": ["lain"]}], [{"field": "keadaan", "values": ["mati", "kedip"]}],
            [{"field": "keadaan", "values": ["mati"]}, {"field": "rahasia", "values": ["0"]}],
            [{"field": "keadaan", "values": ["mati"]}, {"field": "keadaan", "values": ["mati"]}],
        )  # fmt: skip
        for each in wrong:
            refused = {"complaint": wish(topic="laksa/001", answers=each), "key": "other"}
            assert await citizen.refusal(SEND, refused) == "BAD_USER_INPUT"

    @pytest.mark.parametrize(
        "values",
        [
            {"text": ""}, {"text": " "}, {"text": "x" * 4001}, {"text": "a\0b"}, {"address": None, "point": None},
            {"address": " ", "point": None}, {"point": {"latitude": 91, "longitude": 0}}, {"address": "x" * 201},
            {"photo": "javascript:alert(1)"}, {"photo": "http://user@host/x"}, {"photo": "https://x/" + "y" * 1000},
            {"contact": {"name": " "}}, {"contact": {"name": "Warga", "email": "warga"}},
            {"contact": {"name": "Warga", "phone": "0812"}}, {"answers": [{"field": "x", "values": ["y"]}] * 51},
        ],
    )  # fmt: skip
    async def test_what_no_desk_could_take_is_told_before_anybody_is_asked(self, citizen, sandbox, values):
        assert await citizen.refusal(SEND, {"complaint": wish(**values), "key": "k"}) == "BAD_USER_INPUT"
        assert sandbox.control.hits("laksa") == 0

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\nb"])
    async def test_a_key_that_is_none_is_told(self, citizen, key):
        assert await citizen.refusal(SEND, {"complaint": wish(), "key": key}) == "BAD_USER_INPUT"

    @pytest.mark.parametrize("topic", ["laksa/999", "bapenda/1", "nothing", "lapor/lain"])
    async def test_a_topic_that_is_not_there_is_not_found(self, citizen, topic):
        assert await citizen.refusal(SEND, {"complaint": wish(topic=topic), "key": "k"}) == "NOT_FOUND"

    async def test_a_person_sends_only_so_many_a_day(self, citizen, people, clock):
        for number in range(10):
            await citizen.send(f"k{number}")
        assert await citizen.refusal(SEND, {"complaint": wish(), "key": "more"}) == "TOO_MANY_COMPLAINTS"
        assert (await citizen.send("k1"))["delivery"] == "WAITING"
        assert (await citizen.send("elsewhere", topic="lapor/umum"))["delivery"] == "WAITING"
        assert (await people("neighbour").send())["delivery"] == "WAITING"
        clock.advance(timedelta(days=1))
        assert (await people("citizen").send("more"))["delivery"] == "WAITING"

    async def test_only_who_has_signed_in_sends(self, nobody, people):
        assert await nobody.refusal(SEND, {"complaint": wish(), "key": "k"}) == "GRAPHQL_VALIDATION_FAILED"
        assert (await people("clerk").send())["delivery"] == "WAITING"

    async def test_nobody_else_reads_what_somebody_has_sent(self, citizen, people, nobody):
        sent = await citizen.send()
        neighbour = people("neighbour")
        assert await neighbour.data(MY, {"code": sent["code"]}) is None
        assert (await neighbour.data(MINE))["complaints"]["nodes"] == []
        node = "query ($id: ID!) { node(id: $id) { __typename ... on SentComplaint { code } } }"
        assert await citizen.data(node, {"id": sent["id"]}) == {"__typename": "SentComplaint", "code": sent["code"]}
        assert await neighbour.data(node, {"id": sent["id"]}) is None
        asked = "query ($id: ID!) { node(id: $id) { __typename } }"
        assert await nobody.refusal(asked, {"id": sent["id"]}) == "BAD_USER_INPUT"

    async def test_what_lapor_has_is_told_by_its_number_and_where_to_follow_it(self, hub, citizen, sandbox):
        sent = await citizen.send(topic="lapor/umum")
        await deliver(hub)
        mine = await citizen.data(MY, {"code": sent["code"]})
        assert (mine["delivery"], mine["number"], mine["page"]) == (
            "DELIVERED",
            "0009001",
            "https://lapor.example/lacak",
        )
        assert (mine["text"], mine["complaint"]) == (None, None)
        assert sandbox.control.hits("lapor") == 1

    async def test_of_many_the_desk_is_asked_once(self, hub, citizen, sandbox):
        for number in range(5):
            await citizen.send(f"k{number}")
        await deliver(hub)
        before = sandbox.control.hits("laksa")
        found = (await citizen.data(MINE))["complaints"]["nodes"]
        assert [each["complaint"]["code"] for each in found] == [f"laksa/{each['number']}" for each in found]
        assert sandbox.control.hits("laksa") == before + 1


class TestSecret:
    async def test_a_secret_one_is_in_no_answer_for_everybody(self, hub, citizen, nobody, people, clerk, desk, clock):
        sent = await citizen.send(secret=True, text="Pungutan liar di loket contoh")
        await deliver(hub)
        mine = await citizen.data(MY, {"code": sent["code"]})
        assert (mine["number"], mine["complaint"]["secret"]) == ("00041", True)
        for who in (nobody, people("neighbour"), people("officer"), citizen):
            assert "laksa/00041" not in codes(await who.data(PUBLIC))
            assert await who.data(ONE, {"code": "laksa/00041"}) is None
        assert "laksa/00041" in codes((await clerk.data(DESK))["complaints"])
        assert (await clerk.data(ONE, {"code": "laksa/00041"}))["secret"] is True

    @pytest.mark.parametrize("forgets", ["the flag", "the flag, and calls it otherwise"])
    async def test_also_where_its_desk_forgets_that_it_is(self, hub, citizen, nobody, desk, clock, forgets):
        await citizen.send(secret=True, text="Pungutan liar di loket contoh")
        await deliver(hub)
        row = desk.one("00041")
        row["attributes"] = []
        if "otherwise" in forgets:
            row["service_request_id"] = "A-41"
        assert not {"laksa/00041", "laksa/A-41"} & set(codes(await nobody.data(PUBLIC)))
        for code in ("laksa/00041", "laksa/A-41"):
            assert await nobody.data(ONE, {"code": code}) is None

    async def test_while_nobody_knows_whether_it_arrived_it_is_not_shown_either(
        self, hub, citizen, nobody, desk, sandbox
    ):
        await citizen.send(secret=True, text="Pungutan liar di loket contoh")
        sandbox.control.set("laksa", "truncated", times=1)
        await deliver(hub)
        (mine,) = (await citizen.data(MINE))["complaints"]["nodes"]
        assert (mine["delivery"], mine["number"], len(desk.sent)) == ("WAITING", None, 1)
        desk.one("00041")["attributes"] = []
        assert "laksa/00041" not in codes(await nobody.data(PUBLIC))

    async def test_a_desk_that_cannot_keep_it_is_not_sent_it(self, sandbox, tmp_path, clock, store_url):
        change = (
            'attributes = { key = "simpul", anonymous = "anonim", secret = "rahasia" }',
            'attributes = { key = "simpul" }',
        )
        async with listening(configuration_for(sandbox, tmp_path, change), clock, store_url=store_url) as hub:
            citizen = Person(hub, sandbox, clock, "citizen")
            assert await citizen.refusal(SEND, {"complaint": wish(secret=True), "key": "k"}) == "SECRET_NOT_KEPT"
            assert (await citizen.send("k"))["delivery"] == "WAITING"
            assert (await citizen.send("l", secret=True, topic="lapor/umum"))["secret"] is True

    async def test_without_the_hubs_own_book_nobody_is_told_anything(self, hub, nobody, store_url):
        with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"))) as store:
            store.execute("ALTER TABLE complaints RENAME TO gone")
            assert await nobody.refusal(PUBLIC) == "STORE_UNAVAILABLE"
            store.execute("ALTER TABLE gone RENAME TO complaints")


class TestWhoComplained:
    """The stand-in tells everybody who complained, in the clear, as such desks do."""

    async def test_no_answer_for_everybody_and_nothing_that_is_kept_says_it(self, hub, nobody, citizen, desk):
        personal = {row[key] for row in desk.requests for key in ("email", "phone", "last_name") if key in row}
        assert len(personal) > 90
        asked = [(PUBLIC, {}), *((ONE, {"code": code}) for code in ("laksa/00033", "laksa/00012"))]
        said = [str(await who.data(query, variables)) for who in (nobody, citizen) for query, variables in asked]
        said += [repr(each) for each in identifiers.of_memory(hub.state.cache._store._backend)]
        assert len(said) > 6
        assert [each for each in personal if any(each in text for text in said)] == []

    @pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTNER, Audience.CITIZEN, Audience.ADMIN])
    def test_no_other_schema_has_a_word_for_it(self, audience):
        types = build_schema(build(audience).as_str()).type_map
        assert "Complainant" not in types
        assert not {"complainant", "email", "phone", "name", "contact"} & types["Complaint"].fields.keys()


class TestOfficers:
    async def test_a_queue_has_secret_ones_and_what_is_due_first(self, clerk, sandbox):
        found = await clerk.data(DESK)
        assert (found["code"], found["name"], found["complaints"]["totalCount"]) == ("laksa", "LAKSA Contoh", 40)
        assert set(codes(found["complaints"])) >= SECRETS
        is_open = [each["state"] not in ("DONE", "REJECTED", "CLOSED") for each in found["complaints"]["nodes"]]
        assert is_open == sorted(is_open, reverse=True)
        due = [each["dueAt"] for each, open_ in zip(found["complaints"]["nodes"], is_open, strict=True) if open_]
        assert due == sorted(due)
        late = (await clerk.data(DESK, {"late": "LATE", "topic": "laksa/031"}))["complaints"]["nodes"]
        assert late
        assert {each["timeliness"] for each in late} == {"LATE"}
        assert sandbox.control.calls("laksa") == {"requests": 2}

    @pytest.mark.parametrize("agency", ["bapenda", "lapor", "gone"])
    async def test_an_officer_of_another_agency_has_no_queue(self, people, agency, sandbox):
        assert await people("officer", agency=agency).refusal(DESK) == "FORBIDDEN"
        assert sandbox.control.hits("laksa") == 0

    @pytest.mark.parametrize("name", [None, "citizen", "admin"])
    async def test_nobody_else_knows_of_queues_and_of_who_complained(self, people, name):
        for query, variables in ((DESK, {}), (WHO, {"code": "laksa/00033"})):
            assert await people(name).refusal(query, variables) == "GRAPHQL_VALIDATION_FAILED"

    async def test_who_complained_is_told_to_the_desk_with_a_purpose_and_on_record(self, people, clerk, desk):
        row = desk.one("00033")
        found = await clerk.data(WHO, {"code": "laksa/00033"}, **DECLARED)
        assert found["complainant"] == {
            "name": f"{row['first_name']} {row['last_name']}", "email": row["email"], "phone": row["phone"],
        }  # fmt: skip
        for who, declared in (
            (clerk, {}),
            (people("officer"), DECLARED),
            (people("officer", agency="lapor"), DECLARED),
        ):
            answer = await who.ask(WHO, {"code": "laksa/00033"}, **declared)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            assert answer["data"]["complaint"]["complainant"] is None

    async def test_the_person_learns_who_has_read_it(self, hub, citizen, clerk, clock):
        who = {"name": "Warga Contoh Empat"}
        await citizen.send(contact=who)
        await deliver(hub)
        assert (await clerk.data(WHO, {"code": "laksa/00041"}, **DECLARED))["complainant"]["name"] == who["name"]
        usage = "{ me { dataUsage { nodes { categories agency purpose text } } } }"
        told = (await citizen.data(usage))["dataUsage"]["nodes"]
        assert [each for each in told if each["agency"]] == [
            {"categories": ["COMPLAINTS"], "agency": "laksa", "purpose": "Seeing to complaints of citizens",
             "text": "An officer of LAKSA Contoh read your complaints."},
        ]  # fmt: skip

    async def test_of_an_anonymous_one_nobody_is_told_whatever_its_desk_says(self, hub, citizen, clerk, desk, sandbox):
        await citizen.send(anonymous=True)
        await deliver(hub)
        row = desk.one("00041")
        row |= {"first_name": "Warga", "attributes": []}
        before = sandbox.control.hits("laksa")
        assert (await clerk.data(WHO, {"code": "laksa/00041"}, **DECLARED))["complainant"] is None
        assert sandbox.control.hits("laksa") == before + 1
