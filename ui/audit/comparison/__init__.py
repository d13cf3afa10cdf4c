"""Two audits beside each other: asking another model the same, and what differs."""
