"""What things take of the memory."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from saliency.classifier import Classifier
from saliency.network.graph import Graph
from saliency.network.outside import OutsideModel

_SAMPLED = 32  # members of a long list that are weighed for all of them


def bytes_of(*things: object) -> int:
    """About how many bytes pixels, maps, tensors and texts take, wherever in the things they are.

    What is in there twice counts once. Models count nothing: everybody shares them.
    """
    return _bytes_of(things, set())


def weights_of(classifier: Classifier) -> int:
    """How many bytes the weights of a model take; laid out for the processor, they are there once more."""
    return classifier.graph.nbytes


def _bytes_of(thing: Any, seen: set[int]) -> int:
    if thing is None or isinstance(thing, bool | int | float | type | types.ModuleType):
        return 0
    if isinstance(thing, Classifier | nn.Module) or type(thing) in (Graph, OutsideModel):
        return 0
    if isinstance(thing, torch.Tensor):
        return _once(thing.untyped_storage().data_ptr(), thing.untyped_storage().nbytes(), seen)
    if isinstance(thing, np.ndarray):
        owner = thing
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        return _once(id(owner), owner.nbytes, seen)
    if isinstance(thing, Image.Image):
        return _once(id(thing), thing.width * thing.height * len(thing.getbands()), seen)
    if isinstance(thing, bytes | bytearray | str):
        return _once(id(thing), len(thing), seen)
    if id(thing) in seen:
        return 0
    seen.add(id(thing))
    return _sum(_members(thing), seen)


def _members(thing: Any) -> Iterable[object]:
    """What a thing refers to, as far as it may be large."""
    if isinstance(thing, Mapping):
        return list(thing.values())
    if isinstance(thing, list | tuple | set | frozenset):
        return thing
    if isinstance(thing, functools.partial):
        return (thing.func, thing.args, thing.keywords)
    if isinstance(thing, types.MethodType):
        return (thing.__self__,)
    if isinstance(thing, types.FunctionType):
        return [cell.cell_contents for cell in thing.__closure__ or () if _filled(cell)]
    slots = (getattr(thing, name, None) for name in getattr(type(thing), "__slots__", ()))
    return (*list(getattr(thing, "__dict__", {}).values()), *slots)


def _sum(members: Iterable[object], seen: set[int]) -> int:
    if not isinstance(members, list | tuple | set | frozenset) or len(members) <= 2 * _SAMPLED:
        return sum(_bytes_of(member, seen) for member in members)
    sample = sum(_bytes_of(member, seen) for member in islice(members, _SAMPLED))
    return sample * len(members) // _SAMPLED


def _once(identity: int, count: int, seen: set[int]) -> int:
    if identity in seen:
        return 0
    seen.add(identity)
    return count


def _filled(cell: types.CellType) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True
