"""A Ray cluster computes the audit: the connection to it, what each node runs, and who commands them."""
