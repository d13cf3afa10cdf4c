"""The one list of methods. Widgets, command line, tables and contract tests are all made from it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from torch import Tensor

from saliency.method_facts import USUAL, MethodFacts, Setting, unknown
from saliency.network.graph import Graph
from saliency.network.layer import Layer

__all__ = [
    "METHODS",
    "Family",
    "LearningDependence",
    "Method",
    "Setting",
    "chosen_layer",
    "compatible",
    "find",
    "method",
]

METHODS: dict[str, Method] = {}
"""All methods by their keys, in the order in which they are listed everywhere."""

_RESERVED = {"seed", "on_progress", "on_estimate", "at"}

Reads = Callable[..., Layer]
"""``f(graph, at, **settings)``: the layer whose cells a map has."""


class Family(StrEnum):
    """What a method works with.

    Methods that only cover parts and ask again share nothing with those that read the model, so each kind has
    its second opinion in the other.
    """

    GRADIENTS = "gradients of the picture"
    CLASS_ACTIVATION = "class activation maps"
    COVERING = "hiding parts and asking again"
    ATTENTION = "attention"


class LearningDependence(StrEnum):
    """Whether maps depend on what the model learned, by the test of :mod:`saliency.checks.sanity`."""

    DEPENDS = "depends"
    HARDLY_ON_THE_GUESS = "hardly on the guess"
    DOES_NOT = "does not"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, kw_only=True)
class Method(MethodFacts):
    """A way to attribute a score to the parts of a picture: what is stated of it, and what follows.

    Attributes:
        family: What it works with.
        half: Whether its map stays within 1 % of its peak where scores are in half precision; what searches
            step by step does not.
        states_falls: Whether its values are by how much the logit falls when a place is covered.
        learning: Whether the map depends on what the model learned, as measured on Showroom
            (``docs/forgetting.md``).
        seeded: Whether it draws random numbers, and so takes ``seed``.
        progress: Whether it reports progress, and so can be cancelled.
        estimates: Whether it draws samples, and so tells what the map is so far, and how sure.
        layered: Whether it reads a layer that can be chosen with ``at``.
        reads: From graph, ``at`` and settings to the layer whose cells its map has; ``None`` for maps over
            the whole input.
        function: ``f(graph, x, objective, **settings) -> attribution``.
    """

    family: Family
    states_falls: bool
    learning: LearningDependence
    half: bool
    seeded: bool
    progress: bool
    estimates: bool
    layered: bool
    reads: Reads | None
    function: Callable[..., Tensor]


def method(
    *,
    key: str,
    name: str,
    sentence: str,
    paper: str,
    family: Family,
    passes: float,
    needs: set[str],
    signed: bool = False,
    states_falls: bool = False,
    class_specific: bool = True,
    learning: LearningDependence = LearningDependence.UNMEASURED,
    half: bool = True,
    reads: Reads | None = None,
    settings: tuple[Setting, ...] = (),
) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Enter a function into the registry; see :class:`Method` for the arguments.

    Facts are constants, as :func:`saliency.method_facts.stated_facts` reads them without running the module.

    Raises:
        ValueError: The key is taken, or the settings do not match the function's keyword arguments.
    """

    def enter(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        keywords = {
            p.name: p.default
            for p in inspect.signature(function).parameters.values()
            if p.kind is p.KEYWORD_ONLY
        }
        stated = {setting.name: setting.default for setting in settings}
        if stated != {k: v for k, v in keywords.items() if k not in _RESERVED}:
            raise ValueError(f"{key}: the settings stated are not the function's keyword arguments")
        if key in METHODS:
            raise ValueError(f"{key} is registered twice")
        METHODS[key] = Method(
            key=key,
            name=name,
            sentence=sentence,
            paper=paper,
            family=family,
            signed=signed,
            states_falls=states_falls,
            class_specific=class_specific,
            learning=learning,
            passes=passes,
            half=half,
            needs=frozenset(needs),
            settings={setting.name: setting for setting in settings},
            seeded="seed" in keywords,
            progress="on_progress" in keywords,
            estimates="on_estimate" in keywords,
            layered="at" in keywords,
            reads=reads or (chosen_layer if "at" in keywords else None),
            function=function,
        )
        return function

    return enter


def chosen_layer(graph: Graph, at: str | None, **settings: object) -> Layer:
    """The layer asked for, the last by default."""
    return graph.layer(at)


def find(key: str) -> Method:
    """The method of that key.

    Raises:
        SaliencyError: There is none.
    """
    if key in METHODS:
        return METHODS[key]
    raise unknown(key, METHODS)


def usual(graph: Graph) -> str:
    """The key of the method that is taken where none is named: Grad-CAM, or the quickest that is offered."""
    offered = compatible(graph)
    return USUAL if METHODS[USUAL] in offered else min(offered, key=lambda entry: entry.passes).key


def offered_names(graph: Graph) -> str:
    """The three quickest methods that the model has what they need for, for the end of a sentence."""
    first, second, third = sorted(compatible(graph), key=lambda entry: entry.passes)[:3]
    return f"{first.key}, {second.key} or {third.key}"


def compatible(graph: Graph) -> list[Method]:
    """The methods for which the model has what they need, in the order of the registry."""
    return [entry for entry in METHODS.values() if entry.needs <= graph.offers]
