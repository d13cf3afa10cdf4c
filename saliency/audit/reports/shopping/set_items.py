"""What to do about the set itself, as entries of the list of what to add."""

from __future__ import annotations

from collections.abc import Iterator

from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.reports.sentences import counted
from saliency.audit.reports.set_sentences import HEADING, copy_sentence, flaws_sentence
from saliency.audit.reports.shopping.item import ShoppingItem


def set_items(hygiene: SetHygiene) -> Iterator[ShoppingItem]:
    """Labels to check, copies to take out, photos to look at; what helps most first."""
    if hygiene.doubtful and not hygiene.unfamiliar:  # else what seems near to the model tells little
        first, *others = hygiene.doubtful
        rest = f", and of {counted(len(others), 'more photo')}: see “{HEADING}”" if others else ""
        yield _item(f"Check the label of “{first.file}”{rest}.", "labels to check", first.sentence)
    if hygiene.across:
        groups = counted(len(hygiene.across), "photo")
        yield _item(
            f"Decide on one label for {groups} in the set under different ones, and take out the copies.",
            "copies",
            copy_sentence(hygiene.across[0]),
        )
    same = [group for group in hygiene.copies if not group.across]
    if same:
        spare = sum(len(group.photos) - 1 for group in same)
        yield _item(
            f"Take out {counted(spare, 'copy', 'copies')}: see “{HEADING}”.",
            "copies",
            copy_sentence(same[0]),
        )
    if hygiene.flawed:
        yield _item(
            f"Look at {counted(len(hygiene.flawed), 'photo')}, and exchange what shows too little.",
            "photos to look at",
            flaws_sentence(hygiene),
        )


def source_items(hygiene: SetHygiene) -> Iterator[ShoppingItem]:
    """Sources to mix, of each class whose photos alone come from one."""
    seen: set[str] = set()
    for origin in hygiene.origins:
        if origin.label not in seen:
            seen.add(origin.label)
            yield _item(
                f"Add photos of “{origin.label}” from other sources, and of others from the same.",
                "photos from other sources",
                origin.sentence,
            )


def _item(what: str, which: str, reason: str) -> ShoppingItem:
    return ShoppingItem("the set", 0, which, what, reason)
