"""One photo as prepared for a classifier, and what was computed of it, so that nothing is computed twice."""

from __future__ import annotations

from functools import cached_property

from saliency.classifier import Classifier, Score
from saliency.errors import SaliencyError
from saliency.familiarity import Familiarity, familiarity
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
        return tuple(self.classifier.scores(self.graph.logits(self.x), self.framing))

    @cached_property
    def familiarity(self) -> Familiarity:
        """Whether the model knows what the photo shows; asks it of a few changed copies, once."""
        return familiarity(self.classifier, self.x, self.scores, self.framing)

    @property
    def known_familiarity(self) -> Familiarity | None:
        """The same where somebody asked for it before; ``None`` where nobody did."""
        return vars(self).get("familiarity")


def prepared_for(
    classifier: Classifier, photo: Photo, framing: Framing | str, prepared: PreparedPhoto | None
) -> PreparedPhoto:
    """The photo as the classifier receives it: the one prepared before, or else prepared now.

    Raises:
        SaliencyError: It was prepared for another photo or model.
    """
    if prepared is None:
        return PreparedPhoto(classifier, photo, framing)
    if prepared.classifier is not classifier or prepared.photo.digest != photo.digest:
        raise SaliencyError("What is known is of another photo or model. Ask about that one, or start anew.")
    return prepared


def target_and_rival(
    prepared: PreparedPhoto, target: str | int | None = None, rather_than: str | int | None = None
) -> tuple[Score, Score | None]:
    """The scores of the class asked for and of the one it is compared with, if with one.

    Args:
        prepared: The photo and the model.
        target: A class by label or index; the top guess if ``None``.
        rather_than: The other class.

    Raises:
        SaliencyError: The model does not know a class, it is compared with itself, or the model's scores
            exclude nothing.
    """
    by_index = {score.index: score for score in prepared.scores}
    score = prepared.scores[0] if target is None else by_index[prepared.classifier.index(target)]
    rival = None if rather_than is None else by_index[prepared.classifier.index(rather_than)]
    if rival is not None and not prepared.classifier.outputs.exclusive:
        raise SaliencyError(
            "Only classes that exclude each other can be compared; this model's scores stand each for "
            "itself. Leave out what to compare with."
        )
    if rival is score:
        raise SaliencyError(
            f"“{score.label}” cannot be told from itself. Choose another class to compare with."
        )
    return score, rival
