"""How an audit is made, and what it does not say, in plain words; and what is needed to do it again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from saliency.audit.evidence.guess_groups import TESTED
from saliency.audit.evidence.hot_spots import LEAST, LIFT
from saliency.audit.evidence.properties.discovery import TESTED as TRIED
from saliency.audit.evidence.screened_cover import SCREENED
from saliency.audit.evidence.stages import FIRST
from saliency.audit.evidence.strata import RATE
from saliency.audit.evidence.things.plans import TESTED as THINGS_TESTED
from saliency.audit.evidence.verdicts import FEWEST, MATERIAL
from saliency.audit.inputs.settings import Settings
from saliency.audit.reports import judgement_words, words
from saliency.audit.reports.figures import share
from saliency.audit.reports.property_words import COMPARED as PROPERTIES
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.shared_words import COMPARED
from saliency.audit.reports.words import Pair
from saliency.classifier import OutputKind, YesNoQuestion

_JUDGED = (("What people say of findings", judgement_words.METHOD),)
_FRAMINGS = {"whole": "the whole photo", "crop": "the centre crop of the photo, its edges cut off"}


def method(record: AuditRecord, view: str = "") -> tuple[Pair, ...]:
    """What was done and what it does not say; `view` is what people call the view."""
    settings = record.settings
    second = f" A second view, “{words.view(settings.second)}”, was compared." if settings.second else ""
    outside = f" {record.asked_from_outside}" if record.asked_from_outside else ""
    return (
        *_question(settings.question),
        (
            "What was asked",
            f"Each photo was handed to the model as {_FRAMINGS[settings.framing]}. For its top answer, the "
            f"view “{view or words.view(settings.method)}” gave a heat map: how much influence each part of "
            "the photo had on the score. "
            f"Colours compare places within one picture, not one picture with another.{second}{outside}",
        ),
        (
            "Places nobody named",
            "The pictures with the same answer were split at random into two halves, those that are nearly "
            "the same into one of them. On the first half, "
            f"places were looked for where the influence gathers: at least {LIFT:g} times the share that "
            "their size would give, in more pictures than chance would have it. Answers with fewer than "
            f"{LEAST} pictures in that half were not searched. What is reported was counted on the second "
            "half only: the place was covered in those pictures in which the influence gathers there, in at "
            f"most {TESTED} of them. The first {FIRST}, drawn at random, are tried first; the others only "
            f"where these leave it open.{untried(record.untried or 0)}",
        ),
        (
            "Things, wherever they are",
            "On the first half, the strongest spots of the heat maps were compared by what they look like to "
            "the model itself. What is alike in several pictures with one answer, and rarer with others, was "
            f"covered in the second half, in at most {THINGS_TESTED} pictures, wherever it is in them. Only "
            "a person can tell whether it is the thing itself. So it is shown, and not counted among the "
            "findings to look into.",
        ),
        (
            "Covering a place, and controls",
            f"A place is covered in two ways and the model is asked again. The same is done with up to "
            f"{settings.controls} equal areas elsewhere in the same picture, the controls; with the first "
            f"{SCREENED} of them only, where these do as much already. The score of a "
            "picture depends on the place if covering it does clearly more than covering the controls. "
            "“Alone enough” is the other way round: everything else is covered, and the answer stays.",
        ),
        (
            "Properties of the whole picture",
            "On the first half, pictures with an answer were compared with those with other answers: "
            f"{PROPERTIES}. What tells them apart was tested on the second half in two ways, changing "
            "nothing else: it was taken away from pictures with the answer (made as bright as others, say), "
            f"and given to pictures with other answers (made as dark as these), in at most {TRIED} each. The "
            f"controls are {settings.controls} changes of the picture that are as large, in random "
            "directions, and leave the property as it is. What changes the answer where it is taken away, "
            "but makes it of other pictures hardly more often than the controls do, "
            "probably is the thing’s own.",
        ),
        (
            "Verdicts",
            f"Depends: in at least {FEWEST} pictures and {share(MATERIAL)} of those tested, the score "
            "depends on the place or property, or it alone is enough for the answer; and that is more than "
            "chance explains once all questions are taken into account. For that, p-values are adjusted by "
            "the procedure of Benjamini and Hochberg (1995), which keeps the share of false findings at "
            f"{share(record.false_discovery_rate)}. May depend: more than chance would explain if "
            "it were the only question. No evidence: neither; it does not show that there is no dependence. "
            "Intervals say where a share lies in 95 of 100 sets drawn anew from these pictures.",
        ),
        (
            "What wrong photos share",
            "Wrong photos of a class were compared with its right ones by what is known of each photo: "
            f"{COMPARED}. Light, contrast, sharpness, size and shape are compared by quarters: is a photo "
            "among the darkest quarter of its class? How many wrong ones have a property is compared with "
            "how many would if they were drawn from the class at random (Fisher’s exact test). What is said "
            f"would be rare after all {record.compared} comparisons: p-values are multiplied by how many of "
            "them could have come out at all (Tarone 1990), and only what is then at most "
            f"{share(RATE)} is said. That is an observation, not a cause: photos that lack one thing "
            "often lack another too.",
        ),
        (
            "Average heat maps",
            "The mean over the pictures with one answer. Were every map moved to a random place, the mean "
            "would be even: that is the picture beside it, on the same scale.",
        ),
        *(_JUDGED if any(finding.judgement for finding in record.findings) else ()),
        (
            "What this does not say",
            f"{record.limits} A place that answers depend on may be where the thing itself sits: only a "
            "person can tell. A covered picture is one that the model was not trained on.",
        ),
    )


def untried(count: int) -> str:
    """How much was not tried, behind a sentence; empty if nothing."""
    if not count:
        return ""
    what = "place, thing or property" if count == 1 else "places, things and properties"
    was = "was" if count == 1 else "were"
    return f" {count} more {what} that stood out {was} not tried, to bound the cost."


def _question(question: YesNoQuestion | None) -> tuple[Pair, ...]:
    """What a model of tags or of a number was asked."""
    if question is None:
        return ()
    yes, no = question.answers
    if question.kind is OutputKind.LABELS:
        how = "The model gives each tag a share from 0 to 1, and several tags may be given to one photo."
    else:
        low, high = question.usual_range
        how = f"The model gives one number, usually {low:g} to {high:g}."
    text = (
        f"{question.sentence} {how} Here its answer counts as “{yes}” or “{no}”; that is what “answer” means."
        " "
        "The score of an answer is 0.5 at the limit, and rises with the distance from it."
    )
    return (("The question", text),)


def provenance(
    settings: Settings, date: datetime.date, versions: Mapping[str, str], view: str = ""
) -> tuple[Pair, ...]:
    """What is needed to do the audit again; `view` is what people call the view."""
    second, name = settings.second, words.view(settings.method)
    technical = f"{name}, {settings.method}" if view and view != name else settings.method
    return (
        ("Model", settings.model),
        *((("Question", str(settings.question)),) if settings.question else ()),
        ("Weights (SHA-256)", settings.weights),
        ("View", f"{view or name} ({technical})"),
        ("Second view", f"{words.view(second)} ({second})" if second else "none"),
        ("What the model received", _FRAMINGS[settings.framing]),
        ("Controls a place", str(settings.controls)),
        ("Seed", str(settings.seed)),
        ("Set of photos (SHA-256)", settings.photos),
        ("Date of this report", words.day(date)),
        ("Way of computing", f"version {settings.version}"),
        *versions.items(),
    )
