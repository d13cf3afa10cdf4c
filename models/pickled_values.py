"""What usual checkpoints hold beside weights, and what it is replaced with while one is read.

torch refuses every function and class in a file that is not on its list, since a pickle can call any of
them. A training script's settings (``argparse.Namespace``) or a metric as numpy's number are on many disks,
though, and harm nobody. The names below are read as stand-ins that do nothing and hold nothing: nothing by
these names is imported or called, whatever a file wants to do with them. Everything else is still refused.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np


class PassedOver:
    """In place of an object that is no weights; takes any arguments and any state, and keeps none."""

    def __new__(cls, *_: Any, **__: Any) -> PassedOver:
        """The stand-in, whatever it is called with."""
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        """Does nothing."""

    def __setstate__(self, _: Any) -> None:
        """Does nothing."""


def _mapping(*_: Any) -> OrderedDict[Any, Any]:
    """In place of a mapping that is made by a call; torch fills it."""
    return OrderedDict()


_BUILTINS = re.findall(r"\w+", "bool bytes dict float frozenset int list object range slice str tuple")
_OMEGACONF = re.findall(r"\w+", "Any Boolean Bytes Enum Float Integer Path String")
_OBJECTS = (
    "argparse.Namespace",
    "types.SimpleNamespace",
    *(f"pathlib.{pure}{kind}Path" for pure in ("", "Pure") for kind in ("", "Posix", "Windows")),
    *(f"pathlib._local.{pure}{kind}Path" for pure in ("", "Pure") for kind in ("", "Posix", "Windows")),
    *(f"datetime.{kind}" for kind in ("date", "datetime", "time", "timedelta", "timezone")),
    "collections.deque",
    "decimal.Decimal",
    "fractions.Fraction",
    "uuid.UUID",
    *(f"builtins.{kind}" for kind in _BUILTINS),
    "typing.Any",
    # numpy's numbers and arrays, under the names of its first and second version
    *(
        f"numpy.{core}.{part}"
        for core in ("core", "_core")
        for part in ("multiarray.scalar", "multiarray._reconstruct", "numeric._frombuffer")
    ),
    "numpy.ndarray",
    "numpy.dtype",
    *(f"numpy.{kind.__name__}" for kind in set(np.sctypeDict.values())),
    *(f"numpy.dtypes.{name}" for name in np.dtypes.__all__),
    # settings as training libraries write them
    "omegaconf.base.ContainerMetadata",
    "omegaconf.base.Metadata",
    "omegaconf.base.Node",
    "omegaconf.dictconfig.DictConfig",
    "omegaconf.listconfig.ListConfig",
    *(f"omegaconf.nodes.{kind}Node" for kind in _OMEGACONF),
    *(
        f"{package}.callbacks.{name}"
        for package in ("pytorch_lightning", "lightning.pytorch")
        for name in (
            "early_stopping.EarlyStopping",
            "model_checkpoint.ModelCheckpoint",
            "lr_monitor.LearningRateMonitor",
        )
    ),
)
_MAPPINGS = (  # made without arguments, then filled
    "pytorch_lightning.utilities.parsing.AttributeDict",
    "lightning.pytorch.utilities.parsing.AttributeDict",
    "lightning_fabric.utilities.data.AttributeDict",
    "lightning.fabric.utilities.data.AttributeDict",
    "easydict.EasyDict",
    "addict.addict.Dict",
    "yacs.config.CfgNode",
    "fvcore.common.config.CfgNode",
    "transformers.utils.generic.ModelOutput",
)
STAND_INS: list[Callable[..., Any] | tuple[Callable[..., Any], str]] = [
    *((PassedOver, name) for name in _OBJECTS),
    *((OrderedDict, name) for name in _MAPPINGS),
    (_mapping, "collections.defaultdict"),
]
"""For :class:`torch.serialization.safe_globals`."""
