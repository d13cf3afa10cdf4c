"""What can go wrong when a service is asked."""

from __future__ import annotations

from models.errors import ModelError
from saliency.errors import UnansweredError


class ServiceError(ModelError, UnansweredError):
    """A service does not answer, or not as it should."""


class BudgetReachedError(ServiceError):
    """A service may not be asked about any more pictures."""


class GivenUpError(ServiceError):
    """Nobody waits for the answer any more, as another question failed."""
