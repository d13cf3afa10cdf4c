"""One property of one photo taken away, or given, and the model asked again; beside equal random changes.

A control is as large a change of what the model receives (root mean square over its points) in a random
direction: a smooth field of colours, drawn anew for each, that leaves the property as it is. Were the
property no more to the model than any other change of that size, it would beat all 19 of them in 1 photo of
20. Three controls are asked first, to tell how often equal changes do more; all of them only where the change
did enough to count and beats these, as it has to beat all. That makes no hit more likely.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from saliency.audit.evidence import picture_measures as measures
from saliency.audit.evidence.picture_measures import Pixels
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.properties.changes import (
    CHANGES,
    KEPT,
    Setting,
    framed,
    saved,
    saved_as_coarsely,
    unframed,
)
from saliency.audit.evidence.rows import CoverOutcome, ValueCourse
from saliency.checks.cover import FEW, MATERIAL, FillOutcome, Finding, Reason, finding_and_reason
from saliency.checks.fills import Fill
from saliency.checks.question import Answer, ScoreQuestion
from saliency.errors import SaliencyError
from saliency.photo.reading import Photo

SCREENED = 3
"""Controls that are asked first."""

_LEAST = 0.002  # root mean square, in [0, 1], from which a picture is changed at all
_GRAINS = (3, 5, 9)  # points of a side that a smooth field is drawn on
_FITTED = 2  # times that a control's size is fitted, as cutting off at black and white takes a part of it


@dataclass(frozen=True, slots=True)
class PropertyTrial:
    """A change of one property.

    Attributes:
        change: Which one: a key of :data:`~saliency.audit.evidence.properties.changes.CHANGES`, ``frame``,
            ``quality`` or ``blocks``.
        setting: What it is changed to.
        give: The guess that this may make of photos with other guesses; ``None``: it is taken from photos
            whose guess may change.
    """

    change: str
    setting: Setting
    give: str | None = None

    def picture(self, probe: PhotoProbe) -> NDArray[np.uint8]:
        """The photo as the model would receive it, changed, ``(h, w, 3)`` uint8 sRGB.

        Raises:
            SaliencyError: This photo cannot be changed so.
        """
        return _Change.of(self, probe).changed

    def outcome(self, probe: PhotoProbe) -> CoverOutcome:
        """What the change did.

        Raises:
            SaliencyError: This photo cannot be changed so.
        """
        question = ScoreQuestion.of(probe.prepared, self.give)
        photo = _Change.of(self, probe)
        before = question.before
        (after,) = photo.ask(question, [photo.changed])
        if self.give is None:
            fall = question.outputs.fall(before.score, after.score)
            counts = fall >= MATERIAL or (before.ahead and not after.ahead)
        else:
            counts = after.ahead and not before.ahead
        count = probe.settings.controls
        pictures = photo.controls(count)
        controls = photo.ask(question, islice(pictures, SCREENED))
        if counts := counts and not self._beaten(after, controls, count):
            controls += photo.ask(question, pictures)
        outcome = self._taken if self.give is None else self._given
        return outcome(question, before, after, controls, photo.changed, screened=not counts)

    def _beaten(self, after: Answer, controls: Sequence[Answer], count: int) -> bool:
        """Whether so many of the first controls do as much that it cannot count, whatever the others do."""
        sign = 1 if self.give is None else -1
        as_much = sum(sign * control.log_odds <= sign * after.log_odds for control in controls)
        return as_much > FEW * count + 1e-9

    def _taken(
        self,
        question: ScoreQuestion,
        before: Answer,
        after: Answer,
        controls: Sequence[Answer],
        picture: NDArray[np.uint8],
        *,
        screened: bool,
    ) -> CoverOutcome:
        """What taking it away did, as covering an area does."""
        change = FillOutcome(after, tuple(controls), picture)
        finding, reason = finding_and_reason(before, {Fill.BLUR: change}, question.outputs)
        return CoverOutcome(
            finding=finding,
            reason=reason,
            changed=before.ahead and not after.ahead,
            changed_elsewhere=_mean(not control.ahead for control in controls),
            controls=len(controls),
            before=round(before.score, 6),
            after=round(after.score, 6),
            elsewhere=_mean(control.score for control in controls),
            p_value=round(change.p_value, 4),
            enough_alone=False,
            stays_alone=False,
            stays_alone_elsewhere=None,
            values=_values(question, before, after, controls),
            screened=screened or None,
        )

    def _given(
        self,
        question: ScoreQuestion,
        before: Answer,
        after: Answer,
        controls: Sequence[Answer],
        picture: NDArray[np.uint8],
        *,
        screened: bool,
    ) -> CoverOutcome:
        """What giving it did: whether it is enough for the guess, more so than every equal change."""
        made = after.ahead and not before.ahead
        as_high = sum(control.log_odds >= after.log_odds for control in controls)
        enough = made and bool(controls) and as_high <= FEW * len(controls) + 1e-9
        made_elsewhere = _mean(control.ahead for control in controls)
        return CoverOutcome(
            finding=Finding.DEPENDS if enough else Finding.LITTLE,
            reason=Reason.GUESS_CHANGES if made else Reason.SMALL_CHANGE,
            changed=made,
            changed_elsewhere=made_elsewhere,
            controls=len(controls),
            before=round(before.score, 6),
            after=round(after.score, 6),
            elsewhere=_mean(control.score for control in controls),
            p_value=round((1 + as_high) / (1 + len(controls)), 4),
            enough_alone=enough,
            stays_alone=made,
            stays_alone_elsewhere=made_elsewhere,
            screened=screened or None,
        )


@dataclass(frozen=True, eq=False)
class _Change:
    """A photo as the model received it, and changed.

    Attributes:
        pixels: As received.
        changed: Changed, ``(h, w, 3)`` uint8.
        own: The setting that it has itself.
        inside: Where controls may change it, ``(h, w, 1)``.
    """

    probe: PhotoProbe
    change: str
    pixels: Pixels
    changed: NDArray[np.uint8]
    own: Setting
    inside: Pixels

    @classmethod
    def of(cls, trial: PropertyTrial, probe: PhotoProbe) -> _Change:
        """Change the photo.

        Raises:
            SaliencyError: It cannot be changed so.
        """
        pixels = np.asarray(probe.prepared.received, np.float32) / np.float32(255)
        own = own_setting(trial.change, pixels)
        inside = np.ones((*pixels.shape[:2], 1), np.float32)
        if trial.change in CHANGES:
            out = CHANGES[trial.change](pixels, trial.setting)
            if not _halfway(own, own_setting(trial.change, out), trial.setting):
                raise SaliencyError("This photo cannot be changed so far.")
        elif trial.change == "frame":
            widths = trial.setting if any(trial.setting[:4]) else own
            if not any(widths[:4]):
                raise SaliencyError("This photo has no frame.")
            inside = framed(inside.repeat(3, 2), (*widths[:4], 0.0, 0.0, 0.0))[..., :1]
            out = framed(pixels, widths) if any(trial.setting[:4]) else unframed(pixels, own)
        else:
            out = _saved(trial, probe)
        changed = _bytes(out)
        if _size(changed - 255 * pixels) < 255 * _LEAST:
            raise SaliencyError("The change does nothing to this photo.")
        return cls(probe, trial.change, pixels, changed, own, inside)

    def controls(self, count: int) -> Iterator[NDArray[np.uint8]]:
        """As many equal changes in random directions."""
        r = np.random.default_rng([self.probe.seed, zlib.crc32(self.change.encode())])
        size = _size(self.changed / 255 - self.pixels)
        for _ in range(count):
            field, scale = smooth_field(r, self.inside), size
            out = self._with(field, scale)
            for _ in range(_FITTED - 1):
                scale *= min(4.0, size / max(1e-6, _size(out - self.pixels)))
                out = self._with(field, scale)
            yield _bytes(out)

    def _with(self, field: Pixels, scale: float) -> Pixels:
        out = np.clip(self.pixels + np.float32(scale) * field, 0, 1)
        return CHANGES[self.change](out, self.own) if self.change in KEPT else out

    def ask(self, question: ScoreQuestion, pictures: Iterable[NDArray[np.uint8]]) -> list[Answer]:
        """What the model says to pictures."""
        classifier = self.probe.classifier
        inputs = [classifier.normalised(picture) for picture in pictures]
        if not inputs:
            return []
        return question.ask([torch.cat(inputs)], len(inputs), self.probe.on_progress)


def own_setting(change: str, pixels: Pixels) -> Setting:
    """What a picture has of a property itself; empty where it is not told from what the model receives."""
    match change:
        case "brightness":
            return (measures.brightness(pixels),)
        case "exposure":
            return (measures.exposure(pixels),)
        case "contrast":
            return (measures.contrast(pixels),)
        case "saturation":
            return (measures.saturation(pixels),)
        case "tint":
            return measures.tint(pixels)
        case "focus":
            return (measures.sharpness(measures.luma(pixels)),)
        case "frame":
            found = measures.frame(pixels)
            return (*found[0], *found[1]) if found else (0.0,) * 7
    return ()


def smooth_field(r: np.random.Generator, inside: Pixels) -> Pixels:
    """A smooth random field of colours ``(h, w, 3)``, of mean 0 and root mean square 1.

    Args:
        r: Random numbers.
        inside: Where it is not 0, ``(h, w, 1)``.
    """
    grain = int(r.choice(_GRAINS))
    noise = torch.from_numpy(r.standard_normal((1, 3, grain, grain)).astype(np.float32))
    smooth = F.interpolate(noise, size=inside.shape[:2], mode="bicubic", align_corners=False)
    field: Pixels = smooth[0].permute(1, 2, 0).numpy() * inside
    field -= field.sum((0, 1)) / max(1.0, float(inside.sum())) * inside
    return np.asarray(field / max(1e-6, _size(field)), np.float32)


def _saved(trial: PropertyTrial, probe: PhotoProbe) -> Pixels:
    """What the model receives of the photo after it was saved as a coarser JPEG."""
    photo = probe.photo
    if trial.change == "quality" and trial.setting[0] >= (probe.jpeg_quality or measures.LOSSLESS):
        raise SaliencyError("This photo was saved as coarsely already.")
    coarse = (
        saved(photo.pixels, int(trial.setting[0]))
        if trial.change == "quality"
        else saved_as_coarsely(photo.pixels, trial.setting[0])
    )
    changed = Photo(coarse, photo.name, photo.digest)
    received, _ = probe.classifier.receive(changed, probe.prepared.framing)
    return np.asarray(received, np.float32) / np.float32(255)


def _halfway(own: Setting, after: Setting, wanted: Setting) -> bool:
    """Whether a change came at least half of the way that was wanted."""
    far, left = (np.linalg.norm(np.subtract(one, wanted)) for one in (own, after))
    return bool(left <= far / 2)


def _values(
    question: ScoreQuestion, before: Answer, after: Answer, controls: Sequence[Answer]
) -> ValueCourse | None:
    """The tag's share, or the number, where the model is asked about one."""
    asked = question.prepared.classifier.question
    if asked is None:
        return None
    sign = 1 if question.target.index == 0 else -1  # the log-odds are those of the guess
    first, second, *others = (
        float(f"{asked.number(sign * answer.log_odds):.6g}") for answer in (before, after, *controls)
    )
    return ValueCourse(first, second, _mean(others))


def _mean(values: Iterable[float]) -> float | None:
    listed = [float(value) for value in values]
    return round(float(np.mean(listed)), 6) if listed else None


def _size(change: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(change))))


def _bytes(pixels: Pixels) -> NDArray[np.uint8]:
    return np.asarray(np.clip(np.rint(255 * pixels), 0, 255), np.uint8)
