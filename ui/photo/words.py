"""The words of choosing a photo, and of links to one."""

from __future__ import annotations

from collections.abc import Sequence

from ui.words import DOT, plain

SAMPLES = "Try a sample"
OWN_PHOTO, TRY_OWN = "Your photo", "Use your own photo"
KINDS = "JPG, PNG, WebP, AVIF, HEIC"
UPLOAD = f"Or your own photo: {KINDS}"
OWN_GONE = (
    "The photo of your own that was open here is gone: it was kept for one tab, until that was closed or "
    "loaded anew. To go on with it, upload the file again, or open it again from its audit. Until then you "
    "see a sample."
)
MODEL_GONE = (
    "The model that was chosen here is not on this computer any more: somebody removed it. The page shows "
    "the usual choice instead."
)
CAMERA, CAMERA_LABEL = "Camera", "Take a photo"
LINK_PARTS = {
    "sample": "the sample",
    "model": "the model",
    "view": "the view",
    "class": "the answer",
    "rather": "the comparison",
    "framing": "the framing",
    "area": "the marked area",
    "area-is": "what the marked area is",
    "differ": "the comparison of",
    "left": "the left side",
    "right": "the right side",
}


def own_photo(name: str, notes: Sequence[str]) -> str:
    """The uploaded photo, and what was left out of it or changed."""
    return DOT.join([f"{OWN_PHOTO}: **{plain(name)}**", *map(plain, notes)])


def sample(title: str, sentence: str, credit: str) -> str:
    """The sample shown, and whose photo it is."""
    return DOT.join([f"Sample: **{plain(title)}**", *(plain(part) for part in (sentence, credit) if part)])


def bad_link(part: str, value: str) -> str:
    """What a link asked for in vain."""
    unavailable = f"The link asked for {LINK_PARTS[part]} '{plain(value[:60])}', which is not available here."
    return f"{unavailable} The page shows the usual choice instead."


BACK_TO_AUDIT = "Back to the audit"


def from_audit(name: str, file: str, label: str | None, guess: str, right: bool | None) -> str:
    """Which photo of which audit is shown, what it shows, and what the model made of it."""
    start = f"From the audit “{plain(name)}”: {plain(file)}."
    if label is None:
        return start
    shown = f"{start} It shows “**{plain(label)}**”"
    if right is None:
        return f"{shown}; whether the answer there was right cannot be told, as the model has no such class."
    return f"{shown}; the answer there was {'right' if right else f'wrong: “{plain(guess)}”'}."
