"""Sending a result: a page to download, and on a server with sign-in a link that ends."""
