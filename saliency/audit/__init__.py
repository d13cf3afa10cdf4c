"""Audit: the same honest questions over a whole set of photos.

One photo is an anecdote. Here a set of photos is read (:mod:`~saliency.audit.inputs.source`), every photo is
asked the same questions (:mod:`~saliency.audit.evidence.probe`), what is finished is kept in a job folder
(:mod:`~saliency.audit.job`), and what the set as a whole shows is found with honest statistics
(:mod:`~saliency.audit.evidence.findings`). :func:`audit` does all of it.
"""

from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Item, Source, gather
from saliency.audit.job import Job
from saliency.audit.job_folders import JobSummary, begun, damaged_jobs, delete, expired, jobs
from saliency.audit.run import Audit, audit, start

__all__ = [
    "Audit",
    "Item",
    "Job",
    "JobSummary",
    "Settings",
    "Source",
    "audit",
    "begun",
    "damaged_jobs",
    "delete",
    "expired",
    "gather",
    "jobs",
    "start",
]
