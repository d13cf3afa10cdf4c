"""The built-in model for people's own photos, and how it was trained."""
