"""The files and reports of an audit: CSV and JSON for programs; a PDF, a web page and a slide for people.

All reports say the same (:mod:`~saliency.audit.reports.report`), in words of one place
(:mod:`~saliency.audit.reports.words`), with the same pictures (:mod:`~saliency.audit.reports.pictures`).
They are made from what a job keeps: no model is run for a report.
"""
