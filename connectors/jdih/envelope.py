"""The values around a collection, and whether they say that it failed or is incomplete.

Seen at members: `status` or `success` false with an empty list, a text under `error`, an HTTP status under `code`, and
pages of Laravel and of Yii, whose first page looks like the whole collection.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from connectors.kit.errors import AgencyChanged, AgencyUnavailable

SUCCESS = frozenset("status success sukses ok berhasil".split())
FAILURE = frozenset("error errors iserror is_error fault exception kesalahan".split())
CODES = frozenset("status code statuscode status_code responsecode response_code httpcode http_code".split())
TOTALS = frozenset(
    "total totalcount total_count totaldata total_data totalitems total_items totalrecords total_records recordstotal "
    "recordsfiltered count jumlah jml jumlah_data numfound".split()
)
PAGES = frozenset(
    "last_page lastpage total_pages totalpages total_page totalpage page_count pagecount pages jumlah_halaman".split()
)
NEXT = frozenset("next next_page next_page_url nextpageurl nextpage nextlink next_cursor".split())
MORE = frozenset("has_more hasmore has_next hasnext more".split())
SIZES = frozenset("per_page perpage page_size pagesize limit".split())
HEADERS = ("x-pagination-page-count", "x-pagination-total-count", "x-total-count")
PAGE = "a page of many where the whole collection was promised"

NO = frozenset({"false", "no", "error", "fail", "failed", "failure", "gagal", "ng"})
NOTHING = frozenset({"", "0", "-", "false", "null", "none", "[]", "{}", "no"})


Said = Sequence[tuple[tuple[str, ...], object]]


class _Said(NamedTuple):
    """One value, in lower case; None if there is no value."""

    key: str
    value: str | None

    @property
    def number(self) -> int | None:
        """The value as a whole number, if it is not too long."""
        return int(self.value) if self.value and self.value.isdecimal() and len(self.value) < 10 else None

    @property
    def something(self) -> bool:
        """Whether the value is more than a way to say "nothing"."""
        return self.value is not None and self.value not in NOTHING


def refuse_part(said: Said, headers: Mapping[str, str], rows: int, agency: str) -> None:
    """Raise an `AgencyError` if the values around the rows say that the answer failed or is incomplete."""
    for path, value in said:
        each = _Said(path[-1].casefold() if path else "", None if value is None else str(value).strip().casefold())
        # for example `links: {"next": {"href": …}}` of Yii
        key = path[-2].casefold() if each.key == "href" and len(path) > 1 else each.key
        if _failed(each, rows):
            raise AgencyUnavailable(agency, "what stands around the list says that it failed")
        if _more(each._replace(key=key), rows):
            raise AgencyChanged(agency, PAGE)
    if _is_full_page(said, rows) or _more_by_headers({name.casefold(): value for name, value in headers.items()}, rows):
        raise AgencyChanged(agency, PAGE)


def _is_full_page(said: Said, rows: int) -> bool:
    """Whether there are as many rows as a page may have, and nothing says that this is all."""
    told = {path[-1].casefold(): _Said("", str(value).strip()).number for path, value in said if path}
    return 0 < rows in {told[key] for key in SIZES & told.keys()} and not told.keys() & (TOTALS | PAGES | NEXT | MORE)


def _more_by_headers(headers: Mapping[str, str], rows: int) -> bool:
    """Whether headers announce more pages, as Yii and GitHub do."""
    pages, *totals = (_Said("", headers.get(name, "").strip()).number or 0 for name in HEADERS)
    return pages > 1 or max(totals) > rows or bool(re.search(r'rel="?next\b', headers.get("link", "")))


def _failed(said: _Said, rows: int) -> bool:
    if said.key in SUCCESS and (said.value in NO or (said.value == "0" and not rows)):
        return True
    if said.key in FAILURE and said.something:
        return True
    return said.key in CODES and 400 <= (said.number or 0) < 600


def _more(said: _Said, rows: int) -> bool:
    if said.key in NEXT | MORE:
        return said.something
    if said.key in PAGES:
        return (said.number or 0) > 1
    return said.key in TOTALS and (said.number or 0) > rows
