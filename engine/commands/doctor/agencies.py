"""Every agency: its probe, as `agencies check` asks it, but of a feed only the first batch."""

import asyncio

from connectors.kit.check import CheckResult, check
from connectors.kit.connector import AnyConnector
from connectors.kit.reserved import not_filled_in
from connectors.kit.together import together
from engine.commands.doctor.patient import Patient
from engine.commands.doctor.symptoms import Examination
from engine.configuration.agencies_file import connect_agencies

AT_ONCE = 8


async def examine_agencies(patient: Patient, within: float) -> Examination:
    """What is found. One that is not filled in is not asked."""
    findings = Examination("agency")
    if patient.configuration is None:
        findings.skip("-", "the file of agencies cannot be read")
        return findings
    turn = asyncio.Semaphore(AT_ONCE)
    connected = connect_agencies(patient.configuration, patient.clock)

    async def one(connector: AnyConnector) -> None:
        code = connector.agency.code
        if keys := not_filled_in(connector.agency, connector.options):
            told = f"fill it in, or write enabled = false into [agencies.{code}]"
            findings.fail(code, f"{', '.join(keys)}: a value of the example", told)
            return
        async with turn:
            try:
                async with asyncio.timeout(within):
                    outcome = await check(connector, whole=False)
            except TimeoutError:
                told = f"`server.py agencies check {code}` waits as long as it takes"
                findings.warn(code, f"it still answers after {within:g} s", told)
            else:
                _judge(outcome, findings)

    try:
        await together(map(one, connected))
    finally:
        await connected.aclose()
    order = [each.agency.code for each in patient.configuration.agencies]
    findings.found.sort(key=lambda each: order.index(each.about))
    return findings


def _judge(outcome: CheckResult, findings: Examination) -> None:
    code, problem = outcome.agency.code, outcome.problem
    if problem is None:
        number = len(outcome.findings)
        surprises = f", {number} finding{'s' if number > 1 else ''}" if number else ""
        findings.well(code, f"{outcome.question} answered in {outcome.took * 1000:.0f} ms{surprises}")
    elif outcome.refused:
        told = f"do the credentials in [agencies.{code}] still hold? Ask the agency for new ones"
        findings.fail(code, problem, told)
    elif outcome.changed:
        told = f"is url the right path, or did its protocol change? docs/operations/quality.md, `agencies check {code}`"
        findings.fail(code, problem, told)
    elif outcome.reachable:
        findings.warn(code, problem, f"it asks the hub to wait; per_minute in [agencies.{code}] sets the pace")
    else:
        told = f"does url in [agencies.{code}] still hold, and may this machine reach it? Else ask the agency"
        findings.fail(code, problem, told)
