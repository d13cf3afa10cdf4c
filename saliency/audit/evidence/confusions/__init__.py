"""Which classes are taken for which others, and why in a few photos."""
