"""PIHPS: the conformance suite, and each quirk of the protocol by its name."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from connectors.kit.errors import AgencyChanged, AgencyRejected
from connectors.prices.pihps import Pihps, PihpsOptions, Regency
from connectors.prices.records import Commodity, MarketKind, PriceLevel, PricePoint, Prices
from engine.configuration.agencies_file import connect_agencies
from sandbox.prices.pihps import COMMODITIES, TENFOLD
from tests.clock import FakeClock
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(Pihps)

TODAY = date(2026, 11, 23)


@pytest.fixture
async def survey(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield agencies.with_code(Prices, "pihps")
    await agencies.aclose()


async def prices(survey):
    return {each.commodity: each.points for each in (await survey.prices(None).fetch()).records}


async def played(read="prices", change=None, **options):
    """What the connector makes of the recording after a change, its findings, and the calls."""
    record = recording(Pihps, read)
    record.exchanges[0].query = None
    record.options |= options
    if change:
        change(record.exchanges[0].answer["data"])
    async with playing(record) as player:
        connector = connect(Pihps, record, player.url)
        try:
            found = (await getattr(connector, read)(*record.arguments).fetch()).records
        finally:
            await connector.aclose()
    return found, connector.findings.counts, player.calls


async def test_pivoted_columns_become_series_by_day():
    found, findings, _ = await played()
    assert [(each.commodity, each.points) for each in found] == [
        ("Beras Kualitas Medium I", (PricePoint(date(2026, 11, 19), 13_950), PricePoint(date(2026, 11, 20), 14_000))),
        ("Daging Sapi Kualitas 1", (PricePoint(date(2026, 11, 19), 139_000), PricePoint(TODAY, 139_000))),
        ("Gula Pasir Lokal", ()),
    ]
    assert findings == {}


async def test_columns_come_in_any_order():
    def turned(rows):
        rows[0] = dict(reversed(rows[0].items()))

    found, _, _ = await played(change=turned)
    assert [point.day.day for point in found[0].points] == [19, 20]


async def test_a_dash_on_weekends_and_holidays_is_neither_zero_nor_an_outage(survey):
    found = await prices(survey)
    assert len(found) == len(COMMODITIES) == 21
    days = {point.day for points in found.values() for point in points}
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert all(point.amount > 0 for points in found.values() for point in points)


async def test_rows_of_categories_are_told_by_their_level_and_left_out(survey):
    assert not {"Beras", "Daging Ayam", "Minyak Goreng"} & (await prices(survey)).keys()


async def test_names_are_padded_and_are_what_prices_stand_under(survey):
    commodities = {each.code: each for each in (await survey.commodities().fetch()).records}
    assert commodities["com_14"].priced_as == "Cabai Merah Keriting"
    assert {each.priced_as for each in commodities.values()} == (await prices(survey)).keys()


@pytest.mark.parametrize(
    ("grouping", "text", "amount"),
    [
        ("en", "13,950", 13_950),
        ("en", "1,139,000.00", 1_139_000),
        ("en", "Rp 50", 50),
        ("en", "13950", 13_950),
        ("id", "13.950", 13_950),
        ("id", "Rp1.139.000,00", 1_139_000),
        ("id", "Rp. 13.950", 13_950),
    ],
)
async def test_numbers_are_text_in_the_grouping_that_is_declared(grouping, text, amount):
    def change(rows):
        rows[:] = [{"no": 1, "name": "Beras", "level": 2, "19/11/2026": text}]

    (series,), findings, _ = await played(change=change, grouping=grouping)
    assert (series.points, findings) == ((PricePoint(date(2026, 11, 19), amount),), {})


@pytest.mark.parametrize(
    "text", ["13.950", "13,9500", "1,3950", "-13,950", "gratis", "13,950 kg", "13,950.123", "13.95", True, 13.95, [1]]
)
async def test_a_number_that_does_not_fit_the_declared_grouping_is_a_finding_and_never_guessed(text):
    def change(rows):
        rows[0]["20/11/2026"] = text

    found, findings, _ = await played(change=change)
    assert found[0].points == (PricePoint(date(2026, 11, 19), 13_950),)
    assert findings == {"a price that is not written as declared": 1}


async def test_a_column_of_a_day_that_is_none_costs_its_price():
    found, findings, _ = await played(
        change=lambda rows: rows[0].update({"31/02/2026": "14,000", "01/01/0001": "14,000"})
    )
    assert [point.amount for point in found[0].points] == [13_950, 14_000]
    assert findings == {"a price that is not written as declared": 2}


async def test_a_grid_in_which_nothing_is_written_as_declared_is_a_change():
    with pytest.raises(AgencyChanged, match="not one is written as declared"):
        await played(change=lambda rows: rows.pop(), grouping="id")


async def test_a_number_that_is_sent_as_one_is_a_price():
    found, findings, _ = await played(change=lambda rows: rows[0].update({"20/11/2026": 14000.0, "21/11/2026": 0}))
    assert [point.amount for point in found[0].points] == [13_950, 14_000]
    assert findings == {}


async def test_a_grid_without_a_row_or_without_a_price_is_a_finding():
    found, findings, _ = await played(change=lambda rows: rows.clear())
    assert (found, findings) == ((), {"a grid without a row, for 90 days": 1, "not one price in 90 days": 1})

    def dashed(rows):
        rows[:] = [{key: "-" if "/" in key else value for key, value in each.items()} for each in rows]

    found, findings, _ = await played(change=dashed)
    assert ([each.points for each in found], findings) == ([(), (), ()], {"not one price in 90 days": 1})


@pytest.mark.parametrize(
    "names",
    [
        ["Semua Provinsi", "Banten", "Kota Tangerang"],
        ["Banten", "Kota Serang", "kota  tangerang "],
        ["Semua Provinsi", "Banten", "Kota Serang"],
    ],
)
@pytest.mark.parametrize("grid", ["GetGridDataDaerah", "GetGridDataKomoditas"])
async def test_places_are_not_taken_for_commodities(names, grid):
    def places(rows):
        rows[:] = [
            {"no": level, "name": name, "level": level, "20/11/2026": "13,950"} for level, name in enumerate(names)
        ]

    record = recording(Pihps, "prices")
    places(record.exchanges[0].answer["data"])
    record.exchanges[0].query, record.exchanges[0].path = None, f"/{grid}"
    record.options["grid"] = grid
    async with playing(record) as player:
        connector = connect(Pihps, record, player.url)
        assert (await connector.prices(None).fetch()).records == ()
        assert connector.findings.counts == {
            "a grid of places, not of commodities": 1,
            "not one price in 90 days": 1,
        }
        await connector.aclose()


def test_the_grid_of_places_stops_the_start():
    options = msgspec.convert(recording(Pihps, "prices").options | {"grid": "GetGridDataKomoditas"}, PihpsOptions)
    (mistake,) = options.mistakes({})
    assert mistake.keys == ("grid",)
    assert mistake.expected.startswith("expected GetGridDataDaerah")
    assert not [*msgspec.structs.replace(options, grid="GetGridDataDaerah").mistakes({})]


async def test_it_asks_as_its_own_page_does_and_never_for_who_answered_the_survey():
    _, _, (call,) = await played()
    assert call.headers["X-Requested-With"] == "XMLHttpRequest"
    assert call.headers["Referer"] == "https://www.bi.go.id/hargapangan/TabelHarga/PasarTradisionalDaerah"
    assert (call.path, call.query["showPasar"], call.query["market_id"]) == ("/GetGridDataDaerah", "false", "")


async def test_the_headers_are_an_option():
    _, _, (call,) = await played(headers={"X-Requested-With": "fetch", "Referer": "https://lain.example"})
    assert (call.headers["X-Requested-With"], call.headers["Referer"]) == ("fetch", "https://lain.example")


async def test_without_its_headers_it_refuses(configuration, clock):
    agency = next(each for each in configuration.agencies if each.agency.code == "pihps")
    options = msgspec.structs.replace(agency.options, headers={})
    changed = configuration._replace(agencies=(agency._replace(options=options),))
    agencies = connect_agencies(changed, clock)
    with pytest.raises(AgencyRejected):
        await agencies.with_code(Prices, "pihps").prices(None).fetch()
    await agencies.aclose()


async def test_a_long_range_is_asked_for_in_parts_that_it_answers_in_time(configuration, sandbox, clock):
    agency = next(each for each in configuration.agencies if each.agency.code == "pihps")
    options = msgspec.structs.replace(agency.options, days=200)
    agencies = connect_agencies(configuration._replace(agencies=(agency._replace(options=options),)), clock)
    found = await prices(agencies.with_code(Prices, "pihps"))
    await agencies.aclose()
    assert sandbox.control.calls("pihps") == {"prices": 3}
    days = [point.day for point in found["Beras Kualitas Medium I"]]
    assert days == sorted(set(days))
    assert (min(days), max(days)) == (date(2026, 5, 7), date(2026, 11, 20))


async def test_a_days_prices_are_there_in_the_afternoon(survey, clock):
    assert max(point.day for point in (await prices(survey))["Telur Ayam Ras Segar"]) == date(2026, 11, 20)
    clock._at = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert max(point.day for point in (await prices(survey))["Telur Ayam Ras Segar"]) == TODAY


async def test_a_zero_too_many_is_kept(survey):
    points = (await prices(survey))[COMMODITIES[TENFOLD - 1].name]
    assert points[-1].amount > 9 * points[-2].amount


async def test_the_reference_gives_codes_groups_and_units():
    found, findings, _ = await played("commodities")
    assert found == (
        Commodity(code="com_3", name="Beras Kualitas Medium I", group="Beras", unit="kg",
                  standard="beras-medium-1", priced_as="Beras Kualitas Medium I"),
        Commodity(code="com_17", name="Minyak Goreng Curah", group="Minyak Goreng", unit="liter",
                  standard="minyak-goreng-curah", priced_as="Minyak Goreng Curah"),
    )  # fmt: skip
    assert findings == {}


async def test_a_unit_that_changes_there_unlinks_the_commodity():
    def by_weight(rows):
        rows[3]["denomination"] = "kg"

    found, findings, _ = await played("commodities", by_weight)
    assert (found[1].unit, found[1].standard) == ("kg", None)
    assert findings == {"a commodity of another unit than in the crosswalk": 1}


async def test_the_regency_is_the_one_that_is_meant():
    found, _, _ = await played("regencies")
    assert found[-1] == Regency(code="993", name="Kota Tangerang")


@pytest.mark.parametrize("option", [{"regency": "992"}, {"regency": "994"}, {"name": "Kabupaten Tangerang"}])
async def test_another_regency_under_its_number_is_a_change(option):
    with pytest.raises(AgencyChanged, match="the regency is not there, or another one"):
        await played("regencies", **option)


async def test_older_names_of_the_keys_are_read_too():
    def older(rows):
        rows[:] = [{"regency_id": each["id"], "regency_name": each["name"]} for each in rows]

    found, findings, _ = await played("regencies", older)
    assert (len(found), findings) == (3, {})


@pytest.mark.parametrize(
    ("price_type", "level", "kind"),
    [
        (1, PriceLevel.RETAIL, MarketKind.TRADITIONAL),
        (2, PriceLevel.RETAIL, MarketKind.MODERN),
        (3, PriceLevel.WHOLESALE, MarketKind.WHOLESALE),
        (4, PriceLevel.PRODUCER, MarketKind.UNKNOWN),
    ],
)
def test_the_kind_of_market_says_who_pays(price_type, level, kind):
    record = recording(Pihps, "prices")
    record.options |= {"price_type": price_type}
    connector = connect(Pihps, record, "http://127.0.0.1:1", clock=FakeClock())
    assert (connector.level, connector.market_type) == (level, kind)
    record.options |= {"level": "WHOLESALE", "market_type": "MODERN"}
    connector = connect(Pihps, record, "http://127.0.0.1:1", clock=FakeClock())
    assert (connector.level, connector.market_type) == (PriceLevel.WHOLESALE, MarketKind.MODERN)


def test_a_kind_of_market_that_it_does_not_have_is_told():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"province": "99", "regency": "993", "name": "K", "price_type": 5}, PihpsOptions)


async def test_it_names_no_markets(survey, sandbox):
    assert survey.markets() is None
    with pytest.raises(AgencyChanged, match="a value has another form"):
        await survey.prices("1").fetch()
    assert sandbox.control.hits("pihps") == 0
