"""What stands between the network and the page: names, headers, uploads, tabs that were left."""
