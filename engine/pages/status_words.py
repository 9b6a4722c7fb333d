"""What the status page says, in Indonesian and in English: a sentence for each subject, and moments as people write."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors.kit.bilingual import Bilingual
from connectors.kit.health import Condition
from resolvers.status.board import AgencyStatus
from store.status.announcements import Announcement, AnnouncementKind

NAMED = 3
"""How many systems of one subject are named that do not answer."""
MONTHS = Bilingual(
    id="Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des", en="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
)
STATES = {
    Condition.UP: Bilingual(id="Menjawab", en="Answers"),
    Condition.DEGRADED: Bilingual(id="Terganggu", en="Has trouble"),
    Condition.DOWN: Bilingual(id="Tidak menjawab", en="Does not answer"),
    Condition.UNKNOWN: Bilingual(id="Belum ditanya", en="Not asked yet"),
}
WORST_FIRST = (Condition.DOWN, Condition.DEGRADED, Condition.UP, Condition.UNKNOWN)
"""What was not asked yet is no worse than what answers."""

ALL_ANSWER = Bilingual(id="semua sistem menjawab", en="all systems answer")
NONE_ASKED = Bilingual(
    id="belum ada sistem yang ditanya sejak simpul ini dijalankan", en="no system was asked since the hub started"
)
ONE = {
    Condition.DOWN: Bilingual(id="sistem {} tidak menjawab", en="the system of {} does not answer"),
    Condition.DEGRADED: Bilingual(id="sistem {} terganggu", en="the system of {} has trouble"),
}
SOME = {
    Condition.DOWN: Bilingual(id="{} dari {} sistem tidak menjawab ({})", en="{} of {} systems do not answer ({})"),
    Condition.DEGRADED: Bilingual(id="{} dari {} sistem terganggu ({})", en="{} of {} systems have trouble ({})"),
}
SINCE = Bilingual(id=" sejak {}", en=" since {}")
DATA_OF = Bilingual(id="data pukul {}", en="data as of {}")
NO_DATA = Bilingual(id="belum ada data", en="there are no data yet")
AND_OTHERS = Bilingual(id="dan {} lainnya", en="and {} more")
EXPECTED = Bilingual(id="diperkirakan pulih {}", en="expected to answer again {}")
MAINTENANCE = Bilingual(id="Pemeliharaan {} sampai {}", en="Maintenance {} to {}")
EXPECTED_AGAIN = Bilingual(id="Diperkirakan menjawab lagi {}", en="Expected to answer again {}")


class StatusWords(NamedTuple):
    """The language, the city's time zone, and the moment at which everything is said.

    `dated`: what is said is read on other days too, so each moment has its day.
    """

    language: str
    zone: ZoneInfo
    now: datetime
    dated: bool = False

    def moment(self, moment: datetime) -> str:
        """The time of day, with the day unless it is today."""
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone).date()
        clock = local.strftime("%H:%M" if self.language == "en" else "%H.%M")
        return clock if local.date() == today and not self.dated else f"{self.day(local)}, {clock}"

    def day(self, moment: datetime) -> str:
        """The day, with the year unless it is this one."""
        local, this = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        day = f"{local.day} {MONTHS[self.language].split()[local.month - 1]}"
        return day if local.year == this.year else f"{day} {local.year}"

    def percent(self, part: float) -> str:
        """A part as a percentage with one digit; only all of it is 100 %."""
        tenths = min(round(part * 1000), 999 if part < 1 else 1000)
        text = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
        return f"{text} %" if self.language == "en" else f"{text.replace('.', ',')} %"

    def lasting(self, announcement: Announcement) -> str:
        """When what is announced takes place."""
        if announcement.kind is AnnouncementKind.RECOVERY or announcement.starts_at is None:
            return EXPECTED_AGAIN[self.language].format(self.moment(announcement.ends_at))
        starts, ends = self.moment(announcement.starts_at), self.moment(announcement.ends_at)
        return MAINTENANCE[self.language].format(starts, ends)

    def sentence(self, title: str, agencies: Sequence[AgencyStatus]) -> str:
        """How the systems of one subject do: `Pajak: semua sistem menjawab`, and a full stop."""
        clauses = [
            clause for state in (Condition.DOWN, Condition.DEGRADED) if (clause := self._clause(state, agencies))
        ]
        if not clauses:
            asked = any(each.state is not Condition.UNKNOWN for each in agencies)
            clauses = [(ALL_ANSWER if asked else NONE_ASKED)[self.language]]
        return f"{title}: {'; '.join(clauses)}."

    def _clause(self, state: Condition, agencies: Sequence[AgencyStatus]) -> str | None:
        found = [each for each in agencies if each.state is state]
        if not found:
            return None
        if len(found) == 1:
            (one,) = found
            said = [ONE[state][self.language].format(one.name) + self._since(one)]
            data = DATA_OF[self.language].format(self.moment(one.last_success)) if one.last_success else None
            said.append(data or NO_DATA[self.language])
            if one.recovery:
                said.append(EXPECTED[self.language].format(self.moment(one.recovery.ends_at)))
            return "; ".join(said)
        names = [f"{each.name}{self._since(each)}" for each in found[:NAMED]]
        if len(found) > NAMED:
            names.append(AND_OTHERS[self.language].format(len(found) - NAMED))
        return SOME[state][self.language].format(len(found), len(agencies), ", ".join(names))

    def _since(self, status: AgencyStatus) -> str:
        return SINCE[self.language].format(self.moment(status.since)) if status.since else ""


def worst(agencies: Sequence[AgencyStatus]) -> Condition:
    """The worst state of them."""
    return min((each.state for each in agencies), key=WORST_FIRST.index)
