"""Vacancies, internships, job fairs and the yellow card: the nodes, the personal category, and the export."""

from auth.policies import public
from connectors.kit.bilingual import Bilingual
from resolvers.jobs import fairs, internships, vacancies
from resolvers.jobs.internships import OpenInternship
from resolvers.jobs.policies import YELLOW_CARD
from resolvers.jobs.sources import JobVacancy
from resolvers.kit.domains import Export, NodeKind, ResolverDomain
from resolvers.kit.moments import day

DOMAIN = ResolverDomain(
    title=Bilingual(id="Lowongan kerja", en="Jobs"),
    about=Bilingual(
        id="Lowongan dari beberapa sumber tanpa kembaran, magang, bursa kerja, dan kartu kuning.",
        en="Vacancies of several sources without duplicates, internships, job fairs, and the yellow card.",
    ),
    nodes={
        JobVacancy: NodeKind("Vacancy", lambda ctx, code: vacancies.vacancy(None, ctx, code=code)),
        OpenInternship: NodeKind("Internship", lambda ctx, code: internships.internship(None, ctx, code=code)),
        fairs.PublishedFair: NodeKind("JobFair", lambda ctx, code: fairs.job_fair(None, ctx, code=code)),
    },
    categories=(YELLOW_CARD,),
    exports=(
        Export(
            fairs.FAIRS.name,
            Bilingual(id="Bursa kerja", en="Job fairs"),
            {"since": day, "until": day},
            fairs.FAIRS.listing,
            public,
            "Query.jobFairs",
        ),
    ),
)
