"""The views people choose from: which method each one is, and what it is called."""
