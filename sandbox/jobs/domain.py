"""The stand-ins of publishers of vacancies, internships and job fairs, and of the register of yellow cards."""

from sandbox.jobs import agenda, blk, disnaker, karirhub, maganghub
from sandbox.kit.domains import SandboxDomain

DOMAIN = SandboxDomain(
    routes=(karirhub.routes, blk.routes, disnaker.routes, maganghub.routes, agenda.routes),
    databases={disnaker.CARDS: disnaker.fill_cards},
    renamed=frozenset({"nama", "id", "datePosted", "id_posisi", "pubDate", "DTSTART"}),
)
