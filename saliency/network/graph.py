"""A classifier as a ``torch.fx`` graph that can be split at a feature map.

Peers attach hooks to a shared module; here a module is traced once and a method *calls functions*:
``logits == suffix(prefix(x))``. Both halves are stateless, so any number of threads may share one graph.

The graph owns a private copy of the module's structure: in eval mode, weights frozen (storage shared with
the original where nothing had to change), batch norm folded into the convolution before it, in-place
operations made out of place, channels-last weights, on the device asked for. The original module is left as
it was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Literal, cast

import torch
from torch import Tensor, fx, nn

from saliency.errors import NoGraphError, SaliencyError
from saliency.grids.cells import CellGrid
from saliency.network.blocks import Block
from saliency.network.covering import Covering, Patch, border, covered
from saliency.network.cut import Halves, cut
from saliency.network.device import check_half, failures_said, in_halves, move, precision
from saliency.network.exported import EXPORTED
from saliency.network.features import Features, features_at
from saliency.network.fusion import Fusion
from saliency.network.head import Head, linear_head
from saliency.network.layer import Layer, layer_named
from saliency.network.objective import Objective, gradient
from saliency.network.outputs import Ending, as_column, without_ending, yes_and_no
from saliency.network.receptive_field import ReceptiveFields
from saliency.network.reference import Reference
from saliency.network.shapes import Shapes
from saliency.network.structure import ATTENTION, BIASES, FEATURE_MAP, GRADIENT, Structure
from saliency.network.tracing import frozen_copy, traced

__all__ = [
    "ATTENTION",
    "BIASES",
    "BLACK",
    "FEATURE_MAP",
    "GRADIENT",
    "Features",
    "Graph",
    "Objective",
    "channels_last",
    "gradient",
]

BLACK = (-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225)
"""Black in ImageNet's normalised values."""


class Graph:
    """A frozen classifier: images ``(B, 3, H, W)`` in, logits ``(B, K)`` out.

    Attributes:
        module: The traced, folded module.
        layers: Layers with a spatial feature map, in order; one a resolution, or one a transformer block.
        blocks: Self-attentions between all cells of one map, in order; empty where there are none.
        classes: K, the number of classes.
        offers: What methods may ask of it: ``gradient``, ``feature map``, ``attention``, and
            ``biases that account for the score`` (no norm is computed from the picture itself).
        head: The linear head after global average pooling, where everything after the feature map is one.
        ending: How the module's own outputs follow from the logits; a softmax or sigmoid is cut off its end.
        two_sided: Whether the module gives one number, the logit of yes, of which the graph makes two.
        exclusive: Whether its classes exclude each other, so that what speaks for all alike tells none apart.
        black: The normalised value of black a channel, ``(3,)``; a baseline for methods that need one.
        any_size: Whether pictures of other sizes and aspect ratios than the trained one are accepted.
        half: Whether passes without a way back, of which only the logits are read, are in half precision.
        outside: Why it is only asked from outside, in a sentence; empty for a graph.
    """

    outside: str

    def __init__(
        self,
        module: nn.Module,
        *,
        size: int | tuple[int, int] = 224,
        black: tuple[float, float, float] = BLACK,
        compared: bool = True,
        device: torch.device | None = None,
        half: bool = False,
        single: Literal["yes-no", "score"] | None = None,
        exclusive: bool = True,
    ) -> None:
        """Trace a module.

        Args:
            module: Any traceable classifier; it is not changed.
            size: Side in pixels of the square input it was trained for, or height and width of another.
            black: What black is in normalised values, ``(0 − mean) / std``; by default ImageNet's.
            compared: Whether to hold the graph against the module on two random pictures; needless where the
                module is a graph's own.
            device: Where to compute; ``None``: where the module is.
            half: Whether to take passes without a way back in half precision.
            single: What one number a picture is, where the module gives one: ``yes-no`` makes it two logits,
                half of it and minus half of it; a ``score`` stays as the module gives it.
            exclusive: Whether the classes exclude each other.

        Raises:
            NoGraphError: The module works, and cannot be traced, or gives other scores than its graph.
            SaliencyError: It does not map one picture to one row of logits; or the device cannot take it.
        """
        self.black, self.half, self.outside = torch.tensor(black), False, ""
        self.exclusive = exclusive
        reference = Reference(frozen_copy(module), size) if compared else None
        self.module = traced(module, size)
        outputs = reference.outputs if reference else None
        self.ending = Ending.LOGITS if single == "score" else without_ending(self.module, outputs)
        self.two_sided = single == "yes-no" and outputs is not None and outputs[0].numel() == 1
        self._column = single is not None and outputs is not None and outputs.ndim == 1
        if self.two_sided:
            yes_and_no(self.module)
        elif self._column:
            as_column(self.module)
        if device is not None:
            move(self.module, device)  # before anything is derived from it
        structure = _structure(self.module, size, reference)
        self.classes = structure.classes
        self.layers: tuple[Layer, ...] = structure.layers
        self.blocks: tuple[Block, ...] = structure.blocks
        self.any_size = structure.shapes.any_size
        self.offers = structure.offers
        self._shapes = structure.shapes
        self._halves: dict[tuple[str, ...], Halves] = {}
        self._lock = threading.Lock()
        self._fields = ReceptiveFields(self.module, structure.shapes)
        self._fused = Fusion(self.module, structure.shapes)
        self._quick = self._fused(self.module)
        height, width = structure.shapes.size
        if reference is not None:
            reference.compare(self._outputs)
            if self.any_size and self.module.meta.get(EXPORTED):
                self.any_size = reference.same_at(self._outputs, (height + height // 2, width + width // 4))
        if half:
            self._take_in_half((height, width))
        self.head: Head | None = None
        if self.layers:
            self.head = linear_head(self.module, self.layers[-1], lambda: self.split()[1])

    def __call__(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)`` of normalised pictures ``(B, 3, H, W)``; differentiable in ``x``.

        Without gradients, a batch for which a graphics card has no memory is taken in halves.
        """
        x = self._received(x)
        if torch.is_grad_enabled():
            logits: Tensor = self._quick(x)
            return logits
        with failures_said(self.device):
            return in_halves(self._scored, x)

    @property
    def device(self) -> torch.device:
        """Where the weights are, and pictures have to be."""
        return next((p.device for p in self.module.parameters()), torch.device("cpu"))

    @property
    def shapes(self) -> Shapes:
        """Those of the graph's values, by the names of their nodes."""
        return self._shapes

    def bytes_of(self, height: int, width: int) -> float:
        """About how many bytes all values together take for one picture of that size."""
        sides = self._shapes.size
        return self._shapes.nbytes * height * width / (sides[0] * sides[1])

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in points of the pictures that it was trained for."""
        height, width = self._shapes.size
        return height, width

    @property
    def nbytes(self) -> int:
        """How many bytes the weights take."""
        return sum(tensor.nbytes for tensor in (*self.module.parameters(), *self.module.buffers()))

    @property
    def dtype(self) -> torch.dtype:
        """The precision of the weights, which pictures are brought to; half precision is made single."""
        return next((p.dtype for p in self.module.parameters() if p.is_floating_point()), torch.float32)

    def layer(self, name: str | None = None) -> Layer:
        """The layer of that name; by default the last one.

        Raises:
            SaliencyError: There is none.
        """
        return layer_named(name, self.layers)

    def cells(self, shape: Sequence[int], size: Sequence[int], at: str | None = None) -> CellGrid | None:
        """Where the cells of a layer look (the last by default), or of any other feature map in the graph.

        Args:
            shape: Rows and columns of the map, ``(h, w)``.
            size: Height and width of the pictures.
            at: Name of the layer, or of a node that holds a map ``(B, C, h, w)``.

        Returns:
            ``None`` where it cannot be derived: the cells are then taken to be spread evenly.
        """
        name = at or self.layer().name
        source = next((layer.cells for layer in self.layers if layer.name == name), "")
        (rows, columns), (height, width) = shape, size
        return self._fields.grid(source or name, (rows, columns), (height, width))

    def closed_form(self, at: str | None = None) -> Head | None:
        """The linear head that follows a layer (the last by default), if one does."""
        return self.head if self.layers and at in (None, self.layers[-1].name) else None

    def split(self, at: str | None = None) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
        """Two stateless callables with ``logits == suffix(prefix(x))``.

        Args:
            at: Name of a node of the graph that everything flows through; by default the last feature map.

        Raises:
            SaliencyError: No such node, or something flows around it.
        """
        name = at or self.layer().name
        halves = self._cut((name,))
        if self.any_size and halves.follows_picture:
            raise SaliencyError(
                f"The model cannot be split at “{name}”: the picture's size is read after it."
            )

        def prefix(x: Tensor) -> Tensor:
            values: Tensor = halves.first(self._received(x))[0]
            return values

        def suffix(values: Tensor) -> Tensor:
            logits: Tensor = halves.second(values, *halves.without_numbers(values))
            return logits

        return prefix, suffix

    def features(self, x: Tensor, at: str | None = None) -> Features:
        """The feature map of ``x`` at a layer (the last by default), without gradients, and what follows."""
        layer = self.layer(at)
        halves = self._cut((layer.name, *layer.beside))
        with torch.no_grad(), failures_said(self.device):
            at_cut = halves.first(self._received(x))
        return features_at(layer, halves, at_cut, x)

    def logits(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)`` without gradients."""
        with torch.no_grad():
            return self(x)

    def covering(self, x: Tensor, patches: Sequence[Patch]) -> Callable[[Sequence[Patch]], Tensor]:
        """What gives logits ``(n, K)`` of a picture with each of ``n`` patches, alone, set to 0.

        Where that saves work, early maps are computed only as far as a patch reaches.

        Args:
            x: The picture ``(1, 3, H, W)``.
            patches: Rows and columns of all that will be asked for.
        """
        x, values = self._received(x), self._shapes.values_of((x.shape[2], x.shape[3]))
        name = border(self.module, self._shapes, values, patches)
        return (
            Covering(self._cut((name,)), x, patches) if name else lambda some: self.logits(covered(x, some))
        )

    def yes_or_no(self, index: int, scale: float = 1.0, less: float = 0.0) -> Graph:
        """A graph that makes one of this one's logits two: half of ``scale · logit − less``, and minus that.

        It shares the weights; all that can be had of this one can be had of it.
        """
        module, (red, green, blue) = frozen_copy(self.module), self.black.tolist()
        yes_and_no(cast(fx.GraphModule, module), index, scale, less)
        graph = Graph(
            module,
            size=self._shapes.size,
            black=(red, green, blue),
            compared=False,
            half=self.half,
            single="score",
        )
        graph.any_size = self.any_size
        return graph

    def feature_gradient(
        self, x: Tensor, objective: Objective, at: str | None = None
    ) -> tuple[Tensor, Tensor]:
        """A feature map and the gradient of the objective with respect to it, both ``(B, C, h, w)``.

        With a linear head the gradient is ``(∂S/∂logits · W) / (h·w)`` in closed form.
        """
        features, logits_from = self.features(x, at)
        head = self.closed_form(at)
        if head is None:
            return features, gradient(lambda cells: objective(logits_from(cells)), features)
        weights = gradient(objective, head.logits(features)) @ head.weight / features[0, 0].numel()
        return features, weights[:, :, None, None].expand_as(features)

    def _scored(self, x: Tensor) -> Tensor:
        """Logits without gradients, in the precision that was asked for."""
        with precision(self.device, half=self.half):
            logits: Tensor = self._quick(x)
        return logits.to(self.dtype)

    def _take_in_half(self, size: tuple[int, int]) -> None:
        """From now on takes passes without a way back in half precision.

        Raises:
            SaliencyError: Logits are then off by too much.
        """
        pictures = torch.randn((2, 3, *size), generator=torch.Generator().manual_seed(0)).to(self.device)
        full = self.logits(pictures)
        self.half = True
        check_half(self.logits(pictures), full)

    def _outputs(self, pictures: Tensor) -> Tensor:
        """What the module itself would give for pictures, as the graph computes it."""
        logits = self(pictures.to(self.device))
        if self.two_sided:
            logits = logits[:, :1] - logits[:, 1:]
        outputs = self.ending.outputs(logits)
        return outputs[:, 0] if self._column else outputs

    def _received(self, x: Tensor) -> Tensor:
        """Pictures ``(B, 3, H, W)`` of any floating type as the graph reads them."""
        return channels_last(x.to(self.dtype) if x.is_floating_point() else x)

    def _cut(self, names: tuple[str, ...]) -> Halves:
        with self._lock:
            if names not in self._halves:
                self._halves[names] = cut(self.module, names, self._shapes, self._fused)
            return self._halves[names]


def _structure(module: fx.GraphModule, size: int | tuple[int, int], reference: Reference | None) -> Structure:
    """The parts of a traced module; where they are not found though the module works, that is said."""
    try:
        return Structure(module, size)
    except SaliencyError as error:
        if reference is None or not reference.gives_scores:
            raise
        raise NoGraphError(error.message, "its parts cannot be told from one another") from error


def channels_last(x: Tensor) -> Tensor:
    """Pictures ``(B, 3, H, W)`` laid out in memory as convolutions on a CPU read them."""
    return x.contiguous(memory_format=torch.channels_last)
