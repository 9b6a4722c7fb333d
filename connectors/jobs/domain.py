"""The protocols that this domain speaks."""

from connectors.jobs.ak1 import Ak1
from connectors.jobs.ical import FairCalendar
from connectors.jobs.job_posting import JobPosting
from connectors.jobs.karirhub import Karirhub
from connectors.jobs.maganghub import MagangHub
from connectors.jobs.rss import Rss
from connectors.kit.domains import ConnectorDomain

DOMAIN = ConnectorDomain(connectors=(Ak1, FairCalendar, JobPosting, Karirhub, MagangHub, Rss))
