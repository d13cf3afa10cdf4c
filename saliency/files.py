"""Results as files: names that every system accepts, pictures with their legend, a folder or a ZIP."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, PngImagePlugin

from saliency.errors import SaliencyError

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


def png(picture: Image.Image, notes: Mapping[str, str]) -> bytes:
    """A picture as PNG, with notes as text that file managers and image programs show."""
    info = PngImagePlugin.PngInfo()
    for name, text in notes.items():
        info.add_itxt(name, text)
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", pnginfo=info, compress_level=3)
    return encoded.getvalue()


def write(parts: Mapping[str, bytes], folder: str | Path) -> list[Path]:
    """Write files into a folder, made if missing; returns the files written.

    Args:
        parts: File name to content.
        folder: Where to.

    Raises:
        SaliencyError: The folder cannot be written to.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in parts.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise SaliencyError(
            f"The results could not be written to “{folder}” ({error.strerror}). Choose another folder."
        ) from error
    return [folder / name for name in parts]


def archive(parts: Mapping[str, bytes]) -> bytes:
    """Files in one ZIP; equal parts give equal bytes.

    Args:
        parts: File name to content.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as folder:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, NEVER)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            folder.writestr(entry, content)
    return packed.getvalue()
