from connectors.jobs.job_posting import JobPosting
from tests.conformance import conformance
TestConformance = conformance(JobPosting)
