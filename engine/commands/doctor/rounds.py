"""The doctor's rounds: all examiners side by side, each within its time, and what they have found in one order."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence

import msgspec
import typer

from connectors.kit.together import together
from engine.commands.doctor.agencies import examine_agencies
from engine.commands.doctor.certificates import examine_certificates
from engine.commands.doctor.identity import examine_clock, examine_identity
from engine.commands.doctor.patient import Patient, received
from engine.commands.doctor.redis import examine_redis
from engine.commands.doctor.secrets import examine_files
from engine.commands.doctor.store import examine_store
from engine.commands.doctor.symptoms import Examination, Symptom, Verdict

__all__ = ["any_failed", "examine", "received", "report"]

WITHIN = 20.0
"""Seconds for all of it."""


async def examine(patient: Patient, read: Examination, within: float = WITHIN) -> list[Symptom]:
    """What all examiners find, after what was found when the hub was `read`."""
    asked: dict[str, Awaitable[Examination]] = {
        "store": examine_store(patient),
        "redis": examine_redis(patient),
        "identity": examine_identity(patient),
        "certificate": examine_certificates(patient),
        "agency": examine_agencies(patient, within * 0.9),
    }
    store, redis, identity, certificates, agencies = await together(
        _within(part, examined, within) for part, examined in asked.items()
    )
    files = await asyncio.to_thread(examine_files, patient)
    order = (read, files, store, redis, identity, examine_clock(patient), certificates, agencies)
    return [symptom for each in order for symptom in each.found]


def any_failed(symptoms: Iterable[Symptom]) -> bool:
    """Whether something does not hold."""
    return any(each.verdict is Verdict.FAILED for each in symptoms)


async def _within(part: str, examined: Awaitable[Examination], seconds: float) -> Examination:
    try:
        async with asyncio.timeout(seconds):
            return await examined
    except TimeoutError:
        findings = Examination(part)
        findings.fail("-", f"no answer within {seconds:g} s", "look at it by itself, or give it longer: --within")
        return findings


def report(symptoms: Sequence[Symptom], *, as_json: bool) -> None:
    """For a person, what is wrong comes last, where the eye is; or as JSON for a program."""
    if as_json:
        typer.echo(msgspec.json.encode(symptoms).decode())
        return
    width = max(len(each.part) for each in symptoms)
    for symptom in sorted(symptoms, key=lambda each: list(ORDER).index(each.verdict)):
        about = "" if symptom.about == "-" else f"{symptom.about}: "
        mark = ORDER[symptom.verdict]
        typer.echo(f"{mark:9} {symptom.part:{width}}  {about}{symptom.said}")
        if symptom.todo:
            typer.echo(f"{'':{width + 12}}→ {symptom.todo}")
    told = [f"{number} {ORDER[each]}" for each in ORDER if (number := sum(s.verdict is each for s in symptoms))]
    typer.echo(f"\n{', '.join(reversed(told))}")


ORDER = {
    Verdict.WELL: "well",
    Verdict.UNASKED: "not asked",
    Verdict.WARNING: "warning",
    Verdict.FAILED: "FAILED",
}
"""The words of a report, in its order."""
