"""A graphics card that is not there: tensors that say they are on MPS, and are as strict as the real ones.

They are computed on the processor. What a real one refuses is refused: to be mixed with tensors of the
processor that are more than one number, double precision, ``numpy()``, a generator of the processor. MPS is
the strictest of the devices, and the one that torch lets a tensor claim without its being there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils import backend_registration
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_flatten, tree_map_only

DEVICE_NAME = "fake"

_aten = torch.ops.aten
_MOVES = {_aten._to_copy.default, _aten.copy_.default}
_INDEXED = {
    _aten.index.Tensor,
    _aten.index_put_.default,
    _aten.index_put.default,
    _aten._index_put_impl_.default,
    _aten._unsafe_index.Tensor,
}


class OnDevice(Tensor):
    """A tensor that says it is on the device; its numbers are in ``inner``, on the processor."""

    inner: Tensor

    @staticmethod
    def __new__(cls, inner: Tensor) -> OnDevice:
        if inner.dtype == torch.float64:
            raise TypeError("Cannot convert a tensor to float64: the device has no such precision.")
        made: OnDevice = Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            layout=inner.layout,
            device=inner.device,
            requires_grad=False,
            dispatch_device=True,
        )
        made.inner = inner
        return made

    __torch_function__ = torch._C._disabled_torch_function_impl

    def tolist(self) -> Any:
        return self.inner.tolist()

    def __repr__(self) -> str:
        return f"OnDevice({self.inner})"

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _computed(func, args, kwargs or {})


class _Made(TorchFunctionMode):
    """``torch.tensor`` goes around dispatch where it moves what it made."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in (torch.tensor, torch.as_tensor) and kwargs.get("device") is not None:
            return func(*args, **{**kwargs, "device": "cpu"}).to(kwargs["device"])
        return func(*args, **kwargs)


class _Dispatched(TorchDispatchMode):
    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _computed(func, args, kwargs or {})


class _Module(backend_registration._DummyBackendModule):
    """So that torch asks nothing of the device by itself, such as the state of its random numbers."""

    def is_available(self) -> bool:
        return False

    def device_count(self) -> int:
        return 0


@cache
def _set_up() -> None:
    """Registers a device that does nothing; for good, as torch has it."""
    backend_registration._setup_privateuseone_for_python_backend(DEVICE_NAME, _Module())


@contextmanager
def fake_accelerator() -> Iterator[torch.device]:
    """While it is on, tensors can be made on the device and moved to it."""
    _set_up()
    torch.__future__.set_overwrite_module_params_on_conversion(True)  # else a module keeps the old ones
    try:
        with torch.autograd.set_multithreading_enabled(False), _Dispatched(), _Made():
            yield _device()
    finally:
        torch.__future__.set_overwrite_module_params_on_conversion(False)


def _computed(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    values = tree_flatten((args, kwargs))[0]
    there = [value for value in values if isinstance(value, OnDevice)]
    if func is torch.ops.prim.device.default:
        return _device()
    asked = kwargs.get("device")
    onto = bool(there) if asked is None else torch.device(asked).type == DEVICE_NAME
    if there and func not in _MOVES:
        _check(func, args, values)
    if onto and kwargs.get("generator") is not None:
        raise RuntimeError(f"Expected another device type for generator but found 'cpu' ({func}).")
    if asked is not None and onto:
        kwargs = {**kwargs, "device": torch.device("cpu")}
    plain_args, plain_kwargs = tree_map_only(OnDevice, lambda t: t.inner, (args, kwargs))
    result = func(*plain_args, **plain_kwargs)
    if func is _aten.copy_.default:
        return args[0]
    if not onto:
        return result
    wrapped = tree_map_only(Tensor, OnDevice, result)
    return return_and_correct_aliasing(func, args, kwargs, wrapped) if there else wrapped


def _check(func: Any, args: Any, values: list[Any]) -> None:
    """Refuses what a real device would."""
    if func in _INDEXED:
        self, _, *rest = args
        if not isinstance(self, OnDevice):
            raise RuntimeError(f"indices should be on the same device as the indexed tensor (cpu): {func}")
        values = rest
    for value in values:
        if isinstance(value, Tensor) and not isinstance(value, OnDevice) and value.ndim > 0:
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but found fake:0 and cpu: {func}"
            )


def _device() -> torch.device:
    return torch.device(DEVICE_NAME, 0)
