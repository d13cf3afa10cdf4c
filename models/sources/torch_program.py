"""Programs that torch saved: `torch.export`'s (.pt2) and TorchScript's. Both can carry code.

They are read from the disk of the computer that runs this, where whoever put them could run anything anyway,
and never of what a visitor hands over.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from models.errors import ModelError, quoted
from models.sources.outside import FixedBatch, in_batches
from models.sources.read_model import ReadModel
from saliency.names import readable

NAME = "a program of torch.export (.pt2) or TorchScript"
CARRIES_CODE = True


class _Script(nn.Module):
    """TorchScript as a module like any other, which nobody can look into."""

    def __init__(self, script: Any) -> None:
        super().__init__()
        self.script = script

    def forward(self, pictures: Tensor) -> Tensor:
        """The program's outputs."""
        outputs: Tensor = self.script(pictures)
        return outputs


def recognises(files: Sequence[Path]) -> bool:
    """Whether one file is such a program, by the names inside it; nothing is read but those."""
    return any(_kind(path) for path in files)


def read(files: Sequence[Path]) -> ReadModel:
    """The program, which is opened here for the first time.

    Raises:
        ModelError: There are several, it takes more than one picture tensor, or torch cannot read it.
    """
    programs = [path for path in files if _kind(path)]
    if len(programs) != 1:
        raise ModelError(f"There are {len(programs)} programs of torch. Give only the one to use.")
    (path,) = programs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions of torch, which people cannot change
        try:
            if _kind(path) == "export":
                return _exported(torch.export.load(path))
            return ReadModel(_Script(torch.jit.load(str(path), map_location="cpu").eval()))
        except ModelError:
            raise
        except Exception as error:  # of any kind, as the file says what is run
            reason = readable(str(error).strip().partition("\n")[0])[:200].rstrip(".")
            raise ModelError(
                f"{quoted(path.name)} cannot be read by torch {torch.__version__}: {reason}. Save it again "
                "with this version."
            ) from error


def _exported(program: Any) -> ReadModel:
    pictures = [
        given
        for given in (program.example_inputs or ((), {}))[0]
        if isinstance(given, Tensor) and given.is_floating_point()
    ]
    module = program.module()
    if len(pictures) != 1 or pictures[0].ndim != 4:
        return ReadModel(module)
    _, channels, height, width = pictures[0].shape
    module, outside = _for_any_number(module, program.module(check_guards=False), pictures[0])
    return ReadModel(
        module, size=(height, width), channels="grey" if channels == 1 else None, outside=outside
    )


def _for_any_number(module: nn.Module, unguarded: nn.Module, example: Tensor) -> tuple[nn.Module, str]:
    """The program for any number of pictures, and why it can only be asked from outside, if so.

    Args:
        module: It may insist on the number of pictures that it was exported with.
        unguarded: The same without the checks that insist on it.
        example: The pictures it was exported with.
    """
    batch = len(example)
    pictures = torch.randn(batch + 1, *example.shape[1:], generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        try:
            module(pictures)
            return module, ""
        except Exception:  # of any kind, here as below: the file says what is run
            expected = in_batches(module, pictures, batch)
        try:
            if torch.allclose(unguarded(pictures), expected, rtol=1e-4, atol=1e-5):
                return unguarded, ""
        except Exception:
            pass
    said = "1 picture" if batch == 1 else f"{batch} pictures"
    return FixedBatch(module, batch), f"the program takes {said} at a time"


def _kind(path: Path) -> str:
    """``export`` or ``script``; empty for other files."""
    if path.suffix.lower() not in (".pt2", ".pt", ".pth", ".ts", ".torchscript"):
        return ""
    try:
        with zipfile.ZipFile(path) as packed:
            names = {name.partition("/")[2] for name in packed.namelist()} | set(packed.namelist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if any(name.startswith("code/") for name in names):
        return "script"
    is_export = {"models/model.json", "serialized_exported_program.json"} & names
    return "export" if is_export else ""
