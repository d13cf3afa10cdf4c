"""What is known of one photo, kept so that nothing is computed twice."""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from saliency.classifier import Classifier, Score
from saliency.network.graph import Features, Graph
from saliency.photo.framing import Framing
from saliency.photo.reading import Photo


class Remembering(Graph):
    """A graph that keeps what it computed of one picture, so that asking again costs no second pass.

    For one photo under many methods and classes. It may be used from several threads: at worst
    two of them compute the same thing twice.
    """

    def __init__(self, graph: Graph, x: Tensor) -> None:
        """Remember what ``graph`` computes of ``x`` (recognised by identity)."""
        self.__dict__.update(graph.__dict__)
        self._x = x
        self._known: dict[str, Features] = {}
        self._logits: Tensor | None = None

    def features(self, x: Tensor, at: str | None = None) -> Features:
        """As :meth:`Graph.features`, computed once."""
        if x is not self._x:
            return super().features(x, at)
        name = self.layer(at).name
        if name not in self._known:
            self._known[name] = super().features(x, at)
        return self._known[name]

    def logits(self, x: Tensor) -> Tensor:
        """As :meth:`Graph.logits`; of the remembered picture by way of its last feature map."""
        if x is not self._x:
            return super().logits(x)
        if self._logits is None:
            if self.layers:
                values, logits_from = self.features(x)
                with torch.no_grad():
                    self._logits = logits_from(values)
            else:
                self._logits = super().logits(x)
        return self._logits


class PreparedPhoto:
    """What is known so far of one photo under one classifier, kept so that nothing is computed twice.

    A change of method or class on the same photo then costs no second pass up to the feature map.

    Attributes:
        received: What the model receives, ``(h, w, 3)`` uint8.
        placement: Where it lies in the photo.
        x: The model's input, ``(1, 3, h, w)``.
        graph: The classifier's graph, remembering what it computed of ``x``.
    """

    def __init__(self, classifier: Classifier, photo: Photo, framing: Framing | str = Framing.WHOLE) -> None:
        """Prepare the photo; nothing is computed yet."""
        self.classifier = classifier
        self.photo = photo
        self.received, self.placement = classifier.receive(photo, framing)
        self.framing = Framing(framing)
        self.x = classifier.normalised(self.received)
        self.graph = Remembering(classifier.graph, self.x)

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """All classes, best first."""
        return tuple(self.classifier.scores(self.graph.logits(self.x)))
