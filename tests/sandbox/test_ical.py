"""The stand-ins of calendars: each quirk that a reader has to survive is really there."""

import pytest

FAIRS, SPORT = "/disnaker-agenda/kalender/bursa-kerja.ics", "/dispora-agenda/agenda.ics"


@pytest.fixture
async def sent(caller):
    async def get(path):
        async with caller.http.get(f"{caller.sandbox.url}{path}") as answer:
            return answer.status, answer.content_type, await answer.read()

    return get


async def test_job_fairs_are_folded_in_the_middle_of_a_character_and_end_in_crlf(sent):
    status, media, body = await sent(FAIRS)
    assert (status, media) == (200, "text/calendar")
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) == 75
    broken = [line for line in lines if line.decode(errors="replace").encode() != line]
    assert len(broken) == 2  # the two halves of one
    assert b"\n" not in body.replace(b"\r\n", b"")


async def test_among_them_are_all_that_a_calendar_can_be_wrong_with(sent):
    _, _, body = await sent(FAIRS)
    text = body.replace(b"\r\n ", b"").decode()
    for habit in (
        "\r\nDTSTART:segera",
        "\r\nRRULE:FREQ=SECONDLY",
        "\r\nURL:javascript:",
        "<script>",
        "\r\nSTATUS:CANCELLED",
        "\r\nRECURRENCE-ID;TZID=Asia/Jakarta:",
        "\r\nEXDATE;TZID=Asia/Jakarta:",
        "\r\nBEGIN:VTODO",
        "lantai 2\\; sayap",
    ):
        assert text.count(habit) >= 1, habit
    assert text.count("UID:pekan@disnaker.example") == 2
    assert "VTIMEZONE" not in text


async def test_sport_events_are_plain_text_with_a_zone_of_windows(sent):
    status, media, body = await sent(SPORT)
    assert (status, media) == (200, "text/plain")
    assert b"\r" not in body
    assert body.count(b"TZID=SE Asia Standard Time:") == 27
    assert b"\nDURATION:PT2H30M\n" in body
    assert b"\nDTSTART;VALUE=DATE:19830909\n" in body


async def test_they_are_the_same_each_time_and_move_with_the_day(caller, sent):
    assert await sent(FAIRS) == await sent(FAIRS)
    assert caller.sandbox.control.calls("disnaker-agenda") == {"calendar": 2}


async def test_a_changed_calendar_calls_the_beginning_of_its_events_otherwise(caller, sent):
    caller.sandbox.control.set("dispora-agenda", "changed")
    _, _, body = await sent(SPORT)
    assert b"\nDTSTART" not in body
    assert b"\nbaru_DTSTART;TZID" in body
