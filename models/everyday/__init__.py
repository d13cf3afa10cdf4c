"""The built-in model for people's own photos."""
