"""What it costs to ask a model that is behind an address, in pictures, said before it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.endpoint.client import Client, client_of
from saliency.classifier import Classifier
from saliency.explanation.questions import questions_of

FIRST = 3
"""Pictures about which a model is asked of every photo: itself, mirrored, and its middle enlarged."""


def cost(classifier: Classifier, pictures: int, more: str = "") -> str:
    """About how many pictures the service is asked, and may still be; empty for a model on this computer.

    Args:
        classifier: The model.
        pictures: How many at most.
        more: What else is to be said of that, as part of the sentence.
    """
    client = client_of(classifier.digest)
    return "" if client is None else _sentence(client, pictures, more)


def cost_of_views(
    classifier: Classifier,
    methods: Sequence[str],
    photos: int,
    settings: Mapping[str, Any] | None = None,
    *,
    place: int = 0,
    trials: int = 0,
) -> str:
    """The same for views of photos.

    Args:
        classifier: The model.
        methods: Keys of the views.
        photos: How many photos there are.
        settings: Of the views, where they are not the usual ones.
        place: Pictures about which it is asked at most for each place that is tested in a photo, too.
        trials: Pictures about which it is asked at most besides, for all photos together.
    """
    if client_of(classifier.digest) is None:
        return ""
    size = classifier.preprocessing.size
    each = FIRST + sum(questions_of(method, *size, **(settings or {})) for method in methods)
    more = f", and up to {place:,} more for each place that is tested in a photo" if place else ""
    return cost(classifier, photos * each + trials, more)


def _sentence(client: Client, pictures: int, more: str) -> str:
    text = (
        f"It asks the service at {client.endpoint.host} about up to {pictures:,} pictures{more}; "
        f"{client.asked:,} were asked about today."
    )
    left = client.left
    if left is None:
        return text
    if pictures > left:
        return f"{text} Only {left:,} more are allowed today, so it may stop before its end."
    return f"{text} {left:,} more are allowed today."
