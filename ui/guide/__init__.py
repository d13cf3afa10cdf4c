"""The guide: examples of maps and tests, and the meeting mode."""
