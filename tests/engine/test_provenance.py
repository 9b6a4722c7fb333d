"""What an answer says of its sources: three dates, terms of use, and for all of them what HTTP has to say."""

from datetime import timedelta

SOURCE = "source { agency state fetchedAt changedAt valueChangedAt ageSeconds staleAfter licence attribution problem }"
BEDS = f'{{ hospital(code: "rs-contoh-pinang") {{ beds {{ free {SOURCE} }} }} }}'
LAW = "{ regulations(level: CITY, first: 1) { nodes { source { state } } } }"
CODE = "rs-contoh-pinang"


async def answered(hub, query):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": query}) as response:
        answer = await response.json()
        return answer, response.headers.get("cache-status"), response.headers.get("age")


async def test_http_says_what_the_cache_did(hub, sandbox, clock):
    async def status(query):
        return (await answered(hub, query))[1:]

    assert await status("{ city { name } }") == (None, None)
    clock.advance(timedelta(seconds=60))
    assert await status(LAW) == ("simpul; hit; ttl=3540; detail=SNAPSHOT", "60")
    assert await status(BEDS) == ("simpul; fwd=miss", "0")
    answer, said, age = await answered(hub, BEDS)
    source = answer["data"]["hospital"]["beds"]["source"]
    (touched,) = answer["extensions"]["sources"]
    fresh, _, ttl = said.partition("ttl=")
    assert (fresh, age, touched["staleAfter"][:17]) == ("simpul; hit; ", "0", source["staleAfter"][:17])
    clock.advance(timedelta(seconds=int(ttl) + 5))
    _, said, age = await answered(hub, BEDS)
    assert (said, age) == ("simpul; hit; ttl=-5; detail=STALE", str(int(ttl) + 5))


async def test_what_an_agency_that_fails_leaves_is_told(hub, sandbox, clock):
    await hub.ask(BEDS)
    sandbox.control.set(CODE, "down")
    clock.advance(timedelta(minutes=20))
    answer, said, age = await answered(hub, BEDS)
    source = answer["data"]["hospital"]["beds"]["source"]
    assert (source["state"], source["problem"], source["ageSeconds"]) == ("STALE", "AGENCY_UNAVAILABLE", 1200)
    assert (said, age) == ("simpul; fwd=stale; detail=AGENCY_UNAVAILABLE", "1200")
    clock.advance(timedelta(days=3))
    answer, said, age = await answered(hub, BEDS)
    assert (said, age) == ("simpul; fwd=miss; detail=AGENCY_UNAVAILABLE", None)


async def test_three_dates_stay_apart(hub, clock):
    first = (await hub.data(BEDS))["hospital"]["beds"]["source"]
    clock.advance(timedelta(hours=2))
    await hub.ask(BEDS)
    second = (await hub.data(BEDS))["hospital"]["beds"]["source"]
    assert first["changedAt"] < first["valueChangedAt"] == first["fetchedAt"] < first["staleAfter"]
    assert first["valueChangedAt"] <= second["valueChangedAt"] <= second["fetchedAt"] < second["staleAfter"]
    assert first["fetchedAt"] < second["fetchedAt"]


async def test_the_terms_of_use_stand_beside_each_answer_and_in_one_place_only(hub):
    answer = await hub.ask(
        f"{{ mosques {{ nodes {{ {SOURCE} }} attributions {{ text licence }} }} "
        f"earthquakes(first: 1) {{ nodes {{ attribution {SOURCE} }} }} venues(first: 100) {{ nodes {{ {SOURCE} }} }} }}"
    )
    data, touched = answer["data"], {each["agency"]: each for each in answer["extensions"]["sources"]}
    named = {(each["text"], each["licence"]) for each in data["mosques"]["attributions"]}
    assert ("© OpenStreetMap contributors", "ODbL 1.0") in named
    sources = [each["source"] for each in data["mosques"]["nodes"]]
    assert {(each["attribution"], each["licence"]) for each in sources} <= named
    (quake,) = data["earthquakes"]["nodes"]
    assert quake["attribution"] == quake["source"]["attribution"] == "BMKG"
    venues = {each["source"]["agency"]: each["source"] for each in data["venues"]["nodes"]}
    assert (venues["gor-contoh"]["licence"], venues["gor-contoh"]["attribution"]) == ("CC BY 4.0", "GOR Contoh")
    assert (venues["gor-kota"]["licence"], venues["gor-kota"]["attribution"]) == (None, None)
    for source in (*sources, quake["source"], *venues.values()):
        for name in ("licence", "attribution"):
            assert touched[source["agency"]][name] == source[name]
