"""A thing covered at its place in one photo, and it alone; beside equal areas elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.rows import CoverOutcome
from saliency.photo.area import Area, Box


@dataclass(frozen=True, slots=True)
class ThingTrial:
    """A thing that is covered: the box around it in this photo, in shares of it."""

    box: Box

    def outcome(self, probe: PhotoProbe) -> CoverOutcome:
        """What covering it did, and what the model says to it alone.

        Raises:
            SaliencyError: The model did not receive the place.
        """
        return probe.cover(Area((self.box,)))
