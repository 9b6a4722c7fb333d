"""So many operations held to graphql-core, over the hub's own schemas and over one that has what theirs have not."""

import json
import time
from collections import Counter
from random import Random

from auth.caller import ANYBODY, Audience
from engine.plans.plans import Plans
from tests.plans import synthetic
from tests.plans.comparing import Pair
from tests.plans.examples import asked, examples
from tests.plans.learning import known_from, learn_cursors, learn_from_list, lists_of
from tests.plans.operations import Operations
from tests.plans.replay import Weather
from tests.plans.sides import Case, Side
from tests.schema.documents import DOCUMENTS

RATES = (0, 5, 30, 100, 300)
"""Of a thousand values of the synthetic schema, so many are not as they should be."""
SECONDS = (60.0, 60.0, 60.0, 60.0, 0.3)
"""How long an operation may take: now and then not as long as what it waits for."""
FOUL = Weather(agencies=35, reads=10, store=8, audit=10)
STORMY = Weather(seed=1, agencies=50)
"""Half of the agencies fail, and soon others."""
SETS = (4,) * 29 + (24,)
"""Sets of variables for one document, which is read and compiled once, as in a city."""


class Report:
    """What was run. `codes`: those of the errors in the answers; `differences`: the smallest case of each.

    `compiled`: how many plans. `left`: why how many operations had none, so that graphql-core has run both sides.
    """

    def __init__(self):
        self.operations = 0
        self.compiled = 0
        self.left = Counter()
        self.codes = Counter()
        self.differences = []
        self._began = time.process_time()

    def __str__(self):
        took = time.process_time() - self._began
        rate = self.operations / max(took, 1e-9)
        return (
            f"{self.operations} operations, {rate:.0f} a CPU-second, {self.compiled} plans, "
            f"without: {dict(self.left)}; {dict(self.codes)}"
        )

    def one_compiled(self):
        """One more plan."""
        self.compiled += 1

    def add(self, one, difference):
        """One more operation."""
        self.operations += 1
        for body in one.bodies:
            self.codes.update(_codes(body))
        if difference:
            self.differences.append(difference)


def _codes(body):
    if not body.startswith(b"{"):
        return [body.decode()]
    return [each["extensions"]["code"] for each in json.loads(body).get("errors", ())] or ["no error"]


class Prover:
    """Draws cases, and runs each on both sides."""

    def __init__(self, pair, schemas, callers, weather, seed, *, known=None, kinds=("query",)):
        self.report = Report()
        self._pair, self._schemas, self._callers, self._weather = pair, schemas, callers, weather
        self._random = Random(seed)
        self._known = known
        self._drawn = [(who, Operations(each, self._random, known, kinds=kinds)) for who, each in schemas.items()]

    async def prove(self, operations, *, stop_at=3):
        """Run so many; it stops when so many differences were found."""
        random = self._random
        while self.report.operations < operations and len(self.report.differences) < stop_at:
            who, drawn = self._drawn[random.randrange(len(self._drawn))]
            eager = random.random() < 0.7
            for each in drawn.document(variables=random.choice(SETS)):
                if len(self.report.differences) == stop_at:
                    break
                language, seconds = random.choice(("id", "en")), random.choice(SECONDS)
                weather, encoded = self._weather(random), random.random() < 0.8
                await self.run(Case(each, self._callers[who], weather, language, seconds, eager, encoded))
        return self.report

    async def prove_examples(self, *, everybody):
        """Run each ready document by whom it is for, in any weather; or by `everybody` who may, in fair and in foul."""
        for number, (document, audience, account) in enumerate(examples(self._schemas, everybody=everybody)):
            one, caller = asked(document), self._callers[account or audience]
            foul = STORMY if one.kind == "subscription" else FOUL._replace(seed=number)
            for weather in (Weather(), foul) if everybody else (self._random.choice((Weather(), foul)),):
                await self.run(Case(one, caller, weather, self._random.choice(("id", "en")), eager=number % 2 == 0))
        return self.report

    async def run(self, case):
        """Run one."""
        one, difference = await self._pair.run(case)
        self.report.add(one, difference)
        if self._known and self.report.operations % 20 == 0 and one.bodies and one.bodies[0].startswith(b"{"):
            learn_cursors(self._known, one.bodies[0])


def chaotic(random):
    """Any weather of the synthetic schema."""
    return Weather(seed=random.getrandbits(32), reads=random.choice(RATES))


def synthetic_prover(seed, twist=None, *, shrinks=True):
    """Of the schema that has everything."""
    replay = synthetic.SyntheticReplay()
    made = synthetic.schema()
    one, two = synthetic.runner(made, replay, planned=False), synthetic.runner(made, replay, planned=True)
    pair = Pair(Side(one, replay), Side(two, replay, twist), shrinks=shrinks)
    kinds = ("query",) * 8 + ("mutation", "subscription")
    prover = Prover(pair, {"": made._schema}, {"": ANYBODY}, chaotic, seed, kinds=kinds)
    return watched(prover, two)


async def hub_prover(world, seed, *, learned=True):
    """Of the hub's own schemas; where it is `learned`, with the codes and cursors of its lists."""
    planned = world.runner(plans=True)
    one, two = Side(world.runner(plans=False), world.replay), Side(planned, world.replay)
    schemas = {each: planned.schema_for(each)._schema for each in Audience}
    known = known_from(each.parsed for each in DOCUMENTS.values())
    for name, node, listed in lists_of(schemas[Audience.ADMIN]) if learned else ():
        found = await two.answer(Case(listed, world.callers[Audience.ADMIN]))
        learn_from_list(known, schemas[Audience.ADMIN], name, node, found.bodies[0])
    kinds = ("query",) * 16 + ("mutation", "mutation", "subscription")
    pair = Pair(one, two)
    return watched(Prover(pair, schemas, world.callers, Weather.of, seed, known=known, kinds=kinds), planned)


def watched(prover, runner):
    """The prover, which counts what its runner leaves to graphql-core."""
    report = prover.report
    runner.plans = Plans(report.one_compiled, lambda reason: report.left.update([reason]))
    return prover
