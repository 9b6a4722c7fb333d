"""Servers in turns: each answer is compared before and after, and each has a turn in each round."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.equality import differences
from bench.figures import Kind, Round, Row, summary
from bench.load import Asked, load
from bench.processes import Process


class Contestant(msgspec.Struct, frozen=True, kw_only=True):
    """One server in one workload. `bodiless`: it answers 304, so there is nothing to compare but the status."""

    name: str
    kind: Kind
    url: str
    process: Process
    asked: Asked
    bodiless: bool = False
    calls: bool = True
    """Whether it has to ask the upstream for each answer, where the workload counts."""
    note: str = ""


class Turns(msgspec.Struct, frozen=True, kw_only=True):
    """How long, how often, and with how many connections."""

    rounds: int
    seconds: float
    connections: int
    core: int
    folder: Path
    warm: float = 1.0


def answered(url: str, asked: Asked, timeout: float = 60.0) -> tuple[int, bytes]:
    """The status and the body of one answer."""
    request = urllib.request.Request(f"{url}{asked.path}", asked.body, dict(asked.headers), method=asked.method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def wrong(contestant: Contestant, expected: Any) -> str | None:
    """What is wrong with an answer of it, or None."""
    try:
        status, body = answered(contestant.url, contestant.asked)
    except OSError as error:
        return f"no answer: {error}"
    if contestant.bodiless:
        return not_the_same(contestant)
    if status != 200:
        return f"status {status}: {body[:160].decode(errors='replace')}"
    try:
        given = json.loads(body)
    except ValueError:
        return "the answer is no JSON"
    if given.get("errors"):
        return f"errors: {str(given['errors'])[:200]}"
    return next(differences(expected, given.get("data")), None)


def not_the_same(contestant: Contestant) -> str | None:
    """What is wrong where an answer with the tag of the one before is no 304. Between two, its ages may change."""
    status = 0
    for _ in range(5):
        with urllib.request.urlopen(f"{contestant.url}{contestant.asked.path}", timeout=60) as response:
            tag = response.headers.get("ETag", "")
        asked = msgspec.structs.replace(contestant.asked, headers={"if-none-match": tag})
        status, body = answered(contestant.url, asked)
        if (status, body) == (304, b""):
            return None
    return f"status {status} to the tag of the answer before"


def take_turns(
    contestants: Sequence[Contestant],
    expected: Any,
    turns: Turns,
    *,
    upstream: Callable[[], int] | None = None,
    calls: int = 0,
    say: Callable[[str], None] = lambda _: None,
) -> list[Row]:
    """A row each. Where `upstream` counts, an answer without its `calls` came from a cache, and is told as such."""
    told = {each.name: wrong(each, expected) for each in contestants}
    good = [each for each in contestants if told[each.name] is None]
    rounds: dict[str, list[Round]] = {each.name: [] for each in good}
    for each in good:
        _turn(each, turns, turns.warm, upstream)
    for number in range(turns.rounds):
        for each in good:
            say(f"round {number + 1} of {turns.rounds}: {each.name}")
            rounds[each.name].append(_turn(each, turns, turns.seconds, upstream))
    rows = []
    for each in contestants:
        if each in good:
            told[each.name] = wrong(each, expected)
        values = summary(rounds.get(each.name, []))
        note = each.note
        if problem := told[each.name]:
            values, note = {}, f"WRONG, not measured: {problem}"
        elif calls and each.calls and abs(values.get("upstream", 0) - calls) > 0.1 * calls:
            values, note = {}, f"VOID: {values.get('upstream', 0):.2f} upstream calls an answer, {calls} were expected"
        elif not values:
            failed = sum(turn.failed for turn in rounds[each.name])
            note = f"no good answer within its turns, {failed:,} refused or failed"
        rows.append(Row(server=each.name, kind=each.kind, values=values, note=note))
    return rows


def _turn(contestant: Contestant, turns: Turns, seconds: float, upstream: Callable[[], int] | None) -> Round:
    asked, used = upstream() if upstream else 0, contestant.process.cpu()
    came = load(
        contestant.url,
        contestant.asked,
        connections=turns.connections,
        seconds=seconds,
        core=turns.core,
        folder=turns.folder,
    )
    used = contestant.process.cpu() - used
    return Round(
        answers=came.answers,
        seconds=came.seconds,
        cpu=used,
        p50=came.p50,
        p99=came.p99,
        failed=came.failed,
        rss=contestant.process.rss(),
        upstream=(upstream() - asked - 1) if upstream else 0,
    )
