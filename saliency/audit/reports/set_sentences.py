"""What is wrong with a set itself, in sentences: short, each with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.hygiene.copies import CopyGroup, CopyPhoto
from saliency.audit.evidence.hygiene.flaws import FlawedPhoto
from saliency.audit.evidence.hygiene.labels import DoubtfulLabel
from saliency.audit.evidence.hygiene.origins import ClassOrigin
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.reports.sentences import counted, with_article
from saliency.verdict.words import percent

HEADING = "The set itself"
"""Of the part of the page and of the reports that says all of this."""

LITTLE = (
    "The model may not know what most of these photos show, so what seems near to it tells little: change no "
    "label for this."
)
_NAMED = 3  # photos of a group of copies that a sentence names
FLAWS = {
    "dark": "very dark",
    "flat": "almost without contrast",
    "blurred": "blurred",
    "tiny": "tiny",
    "odd": "unlike all others",
}
"""Flaws in a few words."""


def with_sentences(hygiene: SetHygiene, findings: Sequence[AuditFinding]) -> SetHygiene:
    """The same, with its sentences.

    Args:
        hygiene: What is wrong with the set.
        findings: What answers were found to depend on.
    """
    shortcuts = {
        finding.guess: with_article(finding.place, finding.kind)
        for finding in reversed(findings)
        if finding.to_look_into
    }
    return replace(
        hygiene,
        flawed=tuple(replace(photo, sentence=flaw_sentence(photo)) for photo in hygiene.flawed),
        doubtful=tuple(
            replace(doubt, sentence=doubt_sentence(doubt, shortcuts.get(doubt.other)))
            for doubt in hygiene.doubtful
        ),
        origins=tuple(replace(origin, sentence=origin_sentence(origin)) for origin in hygiene.origins),
    )


def copy_sentence(group: CopyGroup) -> str:
    """Which photos are copies of one another, and what their labels say where they differ."""
    names = [_copy(photo, labelled=group.across) for photo in group.photos[:_NAMED]]
    if len(group.photos) > _NAMED:
        names.append(f"{len(group.photos) - _NAMED} more")
    which = f"{', '.join(names[:-1])} and {names[-1]}"
    alike = "are the same file" if group.exact else "are nearly the same photo"
    return f"{which} {alike}{' under different labels' if group.across else ''}."


def _copy(photo: CopyPhoto, *, labelled: bool) -> str:
    if not labelled:
        return f"“{photo.file}”"
    return f"“{photo.file}” (label “{photo.label}”)" if photo.label else f"“{photo.file}” (no label)"


def copies_sentence(hygiene: SetHygiene) -> str:
    """How many copies there are; empty if none."""
    if not hygiene.copies:
        return ""
    photos = sum(len(group.photos) for group in hygiene.copies)
    different = len(hygiene.across)
    start = f"{photos} photos are copies of one another, in {counted(len(hygiene.copies), 'group')}"
    if not different:
        return f"{start}."
    have = "has" if different == 1 else "have"
    return f"{start}; {different} of these groups {have} different labels, which are to be settled."


def flaw_sentence(photo: FlawedPhoto) -> str:
    """What is wrong with a photo, beside what is usual in the set."""
    match photo.flaw:
        case "dark":
            figures = (
                f"its brightness is {percent(photo.value)} %, in the set mostly {percent(photo.usual)} %"
            )
            return f"Very dark: {figures}."
        case "flat":
            figures = f"{percent(photo.value)} %, in the set mostly {percent(photo.usual)} %"
            return f"Very little contrast: {figures}. Is what it should show still to be seen?"
        case "blurred":
            return f"Blurred, or without detail: {_share(photo)} of the fine detail that is usual in the set."
        case "tiny":
            return f"Tiny: {photo.value:.0f} pixels on its short side, in the set mostly {photo.usual:.0f}."
        case "odd":
            return "Unlike all other photos of the set, compared inside the model."


def _share(photo: FlawedPhoto) -> str:
    share = 100 * photo.value / photo.usual if photo.usual else 0.0
    return "less than 1 %" if share < 1 else f"{share:.0f} %"


def flaws_sentence(hygiene: SetHygiene) -> str:
    """How many photos have which flaw; empty if none."""
    counts = {flaw: sum(photo.flaw == flaw for photo in hygiene.flawed) for flaw in FLAWS}
    phrases = [f"{count} {FLAWS[flaw]}" for flaw, count in counts.items() if count]
    if not phrases:
        return ""
    return f"{counted(len(hygiene.flawed), 'photo')} of {hygiene.photos} to look at: {', '.join(phrases)}."


def doubt_sentence(doubt: DoubtfulLabel, cause: str | None = None) -> str:
    """The question about a label.

    Args:
        doubt: The label.
        cause: What answers like the other label were found to depend on, if on something.
    """
    nearest = f"{doubt.agreeing} of its {doubt.nearest} nearest photos"
    who = f"the model and {nearest}" if doubt.model else nearest
    text = f"Is the label right? It says “{doubt.label}”; {who} say “{doubt.other}”."
    if cause is None:
        return text
    return f"{text} But that answer depends on {cause}, which may mislead here too."


def doubts_sentence(hygiene: SetHygiene) -> str:
    """How many labels to check; empty if none."""
    if not hygiene.doubtful:
        return ""
    of = counted(hygiene.labelled, "label")
    said = f"{len(hygiene.doubtful)} of {of} to check: the nearest photos have another one."
    return f"{said} {LITTLE}" if hygiene.unfamiliar else said


def set_summary(hygiene: SetHygiene) -> tuple[str, ...]:
    """What is wrong with the set, a sentence a subject with its numbers; empty if nothing is."""
    sources = f"{counted(len(hygiene.origins), 'class', 'classes')} to look at for where photos come from."
    said = (
        doubts_sentence(hygiene),
        copies_sentence(hygiene),
        flaws_sentence(hygiene),
        sources if hygiene.origins else "",
    )
    return tuple(filter(None, said))


def origin_sentence(origin: ClassOrigin) -> str:
    """What a class's photos share of where they come from, beside all others."""
    whose = f"photos of “{origin.label}”"
    if origin.having == origin.photos:
        start = f"All {origin.photos} {whose}"
    else:
        start = f"{origin.having} of {origin.photos} {whose}"
    share = "none" if not origin.others_having else str(origin.others_having)
    return f"{start} {_trait(origin)}; of the {origin.others} others, {share}."


def _trait(origin: ClassOrigin) -> str:
    match origin.trait:
        case "size":
            return f"have {origin.value} pixels"
        case "shape":
            return f"are {origin.value}"
        case "camera":
            return f"are from one kind of camera, “{origin.value}”"
        case "compression":
            return "were saved as JPEG with the same settings"
        case "format":
            return f"are {origin.value} files"
        case "background":
            colour = "of one colour" if origin.value == "one colour" else f"in {origin.value}"
            return f"have a plain edge {colour}"
