"""A model behind an address: pictures are sent to a service on the network, which answers with scores."""

from models.endpoint.client import Client, client_of
from models.endpoint.settings import Endpoint, read_endpoint

__all__ = ["Client", "Endpoint", "client_of", "read_endpoint"]
