"""What kind of file a photo is by its first bytes, whatever its name, and a sentence where it is none."""

from __future__ import annotations

from saliency.errors import SaliencyError

UNREADABLE = "We could not open this file. Please save it as JPG or PNG and try again."
INCOMPLETE = "This file is incomplete: a part of the picture is missing. Please copy or download it again."
NOT_PHOTOS = {
    "empty": "This file is empty. Please choose another, or save the photo again as JPG or PNG.",
    "svg": "This is an SVG drawing, not a photo. Please export it as PNG and try again.",
    "pdf": "This is a PDF document, not a photo. Please save the picture in it as JPG or PNG and try again.",
    "zip": "This is a ZIP archive or an Office document, not a photo. Please take the photo out of it first.",
    "html": "This is a web page, not a photo. Please save the picture itself as JPG or PNG and try again.",
    "video": "This is a video, not a photo. Please save one picture of it as JPG or PNG and try again.",
    "raw": "This is a camera's raw file. Please export it as JPG or PNG and try again.",
    "text": "This file holds text, not a picture. Please choose a photo, best as JPG or PNG.",
}
RAW_SUFFIXES = {"arw", "cr2", "cr3", "dng", "nef", "nrw", "orf", "pef", "raf", "rw2", "srw"}
PHOTOS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"\x00\x00\x01\x00": "ICO",
    b"II+\x00": "TIFF",
    b"MM\x00+": "TIFF",
}
OTHERS = {
    b"%PDF": "pdf",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1aE\xdf\xa3": "video",  # Matroska and WebM
    b"FUJIFILMCCD-RAW": "raw",
}
ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82", "GIF": b";"}


class PhotoError(SaliencyError):
    """A file that cannot be used as a photo; the message says why and what to do about it."""


def photo_format(data: bytes, name: str = "") -> str:
    """Name of a photo's format, told by its first bytes.

    Args:
        data: The whole file.
        name: Its name, which only tells cameras' raw files from the TIFF files they resemble.

    Returns:
        One of ``JPEG``, ``PNG``, ``GIF``, ``BMP``, ``ICO``, ``TIFF``, ``WEBP``, ``AVIF`` and ``HEIF``.

    Raises:
        PhotoError: If it is no photo; says what it is instead where that is known.
    """
    if not data:
        raise PhotoError(NOT_PHOTOS["empty"])
    if name.rpartition(".")[2].lower() in RAW_SUFFIXES and data[:4] in (b"II*\x00", b"MM\x00*"):
        raise PhotoError(NOT_PHOTOS["raw"])
    kind = _container(data) or next((kind for start, kind in PHOTOS.items() if data.startswith(start)), "")
    if kind in ("JPEG", "PNG", "GIF", "BMP", "ICO", "TIFF", "WEBP", "AVIF", "HEIF"):
        return kind
    kind = kind or next((kind for start, kind in OTHERS.items() if data.startswith(start)), "") or _text(data)
    raise PhotoError(NOT_PHOTOS.get(kind, UNREADABLE))


def _container(data: bytes) -> str:
    """Kind of a RIFF file (WebP, AVI) or of an ISO base media file (AVIF, HEIF, video, Canon's raw)."""
    if data.startswith(b"RIFF"):
        return {b"WEBP": "WEBP", b"AVI ": "video"}.get(data[8:12], "")
    if data[4:8] != b"ftyp":
        return ""
    brands = data[8 : max(12, min(int.from_bytes(data[:4], "big"), 256))]
    if b"avif" in brands or b"avis" in brands:
        return "AVIF"
    if any(brand in brands for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")):
        return "HEIF"
    return "raw" if brands.startswith(b"crx ") else "video"


def _text(data: bytes) -> str:
    """Kind of a text file: ``svg``, ``html`` or plain ``text``; empty where it is not text."""
    start = data[:4096]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        words = start[: len(start) // 2 * 2].decode("utf-16", errors="replace")
    else:
        words = start.decode("utf-8", errors="replace")
    unreadable = sum(
        1 for letter in words if letter == "\ufffd" or (letter < " " and letter not in "\t\n\r\f")
    )
    if unreadable > len(words) // 100 + 1 or len(words) < 4:
        return ""
    words = words.lstrip("\ufeff \t\r\n").lower()
    if "<svg" in words and words.startswith("<"):
        return "svg"
    return "html" if words.startswith(("<!doctype html", "<html")) else "text"


def cut_short(data: bytes, kind: str) -> bool:
    """Whether a file of that format lacks the mark that ends it, or is shorter than its header says."""
    if kind in ENDS:
        return not data.rstrip(b"\x00\r\n").endswith(ENDS[kind])
    if kind == "WEBP":
        return len(data) < int.from_bytes(data[4:8], "little") + 8
    if kind == "BMP":
        return len(data) < int.from_bytes(data[2:6], "little")
    return False
