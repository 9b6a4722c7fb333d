"""When vacancies are one, what the one says, and which yellow card counts: worked cases."""

import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.jobs.records import (
    CardStatus,
    Education,
    JobType,
    PayPeriod,
    Salary,
    Vacancy,
    VacancyText,
    YellowCard,
)
from connectors.kit.months import months_later
from resolvers.jobs.card_rules import current, holds, next_report
from resolvers.jobs.rules import (
    PublishedVacancy,
    at_home,
    fullest,
    join,
    key_of,
    merged,
    plain_city,
    plain_company,
    plain_title,
)

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


def vacancy(code, **changes):
    return Vacancy(
        **{
            "code": code,
            "title": "Kasir",
            "company": "PT Contoh",
            "category": None,
            "industry": None,
            "type": JobType.UNKNOWN,
            "education": Education.UNKNOWN,
            "province": None,
            "city": "Kota Tangerang",
            "district": None,
            "salary": None,
            "skills": (),
            "published_at": NOW - timedelta(days=3),
            "expires_at": NOW + timedelta(days=10),
            "url": None,
            "apply_url": None,
        }
        | changes
    )


def joined(*publishers):
    """The codes of each group."""
    groups = join([PublishedVacancy(each, "") for each in vacancies] for vacancies in publishers)
    return sorted([each.vacancy.code for each in group] for group in groups)


def test_one_vacancy_at_several_places_is_one_and_another_publishers_at_one_of_them_is_it_too():
    first = [vacancy("a", city="Kota Bandung"), vacancy("a"), vacancy("b", title="Sopir", city="Kota Bandung")]
    assert joined(first, [vacancy("c"), vacancy("d", title="Sopir")]) == [["a", "a", "c"], ["b"], ["d"]]
    assert joined([vacancy("c")], first) == [["b"], ["c", "a", "a"]]


def test_of_several_places_the_one_in_the_city_is_told_else_the_first():
    group = [
        PublishedVacancy(vacancy("a", city=city), None)
        for city in ("Kota Bandung", None, "Kota Tangerang", "Kab. Tangerang")
    ]
    assert at_home(group, lambda name: name == "Kota Tangerang").city == "Kota Tangerang"
    assert at_home(group, lambda name: name == "Kota Depok").city == "Kota Bandung"


@pytest.mark.parametrize(
    "title",
    [
        "kasir", "KASIR", " Kasir ", "Kasir (L/P)", "Kasir - L / P", "Kasir P/L", "Kasir (m/f)", "Kasir (m/w/d)",
        "Kasir (Pria/Wanita)", "Kasir, Laki-laki/Perempuan", "\N{FULLWIDTH LATIN CAPITAL LETTER K}asir",
    ],
)  # fmt: skip
def test_a_title_is_the_same_in_any_case_and_without_a_mark_of_sexes(title):
    assert plain_title(title) == "kasir"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Programmer C++", "Programmer C#"),
        ("Programmer C++", "Programmer C"),
        ("Analis L/C", "Analis"),
        ("Teknisi D/L", "Teknisi"),
        ("Kasir", "Kasir Senior"),
        ("Perawat", "Perawat Wanita"),
    ],
)
def test_titles_that_mean_something_else_stay_apart(one, other):
    assert plain_title(one) != plain_title(other)


@pytest.mark.parametrize(
    "company",
    ["Contoh Sejahtera", "PT Contoh Sejahtera", "PT. CONTOH SEJAHTERA", "P.T. Contoh Sejahtera", "Contoh Sejahtera, PT", "PT Contoh Sejahtera, Tbk.",
     "PT Contoh Sejahtera (Persero) Tbk", "CV Contoh-Sejahtera"],
)  # fmt: skip
def test_a_company_is_the_same_without_its_legal_form(company):
    assert plain_company(company) == "contoh sejahtera"


def test_a_company_that_is_called_as_a_legal_form_keeps_its_name():
    assert plain_company("PT Persero") == "pt persero"


def test_a_kota_a_kabupaten_and_a_name_that_may_be_either_are_three():
    names = ["Kota Tangerang", "Kab. Tangerang", "Tangerang"]
    assert [plain_city(each) for each in names] == ["kota tangerang", "kabupaten tangerang", "tangerang"]
    assert plain_city("KABUPATEN TANGERANG") == plain_city("kab tangerang")
    assert plain_city("Kota Adm. Jakarta Barat") == plain_city("Kota Jakarta Barat")


@pytest.mark.parametrize("changes", [{"company": None}, {"city": None}, {"title": "!!!"}, {"company": "..."}])
def test_who_does_not_say_all_three_is_nobodys_like(changes):
    assert key_of(vacancy("a", **changes)) is None
    assert joined([vacancy("a", **changes)], [vacancy("b/1", **changes)]) == [["a"], ["b/1"]]


def test_the_same_of_three_publishers_is_one_in_the_order_of_the_publishers():
    other = vacancy("b/1", title="KASIR (L/P)", company="Contoh, PT", published_at=NOW - timedelta(days=9))
    assert joined([vacancy("a")], [other], [vacancy("c/1")]) == [["a", "b/1", "c/1"]]


def test_what_one_publisher_tells_apart_stays_apart_and_newest_goes_with_newest():
    new, old = vacancy("new"), vacancy("old", published_at=NOW - timedelta(days=8))
    assert joined([old, new], [vacancy("b/1")]) == [["new", "b/1"], ["old"]]
    late = vacancy("b/2", published_at=NOW - timedelta(days=7))
    assert joined([old, new], [late, vacancy("b/1")]) == [["new", "b/1"], ["old", "b/2"]]


def test_the_same_at_another_time_is_another():
    past = vacancy("b/1", published_at=NOW - timedelta(days=90), expires_at=NOW - timedelta(days=60))
    assert joined([vacancy("a")], [past]) == [["a"], ["b/1"]]
    endless = vacancy("b/2", published_at=NOW - timedelta(days=90), expires_at=None)
    assert joined([vacancy("a")], [endless]) == [["a", "b/2"]]
    forgotten = vacancy(
        "b/3", published_at=NOW - timedelta(days=90), expires_at=None, counts_until=NOW - timedelta(days=60)
    )
    assert joined([vacancy("a")], [forgotten]) == [["a"], ["b/3"]]


def test_the_same_code_of_two_publishers_is_one_whatever_else_they_say():
    assert joined([vacancy("a", company=None)], [vacancy("a", company=None)]) == [["a", "a"]]


def test_one_publisher_is_not_joined_with_itself():
    assert joined([vacancy("a"), vacancy("b")]) == [["a"], ["b"]]


@pytest.mark.parametrize("alike", [False, True], ids=["all different", "all the same"])
def test_twenty_thousand_are_joined_in_one_pass(alike):
    """Counted in steps of Python: twice as many vacancies take about twice as many."""

    def steps(count):
        publishers = [
            [
                PublishedVacancy(vacancy(f"{of}/{n}", title="Kasir" if alike else f"Kasir {n}"), None)
                for n in range(count)
            ]
            for of in "ab"
        ]
        taken = 0

        def step(*_):
            nonlocal taken
            taken += 1

        before = sys.getprofile()
        sys.setprofile(step)
        try:
            groups = join(publishers)
        finally:
            sys.setprofile(before)
        assert len(groups) == count
        return taken

    few, many = steps(1_000), steps(10_000)
    assert many < 11 * few


def test_it_is_published_when_the_first_was_and_open_as_long_as_one_says():
    one = merged([
        vacancy("a", published_at=NOW - timedelta(days=3), expires_at=NOW - timedelta(days=1)),
        vacancy("b/1", published_at=NOW - timedelta(days=9), expires_at=NOW + timedelta(days=1)),
        vacancy("c/1", expires_at=None, counts_until=NOW + timedelta(days=30)),
    ])  # fmt: skip
    assert (one.code, one.published_at) == ("a", NOW - timedelta(days=9))
    assert one.expires_at == one.ends_at == NOW + timedelta(days=1)


def test_where_nobody_says_an_end_none_is_made_up():
    one = merged([vacancy("a", expires_at=None), vacancy("b/1", expires_at=None, counts_until=NOW)])
    assert (one.expires_at, one.ends_at) == (None, NOW)


def test_a_salary_is_the_fullest_whole_from_one_and_never_mixed():
    half = Salary(minimum=4_000_000, maximum=None)
    hourly = Salary(minimum=20_000, maximum=30_000, period=PayPeriod.HOUR)
    unknown = Salary(minimum=1, maximum=2, period=PayPeriod.UNKNOWN)
    assert (
        merged([vacancy("a", salary=half), vacancy("b", salary=unknown), vacancy("c", salary=hourly)]).salary == hourly
    )
    assert merged([vacancy("a", salary=half), vacancy("b", salary=None)]).salary == half
    assert merged([vacancy("a"), vacancy("b")]).salary is None


def test_what_the_first_does_not_say_is_said_by_the_next_that_does():
    one = merged([
        vacancy("a", title="Kasir", skills=()),
        vacancy("b/1", title="KASIR", category="Penjualan", education=Education.DIPLOMA),
        vacancy("c/1", category="Toko", type=JobType.DAILY, skills=("Excel",)),
    ])  # fmt: skip
    assert (one.title, one.category, one.education, one.type, one.skills) == (
        "Kasir", "Penjualan", Education.DIPLOMA, JobType.DAILY, ("Excel",),
    )  # fmt: skip


def test_the_fullest_text_is_whole_from_one():
    short, long = (
        VacancyText(description="abc", qualification="def"),
        VacancyText(description="abcdefgh", qualification=None),
    )
    assert fullest([None, short, long]) is long
    assert fullest([short, VacancyText(description="uvw", qualification="xyz")]) is short
    assert fullest([None]) is None


TODAY = date(2026, 11, 23)
HOLDING = YellowCard(status=CardStatus.VERIFIED, valid_from=date(2026, 5, 31), valid_until=date(2028, 5, 31))
ENDED = YellowCard(status=CardStatus.VERIFIED, valid_from=date(2024, 1, 1), valid_until=date(2026, 1, 1))
ASKED = YellowCard(status=CardStatus.PENDING, valid_from=None, valid_until=None)


@pytest.mark.parametrize(
    ("cards", "which"),
    [
        ((ASKED, ENDED, HOLDING), HOLDING),
        ((ENDED, ASKED), ASKED),
        (
            (YellowCard(status=CardStatus.VERIFIED, valid_from=date(2020, 1, 1), valid_until=date(2022, 1, 1)), ENDED),
            ENDED,
        ),
        ((), None),
    ],
)
def test_what_holds_comes_before_what_is_asked_for_and_that_before_what_has_ended(cards, which):
    assert current(cards, TODAY) == which


@pytest.mark.parametrize(
    ("today", "yes"),
    [(date(2026, 5, 30), False), (date(2026, 5, 31), True), (date(2028, 5, 31), True), (date(2028, 6, 1), False)],
)
def test_a_card_holds_from_its_first_day_to_its_last(today, yes):
    assert holds(HOLDING, today) is yes


@pytest.mark.parametrize("status", [CardStatus.PENDING, CardStatus.REJECTED, CardStatus.UNKNOWN])
def test_what_is_not_verified_does_not_hold_and_has_no_report(status):
    card = YellowCard(status=status, valid_from=HOLDING.valid_from, valid_until=HOLDING.valid_until)
    assert not holds(card, TODAY)
    assert next_report(card, TODAY, 6) is None


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 5, 31), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2027, 5, 31)),
        (date(2027, 11, 30), date(2027, 11, 30)),
        (date(2027, 12, 1), None),
        (date(2028, 5, 31), None),
        (date(2029, 1, 1), None),
    ],
)
def test_a_report_is_due_every_six_months_until_the_card_ends(today, due):
    assert next_report(HOLDING, today, 6) == due


def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month():
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_later(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert months_later(date(2026, 11, 15), 1) == date(2026, 12, 15)
