"""Two audits of the same photos: which answers changed, and what happened to every finding."""
