"""What an audit costs, said before it begins."""

from __future__ import annotations

from saliency.audit.evidence.stages import LEAST_PICTURES
from saliency.audit.evidence.things import pasting
from saliency.audit.reports.cost_words import audit_cost, cost_sentence


def test_the_most_that_is_asked_is_said_with_its_parts() -> None:
    cost = audit_cost(10_000, ["grad-cam"])
    assert pasting.PICTURES == 576
    assert (cost.maps, cost.trials, cost.pictures) == (12_000, LEAST_PICTURES + 576, 18_576)
    assert cost_sentence(cost, 3600) == (
        "The model is asked about 18,576 pictures at most: 12,000 for the heat maps of 10,000 photos and up "
        "to 6,576 to test what stands out. That is up to 1.9 times as much as asking it about each photo "
        "once. This takes up to about 60 minutes here, mostly much less."
    )
    assert cost.times <= 3
    assert cost_sentence(audit_cost(0, ["grad-cam"])) == ""


def test_areas_and_surroundings_are_counted() -> None:
    cost = audit_cost(100, ["grad-cam"], areas=100, products=100)
    assert (cost.areas, cost.surroundings) == (9600, 700)
    said = cost_sentence(cost)
    assert "up to 9,600 to cover the areas you named and up to 700 to exchange surroundings." in said
    assert "times as much" not in said, "of few photos it says nothing"
