"""Arabic and Hebrew on paper: the PDF's own text setting runs left to right and joins no letters.

Runs that are written from right to left are put into the order in which they are seen, and Arabic letters
into the forms they take beside each other, which Unicode has as characters of their own. That is the part of
Unicode's bidirectional algorithm (UAX 9) that names and labels need; a run broken over lines reads wrong.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_FORMS = (*range(0xFB50, 0xFDFC), *range(0xFE70, 0xFEFD))
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_ONWARD = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.,:/]*[0-9A-Za-z])?")


def seen(text: str) -> str:
    """The text as it is seen from left to right; unchanged without letters that run the other way."""
    strong = [at for at, letter in enumerate(text) if unicodedata.bidirectional(letter) in ("R", "AL")]
    if not strong:
        return text
    made, end = "", 0
    for start, stop in _runs(text, strong):
        run = text[start:stop]
        stop += text[stop : stop + 1] == ")" and run.count("(") > run.count(")")
        turned = _joined(text[start:stop]).translate(_MIRRORED)[::-1]
        made += text[end:start] + _ONWARD.sub(lambda found: found[0][::-1], turned)
        end = stop
    return made + text[end:]


def _runs(text: str, strong: list[int]) -> list[tuple[int, int]]:
    """From a first to a last letter that runs right to left, none between them that runs the other way."""
    runs: list[tuple[int, int]] = []
    for at in strong:
        between = text[runs[-1][1] : at] if runs else ""
        if runs and not any(unicodedata.bidirectional(letter) == "L" for letter in between):
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _joined(run: str) -> str:
    """Arabic letters in the forms they take; marks above and below do not come between them."""
    forms = _forms()
    letters = [at for at, one in enumerate(run) if unicodedata.category(one) != "Mn"]
    made = list(run)
    for place, at in enumerate(letters):
        known = forms.get(run[at], {})
        before = forms.get(run[letters[place - 1]], {}) if place else {}
        after = forms.get(run[letters[place + 1]], {}) if place + 1 < len(letters) else {}
        to_last = "<final>" in known and "<initial>" in before
        to_next = "<initial>" in known and "<final>" in after
        form = {(True, True): "<medial>", (True, False): "<final>", (False, True): "<initial>"}
        made[at] = known.get(form.get((to_last, to_next), "<isolated>"), run[at])
    return "".join(made)


@cache
def _forms() -> dict[str, dict[str, str]]:
    """By letter, the characters that are its forms."""
    found: dict[str, dict[str, str]] = {}
    for code in _FORMS:
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if kind.startswith("<") and len(letters) == 1:
            found.setdefault(chr(int(letters[0], 16)), {})[kind] = chr(code)
    return found
