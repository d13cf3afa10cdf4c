"""A model behind an address: pictures are sent to a service on the network, which answers with scores."""
