"""The words of the reports of an audit; figures are written as the record has them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from saliency.audit.evidence import sentences
from saliency.audit.evidence.findings import ENOUGH
from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.evidence.statistics import LEVEL
from saliency.errors import SaliencyError
from saliency.methods.registry import find

Record = Mapping[str, Any]
Pairs = tuple[tuple[str, str], ...]

LEGEND = ("less influence", "more influence (within this picture only)")
ONE_SCALE = ("less influence", "more influence (one scale for both pictures)")
COUNTED = f"In brackets: the {100 * LEVEL:.0f}\u00a0% interval. Equal areas: elsewhere in the same picture."
MARKS = "Colour: influence on the guess. Curved line: around the strongest fifth. Box: the place tested."
NO_PHOTO = "This photo was not at hand, or has changed since the audit."
BOX = "Box: the place covered"
NO_MAP = "No part stands out in this view."
CHANCE = "By chance"
AVERAGE = "Average heat map"
EYES = "Pictures worth a person’s eyes"
STEP = "What to do next"
SAME = "As for the finding above."
LACKING = "Characters that this document cannot draw are shown as “…”; report.html has all of them."
NOTHING = "Nothing to list."
_VERDICTS = {"depends": "● Depends", "suggestive": "◐ Suggestive", "no evidence": "○ No evidence"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def verdict(one: Record) -> str:
    """A finding's verdict with its sign, so that it rests neither on colour nor on the sign alone."""
    usual = one["expected"] and one["verdict"] == "depends"
    return f"{_VERDICTS[one['verdict']]}{', probably on the thing itself' if usual else ''}"


def day(date: datetime.date) -> str:
    """A date as people write it, whatever the computer's language is."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def view(key: str) -> str:
    """What people call a view."""
    try:
        return find(key).name
    except SaliencyError:
        return key


def about(settings: Record, date: datetime.date) -> str:
    """Model, view and date on a line."""
    return f"Model: {settings['model']} · View: {view(settings['method'])} · {day(date)}"


def labelled(record: Record) -> bool:
    """Whether there is a photo whose guess is known to be right or wrong."""
    return bool(record["right"] or record["wrong"])


def figures(record: Record) -> Pairs:
    """Large numbers, each with what it counts."""
    made = [
        (str(record["audited"]), f"of {counted(record['photos'], 'photo')} audited"),
        (str(record["left_out_count"]), "left out"),
    ]
    if labelled(record):
        made += [_number(record[key], "guess", "guesses", key) for key in ("right", "wrong")]
    made.append(_number(len(record["depends_on"]), "finding", "findings", "to look into"))
    return tuple(made)


def on_slide(record: Record, leading: Record | None) -> Pairs:
    """Fewer of them for a slide, those of the leading finding first."""
    if leading is None:
        return figures(record)[:4]
    tested = leading["tested"]
    made = [
        (of(leading["changed"], tested), "guesses change with the place covered"),
        (
            f"{average(leading['changed_elsewhere'])} of {tested}",
            "on average, equal areas elsewhere covered",
        ),
        (of(record["audited"], record["photos"]), "photos audited"),
    ]
    if labelled(record):
        made.append((of(record["right"], record["right"] + record["wrong"]), "guesses right"))
    return tuple(made)


def _number(count: int, one: str, several: str, what: str) -> tuple[str, str]:
    return str(count), f"{one if count == 1 else several} {what}"


def headline(record: Record) -> str:
    """The main finding."""
    to_see, findings = record["depends_on"], record["findings"]
    if not record["audited"]:
        return "No photo could be audited"
    if to_see:
        guess, place = to_see[0]["guess"], sentences.the(to_see[0]["place"])
        start = f"Guesses of “{guess}” depend on {place}" if guess else f"Guesses depend on {place}"
        rest = len(to_see) - 1
        return f"{start}, and {counted(rest, 'more finding')} to look into" if rest else start
    if record["verdicts"]["suggestive"]:
        return "No firm finding, but a question to follow up"
    if record["verdicts"]["depends"]:
        return "Guesses depend on where the thing itself usually is"
    if findings:
        return "No evidence that guesses depend on a place that was tested"
    if not any(one["searched"] for one in record["classes"]):
        return "Too few pictures to look for places that guesses depend on"
    return "No place stood out to be tested"


def more(record: Record, leading: Sequence[int]) -> str:
    """What a summary with only the leading findings leaves out."""
    findings = record["findings"]
    rest = [one for at, one in enumerate(findings) if at not in leading]
    if not record["audited"]:
        return "The reasons are in the list of photos left out."
    if not findings and not any(one["searched"] for one in record["classes"]):
        return (
            f"Places are looked for where at least {2 * LEAST - 1} pictures with the same guess have a heat "
            "map. Add more pictures, or name an area, and audit again."
        )
    if not findings:
        return (
            "No place was found that could be tested, and no area was named. "
            "This does not show that there is nothing to find."
        )
    if not rest:
        return ""
    telling = sum(one["verdict"] != "no evidence" for one in rest)
    parts = [f"{counted(telling, 'more finding')}"] if telling else []
    if len(rest) > telling:
        parts.append(f"{counted(len(rest) - telling, 'place')} without evidence")
    return f"{' and '.join(parts)} further on."


def heading(one: Record) -> str:
    """Of which pictures, and which place."""
    start = f"Guess “{one['guess']}”" if one["guess"] else "All pictures"
    place = f"area “{one['place']}”" if one["named"] else one["place"]
    return f"{start}, {place}"


def of(count: int, total: int) -> str:
    """So many of so many."""
    return f"{count} of {total}"


def average(count: float) -> str:
    """An average count."""
    return f"{count:g}"


def counts(one: Record) -> Pairs:
    """What was counted for a finding."""
    tested, found = one["tested"], one["discovered"]
    kept = "Pictures with this area" if one["named"] else "Pictures kept for testing"
    made = [
        (kept, str(one["pictures"])),
        ("Influence gathers there", of(one["gathered"], one["pictures"])),
        ("Guess changes, place covered", of(one["changed"], tested)),
        ("Guess changes, equal area covered", f"{average(one['changed_elsewhere'])} of {tested} on average"),
        ("Changes more than elsewhere", interval(one["changed_more_than_elsewhere"])),
        ("Score depends on it", f"{of(one['depends'], tested)}: {interval(one['share_that_depends'])}"),
        (
            "Alone enough for the guess",
            f"{of(one['enough_alone'], tested)}: {interval(one['share_enough_alone'])}",
        ),
        ("Equal area alone enough", f"{average(one['enough_alone_elsewhere'])} of {tested} on average"),
        ("Adjusted p-value", small(one["q_value"])),
    ]
    if found is not None:
        chance = f"{of(found['gathered'], found['pictures'])}; by chance {found['by_chance']:g}"
        made.append(("Gathers there, first half", chance))
    return tuple(made)


def interval(one: Record) -> str:
    """A share, and where it lies in 95 of 100 sets drawn anew."""
    low, high = share(one["low"]).split()[0], share(one["high"])
    return f"{share(one['mean'])} " + f"({low} to {high})".replace(" ", "\u00a0")


def share(value: float) -> str:
    """A share in per cent, on one line."""
    return f"{100 * value:.0f}\u00a0%".replace("-", "−")


def small(p_value: float) -> str:
    """A p-value."""
    return "below 0.001" if p_value < 0.001 else f"{p_value:.3g}"


def guessed(guess: str, score: float) -> str:
    """A guess with its score."""
    return f"Guess “{guess}”, score {score:.2f}"


def pair(guess: str) -> str:
    """What two pictures on a slide are."""
    return f"“{guess}” on average, and by chance"


def peak(pictures: int, errors: float) -> str:
    """How far the strongest place of an average map is above chance."""
    return (
        f"Average of {counted(pictures, 'picture')}. Its strongest place is {errors:g} standard errors "
        "above what chance would give."
    )


def shown(count: int, total: int) -> str:
    """How much of a gallery is there."""
    rest = "" if count == total else " findings.json lists all of them."
    return f"{count} of {counted(total, 'picture')} shown.{rest}"


def shown_classes(count: int, total: int) -> str:
    """How many classes have their average map shown."""
    return f"{count} of {counted(total, 'guess', 'guesses')} with at least {ENOUGH} heat maps shown."


def listed(count: int, total: int) -> str:
    """How much of a table is there."""
    return f"{count} of {total} shown; findings.json has all of them."


def counted(count: int, one: str, several: str = "") -> str:
    """So many of something."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"
