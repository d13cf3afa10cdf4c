"""The models that :mod:`benchmarks.quality` measures on real photos, each with its photos and its peers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from torch import Tensor

import models
from benchmarks import quality_peers, real_photos
from benchmarks.quality_peers import Map
from saliency.network.graph import Graph


@dataclass(frozen=True, eq=False)
class PhotoModel:
    """A model, and photos that it gets right.

    Attributes:
        graph: The model.
        x: The photos, ``(N, 3, 224, 224)``, normalised.
        labels: Their classes.
        peers: The peers' maps of the model, and whether each is slow.
    """

    graph: Graph
    x: Tensor
    labels: list[int]
    peers: dict[str, tuple[Map, bool]]


def squeezenet() -> PhotoModel:
    """SqueezeNet 1.0 with real weights, centre crop."""
    module = real_photos.squeezenet()
    graph = Graph(module)
    return PhotoModel(graph, *real_photos.photos_guessed_right(graph), quality_peers.peers(module))


def everyday() -> PhotoModel:
    """The built-in model for people's photos, and the squares in the middle of whole photos."""
    classifier = models.load(models.EVERYDAY)
    graph = classifier.graph
    photos = real_photos.photos_guessed_right(graph, partial(real_photos.middle_square, classifier))
    return PhotoModel(graph, *photos, quality_peers.peers_of_graph(graph))


PHOTO_MODELS = {"squeezenet": squeezenet, "everyday": everyday}
"""By the names on the command line."""
