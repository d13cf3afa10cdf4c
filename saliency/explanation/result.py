"""The answer to one question about one photo: its map, its pictures, its record, its files."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import torch
from numpy.typing import NDArray
from PIL import Image

from saliency.classifier import OutputKind, Outputs, Score
from saliency.errors import UnansweredError
from saliency.familiarity import Familiarity, Footing
from saliency.files import png, stem, write
from saliency.grids.cells import CellGrid
from saliency.heat import heatmap
from saliency.heat.scale import MapKind, kind_of_map
from saliency.methods.sampling import Estimate
from saliency.photo.framing import Framing, Placement
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto

Size = tuple[int, int]
"""(width, height) in pixels."""

_SIDES = {
    OutputKind.LABELS: ("against", "for the tag"),
    OutputKind.SCORE: ("lowers the score", "raises the score"),
}


@dataclass(frozen=True, eq=False)
class Explanation:
    """Which parts of a photo a classifier's score depended on, according to one method.

    Attributes:
        photo: The photo asked about.
        placement: Where what the model received lies in it.
        framing: How the photo was handed to the model.
        received: What the model received, ``(h, w, 3)`` uint8.
        attribution: The method's raw result, ``(h', w')`` float32, in units of the logit.
        scores: All classes, best first.
        target: The class explained.
        rather_than: The class it was contrasted with, if one was.
        method: The method's key.
        signed: Whether negative values mean something.
        settings: All settings, defaults included.
        layer: The layer read, if the method reads one.
        seed: Where random numbers started.
        seconds: How long the attribution took.
        estimate: How sure the map is, where the method says: samples, standard errors, gap.
        model: What people call the model.
        weights: SHA-256 of its weights file.
        source: Where its weights come from.
        cells: Where the cells of ``attribution`` look on what the model received; ``None``: they are spread
            evenly over it.
        prepared: The photo as the model received it, which further questions about it are asked of; ``None``
            where nothing more can be asked.
    """

    photo: Photo
    placement: Placement
    framing: Framing
    received: NDArray[np.uint8]
    attribution: NDArray[np.float32]
    scores: tuple[Score, ...]
    target: Score
    rather_than: Score | None
    method: str
    signed: bool
    settings: dict[str, int | float | str]
    layer: str
    seed: int
    seconds: float
    estimate: Estimate | None
    model: str
    weights: str
    source: str
    cells: CellGrid | None = None
    prepared: PreparedPhoto | None = None

    @property
    def kind(self) -> MapKind:
        """Whether there is something to show: an empty or even map is no finding."""
        return kind_of_map(self.attribution, signed=self.signed, reference=self.target.logit)

    @property
    def empty(self) -> bool:
        """Whether no part stands out, so that there is nothing to show."""
        return self.kind is not MapKind.SPOTS

    @property
    def outputs(self) -> Outputs:
        """What the scores are; shares of classes where nothing more can be asked."""
        return Outputs() if self.prepared is None else self.prepared.classifier.outputs

    @property
    def counted(self) -> NDArray[np.float32]:
        """The map's values ``(h', w')`` that speak for a place from 0 up; of a number, either way counts."""
        both = self.signed and self.outputs.is_score
        return np.abs(self.attribution) if both else self.attribution

    @property
    def temperature(self) -> float:
        """What logits are divided by before they become scores; 1 where nothing more can be asked."""
        prepared = self.prepared
        return 1.0 if prepared is None else prepared.classifier.temperature_of(prepared.framing)

    @property
    def familiarity(self) -> Familiarity | None:
        """Whether the model knows what the photo shows; ``None`` where nothing more can be asked."""
        try:
            return None if self.prepared is None else self.prepared.familiarity
        except UnansweredError:
            return None

    @property
    def outside(self) -> str:
        """Why the model was only asked from outside, in a sentence; empty where it was not."""
        return "" if self.prepared is None else self.prepared.classifier.graph.outside

    @property
    def warning(self) -> str:
        """What the model's description says has to go with every result; usually empty."""
        return "" if self.prepared is None else self.prepared.classifier.warning

    @property
    def stopped(self) -> str:
        """Why the map is not finished, in sentences; empty where it is."""
        if self.estimate is None or not self.estimate.stopped:
            return ""
        return f"This map is made of {self.estimate.samples} samples only. {self.estimate.stopped}"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What has to be said wherever this is shown: the model's warning, and how unsure it is."""
        known = self.familiarity
        doubt = "" if known is None or known.footing is Footing.SURE else known.sentence
        return tuple(filter(None, (self.warning, self.stopped, doubt)))

    @cached_property
    def heat_map(self) -> NDArray[np.float32]:
        """``(H, W)`` of the photo's own size, in [0, 1], or [-1, 1] for signed methods."""
        return self._heat_map(None)

    def overlay(self, strength: float = 0.6, size: Size | None = None) -> Image.Image:
        """Photo and heat map together, RGB; ``strength`` in [0, 1] is the opacity of the strongest heat."""
        pixels = self.photo.pixels if size is None else np.asarray(self.photo.image.resize(size))
        together = heatmap.overlay(pixels, self._heat_map_at(size), signed=self.signed, strength=strength)
        return heatmap.cut_edges_faded(together, self.placement) if self.placement.cut_share else together

    def heat_image(self, size: Size | None = None) -> Image.Image:
        """The heat map in colours, RGB; what the model did not receive is hatched."""
        return heatmap.heat_image(self._heat_map_at(size), self.placement, signed=self.signed)

    def received_image(self, size: Size | None = None) -> Image.Image:
        """What the model received, in the photo's frame, RGB; edges that were cut off are faded."""
        return heatmap.received_image(self.photo, self.placement, self.received, size)

    def legend(self) -> Image.Image:
        """The colour bar that goes with the pictures, RGB."""
        return heatmap.legend(signed=self.signed)

    def record(self) -> dict[str, Any]:
        """All that is needed to repeat and to judge this explanation, as JSON types."""
        return {
            "photo": self.photo.name,
            "photo_sha256": self.photo.digest,
            "photo_size": [self.photo.width, self.photo.height],
            "framing": str(self.framing),
            "input_size": [self.placement.input_size[1], self.placement.input_size[0]],
            "cut_share": round(self.placement.cut_share, 4),
            "target": self.target.label,
            "rather_than": self.rather_than.label if self.rather_than else None,
            "scores": [{"label": s.label, "score": round(s.score, 6)} for s in self.scores[:5]],
            "outputs": self.outputs.record(),
            **self._given(),
            "method": self.method,
            "settings": self.settings,
            "layer": self.layer,
            "cells": None if self.cells is None else self.cells.record(),
            "seed": self.seed,
            "signed": self.signed,
            "map": str(self.kind),
            "familiarity": self._familiarity(),
            "warning": self.warning,
            **({"stopped": self.stopped} if self.stopped else {}),
            "seconds": round(self.seconds, 3),
            **({} if self.estimate is None else self.estimate.record()),
            "model": self.model,
            "weights_sha256": self.weights,
            "weights_source": self.source,
            **({"asked_from_outside": self.outside} if self.outside else {}),
            "versions": {
                "torch": str(torch.__version__),
                "pillow": PIL.__version__,
                "numpy": np.__version__,
                "matplotlib": version("matplotlib"),
            },
        }

    def parts(self) -> dict[str, bytes]:
        """The result as files, each at the photo's own size, for the next analysis.

        Returns:
            File name to content: overlay and heat map as PNG that carry their own legend, the heat map's
            values as NPY (float32, as `saliency.heat.heatmap.heat_map` defines them), and the record as JSON,
            with whether the model knows what the photo shows.
        """
        _ = self.familiarity  # so that the record has it
        start, legend = stem(self.photo.name), self._legend_in_words()
        values = io.BytesIO()
        np.save(values, self.heat_map, allow_pickle=False)
        record = json.dumps(self.record(), indent=2, ensure_ascii=False, allow_nan=False)
        return {
            f"{start}-overlay.png": png(self.overlay(), legend),
            f"{start}-heat-map.png": png(self.heat_image(), legend),
            f"{start}-heat-map.npy": values.getvalue(),
            f"{start}.json": f"{record}\n".encode(),
        }

    def save(self, folder: str | Path) -> list[Path]:
        """Write overlay, heat map, its values and the record into a folder, made if missing.

        Raises:
            SaliencyError: The folder cannot be written to.
        """
        return write(self.parts(), folder)

    def _legend_in_words(self) -> dict[str, str]:
        """What the pictures show, as text that file managers and image programs show."""
        dark_to_bright = "dark: less influence, bright: more influence"
        against, favour = _SIDES.get(self.outputs.kind, ("against", "for the class"))
        scale = f"blue: {against}, orange: {favour}" if self.signed else dark_to_bright
        rival = f" compared with “{self.rather_than.label}”" if self.rather_than else ""
        warning = f" Warning: {self.warning}" if self.warning else ""
        scored = "" if self.outputs.is_score else "the score for "
        return {
            "Title": f"Influence on {scored}“{self.target.label}”{rival}",
            "Description": f"{scale} (this picture only). "
            f"Model: {self.model}. Method: {self.method}.{warning}",
        }

    def _heat_map_at(self, size: Size | None) -> NDArray[np.float32]:
        """The heat map in a frame of ``size`` (width, height); the photo's own if ``None``."""
        return self.heat_map if size is None else self._heat_map(size)

    def _heat_map(self, size: Size | None) -> NDArray[np.float32]:
        return heatmap.heat_map(
            self.attribution,
            self.placement,
            signed=self.signed,
            size=size,
            reference=self.target.logit,
            cells=self.cells,
        )

    def _given(self) -> dict[str, Any]:
        """The labels that are given, where several may be."""
        if self.outputs.kind is not OutputKind.LABELS:
            return {}
        return {"given": [score.label for score in self.scores if self.outputs.given(score.score)]}

    def _familiarity(self) -> dict[str, Any] | None:
        """What is known of it; a record asks the model nothing."""
        known = None if self.prepared is None else self.prepared.known_familiarity
        return None if known is None else known.record()
