"""The identity provider: its discovery document, its keys, and what its clock says."""

from email.utils import parsedate_to_datetime

from auth.jwks_cache import DISCOVERY
from auth.oidc import IdentityProvider
from connectors.kit.boundary import interpreted
from connectors.kit.errors import AgencyError
from connectors.kit.http import Http
from connectors.kit.signatures import unsigned
from engine.commands.doctor.patient import Patient
from engine.commands.doctor.symptoms import Examination


async def examine_identity(patient: Patient) -> Examination:
    """What is found. Nobody is signed in."""
    findings = Examination("identity")
    configuration = patient.configuration.identity if patient.configuration else None
    if configuration is None:
        said = "the file of agencies cannot be read" if patient.configuration is None else "none is configured"
        findings.skip("[identity]", f"{said}; nobody can sign in")
        return findings
    provider = IdentityProvider(configuration, patient.clock)
    http = Http(provider.agency, unsigned(), patient.clock)
    try:
        with interpreted(provider.agency, "discovery", None):
            async with http.spooled(DISCOVERY) as document:
                date = document.headers.get("Date", "") if document else ""
        try:
            ahead = parsedate_to_datetime(date).timestamp() - patient.clock.now().timestamp()
            patient.clocks["identity provider"] = ahead
        except ValueError:
            findings.warn(configuration.issuer, "it does not say what time it is", "its answers need a Date header")
        number = await provider.check()
        findings.well(configuration.issuer, f"it answers, with {number} {'key' if number == 1 else 'keys'}")
    except AgencyError as error:
        told = "start it, or mend issuer in [identity]; until then nobody can sign in, and those who are stay for a day"
        findings.fail(configuration.issuer, f"{error.code}: {error.reason}", told)
    finally:
        await http.aclose()
        await provider.aclose()
    return findings


def examine_clock(patient: Patient) -> Examination:
    """What others say of the time, once they have been asked."""
    findings = Examination("clock")
    leeway = patient.configuration.identity.leeway if patient.configuration and patient.configuration.identity else 60
    for whose, ahead in patient.clocks.items():
        by = abs(ahead)
        said = f"this machine's clock is {by:.0f} s {'behind' if ahead > 0 else 'ahead of'} that of the {whose}"
        if by > max(leeway, MUCH):
            told = "set the clock by NTP (timedatectl set-ntp true): tokens are refused, and ages are wrong"
            findings.fail(whose, said, told)
        elif by > LITTLE:
            findings.warn(whose, said, "let NTP keep the clock (timedatectl status); ages and tokens go by it")
        else:
            findings.well(whose, "both clocks say the same")
    if not patient.clocks:
        findings.skip("-", "nobody who was asked has said what time it is")
    return findings


LITTLE, MUCH = 5.0, 30.0
"""Seconds by which two clocks may differ; a date in an answer is whole seconds, and the answer takes a moment."""
