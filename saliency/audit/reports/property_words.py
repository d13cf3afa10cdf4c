"""Properties of the whole picture in words: taken away, given, and what to photograph because of it."""

from __future__ import annotations

from dataclasses import dataclass

from saliency.audit.evidence.findings import AuditFinding


@dataclass(frozen=True, slots=True)
class PropertyWords:
    """One property.

    Attributes:
        taken: What was done to take it away, behind "With".
        kept: What equal changes leave, behind "equal changes that keep".
        given: What was done to give it, as a sentence begins.
        without: Photos of a thing that lack it; those that are to be added.
        having: Photos that have it.
    """

    taken: str
    kept: str
    given: str
    without: str
    having: str


PROPERTY_WORDS = {
    "darkness": PropertyWords(
        "the pictures made as bright as others",
        "the brightness",
        "Made as dark as these",
        "bright photos",
        "dark photos",
    ),
    "brightness": PropertyWords(
        "the pictures made as dark as others",
        "the brightness",
        "Made as bright as these",
        "dark photos",
        "bright photos",
    ),
    "under-exposure": PropertyWords(
        "the pictures exposed as much as others",
        "the exposure",
        "Exposed as little as these",
        "brightly exposed photos",
        "photos in which nothing is bright",
    ),
    "over-exposure": PropertyWords(
        "the pictures exposed as little as others",
        "the exposure",
        "Exposed as much as these",
        "photos without white, burnt-out parts",
        "photos with white, burnt-out parts",
    ),
    "low contrast": PropertyWords(
        "the contrast raised to that of others",
        "the contrast",
        "With as little contrast as these",
        "photos with more contrast",
        "photos with little contrast",
    ),
    "strong contrast": PropertyWords(
        "the contrast lowered to that of others",
        "the contrast",
        "With as much contrast as these",
        "photos with less contrast",
        "photos with much contrast",
    ),
    "pale colours": PropertyWords(
        "the colours made as strong as in others",
        "how strong the colours are",
        "With the colours taken out as far as in these",
        "photos with strong colours",
        "photos with pale colours",
    ),
    "strong colours": PropertyWords(
        "the colours taken out as far as in others",
        "how strong the colours are",
        "With colours as strong as these",
        "photos with pale colours",
        "photos with strong colours",
    ),
    "cold tint": PropertyWords(
        "the tint changed to that of others",
        "the tint",
        "With the tint of these",
        "photos in warmer light",
        "photos in cold light",
    ),
    "warm tint": PropertyWords(
        "the tint changed to that of others",
        "the tint",
        "With the tint of these",
        "photos in colder light",
        "photos in warm light",
    ),
    "magenta tint": PropertyWords(
        "the tint changed to that of others",
        "the tint",
        "With the tint of these",
        "photos without a magenta tint",
        "photos with a magenta tint",
    ),
    "green tint": PropertyWords(
        "the tint changed to that of others",
        "the tint",
        "With the tint of these",
        "photos without a green tint",
        "photos with a green tint",
    ),
    "softness": PropertyWords(
        "the pictures sharpened to be as others",
        "the sharpness",
        "Made as soft as these",
        "sharper photos",
        "softer photos",
    ),
    "sharpness": PropertyWords(
        "the pictures softened to be as others",
        "the sharpness",
        "Made as sharp as these",
        "softer photos",
        "sharper photos",
    ),
    "low JPEG quality": PropertyWords(
        "the traces of saving as JPEG taken away",
        "these traces",
        "Saved as coarsely as these",
        "photos saved in high quality",
        "photos saved in low quality",
    ),
    "high JPEG quality": PropertyWords(
        "the pictures saved as coarsely as others",
        "the quality",
        "Saved as finely as these",
        "photos saved in low quality",
        "photos saved in high quality",
    ),
    "frame": PropertyWords(
        "the frame taken away",
        "the frame",
        "With the frame of these",
        "photos without a frame",
        "photos with a frame",
    ),
    "lack of a frame": PropertyWords(
        "such a frame put around them as others have",
        "the edges",
        "With the frame taken away",
        "photos with a frame",
        "photos without a frame",
    ),
}
COMPARED = (
    "a frame, brightness, exposure, contrast, strength and tint of the colours, sharpness and JPEG quality"
)
"""What pictures with an answer are compared with others by."""


def property_words(finding: AuditFinding) -> PropertyWords:
    """Words for a finding on a property; of one that this program does not know, general ones."""
    general = PropertyWords(
        f"the {finding.place} taken away", "it", "Given the same", "photos without it", "photos with it"
    )
    return PROPERTY_WORDS.get(finding.place, general)


def property_figure(finding: AuditFinding) -> str:
    """The main figure of a property on which answers depend, in a part of a sentence."""
    summary, said = finding.summary, property_words(finding)
    if summary.given is not None and not finding.expected:
        given = f"{said.given[0].lower()}{said.given[1:]}"
        return f"{given}, {summary.enough_alone} of {summary.given} pictures with other answers get it too"
    return f"with {said.taken}, {summary.changed} of {summary.tested} answers change"
