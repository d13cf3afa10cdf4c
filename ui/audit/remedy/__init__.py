"""From finding to remedy: what to add, and a rehearsal of whether it would help."""
