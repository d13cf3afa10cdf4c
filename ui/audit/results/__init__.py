"""A finished audit on the page."""
