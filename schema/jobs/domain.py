"""The root types of vacancies, internships, job fairs and the yellow card."""

from connectors.jobs.fairs import JobFairs
from connectors.jobs.records import Internships, Jobs, YellowCards
from schema.identity.account import MeType
from schema.jobs.fairs import JobFairsQuery
from schema.jobs.internships import InternshipsQuery
from schema.jobs.vacancies import JobsQuery
from schema.jobs.yellow_card import MyYellowCard, YellowCardQuery
from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain(
    queries={
        JobsQuery: Jobs,
        JobFairsQuery: JobFairs,
        InternshipsQuery: Internships,
        YellowCardQuery: YellowCards,
    },
    extensions={MeType: MyYellowCard},
)
