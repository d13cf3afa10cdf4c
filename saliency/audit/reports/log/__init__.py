"""The log of audits: which model was asked when, about which photos, and what came of it."""
