"""Records that last, in the schema that has everything: as they are, told anew by each operation, and in pages."""

from datetime import UTC, datetime
from enum import Enum

import msgspec

from auth.policies import public
from resolvers.kit.context import Context
from resolvers.kit.lasting import Telling, Told, lasting, of_record, told_anew
from resolvers.kit.paging import Page, PageArguments, cut
from resolvers.kit.sorted_items import SortedItems
from schema.kit.access import object_type
from schema.kit.fields import field


class Mood(Enum):
    CALM = "calm"
    WILD = "wild"


@lasting
class Still(msgspec.Struct, frozen=True):
    """It is always the same; one of them has a number that no answer can hold."""

    number: int
    text: str
    mood: Mood
    moment: datetime
    texts: tuple[str, ...]
    inner: "Still | None"


@told_anew("now", "inner")
class Half(msgspec.Struct, frozen=True):
    """Each operation tells `now` and `inner`."""

    number: int
    now: int
    inner: Still | None

    @property
    def doubled(self) -> int:
        return self.now * 2

    @property
    def squared(self) -> int:
        return self.number**2


def _still(number: int, inner: Still | None) -> Still:
    large = 2**40 if number == 70 else number
    moment = datetime(2026, 11, 1, number % 24, tzinfo=UTC)
    return Still(large, f"s{number}", [*Mood][number % 2], moment, ("a",) * (number % 3), inner)


STILLS = [_still(number, _still(number + 100, None) if number % 2 else None) for number in range(80)]
HALVES = [Half(number, 0, None) for number in range(80)]
PAGED = SortedItems(STILLS[:60], lambda each: (each.number,))


@of_record
def said(root: Still | Half, ctx: Context) -> str:
    return f"{ctx.language} {root.number}"


@of_record
def mood(root: Still, _: Context) -> str | None:
    return root.mood.value


@of_record
def asked(root: Still, ctx: Context) -> int:
    """Wrongly declared: it follows from more than the record."""
    return int(ctx.life.clock.seed) % 1_000 + root.number % 7


def told(root: Half, _: Context, *, number: int = 0) -> str:
    return f"{root.now} {root.number + number}"


@object_type(public, "It stays.")
class StillType:
    number: int = field("A number.")
    text: str = field("A text.")
    mood: str | None = field("A mood.", resolver=mood, weight=1)
    moment: datetime = field("A moment.")
    texts: list[str] = field("Texts.")
    inner: "StillType | None" = field("Another.")
    said: str = field("In the language.", resolver=said, weight=1)
    asked: int | None = field("Of the operation.", resolver=asked, weight=1)


@object_type(public, "It is told anew.")
class HalfType:
    number: int = field("A number.")
    now: int = field("Of the operation.")
    doubled: int = field("Of the operation.")
    squared: int = field("Of the record.")
    inner: StillType | None = field("Of the operation.")
    said: str = field("In the language.", resolver=said, weight=1)
    told: str = field("Of the operation.", resolver=told, weight=1, arguments={"number": "What is added."})


def stills(_: object, _ctx: Context, *, count: int = 60) -> list[Still]:
    return STILLS[: max(0, count)]


def halves(_: object, ctx: Context, *, count: int = 60) -> Told[Half]:
    now = ctx.life.clock.seed % 10_000
    telling = Telling[Half](lambda each: msgspec.structs.replace(each, now=now, inner=STILLS[now % 60]))
    return Told(HALVES[: max(0, count)], telling)


def some(_: object, _ctx: Context, *, count: int = 60) -> list[Still | None]:
    return [None if number % 5 == 3 else each for number, each in enumerate(STILLS[: max(0, count)])]


async def paged(_: object, _ctx: Context, *, page: PageArguments) -> Page[Still]:
    return cut(PAGED, page, order="stills")


COUNT = {"count": "How many."}
LASTING = {
    "stills": ("list[StillType]", field("They stay.", resolver=stills, weight=1, arguments=COUNT)),
    "halves": ("list[HalfType] | None", field("They are told.", resolver=halves, weight=1, arguments=COUNT)),
    "some": ("list[StillType | None] | None", field("Some stay.", resolver=some, weight=1, arguments=COUNT)),
    "paged": ("ConnectionType[StillType] | None", field("Pages.", resolver=paged)),
}
