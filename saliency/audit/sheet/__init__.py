"""Sheets of a finished audit's photos: which of them, in what order, a page at a time; and their pictures."""
