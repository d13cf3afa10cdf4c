"""A classifier: a graph, how a photo is prepared for it, and the names of its classes."""

from __future__ import annotations

import difflib
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from saliency.classifier.endings import SINGLE, check_outputs, endings, outputs_for
from saliency.classifier.outputs import OutputKind, Outputs, Score, answers_of
from saliency.classifier.preprocessing import Preprocessing
from saliency.classifier.yes_no_question import YesNoQuestion
from saliency.errors import SaliencyError
from saliency.names import folded, position, readable
from saliency.network.device import chosen_device, half_precision
from saliency.network.graph import Graph
from saliency.network.outside import OUTSIDE, Ask, OutsideModel
from saliency.photo.framing import Framing, Placement, model_pixels, place
from saliency.photo.reading import Photo

_CLASSES = Outputs()
_LONGEST_LABEL = 100  # characters of what somebody asked for, in a sentence


@dataclass(frozen=True, eq=False)
class Classifier:
    """What is explained.

    Attributes:
        graph: The model itself.
        preprocessing: How a photo is prepared for it.
        labels: Names of its K classes, in order.
        name: What people call it.
        source: Where the weights come from, in a sentence.
        digest: SHA-256 of the weights file, hexadecimal.
        temperature: Divides the logits before the softmax, so that scores are calibrated.
        whole_temperature: The same for whole photos, where things look smaller; ``None``: ``temperature``.
        none_label: The class that means "none of these", if there is one.
        unsure_below: Score of the top guess below which a photo may show nothing that the model knows.
        evidence_below: The same for the evidence as a whole, ``log Σ exp(logits)`` (minus the energy of Liu
            2020, eq. 4), which tells unknown things better than the score does.
        caution: What to say then, in a sentence; empty where there is nothing to say.
        sure_from: Mean score of the answer, over the photo and slightly changed copies, from which the model
            may be called sure of it (:mod:`saliency.familiarity`).
        warning: What has to be said with every result, in a sentence; empty where there is nothing.
        outputs: What the model's numbers are. Logits of labels are those before the sigmoid; the number on
            a scale is the model's own.
        question: What a model of tags or of a number is asked here, whose classes are then yes and no.
    """

    graph: Graph
    preprocessing: Preprocessing
    labels: tuple[str, ...]
    name: str
    source: str
    digest: str = ""
    temperature: float = 1.0
    whole_temperature: float | None = None
    none_label: str = ""
    unsure_below: float = 0.0
    evidence_below: float = -math.inf
    caution: str = ""
    sure_from: float = 0.8
    warning: str = ""
    outputs: Outputs = _CLASSES
    question: YesNoQuestion | None = None

    def __post_init__(self) -> None:
        """Refuse outputs that would be shown as what they are not."""
        check_outputs(self.graph, self.outputs)

    @classmethod
    def build(
        cls,
        module: nn.Module,
        preprocessing: Preprocessing,
        labels: Sequence[str],
        name: str,
        source: str,
        *,
        device: str | torch.device | None = None,
        precision: str = "full",
        outputs: Outputs | OutputKind | str = OutputKind.SOFTMAX,
        **about: Any,
    ) -> Classifier:
        """Make a classifier of a module, on the graphics card if there is one.

        A softmax or sigmoid at the module's end is left out of what is explained, and scores are the module's
        own outputs. One output that is not said to be a score is the logit of yes, or its sigmoid: the
        classifier has two classes then, yes and no, with half of the logit and minus half of it.

        Args:
            module: Any traceable classifier.
            preprocessing: How a photo is prepared for it.
            labels: Names of its classes, in order; of yes and no, or of yes alone, for one output.
            name: What people call it.
            source: Where the weights come from.
            device: Where to compute: ``auto``, ``cpu``, ``cuda`` or ``mps``; ``None``: what the environment
                says in ``SPOTLIGHT_DEVICE``, or else ``auto``.
            precision: ``half``: on a graphics card, passes of which only the score is read are taken in half
                precision. Scores of the photo itself, gradients and feature maps stay in full.
            outputs: What the module's numbers are, or the name of their kind.
            **about: ``digest`` and the attributes after it.

        Raises:
            SaliencyError: The module cannot be explained, its outputs and the labels differ in number, its
                outputs are not what they are said to be, or the device is not there.
        """
        where, outputs = chosen_device(device), outputs_for(labels, outputs)
        graph = Graph(
            module,
            size=preprocessing.size,
            black=preprocessing.black,
            device=where,
            half=half_precision(precision, where),
            single=SINGLE.get(outputs.kind),
            exclusive=outputs.exclusive,
        )
        return cls._of(graph, preprocessing, labels, name, source, outputs, about)

    @classmethod
    def from_outside(
        cls,
        ask: Ask,
        preprocessing: Preprocessing,
        labels: Sequence[str],
        name: str,
        source: str,
        *,
        most: int = 8,
        outputs: Outputs | OutputKind | str = OutputKind.SOFTMAX,
        shares: bool | None = None,
        threads: bool = False,
        device: torch.device | None = None,
        nbytes: int = 0,
        reason: str = OUTSIDE,
        **about: Any,
    ) -> Classifier:
        """Make a classifier of anything that gives scores to pictures: a runtime, a service, a function.

        It offers forward passes only, so views that look inside the model are not offered; all that cover
        parts of the picture are, and so are the checks.

        Args:
            ask: From pictures ``(n, 3, H, W)`` of that size, float32 and normalised as ``preprocessing``
                says, to outputs ``(n, K)``. What it raises becomes a sentence; a ``SaliencyError`` stays.
            preprocessing: How a photo is prepared for it.
            labels: As for :meth:`build`.
            name: What people call it.
            source: Where the model comes from.
            most: How many pictures it may be handed at once.
            outputs: What its numbers are, or the name of their kind.
            shares: Whether they are shares in [0, 1], not the logits before these: logits are made of them
                again. ``None``: found from what it gives a few random pictures.
            threads: Whether several threads may ask at the same time; else one waits for the other.
            device: Where it wants its pictures; on the processor if not given.
            nbytes: How many bytes of memory it takes, as far as that is known.
            reason: Why it is asked from outside, in a sentence.
            **about: ``digest`` and the attributes after it.

        Raises:
            SaliencyError: It fails, gives something else than one row of finite numbers for each picture or
                other ones each time, they are not what they are said to be, or the labels are not as many.
        """
        outputs = outputs_for(labels, outputs)
        graph = OutsideModel(
            ask,
            size=preprocessing.size,
            black=preprocessing.black,
            most=most,
            endings=endings(outputs.kind, shares),
            single=SINGLE.get(outputs.kind),
            exclusive=outputs.exclusive,
            threads=threads,
            device=device,
            nbytes=nbytes,
            reason=reason,
        )
        return cls._of(graph, preprocessing, labels, name, source, outputs, about)

    @classmethod
    def _of(
        cls,
        graph: Graph,
        preprocessing: Preprocessing,
        labels: Sequence[str],
        name: str,
        source: str,
        outputs: Outputs,
        about: Mapping[str, Any],
    ) -> Classifier:
        """The classifier of a graph, if it has one score for each label."""
        answers = answers_of(labels, outputs.kind)
        if graph.classes != len(answers) or (len(answers) > len(labels) and not graph.two_sided):
            raise SaliencyError(
                f"The model's scores and the labels differ in number: {graph.classes} and {len(labels)}. "
                "List one label for each class, in the model's order."
            )
        return cls(graph, preprocessing, answers, name, source, outputs=outputs, **about)

    def prepare(self, photo: Photo, framing: Framing | str = Framing.WHOLE) -> tuple[Tensor, Placement]:
        """The model's input for a photo, ``(1, 3, h, w)`` normalised, and where it lies in the photo."""
        pixels, placement = self.receive(photo, framing)
        return self.normalised(pixels), placement

    def receive(self, photo: Photo, framing: Framing | str = Framing.WHOLE) -> tuple[np.ndarray, Placement]:
        """What the model receives of a photo, ``(h, w, 3)`` uint8 before normalisation, and where it lies.

        Raises:
            SaliencyError: No such framing.
        """
        recipe = self.preprocessing
        try:
            framing = Framing(framing)
        except ValueError:
            raise SaliencyError(f"Framing can be {' or '.join(Framing)}; it was “{framing}”.") from None
        placement = place(
            (photo.width, photo.height),
            framing,
            crop_size=recipe.size,
            resize_size=recipe.resize_size,
            whole_size=recipe.whole_size,
            any_size=self.graph.any_size,
            squeezed=recipe.squeezed,
        )
        pixels = model_pixels(
            photo, placement, interpolation=recipe.interpolation, resize_size=recipe.resize_size
        )
        return pixels, placement

    def normalised(self, pixels: np.ndarray) -> Tensor:
        """Pixels ``(h, w, 3)`` uint8 as the model's input ``(1, 3, h, w)``, on the model's device."""
        values = torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float().div_(255)
        mean, std = (
            torch.tensor(v)[:, None, None] for v in (self.preprocessing.mean, self.preprocessing.std)
        )
        return ((values - mean) / std)[None].to(self.graph.device, self.graph.dtype)

    def predict(self, photo: Photo, framing: Framing | str = Framing.WHOLE) -> list[Score]:
        """Scores of all classes, best first."""
        x, _ = self.prepare(photo, framing)
        return self.scores(self.graph.logits(x), framing)

    def temperature_of(self, framing: Framing | str) -> float:
        """What the logits of a photo handed over so are divided by; 1 for the number on a scale."""
        if self.outputs.kind is OutputKind.SCORE:
            return 1.0
        whole = self.whole_temperature if Framing(framing) is Framing.WHOLE else None
        return self.temperature if whole is None else whole

    def scores(self, logits: Tensor, framing: Framing | str = Framing.WHOLE) -> list[Score]:
        """Scores from one row of logits ``(1, K)``, best first; equal ones in the order of the classes.

        Raises:
            SaliencyError: They are not numbers.
        """
        row = logits[0].float().cpu()
        shares = self.outputs.values(row / self.temperature_of(framing))
        if not shares.isfinite().all():
            raise SaliencyError(
                "This model gives no numbers for this photo. Check its weights, and the mean and deviation "
                "that its pictures are prepared with."
            )
        order = torch.argsort(shares, descending=True, stable=True).tolist()
        values, logged = shares.tolist(), row.tolist()  # one by one, a thousand classes take milliseconds
        return [Score(self.labels[i], values[i], i, logged[i]) for i in order]

    def may_know_nothing(self, scores: Sequence[Score]) -> bool:
        """Whether a photo with these scores, best first, may show nothing that the model knows.

        Labels that may all be missing, and numbers on a scale, say nothing about that.
        """
        if not self.outputs.exclusive:
            return scores[0].label == self.none_label
        evidence = float(torch.tensor([score.logit for score in scores]).logsumexp(0))
        unsure = scores[0].score < self.unsure_below or evidence < self.evidence_below
        return scores[0].label == self.none_label or unsure

    def index(self, target: str | int) -> int:
        """The position of a class given by label or position.

        A label is compared in NFC; where none is the very same, upper and lower case count as alike.

        Raises:
            SaliencyError: There is no such class, or the label can mean more than one.
        """
        if not isinstance(target, str):
            index = operator.index(target)  # numpy's and torch's whole numbers too
            if 0 <= index < len(self.labels):
                return index
            raise SaliencyError(f"This model knows classes 0 to {len(self.labels) - 1}; there is no {index}.")
        found = position(target, self.labels)
        if found is not None:
            return found
        name = readable(target)
        if name.isdecimal():
            raise SaliencyError(
                f"This model knows classes 0 to {len(self.labels) - 1}; there is no {name[:20]}."
            )
        by_fold = {folded(label): label for label in reversed(self.labels)}
        near = difflib.get_close_matches(folded(name[:_LONGEST_LABEL]), by_fold, n=3, cutoff=0.5)
        names = [by_fold[label] for label in near] or list(self.labels[:5])
        raise SaliencyError(
            f"This model does not know “{name[:_LONGEST_LABEL]}”. It knows, for example: {', '.join(names)}."
        )
