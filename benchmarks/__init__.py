"""Speed, memory and quality, measured; never part of the tests."""
