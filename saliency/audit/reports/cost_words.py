"""What an audit costs, said before it begins: how many pictures the model is asked about, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saliency.audit.evidence.places import EXPECTED
from saliency.audit.evidence.screened_cover import MOST_PASSES
from saliency.audit.evidence.stages import pictures_at_most
from saliency.audit.evidence.surround import Surround
from saliency.audit.evidence.surroundings.plan import IN_ALL
from saliency.audit.evidence.things.pasting import PICTURES
from saliency.audit.inputs.source import Source
from saliency.audit.reports.sentences import counted
from saliency.methods.registry import find

_TELLING = 9.5  # times; of few photos, which need as many tests as many do, it says nothing


@dataclass(frozen=True, slots=True)
class AuditCost:
    """About how many pictures a model is asked about at most, each as often as its forward pass takes.

    Attributes:
        photos: How many photos there are.
        maps: For their predictions and heat maps.
        trials: To try what stands out, and to paste things into photos with other answers.
        areas: To cover areas that people named, or the product.
        surroundings: To show products with other surroundings.
    """

    photos: int
    maps: int
    trials: int
    areas: int = 0
    surroundings: int = 0

    @property
    def pictures(self) -> int:
        """All of them."""
        return self.maps + self.trials + self.areas + self.surroundings

    @property
    def times(self) -> float:
        """How many times as many as asking about each photo once."""
        return self.pictures / max(1, self.photos)


def audit_cost(photos: int, methods: Sequence[str], *, areas: int = 0, products: int = 0) -> AuditCost:
    """What an audit costs at most, but for what a candidate begun last goes beyond it.

    Args:
        photos: How many photos there are.
        methods: Keys of the views.
        areas: How many areas are named, in all photos together.
        products: In how many photos the product is marked.
    """
    maps = photos * sum(find(method).passes for method in methods)
    surroundings = len(Surround) * min(IN_ALL, products)
    return AuditCost(
        photos, round(maps), pictures_at_most(photos) + PICTURES, MOST_PASSES * areas, surroundings
    )


def cost_of(source: Source, methods: Sequence[str]) -> AuditCost:
    """The same of photos that are at hand, with their areas."""
    named = [area.name.casefold() in EXPECTED for item in source.items for area in item.areas]
    return audit_cost(len(source.items), methods, areas=len(named), products=sum(named))


def cost_sentence(cost: AuditCost, seconds: float = 0.0) -> str:
    """What an audit costs, in a sentence or two.

    Args:
        cost: The cost.
        seconds: About how long it takes here; 0 where that is not known.
    """
    if not cost.photos:
        return ""
    parts = [
        f"{cost.maps:,} for the heat maps of {cost.photos:,} photo{'s' * (cost.photos > 1)}",
        f"up to {cost.trials:,} to test what stands out",
    ]
    if cost.areas:
        parts.append(f"up to {cost.areas:,} to cover the areas you named")
    if cost.surroundings:
        parts.append(f"up to {cost.surroundings:,} to exchange surroundings")
    first, last = ", ".join(parts[:-1]), parts[-1]
    text = f"The model is asked about {cost.pictures:,} pictures at most: {first} and {last}."
    if cost.times < _TELLING:
        text += f" That is up to {cost.times:.1f} times as much as asking it about each photo once."
    return f"{text} This takes up to about {_duration(seconds)} here, mostly much less." if seconds else text


def _duration(seconds: float) -> str:
    if seconds < 90:
        return counted(max(1, round(seconds)), "second")
    minutes = seconds / 60
    return counted(round(minutes), "minute") if minutes < 90 else counted(round(minutes / 60), "hour")
