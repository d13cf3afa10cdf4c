"""The Compare page: two sides on one scale."""
