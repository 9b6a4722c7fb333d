"""The stand-ins of the tax office and of the permit office, and the hub's credentials for them."""

from sandbox.kit.credentials import account, variable
from sandbox.kit.domains import SandboxDomain
from sandbox.tax import bphtb, opensipkd, retribusi, sismiop

DOMAIN = SandboxDomain(
    routes=(opensipkd.routes,),
    databases={
        sismiop.AGENCY: sismiop.fill,
        bphtb.AGENCY: bphtb.fill,
        retribusi.AGENCY: retribusi.fill,
    },
    environment={
        variable(opensipkd.AGENCY, "USER_ID"): account(opensipkd.AGENCY).identity,
        variable(opensipkd.AGENCY, "RPC_KEY"): account(opensipkd.AGENCY).secret,
    },
    renamed=frozenset({"status_pembayaran_sppt", "jml_sppt_yg_dibayar"}),
)
