"""The stand-ins of hospitals, and the hub's credentials for them."""

from sandbox.beds import aplicares, hospital_rest, rs_online
from sandbox.beds.hospitals import HOSPITALS
from sandbox.kit.credentials import account, user_key, variable
from sandbox.kit.domains import SandboxDomain


def _environment() -> dict[str, str]:
    variables = {variable(hospital_rest.AGENCY, "KEY"): account(hospital_rest.AGENCY).secret}
    for hospital in HOSPITALS:
        known = account(hospital.code)
        variables[variable(hospital.code, "CONS_ID")] = known.identity
        variables[variable(hospital.code, "SECRET")] = known.secret
        variables[variable(hospital.code, "USER_KEY")] = user_key(hospital.code)
    for agency in rs_online.AGENCIES:
        variables[variable(agency, "PASSWORD")] = account(agency).secret
    return variables


DOMAIN = SandboxDomain(
    routes=(aplicares.routes, rs_online.routes, hospital_rest.routes),
    environment=_environment(),
    renamed=frozenset({"nama", "id", "kapasitas", "kodekelas", "id_t_tt", "total_bed"}),
)
