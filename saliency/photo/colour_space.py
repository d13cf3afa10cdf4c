"""The colour space that a file states, by an ICC profile or in numbers of its own.

PNG: of ``cICP``, ``iCCP``, ``sRGB``, and ``gAMA`` with ``cHRM``, the first one that is there counts (PNG,
third edition, 4.3). AVIF and HEIC: a profile, else ``nclx`` (ISO/IEC 23000-22, 7.3.6.4). BMP: the header of
versions 4 and 5. TIFF: white point and primaries (TIFF 6.0, section 20). Else EXIF, where cameras state Adobe
RGB (DCF 2.0). Code points are ITU-T H.273's; the camera curves among them are shown as sRGB, as browsers do.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from saliency.photo.boxes import primary_properties
from saliency.photo.profile import D65, SRGB_PRIMARIES, ColourSpace, hlg_curve, pq_curve
from saliency.photo.tags import directory

HIGH_RANGE = (
    "This photo is in high dynamic range ({}); what is brighter than white paper is shown as white, "
    "so colours may differ a little from your screen's."
)
ADOBE_RGB = ColourSpace((0.64, 0.33, 0.21, 0.71, 0.15, 0.06), D65, 563 / 256)
_C = (0.310, 0.316)
_NTSC = (0.63, 0.34, 0.31, 0.595, 0.155, 0.07)
_PRIMARIES = {  # H.273, table 2
    4: ((0.67, 0.33, 0.21, 0.71, 0.14, 0.08), _C),
    5: ((0.64, 0.33, 0.29, 0.60, 0.15, 0.06), D65),
    6: (_NTSC, D65),
    7: (_NTSC, D65),
    8: ((0.681, 0.319, 0.243, 0.692, 0.145, 0.049), _C),
    9: ((0.708, 0.292, 0.170, 0.797, 0.131, 0.046), D65),
    11: ((0.680, 0.320, 0.265, 0.690, 0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320, 0.265, 0.690, 0.150, 0.060), D65),
    22: ((0.630, 0.340, 0.295, 0.605, 0.155, 0.077), D65),
}
_POWERS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}  # H.273, table 3
_HIGH_RANGE = {16: ("PQ", pq_curve), 18: ("HLG", hlg_curve)}
_CLOSE = 0.005  # how far a gamma of 1 / 2.2, or primaries, may be from those of sRGB and mean sRGB


def stated_profile(data: bytes, kind: str, info: Mapping[Any, Any]) -> tuple[bytes | None, str]:
    """The ICC profile that a file holds, or one made of what else it states about its colours.

    Args:
        data: The whole file.
        kind: Its format, as :func:`~saliency.photo.formats.photo_format` gives it.
        info: What Pillow found in it.

    Returns:
        The profile, ``None`` for sRGB, and a sentence about high dynamic range, empty without.
    """
    codes = _png_codes(data) if kind == "PNG" else None
    profile = info.get("icc_profile") or (_bmp_profile(data) if kind == "BMP" else None)
    profile = profile if isinstance(profile, bytes) else None  # a text in a PNG may be called so
    if codes is None and profile:
        codes = _profile_codes(profile)
        if codes is None or codes[1] not in _HIGH_RANGE:
            return profile, ""
    if codes is None and kind in ("AVIF", "HEIF"):
        codes = _nclx(data, info)
    if codes is not None:
        space, name = _coded(*codes)
        return _profile(space), HIGH_RANGE.format(name) if name else ""
    return _profile(_described(data, kind, info)), ""


def _profile(space: ColourSpace | None) -> bytes | None:
    """The profile of a space, if it is one, and not sRGB."""
    if space is None or (space.curve is None and _near_srgb(space.primaries, space.white)):
        return None
    return space.profile() if space.is_possible else None


def _described(data: bytes, kind: str, info: Mapping[Any, Any]) -> ColourSpace | None:
    """The space of a file that states it neither by a profile nor by code points."""
    if kind == "BMP":
        return _bmp_space(data)
    if kind == "TIFF":
        return _tiff_space(data)
    if kind == "PNG":
        return None if "srgb" in info else _png_space(info)
    exif = info.get("exif")
    return ADOBE_RGB if isinstance(exif, bytes) and _is_adobe_rgb(exif) else None


def _coded(primaries: int, transfer: int, full_range: bool) -> tuple[ColourSpace, str]:
    """The space of code points, and the name of its curve if that is of high dynamic range."""
    points, white = _PRIMARIES.get(primaries, (SRGB_PRIMARIES, D65))
    name, table = _HIGH_RANGE.get(transfer, ("", None))
    space = ColourSpace(points, white, _POWERS.get(transfer) if table is None else table())
    if not full_range:
        stored = np.linspace(0, 255, 4096)
        space = replace(space, curve=np.interp((stored - 16) / 219, np.linspace(0, 1, 4096), space.table()))
    return space, name


def _near_srgb(primaries: tuple[float, ...], white: tuple[float, ...]) -> bool:
    return bool(np.abs(np.subtract((*primaries, *white), (*SRGB_PRIMARIES, *D65))).max() <= _CLOSE)


def _png_codes(data: bytes) -> tuple[int, int, bool] | None:
    """Primaries, transfer and range of a PNG's ``cICP`` chunk, which has to come before the pixels."""
    at = data.find(b"\0\0\0\4cICP", 8)
    if at < 0 or at > data.find(b"IDAT") or len(data) < at + 12:
        return None
    primaries, transfer, matrix, full_range = data[at + 8 : at + 12]
    return (primaries, transfer, bool(full_range)) if matrix == 0 else None


def _png_space(info: Mapping[Any, Any]) -> ColourSpace | None:
    gamma, points = info.get("gamma"), info.get("chromaticity")  # or texts that are called so
    gamma = gamma if isinstance(gamma, float) else None
    points = points if isinstance(points, tuple) else None
    if not gamma and not points:
        return None
    white, primaries = (points[:2], points[2:]) if points else (D65, SRGB_PRIMARIES)
    usual = not gamma or (abs(gamma - 1 / 2.2) <= _CLOSE and _near_srgb(primaries, white))
    return ColourSpace(tuple(primaries), tuple(white), None if usual or not gamma else 1 / float(gamma))


def _profile_codes(profile: bytes) -> tuple[int, int, bool] | None:
    """The code points that a profile holds (ICC.1:2022, 9.2.17), as those of high dynamic range do."""
    at = profile.find(b"cicp\0\0\0\0", 128)
    if at < 0 or len(profile) < at + 12:
        return None
    return profile[at + 8], profile[at + 9], bool(profile[at + 11])


def _nclx(data: bytes, info: Mapping[Any, Any]) -> tuple[int, int, bool] | None:
    """Primaries and transfer of an AVIF or HEIC; its decoder has taken care of the range."""
    found = info.get("nclx_profile")
    if found:
        return int(found["color_primaries"]), int(found["transfer_characteristics"]), True
    for kind, start, end in primary_properties(data):
        if kind == b"colr" and data[start : start + 4] == b"nclx" and end - start >= 8:
            primaries, transfer = struct.unpack_from(">HH", data, start + 4)
            return primaries, transfer, True
    return None


def _bmp_profile(data: bytes) -> bytes | None:
    """The profile inside a BMP of version 5."""
    if data[14:18] != struct.pack("<I", 124) or data[70:74] != b"DEBM":
        return None
    offset, size = struct.unpack_from("<II", data, 126)
    return data[14 + offset : 14 + offset + size] or None


def _bmp_space(data: bytes) -> ColourSpace | None:
    """The space in the header of a BMP of version 4 or 5."""
    if data[14:18] not in (struct.pack("<I", 108), struct.pack("<I", 124)) or data[70:74] != bytes(4):
        return None
    try:
        points = np.array(struct.unpack_from("<9i", data, 74), np.float64).reshape(3, 3)
        gammas = struct.unpack_from("<3I", data, 110)
    except struct.error:
        return None
    sums = np.vstack([points, points.sum(0)]).sum(1)
    if (sums <= 0).any():
        return None
    xy = np.vstack([points, points.sum(0)])[:, :2] / sums[:, None]
    primaries, white = tuple(map(float, xy[:3].ravel())), tuple(map(float, xy[3]))
    gamma = gammas[1] / 65536
    usual = not gamma or (abs(1 / gamma - 1 / 2.2) <= _CLOSE and _near_srgb(primaries, white))
    return ColourSpace(primaries, white, None if usual else gamma)


def _tiff_space(data: bytes) -> ColourSpace | None:
    tags = directory(data)
    white, primaries = (tags.values(318), tags.values(319)) if tags is not None else ((), ())
    if tags is None or len(white) != 2 or len(primaries) != 6:
        return None
    transfer = tags.tags.get(301)
    if transfer is not None and transfer.count in (256, 768):
        return ColourSpace(primaries, white, np.array(tags.values(301, 256)) / 65535)
    return ColourSpace(primaries, white, None if _near_srgb(primaries, white) else 2.2)


def _is_adobe_rgb(exif: bytes) -> bool:
    """Whether an EXIF block states Adobe RGB: by the camera makers' own number, or by ``R03``."""
    first = directory(exif)
    details = directory(exif, first.whole(0x8769)) if first is not None and 0x8769 in first.tags else None
    if details is None:
        return False
    if details.whole(0xA001) in (1, 2):
        return details.whole(0xA001) == 2
    links = directory(exif, details.whole(0xA005)) if 0xA005 in details.tags else None
    index = links.tags.get(1) if links is not None else None
    return index is not None and links is not None and links.data[index.offset :][:3] == b"R03"
