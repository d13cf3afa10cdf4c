"""The classifier of a model that cannot be taken apart: it is asked from outside, and that is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn

from saliency.classifier import Classifier, Preprocessing
from saliency.network.device import chosen_device

_NOT_OFFERED = "views that look inside the model are not offered"


def note(reason: str) -> str:
    """That a model is asked from outside and why, in a sentence.

    Args:
        reason: Half a sentence, such as “the file uses the operator Foo, which is not known here”.
    """
    return f"This model is asked from outside, because {reason}; {_NOT_OFFERED}."


class FixedBatch(nn.Module):
    """What takes a certain number of pictures at a time, as a module that takes any number."""

    def __init__(self, run: Callable[[Tensor], Tensor], batch: int) -> None:
        super().__init__()
        self._run, self._batch = (run,), batch  # in a tuple, as exported modules cannot be parts of others

    def forward(self, pictures: Tensor) -> Tensor:
        """The outputs ``(N, K)``."""
        return in_batches(*self._run, pictures, self._batch)


def in_batches(run: Callable[[Tensor], Tensor], pictures: Tensor, batch: int) -> Tensor:
    """The outputs ``(N, K)`` of what takes exactly ``batch`` pictures; the last picture is repeated."""
    parts = []
    for part in pictures.split(batch):
        rest = part[-1:].expand(batch - len(part), -1, -1, -1)
        parts.append(run(torch.cat([part, rest]))[: len(part)])
    return torch.cat(parts)


def asked_classifier(
    module: nn.Module,
    preprocessing: Preprocessing,
    labels: Sequence[str],
    name: str,
    source: str,
    *,
    reason: str,
    nbytes: int,
    device: str | None = None,
    **about: Any,
) -> Classifier:
    """A classifier that asks a module from outside.

    Args:
        module: From pictures ``(N, 3, H, W)`` to outputs ``(N, K)``; it is nobody else's.
        preprocessing: As for :meth:`saliency.Classifier.build`, as are the arguments after it.
        labels: The same.
        name: The same.
        source: The same.
        reason: Why it is asked from outside, as half a sentence.
        nbytes: How many bytes the model takes.
        device: Where to compute, for a module with weights in it.
        **about: As for :meth:`saliency.Classifier.from_outside`.

    Raises:
        SaliencyError: As :meth:`saliency.Classifier.from_outside`.
    """
    module = module.eval().requires_grad_(False)
    here = next(module.parameters(), None) is None  # a runtime of its own
    where = torch.device("cpu") if here else chosen_device(device)
    module.to(where)
    # a graph that is called, not run, prints what fails
    run = module.forward if isinstance(module, fx.GraphModule) else module

    def ask(pictures: Tensor) -> Tensor:
        outputs: Tensor = run(pictures)
        return outputs

    return Classifier.from_outside(
        ask, preprocessing, labels, name, source, reason=note(reason), nbytes=nbytes, device=where, **about
    )
