"""What a module gives for two random pictures, to hold its graph against.

Tracing reads a module's code, and code can do what a graph does not show. One comparison of numbers tells
whether the graph is the module, whatever the reason.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from saliency.errors import NoGraphError, SaliencyError
from saliency.network.shapes import FAILURES, sides

_OF_SPREAD = 1e-3  # how far outputs may be off, of how far those of the two pictures are apart
_OF_SIZE = 1e-4  # and of the largest output: sums of large numbers round more

BY_CHANCE = (
    "This model gives one picture other scores each time it is asked, so no map of it could be relied on. "
    "Switch off what it draws by chance, such as dropout, in eval mode."
)


class Reference:
    """A module, and what it gives for two random pictures.

    Attributes:
        pictures: ``(2, 3, H, W)``, in the module's precision, on its device.
        outputs: ``(2, K)``; ``None`` if the module fails, or gives something else than a tensor.
    """

    def __init__(self, module: nn.Module, size: int | tuple[int, int]) -> None:
        """Run the module, frozen and in eval mode, on pictures of a height and width, or of a square's side.

        Raises:
            SaliencyError: It has no weights.
        """
        self._module = module
        weights = [p for p in module.parameters() if p.is_floating_point()]
        like = weights[0] if weights else torch.zeros(())
        if like.is_meta:
            raise SaliencyError(
                "This model has no weights yet: it is on torch's meta device. Load them first."
            )
        self.pictures = two_pictures(size).to(dtype=like.dtype, device=like.device)
        self._failure: Exception | None = None
        self.outputs = self._run()

    def compare(self, graph: Callable[[Tensor], Tensor]) -> None:
        """Holds what the graph gives, as the module's own outputs, against them.

        Raises:
            NoGraphError: They differ.
            SaliencyError: The module cannot be run, or gives no numbers, or others each time.
        """
        if self._failure is not None:
            height, width = self.pictures.shape[2:]
            raise SaliencyError(
                f"This model fails on two pictures of {height} × {width} pixels: "
                f"{first_line(self._failure)} It has to accept several pictures at once. Check its code "
                "and its input size."
            ) from self._failure
        if self.outputs is None:
            return
        if not self.outputs.isfinite().any():
            raise SaliencyError(
                "This model gives no numbers, even for plain random pictures. Check its weights: they may be "
                "damaged, or too large for their precision."
            )
        try:
            with torch.no_grad():
                given = graph(self.pictures.clone())
        except FAILURES as error:
            raise NoGraphError(
                f"This model could not be taken apart: {first_line(error)}",
                "what it computes cannot be run in parts",
            ) from error
        if same(given, self.outputs):
            return
        again = self._run()
        if again is None or not same(again, self.outputs):
            raise SaliencyError(BY_CHANCE)
        raise NoGraphError(
            "This model could not be taken apart faithfully: put together again, it gives two random "
            "pictures other scores than the model itself. Its code may change a value in place that is "
            "read again under another name (write y = x.relu() in place of x.relu_(), and so on), or have "
            "hooks, which are to be removed.",
            "put together from its parts, it gives other scores",
        )

    def same_at(self, graph: Callable[[Tensor], Tensor], size: tuple[int, int]) -> bool:
        """Whether a graph gives what the module gives for pictures of another height and width."""
        pictures = functional.interpolate(self.pictures, size, mode="nearest")
        expected = self._run(pictures)
        if expected is None:
            return False
        try:
            with torch.no_grad():
                return same(graph(pictures), expected)
        except FAILURES:
            return False

    def _run(self, pictures: Tensor | None = None) -> Tensor | None:
        module = self._module  # a graph that is called, not run, prints what fails
        run = module.forward if isinstance(module, fx.GraphModule) else module
        try:
            with torch.no_grad():
                outputs = run((self.pictures if pictures is None else pictures).clone())
        except Exception as error:  # somebody's code: it may raise anything
            self._failure = error
            return None
        return outputs if isinstance(outputs, Tensor) else None

    @property
    def gives_scores(self) -> bool:
        """Whether it gives one row of numbers for each of the two pictures."""
        return self.outputs is not None and self.outputs.ndim in (1, 2) and len(self.outputs) == 2


def two_pictures(size: int | tuple[int, int]) -> Tensor:
    """Two random pictures of normalised values, ``(2, 3, H, W)``; a size is a side, or height and width."""
    pictures = torch.randn((2, 3, *sides(size)), generator=torch.Generator().manual_seed(0))
    pictures[1] = 0.5 * pictures[1] + 0.5  # brighter and paler, so that the outputs are apart
    return pictures


def same(given: Tensor, expected: Tensor) -> bool:
    """Whether outputs of the two pictures ``(2, K)`` differ by rounding only."""
    given, expected = given.cpu(), expected.cpu()
    if given.shape != expected.shape:
        return False
    finite = expected.isfinite()
    if not torch.equal(given[~finite].nan_to_num(), expected[~finite].nan_to_num()):
        return False
    given, expected = (values.where(finite, 0.0).double() for values in (given, expected))
    allowed = _OF_SPREAD * (expected[0] - expected[1]).abs().max() + _OF_SIZE * expected.abs().max()
    return bool((given - expected).abs().max() <= allowed + torch.finfo(torch.float32).tiny)


def first_line(error: Exception) -> str:
    """The first line of what an error says, as a sentence."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0].strip()
    return line if line.endswith((".", "!", "?")) else f"{line}."
