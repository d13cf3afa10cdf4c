"""Writes docs/methods.md from the registry, with a picture a method: ``python -m benchmarks.methods_page``.

``--text`` leaves the pictures as they are. A test fails when the page and the registry differ.
"""

from __future__ import annotations

import argparse
import inspect
from pathlib import Path

from saliency.methods.registry import METHODS, Method

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


def draw() -> None:
    """Makes the pictures."""
    import models
    import saliency

    classifier = models.load(_MODEL)
    photo = saliency.read_photo(DOCS.parent / _SAMPLE)
    for entry in METHODS.values():
        if entry.needs <= classifier.graph.offers:
            found = saliency.explain(classifier, photo, method=entry.key, target="mug")
            picture(entry).parent.mkdir(parents=True, exist_ok=True)
            found.overlay(size=(_SIDE, _SIDE)).convert("RGB").save(picture(entry), quality=80)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", action="store_true", help="leave the pictures as they are")
    options = parser.parse_args()
    if not options.text:
        draw()
    (DOCS / "methods.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
