"""Grids of cells: what maps on them have in common, and where the cells look."""
