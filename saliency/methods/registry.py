"""The one list of methods. Widgets, command line, tables and contract tests are all made from it."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from torch import Tensor

from saliency.errors import SaliencyError
from saliency.network.graph import Graph
from saliency.network.structure import Layer

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


@dataclass(frozen=True)
class Setting:
    """A number or word that changes what a method computes; its type is the default's.

    Attributes:
        low: Smallest value allowed (numbers).
        high: Largest value allowed (numbers).
        choices: The words allowed (words).
        sentence: What it does, for a person.
    """

    name: str
    default: int | float | str
    low: float = float("-inf")
    high: float = float("inf")
    choices: tuple[str, ...] = ()
    sentence: str = ""

    def parse(self, value: object) -> int | float | str:
        """The value, checked.

        Raises:
            SaliencyError: It is of the wrong kind or out of range.
        """
        if isinstance(self.default, str):
            if value not in self.choices:
                raise SaliencyError(f"{self.name} can be {', '.join(self.choices)}; it was “{value}”.")
            return str(value)
        whole = isinstance(self.default, int)
        try:
            number = float(str(value))
        except ValueError:
            number = float("nan")
        if not self.low <= number <= self.high or (whole and not number.is_integer()):
            noun = "a whole number" if whole else "a number"
            raise SaliencyError(
                f"{self.name} has to be {noun} from {self.low:g} to {self.high:g}; it was “{value}”."
            )
        return int(number) if whole else number


@dataclass(frozen=True)
class Method:
    """A way to attribute a score to the parts of a picture.

    Attributes:
        key: Its name in code, links and on the command line, such as ``grad-cam``.
        name: Its name on the screen.
        sentence: One plain sentence: what it does.
        paper: Author and year, title, and the equation implemented.
        family: What it works with.
        signed: Whether negative values mean something (influence against the class).
        states_falls: Whether its values are by how much the logit falls when a place is covered.
        class_specific: Whether the map depends on the class asked for.
        learning: Whether the map depends on what the model learned, as measured on Showroom
            (``docs/forgetting.md``).
        passes: Rough cost at default settings, in forward passes of the model.
        needs: What a model must offer, a subset of :attr:`saliency.network.graph.Graph.offers`.
        settings: What can be set, by name.
        seeded: Whether it draws random numbers, and so takes ``seed``.
        progress: Whether it reports progress, and so can be cancelled.
        estimates: Whether it draws samples, and so tells what the map is so far, and how sure.
        layered: Whether it reads a layer that can be chosen with ``at``.
        reads: From graph, ``at`` and settings to the layer whose cells its map has; ``None`` for maps over
            the whole input.
        function: ``f(graph, x, objective, **settings) -> attribution``.
    """

    key: str
    name: str
    sentence: str
    paper: str
    family: Family
    signed: bool
    states_falls: bool
    class_specific: bool
    learning: LearningDependence
    passes: float
    needs: frozenset[str]
    settings: Mapping[str, Setting]
    seeded: bool
    progress: bool
    estimates: bool
    layered: bool
    reads: Reads | None
    function: Callable[..., Tensor]

    def check(self, settings: Mapping[str, object]) -> dict[str, int | float | str]:
        """All settings with defaults filled in.

        Raises:
            SaliencyError: An unknown setting, or a value out of range.
        """
        for name in settings:
            if name not in self.settings:
                names = ", ".join(self.settings) or "none"
                raise SaliencyError(f"{self.key} has no setting called “{name}”. Its settings: {names}.")
        return {
            name: setting.parse(settings.get(name, setting.default))
            for name, setting in self.settings.items()
        }


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
    reads: Reads | None = None,
    settings: tuple[Setting, ...] = (),
) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Enter a function into the registry; see :class:`Method` for the arguments.

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
    near = difflib.get_close_matches(key, METHODS, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Choose one of: {', '.join(METHODS)}."
    raise SaliencyError(f"There is no method called “{key}”. {hint}")


def compatible(graph: Graph) -> list[Method]:
    """The methods for which the model has what they need, in the order of the registry."""
    return [entry for entry in METHODS.values() if entry.needs <= graph.offers]
