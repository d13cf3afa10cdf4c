"""What a model's raw numbers may be, given what they are said to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from saliency.classifier.outputs import OutputKind, Outputs
from saliency.errors import SaliencyError
from saliency.network.graph import Graph
from saliency.network.outputs import Ending

SINGLE: Mapping[OutputKind, Literal["yes-no", "score"]] = {
    OutputKind.YES_NO: "yes-no",
    OutputKind.SCORE: "score",
}
"""What one number a picture is, for :class:`saliency.network.graph.Graph`."""

_ENDINGS: Mapping[OutputKind, tuple[Ending, ...]] = {
    OutputKind.SOFTMAX: (Ending.PROBABILITIES, Ending.LOGITS),
    OutputKind.PROBABILITIES: (Ending.PROBABILITIES,),
    OutputKind.LABELS: (Ending.SIGMOID, Ending.LOGITS),
    OutputKind.YES_NO: (Ending.PROBABILITIES, Ending.SIGMOID, Ending.LOGITS),
    OutputKind.SCORE: (Ending.LOGITS,),
}
"""What the numbers of a model that is asked from outside may be; the first that fits them is taken."""


def endings(kind: OutputKind, shares: bool | None) -> tuple[Ending, ...]:
    """What the numbers of a model that is asked from outside may be, with what is said of them."""
    if shares is None or len(_ENDINGS[kind]) == 1:
        return _ENDINGS[kind]
    return tuple(ending for ending in _ENDINGS[kind] if (ending is not Ending.LOGITS) is shares)


def outputs_for(labels: Sequence[str], outputs: Outputs | OutputKind | str) -> Outputs:
    """What is said of a model's numbers; one number that is no score says yes or no."""
    outputs = Outputs.of(outputs)
    if len(labels) == 1 and outputs.kind is not OutputKind.SCORE:
        return replace(outputs, kind=OutputKind.YES_NO)
    return outputs


def check_outputs(graph: Graph, outputs: Outputs) -> None:
    """Refuses outputs that would be shown as what they are not.

    Raises:
        SaliencyError: They are not of the kind that they are said to be.
    """
    kind, ending = outputs.kind, graph.ending
    if kind is OutputKind.SCORE:
        if graph.classes != 1:
            raise SaliencyError(
                f"A score is one number a picture; this model gives {graph.classes}. Say what they are: "
                "classes that exclude each other, or labels of which several may be true."
            )
        return
    if graph.two_sided and ending in (Ending.SOFTMAX, Ending.LOG_SOFTMAX):
        raise SaliencyError(
            "This model has one output and ends in a softmax, so its score is 1 whatever it is shown. "
            "End it in a sigmoid, or give it two outputs."
        )
    if graph.classes == 1:
        raise SaliencyError("One output is a yes or no, or a score. Say which when the classifier is built.")
    if kind is OutputKind.LABELS and ending not in (Ending.SIGMOID, Ending.LOGITS):
        raise SaliencyError(
            "Labels of which several may be true have a sigmoid each; this model's outputs are shares of one "
            "whole, or squashed in another way. Say that its classes exclude each other."
        )
    if kind is not OutputKind.LABELS and not graph.two_sided and ending is Ending.SIGMOID:
        raise SaliencyError(
            f"This model ends in a sigmoid for each of {graph.classes} labels, so that several may be true "
            "at once. Say that its outputs are labels."
        )
    if ending is Ending.UNKNOWN:
        raise SaliencyError(
            "This model's outputs are squashed into a range, but are not shares that add up to 1, so they "
            "would be shown as what they are not. Use a model that ends in a softmax, or in the scores "
            "before it."
        )
