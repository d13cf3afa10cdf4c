"""Which model a photo is shown to before a person has chosen one."""

from __future__ import annotations

from collections.abc import Mapping

from models import EVERYDAY, Choice
from ui.session import OWN


def fitting(photo: str, choices: Mapping[str, Choice]) -> str:
    """The key of the model for a photo: the first for a sample; for an own photo one that knows more.

    That is a catalogue's model that is on this computer already, or else the built-in one for own photos.

    Args:
        photo: Key of a sample, or `OWN`.
        choices: All models, by key, in the order of the list.
    """
    here = [key for key, choice in choices.items() if choice.kind == "catalogue" and choice.present]
    wanted = [*here, *([EVERYDAY] if EVERYDAY in choices else [])] if photo == OWN else []
    return [*wanted, *choices][0]
