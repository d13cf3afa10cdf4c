"""What a map of one answer rather than another shows of a photo, as a job keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from saliency.audit.json_types import OPTIONAL, optional
from saliency.heat.scale import MapKind
from saliency.photo.area import Box

CONTRAST = "contrast"
"""By what a job finds these among its tests; a photo has one answer and shows one thing, so it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastOutcome:
    """Why the model gave its answer to a photo rather than what the photo shows.

    Attributes:
        guess: The answer.
        rather_than: What the photo shows.
        lead: By how much the answer's logit is ahead of the other's, in logits over the temperature.
        map: Whether anything stands out in the map of that lead.
        cells: What speaks for the answer rather than the other, ``(16, 16)`` in the photo's frame, as shares
            of the largest; ``None`` where nothing stands out.
        box: The map's strongest place; ``None`` where there is none that can be tested.
        overtaken: Whether, with that place covered by any fill, the other is ahead.
        overtaken_elsewhere: The share of equal places elsewhere with which it is.
        controls: With how many such places it was compared.
    """

    guess: str
    rather_than: str
    lead: float
    map: MapKind
    cells: tuple[tuple[float, ...], ...] | None = optional()
    box: Box | None = field(default=None, metadata=OPTIONAL)
    overtaken: bool | None = optional()
    overtaken_elsewhere: float | None = optional()
    controls: int = 0
