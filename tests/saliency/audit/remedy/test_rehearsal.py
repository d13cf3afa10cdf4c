"""A rehearsal of models whose fault is known: what it must show can be said beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from photo_set import METHOD
from two_spots import make_photos, two_spots

from saliency.audit import audit, gather, start
from saliency.audit.json_types import as_json
from saliency.audit.remedy.kept_features import FOLDER
from saliency.audit.remedy.record import (
    REHEARSAL,
    DependenceFigures,
    FindingRehearsal,
    Share,
    read_rehearsal,
)
from saliency.audit.remedy.rehearsal import rehearse, rehearsed_classifier, why_not
from saliency.errors import Cancelled, SaliencyError
from saliency.photo.reading import read_photo

SHORTCUT, SOUND = two_spots(20.0, 4.0), two_spots(0.0, 20.0)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_photos(tmp_path_factory.mktemp("photos"), badged=1)


def audited(folder: Path, photos: Path, classifier, labels: str | None = "folders"):
    job = start(folder, classifier, gather(photos, labels=labels), method=METHOD)
    return job, audit(job, classifier, photos)


@pytest.fixture(scope="module")
def of_shortcut(photos: Path, tmp_path_factory: pytest.TempPathFactory):
    job, result = audited(tmp_path_factory.mktemp("job"), photos, SHORTCUT)
    with job:
        yield job, result


def test_a_shortcut_is_unlearned_and_plain_copies_do_less(of_shortcut, photos: Path) -> None:
    job, result = of_shortcut
    assert [finding.place for finding in result.findings if finding.to_look_into] == ["upper left corner"]
    assert why_not(SHORTCUT, result) == ""
    rehearsal = rehearse(job, SHORTCUT, photos, result)
    (finding,) = rehearsal.findings
    assert rehearsal.outcome == "helps"
    assert finding.before.depends.value > 0.9
    assert finding.after.depends.value <= 0.1
    assert finding.control.right_without.photos == 0, "plain copies teach nothing of it"
    assert finding.control.carried.photos == finding.control.carried.of
    assert finding.after.right_without.photos == finding.after.right_without.of
    assert finding.after.carried.photos == 0
    assert rehearsal.after.photos >= rehearsal.before.photos
    assert rehearsal.learning + rehearsal.judging == 80
    assert read_rehearsal(job.folder) == rehearsal
    assert job.folder.joinpath(REHEARSAL).is_file()


def test_it_goes_on_where_it_was_stopped_and_gives_the_same(of_shortcut, photos: Path) -> None:
    job, result = of_shortcut
    whole = rehearse(job, SHORTCUT, photos, result, seed=1)
    seen: list[int] = []

    def stop_at(done: int, _: int) -> None:
        seen.append(done)
        if done == 30:
            raise Cancelled("stopped")

    rehearse(job, SHORTCUT, photos, result, seed=2)  # features of seed 1 are gone
    with pytest.raises(Cancelled):
        rehearse(job, SHORTCUT, photos, result, seed=1, on_progress=stop_at)
    kept = list(next((job.folder / FOLDER).iterdir()).glob("*.npz"))
    assert len(kept) == 30
    kept[0].write_bytes(b"cut short")
    assert as_json(rehearse(job, SHORTCUT, photos, result, seed=1)) == as_json(whole)


def test_the_rehearsed_model_is_another_one_and_the_first_stays(of_shortcut, photos: Path, tmp_path) -> None:
    job, result = of_shortcut
    photo = read_photo(
        make_photos(tmp_path, lamps=0, vases=1, badged=0) / "vase" / "00.png"
    )  # with the corner
    before = SHORTCUT.predict(photo)[0]
    rehearse(job, SHORTCUT, photos, result)
    rehearsed = rehearsed_classifier(job, SHORTCUT)
    assert before.label == "lamp"
    assert SHORTCUT.predict(photo)[0] == before
    assert rehearsed.predict(photo)[0].label == "vase"
    assert rehearsed.digest != SHORTCUT.digest
    assert "rehearsed" in rehearsed.name
    x = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert not torch.equal(rehearsed.graph.logits(x), SHORTCUT.graph.logits(x))
    with pytest.raises(SaliencyError, match="another model"):
        rehearsed_classifier(job, SOUND)


def test_a_sound_model_has_nothing_to_mend(photos: Path, tmp_path: Path) -> None:
    job, result = audited(tmp_path, photos, SOUND)
    with job:
        rehearsal = rehearse(job, SOUND, photos, result)
        assert rehearsal.outcome == "nothing to mend"
        assert rehearsal.before == rehearsal.after == rehearsal.control
        with pytest.raises(SaliencyError, match="no rehearsed model"):
            rehearsed_classifier(job, SOUND)


def test_without_labels_it_says_what_to_do(photos: Path, tmp_path: Path) -> None:
    job, result = audited(tmp_path, photos, SHORTCUT, labels=None)
    with job, pytest.raises(SaliencyError, match="labels are classes of the model; here are 0"):
        rehearse(job, SHORTCUT, photos, result)
    assert "a folder for each class" in why_not(SHORTCUT, result)


def test_another_model_is_refused(of_shortcut, photos: Path) -> None:
    job, result = of_shortcut
    with pytest.raises(SaliencyError, match="Choose the same model"):
        rehearse(job, SOUND, photos, result)


def shares(before: int, control: int, after: int, of: int = 20) -> FindingRehearsal:
    """A finding on which so many of so many answers depend."""
    none = Share(0, 0)
    figures = [DependenceFigures(Share(count, of), none, none, none) for count in (before, control, after)]
    return FindingRehearsal("f", "lamp", "the corner", "place", 10, *figures)


@pytest.mark.parametrize(
    ("counts", "mended"),
    [
        ((20, 20, 2), True),
        ((20, 20, 11), False),  # not by half
        ((4, 4, 1), False),  # by half, and no more than chance
        ((20, 3, 2), False),  # plain copies did as much
        ((0, 0, 0), False),
    ],
)
def test_mended_is_by_half_beyond_chance_and_beyond_plain_copies(counts, mended: bool) -> None:
    assert shares(*counts).mended is mended
