"""Import torchvision, also where its compiled operators cannot be loaded.

PyPI's torchvision wheel is compiled against PyPI's torch. Beside the CPU build of torch, its library of
detection operators does not load, and since torchvision describes two of them (``nms`` and ``qnms``, for
boxes, which no classifier uses) to torch while it is being imported, the whole import ends in
``RuntimeError: operator torchvision::nms does not exist``. Declaring the two operators, without giving them
an implementation, is enough for everything that this project uses. This is the one place that does so, and
only after just that failure.
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from types import ModuleType

import torch

_OPERATORS = ("nms", "qnms")
_MISSING = re.compile(rf"operator torchvision::({'|'.join(_OPERATORS)}) does not exist")
_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declared: list[torch.library.Library] = []  # torch forgets the operators when their library object goes
_lock = threading.Lock()


def import_torchvision() -> ModuleType:
    """torchvision, imported; safe to call often and from several threads.

    Raises:
        ImportError: torchvision is not installed.
        RuntimeError: it cannot be imported for another reason than the missing operators; passed on
            unchanged.
    """
    with _lock:
        try:
            return importlib.import_module("torchvision")
        except RuntimeError as error:
            if _declared or not _MISSING.search(str(error)):
                raise
        _declared.append(torch.library.Library("torchvision", "FRAGMENT"))
        for name in _OPERATORS:
            if not hasattr(torch.ops.torchvision, name):
                _declared[0].define(name + _SCHEMA)
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]  # what was imported before it failed
        return importlib.import_module("torchvision")
