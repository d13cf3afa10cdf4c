"""What an audit says, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from saliency.audit.evidence.verdicts import Verdict
from saliency.photo.area import Box

if TYPE_CHECKING:
    from saliency.audit.evidence.findings import AuditFinding

MIDDLE = "middle"
_PLACES = (
    ("upper left corner", "middle of the upper edge", "upper right corner"),
    ("middle of the left edge", MIDDLE, "middle of the right edge"),
    ("lower left corner", "middle of the lower edge", "lower right corner"),
)
_EDGE = 0.3  # of a side: what belongs to its edge


def place(box: Box) -> str:
    """Where a box is, in words."""
    across, down = box[0] + box[2] / 2, box[1] + box[3] / 2
    return _PLACES[_third(down)][_third(across)]


def _third(middle: float) -> int:
    return 0 if middle < _EDGE else 2 if middle > 1 - _EDGE else 1


def counted(found: AuditFinding) -> str:
    """What was counted."""
    t, guess = found.tally, found.guess
    parts = []
    if found.named:
        parts.append(
            f"Covering “{found.place}” changed the guess in {t.changed} of {_pictures(t.tested)}"
            f"{f' with the guess “{guess}”' if guess else ''}; "
            f"covering equal areas elsewhere in {_average(t.elsewhere)}."
        )
    else:
        parts.append(
            f"In {found.gathered} of {_pictures(found.pictures)} with the guess “{guess}”, kept for testing, "
            f"the influence gathers in the {found.place}. "
            f"Covering it changed the guess in {t.changed} of {t.tested}; "
            f"covering equal areas elsewhere in {_average(t.elsewhere)}."
        )
    if t.depends != t.changed:
        parts.append(f"The score depends on it in {t.depends} of {t.tested}.")
    if t.enough:
        parts.append(
            f"Alone, with everything else covered, it was enough for the guess in {t.enough} of {t.tested}; "
            f"equal areas elsewhere in {_average(t.enough_elsewhere)}."
        )
    if not found.named:
        parts.append("The place was found on the others with this guess.")
    return " ".join(parts)


def next_step(found: AuditFinding) -> str:
    """What to do about it."""
    if found.verdict is Verdict.NO_EVIDENCE:
        if found.tally.tested < 5:
            return "Too few pictures to tell. Add more like them, and audit again."
        return "Nothing to do. This set gives no evidence that the guess depends on this place."
    if found.verdict is Verdict.SUGGESTIVE:
        return "Treat this as a question. Add more pictures of this kind, and audit again."
    if found.named and found.expected:
        return f"That is as it should be if “{found.place}” marks the thing itself."
    if found.expected:
        return (
            "In the middle there usually is the thing itself, and then this is as it should be. "
            "Look at a few of the pictures; if something else is there, do as with a shortcut."
        )
    thing = f"“{found.guess}”" if found.guess else "the thing"
    return (
        f"Look at these pictures. If {thing} itself is there, this is as it should be. If something "
        "else is there, the model may have learned it as a shortcut: "
        f"add pictures of {thing} without it, and pictures of other classes with it, "
        "to the training data."
    )


def wrong(guess: str, score: float, label: str) -> str:
    """A guess that is not the label."""
    return f"The guess is “{guess}” (score {score:.2f}), but the label is “{label}”."


def covered(where: str, *, changed: bool) -> str:
    """One picture that depends on a place."""
    return (
        f"With {the(where)} covered, the guess changes."
        if changed
        else (f"With {the(where)} covered, the score falls clearly.")
    )


def alike(where: str) -> str:
    """One picture whose influence gathers where others of its class were found to depend on it."""
    return f"The influence gathers in the {where}, as in pictures whose guess depends on it."


def undecided(score: float) -> str:
    """A low top guess."""
    return f"The model is undecided: its top guess has a score of {score:.2f}."


DISAGREE = "Two views point to different areas."
UNKNOWN = "It may show nothing that the model knows."
EMPTY = "No part stands out in this view."


def twin(file: str) -> str:
    """Two files with the same bytes."""
    return f"This is the same file as “{file}”, so it is counted once."


def the(where: str) -> str:
    """A place as it stands in a sentence: an area by its name, a spot by where it is."""
    return f"the {where}" if any(where in row for row in _PLACES) else f"“{where}”"


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _average(count: float) -> str:
    if count == 0:
        return "none"
    return f"{count:.0f} on average" if count >= 9.5 else f"{count:.1f} on average"
