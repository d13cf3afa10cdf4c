"""The Audit page: a new audit, audits at work, finished ones."""
