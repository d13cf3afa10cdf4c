"""Heavy work: one line for all of it, how long it takes, and what is drawn meanwhile."""
