"""Models of one's own, one module a format."""
