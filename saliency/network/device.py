"""Where a model computes: on the processor, or on a graphics card (CUDA, or Apple's by MPS).

Chosen once, when a graph is made; all that is derived from the model is made there. Random numbers are drawn
on the processor and moved, so that the same seed means the same samples everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import Tensor, nn

from saliency.errors import SaliencyError

DEVICE = "SPOTLIGHT_DEVICE"
"""An environment variable: the device where none is asked for; ``auto`` where it is not set either."""

DEVICES = ("auto", "cpu", "cuda", "mps")

PRECISIONS = ("full", "half")

HALF_OFF = 1e-2
"""How far logits in half precision may be off, of the largest one."""

_REMEDY = f"Compute on the processor instead: --device cpu, or {DEVICE}=cpu in the environment."


def chosen_device(wish: str | torch.device | None = None) -> torch.device:
    """The device asked for, if it is there.

    Args:
        wish: ``cpu``, ``cuda`` (or one of several, ``cuda:1``), ``mps``, or ``auto``: the first of CUDA, MPS
            and the processor that can be used. ``None``: what the environment says in :data:`DEVICE`.

    Raises:
        SaliencyError: There is no such device here.
    """
    name = str(wish or os.environ.get(DEVICE) or "auto").strip().lower()
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if _count(kind)))
    kind, colon, number = name.partition(":")
    if kind not in DEVICES[1:] or (colon and not number.isdecimal()):
        raise SaliencyError(f"The device can be {', '.join(DEVICES)}; it was “{name[:40]}”.")
    here = _count(kind)
    if not here:
        build = "CUDA" if kind == "cuda" else "MPS (macOS on Apple silicon)"
        raise SaliencyError(
            f"There is no device “{kind}” on this computer, or torch was installed without {build}. {_REMEDY}"
        )
    if int(number or 0) >= here:
        raise SaliencyError(f"There is no device “{name}”: this computer has {kind}:0 to {kind}:{here - 1}.")
    return torch.device(name)


def _count(kind: str) -> int:
    """How many devices of a kind can be used."""
    if kind == "cuda":
        return torch.cuda.device_count() if torch.cuda.is_available() else 0
    return int(kind == "cpu" or torch.backends.mps.is_available())


def half_precision(precision: str, device: torch.device) -> bool:
    """Whether half precision is asked for; a processor has no use for it.

    Raises:
        SaliencyError: There is no such precision, or not on this device.
    """
    if precision not in PRECISIONS:
        raise SaliencyError(f"The precision can be {' or '.join(PRECISIONS)}; it was “{precision[:40]}”.")
    if precision == "half" and device.type == "cpu":
        raise SaliencyError(
            "Half precision is for graphics cards: a processor is no quicker with it. "
            "Ask for full precision (--precision full), or for a graphics card (--device cuda)."
        )
    return precision == "half"


def precision(device: torch.device, *, half: bool) -> AbstractContextManager[object]:
    """Within it, what gains by half precision is computed in it, if that is asked for."""
    return torch.autocast(device.type, torch.float16) if half else nullcontext()


def check_half(logits: Tensor, full: Tensor) -> None:
    """Holds logits in half precision against those of the same pictures in full precision.

    Raises:
        SaliencyError: They are off by more than :data:`HALF_OFF`.
    """
    off = (logits - full).abs().max()
    if not off <= HALF_OFF * full.abs().max():  # or it is no number
        raise SaliencyError(
            "In half precision this model gives other scores, by more than 1 %. "
            "Ask for full precision (--precision full)."
        )


def move(module: nn.Module, device: torch.device) -> None:
    """Moves a module that is nobody else's, and has torch compute there as exactly as on the processor.

    Raises:
        SaliencyError: It does not fit, or has numbers that the device cannot take.
    """
    if device.type == "cuda":  # else convolutions round to ten bits, and their gradients differ each time
        torch.backends.cudnn.conv.fp32_precision = "ieee"  # type: ignore[attr-defined]
        torch.backends.cudnn.deterministic = True
    if device.type == "mps" and any(t.dtype == torch.float64 for t in module.state_dict().values()):
        raise SaliencyError(
            "This model computes in double precision, which MPS does not have. "
            f"Bring it to single precision with module.float(). {_REMEDY}"
        )
    with failures_said(device):
        module.to(device)


@contextmanager
def failures_said(device: torch.device) -> Iterator[None]:
    """Says in a sentence what torch cannot do on a graphics card; on the processor, errors stay as they are.

    Raises:
        SaliencyError: It has not enough memory, or not the operations that are needed.
    """
    try:
        yield
    except RuntimeError as error:
        if device.type == "cpu":
            raise
        if _is_out_of_memory(error):
            problem = f"The memory of the device “{device}” is not enough. Close other programs that use it."
        elif isinstance(error, NotImplementedError):
            problem = f"The device “{device}” lacks an operation that is needed here."
        else:
            problem = f"The device “{device}” failed ({str(error).strip().splitlines()[0][:200]})."
        raise SaliencyError(f"{problem} {_REMEDY}") from error


def in_halves(run: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """``run(x)`` for pictures ``(B, …)``, by half of them at a time where a device has no memory for all."""
    try:
        return run(x)
    except RuntimeError as error:
        if len(x) < 2 or not _is_out_of_memory(error):
            raise
    # Not while the error is at hand: it holds on to all that was computed.
    return torch.cat([in_halves(run, part) for part in x.chunk(2)])


def _is_out_of_memory(error: RuntimeError) -> bool:
    """Whether a device had no room; torch says so by a class of its own, or in words."""
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)


def free_memory(device: torch.device) -> int | None:
    """Bytes that can still be taken of a graphics card's memory; ``None`` of other devices."""
    if device.type != "cuda":
        return None
    kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return torch.cuda.mem_get_info(device)[0] + kept
