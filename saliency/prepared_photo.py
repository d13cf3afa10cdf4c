"""One photo as prepared for a classifier, and what was computed of it, so that nothing is computed twice."""

from __future__ import annotations

from functools import cached_property

from saliency.classifier import Classifier, Score
from saliency.network.cached_graph import CachedGraph
from saliency.photo.framing import Framing
from saliency.photo.reading import Photo


class PreparedPhoto:
    """One photo as prepared for one classifier, with all that was computed of it so far.

    A change of method or class on the same photo then costs no second pass up to the feature map.

    Attributes:
        received: What the model receives, ``(h, w, 3)`` uint8.
        placement: Where it lies in the photo.
        x: The model's input, ``(1, 3, h, w)``.
        graph: The classifier's graph, which remembers what it computed of ``x``.
    """

    def __init__(self, classifier: Classifier, photo: Photo, framing: Framing | str = Framing.WHOLE) -> None:
        """Prepare the photo; nothing is computed yet."""
        self.classifier = classifier
        self.photo = photo
        self.received, self.placement = classifier.receive(photo, framing)
        self.framing = Framing(framing)
        self.x = classifier.normalised(self.received)
        self.graph = CachedGraph(classifier.graph, self.x)

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """All classes, best first."""
        return tuple(self.classifier.scores(self.graph.logits(self.x)))
