"""A classifier as a graph: traced, looked into, split, and made fast."""
