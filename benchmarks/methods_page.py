"""Writes docs/methods.md from the registry, with a picture a method: ``python -m benchmarks.methods_page``.

``--text`` leaves the pictures as they are, ``--check`` the page too: it only says where either is behind, and
then ends with exit code 1.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from pathlib import Path

import models
import saliency
from saliency.methods.registry import METHODS, Method
from saliency.network.graph import ATTENTION

DOCS = Path(__file__).parents[1] / "docs"
_SIDE = 320  # pixels of a picture
_SAMPLE, _MODEL = "models/showroom/samples/full-table.jpg", "showroom"
_HEAD = f"""# Methods

Made by `python -m benchmarks.methods_page` from the registry; do not edit. Costs are rough, in forward passes
of the model at default settings. “Signed” maps show influence for and against. The pictures are of the sample
`full-table.jpg`, the model {_MODEL.capitalize()} and its guess “mug”; methods for transformers have none.
"""


def page() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *(section(entry) for entry in METHODS.values())])


def section(entry: Method) -> str:
    """One method."""
    lines = inspect.cleandoc(entry.function.__doc__ or "").partition("\n\n")
    settings = ", ".join(f"`{s.name}` = {s.default}" for s in entry.settings.values()) or "none"
    needs = ", ".join(sorted(entry.needs)) or "nothing but scores"
    kind = "signed" if entry.signed else "unsigned"
    rows = [
        f"## {entry.name} (`{entry.key}`)",
        "",
        entry.sentence,
        "",
        *([f"![{entry.name}](methods/{entry.key}.jpg)", ""] if picture(entry).is_file() else []),
        f"- Definition: {lines[0]}",
        f"- Paper: {entry.paper}",
        f"- Cost: about {entry.passes:g} passes; {kind}; needs {needs}",
        f"- Settings: {settings}",
        *([] if entry.class_specific else ["- The same for every class"]),
        "",
    ]
    return "\n".join(rows)


def picture(entry: Method) -> Path:
    """Where a method's picture is."""
    return DOCS / "methods" / f"{entry.key}.jpg"


def behind() -> list[str]:
    """Sentences about what the page and its pictures lack, beside the registry."""
    drawn = [entry for entry in METHODS.values() if ATTENTION not in entry.needs]
    sentences = [
        f"{entry.name} has no picture; make it with python -m benchmarks.methods_page."
        for entry in drawn
        if not picture(entry).is_file()
    ]
    if (DOCS / "methods.md").read_text(encoding="utf-8") != page():
        sentences.append("docs/methods.md is behind; write it with python -m benchmarks.methods_page --text.")
    return sentences


def draw() -> None:
    """Makes the pictures."""
    classifier = models.load(_MODEL)
    photo = saliency.read_photo(DOCS.parent / _SAMPLE)
    for entry in METHODS.values():
        if entry.needs <= classifier.graph.offers:
            explanation = saliency.explain(classifier, photo, method=entry.key, target="mug")
            picture(entry).parent.mkdir(parents=True, exist_ok=True)
            explanation.overlay(size=(_SIDE, _SIDE)).convert("RGB").save(picture(entry), quality=80)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", action="store_true", help="leave the pictures as they are")
    parser.add_argument("--check", action="store_true", help="only say what is behind the registry")
    options = parser.parse_args()
    if not options.check:
        if not options.text:
            draw()
        (DOCS / "methods.md").write_text(page(), encoding="utf-8")
    warnings = behind()
    for sentence in warnings:
        print(f"Warning: {sentence}", file=sys.stderr)
    return int(options.check and bool(warnings))


if __name__ == "__main__":
    raise SystemExit(main())
