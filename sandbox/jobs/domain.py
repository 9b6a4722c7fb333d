"""The stand-ins of those who publish vacancies, internships and job fairs."""

from sandbox.jobs import agenda, blk, disnaker, karirhub, maganghub
from sandbox.kit.domains import SandboxDomain

DOMAIN = SandboxDomain(
    routes=(karirhub.routes, blk.routes, disnaker.routes, maganghub.routes, agenda.routes),
    databases={disnaker.CARDS: disnaker.fill_cards},
    renamed=frozenset({"nama", "id", "datePosted", "id_posisi", "pubDate", "DTSTART"}),
)
