"""A read that names nothing and nobody is one object for all operations. Any other is made for each question."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from connectors.kit.agency import Agency
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import read
from connectors.kit.reading import NEVER_KEPT

KEPT = timedelta(minutes=1)


class Wider(Connector[Options, Credentials]):
    domain, protocol = "things", "things"

    def probe(self):
        return self.all()

    @read(ttl=KEPT)
    async def all(self, market: str | None = None) -> tuple[str, ...]:
        return (market or "all",)

    @read(ttl=NEVER_KEPT)
    async def mine(self) -> tuple[str, ...]:
        return ("mine",)


class Narrower(Wider):
    protocol = "narrower"

    @read(ttl=KEPT)
    async def all(self, market: str | None = None) -> tuple[str, ...]:
        return (*(await super().all(market).fetch()).records, "narrower")


async def test_a_read_without_a_value_is_made_once_for_each_connector(clock):
    one, other = (
        kind(
            Agency(code=kind.protocol, domain="things", connector=kind.protocol, name="Things", url="http://127.0.0.1"),
            Options(),
            Credentials(),
            clock=clock,
            zone=ZoneInfo("UTC"),
        )
        for kind in (Wider, Narrower)
    )
    assert one.all() is one.all()
    assert one.all(None) is one.all(None)
    assert one.all().asked == ("things", "all", ())
    assert one.all() is not other.all()
    named = one.all("pasar"), one.all("pasar")
    assert (named[0] is named[1], named[0].asked == named[1].asked) == (False, True)
    assert one.mine() is not one.mine()  # a person's answer is nobody else's, and nothing of the question is kept
    assert [each.again for each in (one.all(), one.all("pasar"), one.mine())] == [True, False, False]
    assert len(one.asked) == 2
    assert (await other.all().fetch()).records == ("all", "narrower")  # the one below is a question of its own
    assert (await other.all().fetch()).agency == "narrower"
