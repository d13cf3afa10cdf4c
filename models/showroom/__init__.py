"""Showroom: the built-in model, its renderer and its training."""
