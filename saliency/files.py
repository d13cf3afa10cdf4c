"""An explanation as files for the next analysis: pictures, values and record, in a folder or a ZIP."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from saliency.errors import SaliencyError
from saliency.explanation import Explanation

LONGEST = 60  # characters of a file name's stem
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # device names on Windows
NEVER = (1980, 1, 1, 0, 0, 0)  # the oldest time a ZIP can state: the same content gives the same bytes


def stem(name: str) -> str:
    """A photo's name as the start of file names that every system accepts.

    Letters and digits of any script stay; all else becomes a hyphen. At most 60 characters, never empty,
    never a name that Windows reserves.

    Args:
        name: File name, or anything a person typed.
    """
    without_suffix = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", unicodedata.normalize("NFC", name))
    safe = re.sub(r"[^\w]+", "-", without_suffix).strip("-_")[:LONGEST].rstrip("-_")
    return f"photo-{safe}" if RESERVED.fullmatch(safe) else safe or "photo"


def parts(e: Explanation) -> dict[str, bytes]:
    """The result as files, each at the photo's own size.

    Args:
        e: The result.

    Returns:
        File name to content: overlay and heat map as PNG, the heat map's values as NPY (float32, as
        `saliency.heat.heatmap.heat_map` defines them), and how all was made as JSON.
    """
    start = stem(e.photo.name)
    values = io.BytesIO()
    np.save(values, e.heat_map, allow_pickle=False)
    record = json.dumps(e.record(), indent=2, ensure_ascii=False, allow_nan=False)
    return {
        f"{start}-overlay.png": _png(e.overlay(), e),
        f"{start}-heat-map.png": _png(e.heat_image(), e),
        f"{start}-heat-map.npy": values.getvalue(),
        f"{start}.json": f"{record}\n".encode(),
    }


def save(e: Explanation, folder: str | Path) -> list[Path]:
    """Write the parts of a result into a folder, made if missing; returns the files written.

    Raises:
        SaliencyError: The folder cannot be written to.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, content in parts(e).items():
            (folder / name).write_bytes(content)
            written.append(folder / name)
    except OSError as error:
        raise SaliencyError(
            f"The results could not be written to “{folder}” ({error.strerror}). Choose another folder."
        ) from error
    return written


def archive(e: Explanation) -> bytes:
    """The parts in one ZIP; equal parts give equal bytes.

    Args:
        e: The result.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as folder:
        for name, content in parts(e).items():
            entry = zipfile.ZipInfo(name, NEVER)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            folder.writestr(entry, content)
    return packed.getvalue()


def _png(picture: Image.Image, e: Explanation) -> bytes:
    """A PNG that carries its own legend, as text that file managers and image programs show."""
    scale = (
        "blue: against, orange: for the class" if e.signed else "dark: less influence, bright: more influence"
    )
    notes = PngImagePlugin.PngInfo()
    rival = f" rather than “{e.rather_than.label}”" if e.rather_than else ""
    notes.add_itxt("Title", f"Influence on the score for “{e.target.label}”{rival}")
    notes.add_itxt(
        "Description", f"{scale} (within this picture only). Model: {e.model}. Method: {e.method}."
    )
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", pnginfo=notes, compress_level=3)
    return encoded.getvalue()
