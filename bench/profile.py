"""`make profile`: where the hub's processor time goes, workload by workload, in process and by processor time.

`make profile ARGS="--only a,c1"`. What it prints is also written under .simpul/profile, with files for pstats.
"""

import argparse
import asyncio
import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable

from starlette.applications import Starlette

from bench.documents import CHARTS, COMMODITIES, TWO_DOMAINS, VACANCIES, example
from bench.hubs import HubStarter, start_sandbox
from bench.in_process import asked, hub_here, on_its_agencies
from bench.install import ROOT
from bench.layers import Profile, profile_of
from bench.nginx import Nginx
from bench.places import EXECUTED, HUB, Place
from bench.plain.hub import plain_app
from bench.plain.rows import ITEMS, POSTS, posts, users
from bench.processes import Cores, Processes, Stopped
from engine.configuration.settings import Settings
from sandbox.sign_in import sign_in

FOLDER = ROOT / ".simpul" / "profile"
ITS_OWN = {
    "a": (COMMODITIES, False),
    "c1": (VACANCIES, False),
    "c2": (CHARTS, False),
    "d2": (TWO_DOMAINS, False),
    "glance": (example("city-at-a-glance"), False),
    "glance-citizen": (example("city-at-a-glance"), True),
    "personal": (example("my-property"), True),
}
"""The document, and whether a citizen asks."""
PLAIN = {"b": (POSTS, False), "plain": (ITEMS, False)}
"""Those of the plain schema."""
WORKLOADS = {**ITS_OWN, **PLAIN}
WARM = 5


async def profiled(
    only: list[str], *, answers: int, token: str, place: Place, make: Callable[[Settings], Starlette]
) -> list[str]:
    """A section for each workload."""
    sections = []
    async with hub_here(FOLDER / "store.db", place.settings, make) as app:
        for name in only:
            document, signed_in = WORKLOADS[name]
            headers = {"authorization": f"Bearer {token}"} if signed_in else {}
            body = json.dumps({"query": document}).encode()
            for _ in range(WARM):
                answer = json.loads(await asked(app, "/graphql", body, headers))
            if answer.get("errors"):
                raise Stopped(f"{name}: {str(answer['errors'])[:300]}")
            began = time.process_time()
            for _ in range(answers):
                await asked(app, "/graphql", body, headers)
            spent = (time.process_time() - began) * 1000 / answers
            profiler = cProfile.Profile(time.thread_time)
            profiler.enable()
            for _ in range(answers):
                await asked(app, "/graphql", body, headers)
            profiler.disable()
            profiler.dump_stats(FOLDER / f"{name}.prof")
            found = profile_of(pstats.Stats(profiler).stats, answers, f"{ROOT}/")  # type: ignore[attr-defined]  # typeshed
            sections.append(section(f"{name}, {place.name}", spent, found))
    return sections


def on_the_sandbox(processes: Processes, port: int, only: list[str], answers: int, place: Place) -> list[str]:
    """Those of the hub's own schema."""
    sandbox = start_sandbox(processes, FOLDER, port, Cores().load)
    agencies = HubStarter(processes, FOLDER, sandbox, 0).agencies(ROOT, "profile")
    token = sign_in(f"{sandbox.url}/identity", "citizen")
    settled = place._replace(settings={**place.settings, "SIMPUL_AGENCIES": str(agencies)})
    return asyncio.run(profiled(only, answers=answers, token=token, place=settled, make=on_its_agencies))


def on_an_upstream(processes: Processes, port: int, only: list[str], answers: int, place: Place) -> list[str]:
    """Those of the plain schema, behind which is nginx."""
    upstream = Nginx("upstream", processes, FOLDER, port, Cores().load)
    upstream.put({"posts": json.dumps(posts()).encode(), "users": json.dumps(users()).encode()})

    def make(settings: Settings) -> Starlette:
        return plain_app(settings, upstream.url)

    settled = place._replace(settings={**place.settings, "SIMPUL_LIMITS__COST": "100000000"})
    return asyncio.run(profiled(only, answers=answers, token="", place=settled, make=make))


def section(name: str, spent: float, found: Profile) -> str:
    """As text: the layers, and the functions with the most time of their own."""
    lines = [f"## {name}", "", f"{spent:.2f} ms of processor time an answer; {found.calls:,.0f} calls an answer", ""]
    lines += [f"{part:7.1%}  {layer}" for layer, part in found.layers if part >= 0.005]
    lines += ["", *(f"{each.part:7.1%}  {each.calls:9,.1f} x  {each.name}" for each in found.functions), ""]
    return "\n".join(lines)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make profile", description=__doc__)
    parser.add_argument("--only", metavar="a,c1", help=f"some of {', '.join(WORKLOADS)}")
    parser.add_argument("--answers", type=int, default=20)
    parser.add_argument("--port", type=int, default=9790)
    parser.add_argument("--kept", action="store_true", help="with kept answers; otherwise each answer is executed")
    chosen = parser.parse_args()
    only = chosen.only.split(",") if chosen.only else [*WORKLOADS]
    if unknown := [each for each in only if each not in WORKLOADS]:
        parser.error(f"no such workload: {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    place = HUB if chosen.kept or not EXECUTED.known else EXECUTED
    sections = []
    try:
        with Processes(FOLDER) as processes:
            if own := [each for each in only if each in ITS_OWN]:
                sections += on_the_sandbox(processes, chosen.port, own, chosen.answers, place)
            if plain := [each for each in only if each in PLAIN]:
                sections += on_an_upstream(processes, chosen.port + 1, plain, chosen.answers, place)
    except Stopped as why:
        print(why, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    text = "\n".join(sections)
    (FOLDER / "profile.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
