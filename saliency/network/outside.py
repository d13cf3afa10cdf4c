"""A model asked from outside: pictures in, numbers out, and nothing known of what lies between.

It may be a runtime for a file, a service on the network, or a module that cannot be taken apart. It has no
gradients and no feature maps; what covers parts of a picture and asks again needs neither.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Literal, NoReturn

import torch
from torch import Tensor

from saliency.errors import SaliencyError
from saliency.grids.cells import CellGrid
from saliency.network.covering import Patch, covered
from saliency.network.cut import Halves
from saliency.network.device import in_halves
from saliency.network.graph import BLACK, Graph
from saliency.network.outputs import Ending, are_probabilities
from saliency.network.reference import BY_CHANCE, first_line, same, two_pictures
from saliency.network.shapes import sides

Ask = Callable[[Tensor], Tensor]
"""Asks a model: normalised pictures ``(n, 3, H, W)``, float32, to its outputs ``(n, K)``."""

OUTSIDE = "This model is asked from outside; views that look inside the model are not offered."

_BYTES = 4000.0  # all values together for each point of a picture, as of a ResNet-50
_ROUNDED = 0.05  # how far stated probabilities may be off 1: services round each of them


class OutsideModel(Graph):
    """A classifier of which only forward passes can be had; all else refuses in a sentence.

    What is asked of a :class:`Graph` is asked of it, as far as it goes: methods and checks tell from
    ``offers``, which is empty, what they can have. Any number of threads may share it.

    Attributes:
        outside: Why it is asked from outside, in a sentence.
    """

    def __init__(
        self,
        ask: Ask,
        *,
        size: int | tuple[int, int] = 224,
        black: tuple[float, float, float] = BLACK,
        most: int = 8,
        endings: Sequence[Ending] = (Ending.PROBABILITIES, Ending.LOGITS),
        single: Literal["yes-no", "score"] | None = None,
        exclusive: bool = True,
        threads: bool = False,
        device: torch.device | None = None,
        nbytes: int = 0,
        reason: str = OUTSIDE,
    ) -> None:
        """Ask the model about two random pictures, and find from its answers what its numbers are.

        Args:
            ask: Asks the model. It may raise anything; a :class:`SaliencyError` is passed on as it is.
            size: Side in pixels of the square pictures that it takes, or height and width.
            black: What black is in normalised values.
            most: How many pictures it may be handed at once.
            endings: What its outputs may be; the first that fits what it gives is taken.
            single: As for a :class:`Graph`.
            exclusive: As for a :class:`Graph`.
            threads: Whether several threads may ask at the same time; else one waits for the other.
            device: Where it wants its pictures.
            nbytes: How many bytes of memory the model takes, as far as that is known.
            reason: Why it is asked from outside, in a sentence.

        Raises:
            SaliencyError: It fails, gives something else than one row of finite numbers for each picture or
                other ones each time, or its numbers are not what was said.
        """
        self.black, self.half, self.outside = torch.tensor(black), False, reason
        self.exclusive = exclusive
        self.layers, self.blocks, self.head, self.any_size = (), (), None, False
        self.offers = frozenset()
        self._ask, self._size, self._most = ask, sides(size), max(1, most)
        self._device, self._nbytes = device or torch.device("cpu"), nbytes
        self._turn: AbstractContextManager[object] = nullcontext() if threads else threading.Lock()
        self._single, self._width = single, 0
        pictures = two_pictures(size).to(self._device)
        outputs = self._tried(pictures)
        self._width = outputs.shape[1]
        self.two_sided = single == "yes-no" and self._width == 1
        self.classes = 2 if self.two_sided else self._width
        if Ending.SIGMOID in endings and _in_range(outputs):  # logits may lie there by chance
            harsh = torch.cat([4 * pictures, -4 * pictures])
            outputs = torch.cat([outputs, *map(self._answers, harsh.split(self._most))])
        self.ending = _ending(endings, outputs)

    def __call__(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)`` of normalised pictures ``(B, 3, H, W)``.

        Raises:
            SaliencyError: A gradient is asked for, pictures are of another size, or the model fails.
        """
        if torch.is_grad_enabled() and x.requires_grad:
            self._refuse("gradients")
        return self.logits(x)

    def logits(self, x: Tensor) -> Tensor:
        """As :meth:`Graph.logits`."""
        if not len(x):
            return torch.zeros(0, self.classes, device=self._device)
        if x.ndim != 4 or x.shape[1:] != (3, *self._size):
            raise SaliencyError(
                f"This model takes pictures of {self._sides_said()} pixels only; these are of shape "
                f"{tuple(x.shape)}."
            )
        logits = self.ending.logits(torch.cat([self._answers(part) for part in x.split(self._most)]))
        return torch.cat([0.5 * logits, -0.5 * logits], 1) if self.two_sided else logits

    @property
    def device(self) -> torch.device:
        """Where pictures have to be."""
        return self._device

    @property
    def dtype(self) -> torch.dtype:
        """Single precision."""
        return torch.float32

    @property
    def nbytes(self) -> int:
        """How many bytes of memory the model takes, as far as that is known."""
        return self._nbytes

    def bytes_of(self, height: int, width: int) -> float:
        """A guess, as nobody knows."""
        return _BYTES * height * width

    def cells(self, shape: Sequence[int], size: Sequence[int], at: str | None = None) -> CellGrid | None:
        """``None``: there are no layers."""
        return None

    def covering(self, x: Tensor, patches: Sequence[Patch]) -> Callable[[Sequence[Patch]], Tensor]:
        """As :meth:`Graph.covering`; each picture is asked about whole."""
        return lambda some: self.logits(covered(x, some))

    def _cut(self, names: tuple[str, ...]) -> Halves:
        self._refuse("feature maps")

    def _sides_said(self) -> str:
        return " × ".join(map(str, self._size))

    def _refuse(self, what: str) -> NoReturn:
        raise SaliencyError(
            f"This model is asked from outside, so it has no {what}. Choose a view that covers parts of the "
            "picture and asks again, such as occlusion."
        )

    def _answers(self, pictures: Tensor) -> Tensor:
        """The model's own outputs ``(n, K)`` of at most as many pictures as it takes at once."""
        handed = pictures.detach().to(self._device, torch.float32)
        handed = handed.clone(memory_format=torch.contiguous_format)  # it may write to it
        try:
            with self._turn, torch.no_grad():
                given = in_halves(lambda some: torch.as_tensor(self._ask(some)), handed)
                outputs = given.detach().to(self._device, torch.float32, copy=True)
        except SaliencyError:
            raise
        except Exception as error:  # somebody's code: it may raise anything
            raise SaliencyError(
                f"This model failed when it was asked: {first_line(error)} Check its input size "
                f"({self._sides_said()}), and whether it still runs."
            ) from error
        if self._single and outputs.shape == (len(pictures),):
            outputs = outputs[:, None]
        expected = (len(pictures), self._width or outputs.shape[-1]) if outputs.ndim else ()
        if outputs.ndim != 2 or outputs.shape != expected:
            raise SaliencyError(
                "This model has to give one row of scores for each picture, always of the same length; for "
                f"{len(pictures)} it gave {' × '.join(map(str, outputs.shape)) or 'one number'}. "
                "Use an image classifier."
            )
        if outputs.isnan().any():
            raise SaliencyError(
                "This model gives no numbers for this picture. Check its weights, and the mean and deviation "
                "that its pictures are prepared with."
            )
        return outputs

    def _tried(self, pictures: Tensor) -> Tensor:
        """Its outputs ``(2, K)`` of two pictures; from now on it is asked one by one where it has to be."""
        first, second = pictures.split(1)
        alone = self._answers(first)
        if self._most > 1:
            try:
                together = self._answers(pictures)
            except SaliencyError:
                self._most = 1
            else:
                if same(torch.cat([alone, together[1:]]), together):
                    return _finite(together)
                self._most = 1
        outputs = torch.cat([alone, self._answers(second)])
        if not same(torch.cat([self._answers(first), outputs[1:]]), outputs):
            raise SaliencyError(BY_CHANCE)
        return _finite(outputs)


def _finite(outputs: Tensor) -> Tensor:
    if not outputs.isfinite().all():
        raise SaliencyError(
            "This model gives numbers that are not finite, even for plain random pictures. Check its weights."
        )
    return outputs


def _ending(endings: Sequence[Ending], outputs: Tensor) -> Ending:
    """The first of the endings that fits outputs ``(n, K)``.

    Raises:
        SaliencyError: None does.
    """
    rounded = _ROUNDED if len(endings) == 1 else None
    for ending in endings:
        if ending is Ending.LOGITS:
            return ending
        if ending is Ending.SIGMOID and _in_range(outputs):
            return ending
        if ending is Ending.PROBABILITIES and outputs.shape[1] > 1 and are_probabilities(outputs, rounded):
            return ending
    raise SaliencyError(
        "This model is said to give shares, but its numbers for a random picture go from "
        f"{float(outputs[0].min()):.4g} to {float(outputs[0].max()):.4g} and add up to "
        f"{float(outputs[0].sum()):.4g}. Check which of its outputs is read, and what it gives."
    )


def _in_range(outputs: Tensor) -> bool:
    return bool(((outputs >= 0) & (outputs <= 1)).all())
