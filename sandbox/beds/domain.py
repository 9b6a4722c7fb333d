"""The stand-ins of hospitals, and the hub's credentials for them."""

from sandbox.beds import aplicares, hospital_rest, rs_online
from sandbox.beds.hospitals import hospitals
from sandbox.kit.credentials import account, user_key, variable
from sandbox.kit.domains import SandboxDomain


def _environment() -> dict[str, str]:
    variables = {variable(hospital_rest.agency(), "KEY"): account(hospital_rest.agency()).secret}
    for hospital in hospitals():
        known = account(hospital.code)
        variables[variable(hospital.code, "CONS_ID")] = known.identity
        variables[variable(hospital.code, "SECRET")] = known.secret
        variables[variable(hospital.code, "USER_KEY")] = user_key(hospital.code)
    for each in rs_online.facilities().values():
        variables[variable(each.agency, "PASSWORD")] = account(each.agency).secret
    return variables


DOMAIN = SandboxDomain(
    routes=(aplicares.routes, rs_online.routes, hospital_rest.routes),
    environment_of=_environment,
    renamed=frozenset({"nama", "id", "kapasitas", "kodekelas", "id_t_tt", "total_bed"}),
)
