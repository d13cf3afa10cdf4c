"""Sentences of the pack that is handed to whoever trains the model."""

from __future__ import annotations

from collections.abc import Mapping

from saliency.audit.remedy.material import Cause
from saliency.audit.remedy.twins import TwinKind

NOTHING = (
    "There is nothing to make pictures of: the audit has no finding that is to be mended and that photos "
    "with labels have."
)
MADE: Mapping[TwinKind, str] = {
    "blur": "covered with a blur",
    "grown": "covered by what is around it",
    "changed": "taken away",
    "given": "put in",
}
PROPERTY_MADE: Mapping[TwinKind, str] = {"changed": "property evened", "given": "property given"}
README = """\
PICTURES TO MEND “{model}” WITH
{line}

This pack was made by an audit of {photos} photos{name}. The audit found that the model's answers hang on
something that is not the thing itself:

{findings}

What is in it
  twins/         {count} changed copies of your photos, in a folder for each label
  twins.csv      for each: its label, the photo that it was made of, how, and for which finding
  keep-apart.csv the {judging} photos of the half that is kept for judging; no twin was made of them
  set.csv        labels that look doubtful and photos that are there more than once; check them first
{rehearsal_line}

How each twin was made
  covered with a blur           the thing is under a heavy blur; the label stays
  covered by what is around it  its surroundings are grown over it; the label stays
  put in                        the thing of another photo is put into a photo of something else, at its
                                place; the label stays that of the photo that it is put into
  property evened or given      light, colour, sharpness or the like changed to what is usual in other
                                photos, or in those that have it; the label stays
  Twins are at most {side} pixels wide and high. Those of JPEG photos are JPEG files (quality 95), all
  others PNG.

How to use them
  1. Check set.csv, and look through twins/ by eye: where a twin does not show its label any more, delete it.
  2. Real photos are better than twins. Take the photos of the audit's list first, as far as you can.
  3. Add twins to your own training photos: of each class at most as many twins as you have photos of it,
     and count all twins of one photo together like one photo. With more, a model may learn to tell twins.
  4. Prepare them exactly as your other photos, and save those in the same format: else a model may go by
     the format.
  5. Judge the new model by photos that it was not trained on: leave those of keep-apart.csv out of the
     training, audit the same photos again, and compare the two audits.

What this is not
  Twins are made by a computer. They show the model that one thing does not decide; they are no new photos,
  and no proof that the model is good.

Provenance
  Model: {model} (SHA-256 of its weights: {weights})
  Set of photos: {digest}
  Framing: {framing}; seed: {seed}; the same audit and seed give the same twins.
{left_out}"""
REHEARSED = "  rehearsal.json what a rehearsal with such pictures showed on this computer"
NOT_REHEARSED = "  There is no rehearsal.json: whether such pictures help was not rehearsed."
LEFT_OUT = "  {count} twins were left out, as the pack would have become too large."


def finding_line(number: int, cause: Cause) -> str:
    """One finding, as the README lists it."""
    finding = cause.finding
    answer = "any answer" if finding.guess is None else f"the answer “{finding.guess}”"
    return f"  {number}. {finding.where}, for {answer} (finding {finding.key})"


def made(cause: Cause, kind: TwinKind) -> str:
    """How a twin was made, in words."""
    return PROPERTY_MADE[kind] if cause.plan is not None else MADE[kind]
