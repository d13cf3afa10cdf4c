"""What is taken for what: a matrix to choose a cell of, and why in a few photos of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from saliency.audit.evidence.confusions.matrix import MAPPED, Confusion, Confusions, ContrastedPhoto
from saliency.audit.evidence.confusions.trial import PASSES
from saliency.audit.evidence.contrast import ContrastOutcome
from saliency.audit.reports import confusion_words
from saliency.audit.reports.sentences import counted
from saliency.audit.sheet.contrasts import contrasts, known_contrasts
from saliency.audit.sheet.thumbnails import contrast_thumbnail
from saliency.classifier import Classifier, yes_no_classifier
from saliency.errors import SaliencyError
from saliency.names import readable
from saliency.progress import Progress
from ui import faults
from ui import words as wording
from ui.audit import store
from ui.audit.results import sheet_query as query
from ui.audit.results import sheet_words as words
from ui.audit.results.results import AuditedPhoto, Results
from ui.audit.results.sheet_query import SheetAddress
from ui.audit.store import AuditRequest
from ui.session import Session
from ui.widgets.controls import bound
from ui.widgets.matrix import matrix
from ui.widgets.places import Place
from ui.work import loading
from ui.work.questions import cost
from ui.work.slow_work import Task, answer

_SHORT = 40  # characters of a class's name beside the matrix


def show(results: Results, address: SheetAddress, state: Session) -> None:
    """Draws it, if any answer is wrong; in results of earlier programs it is not known."""
    confusions = results.record.confusions
    if confusions is None:
        return
    label, guess = address.parts.get(query.LABEL, ""), address.parts.get(query.ANSWER, "")
    st.markdown(f"## {confusion_words.HEADING}", anchors=False)
    if extent := confusion_words.extent(confusions):
        st.caption(extent)
    _matrix(confusions, label, guess, address)
    _pairs(confusions, label, guess, address)
    pair = _pair(results, confusions, label, guess)
    if pair is not None:
        with st.container(border=True):
            _why(results, pair, state, chosen=bool(label and guess))


def _matrix(confusions: Confusions, label: str, guess: str, address: SheetAddress) -> None:
    classes = confusions.classes
    there = label in classes and guess in classes

    def says(row: int, column: int) -> str:
        return confusion_words.cell(classes[row], classes[column], confusions.counts[row][column])

    def choose(row: int, column: int) -> None:
        _want(address, classes[row], classes[column])

    matrix(
        words.MATRIX,
        words.CORNER,
        [readable(name)[:_SHORT] for name in classes],
        confusions.counts,
        says,
        (classes.index(label), classes.index(guess)) if there else None,
        key="audit-matrix",
        on_press=choose,
    )


def _pairs(confusions: Confusions, label: str, guess: str, address: SheetAddress) -> None:
    """The pairs confused most as a list, also those outside the matrix."""
    names = {"": words.NO_PAIR} | {
        str(place): wording.plain(words.pair_choice(pair.label, pair.guess, pair.photos, pair.of))
        for place, pair in enumerate(confusions.pairs)
    }
    places = {(pair.label, pair.guess): str(place) for place, pair in enumerate(confusions.pairs)}

    def take(place: str) -> None:
        if place:
            pair = confusions.pairs[int(place)]
            _want(address, pair.label, pair.guess)
        else:
            query.want(address.with_parts(**{query.LABEL: "", query.ANSWER: ""}))

    st.selectbox(
        words.PAIRS,
        list(names),
        format_func=lambda place: wording.listed(names[place]),
        width=480,
        **bound("audit-pair", places.get((label, guess), ""), take),
    )


def _want(address: SheetAddress, label: str, guess: str) -> None:
    """Asks for the photos of a cell, and nothing else of them."""
    query.want(SheetAddress(address.audit, {query.SHOWN: "all", query.LABEL: label, query.ANSWER: guess}))


def _pair(results: Results, confusions: Confusions, label: str, guess: str) -> Confusion | None:
    """The pair of the cell that is chosen, else the one confused most; None of a cell of right answers."""
    if not (label and guess):
        return next((pair for pair in confusions.pairs if pair.contrasts), None)
    found = next((pair for pair in confusions.pairs if (pair.label, pair.guess) == (label, guess)), None)
    photos = _photos(results, label, guess)
    if found is not None or label == guess or not photos:
        return found
    of = sum(photo.shows == label and photo.row.right is not None for photo in results.photos)
    pair = Confusion(label=label, guess=guess, photos=len(photos), of=of, files=())
    return replace(pair, sentence=confusion_words.sentence(pair, results.record.settings.question))


def _photos(results: Results, label: str, guess: str) -> list[AuditedPhoto]:
    """The photos of a cell with wrong answers, those first of which the model was most certain."""
    photos = [
        photo
        for photo in results.photos
        if photo.shows == label and photo.row.guess == guess and photo.row.right is False
    ]
    return sorted(photos, key=lambda photo: (-photo.row.score, photo.row.file))


def _why(results: Results, pair: Confusion, state: Session, *, chosen: bool) -> None:
    """What was counted, and the maps of a few photos; those not drawn yet once somebody asks for them."""
    st.markdown(f"### {wording.plain(words.pair_title(pair.label, pair.guess))}", anchors=False)
    photos = {photo.number: photo for photo in _photos(results, pair.label, pair.guess)[:MAPPED]}
    known = known_contrasts(results.folder, list(photos))
    missing = [photo for number, photo in photos.items() if number not in known]
    space, below = st.container(), st.container()
    if missing and chosen:
        with faults.shown(below):
            known |= _ask(results, pair, missing, state, Place(below)) or {}
    shown = tuple(
        ContrastedPhoto(file=photo.row.file, outcome=known[number])
        for number, photo in photos.items()
        if number in known
    )
    pair = replace(pair, contrasts=shown)
    with space:
        maps = wording.plain(confusion_words.maps_sentence(pair))
        st.markdown(f"**{wording.plain(pair.sentence)}** {maps}".strip())
        if shown:
            st.caption(wording.plain(words.MAPS.format(guess=pair.guess, label=pair.label)))
            _pictures(results.folder, pair)


def _pictures(folder: Path, pair: Confusion) -> None:
    for column, photo in zip(st.columns(MAPPED, gap="small"), pair.contrasts, strict=False):
        with column:
            try:
                picture = contrast_thumbnail(folder, photo.file, photo.outcome)
            except SaliencyError as error:
                st.caption(faults.sentence(error))
                continue
            alt = readable(words.contrast_alt(photo.file, pair.label, pair.guess))
            st.image(picture, width="stretch", output_format="JPEG", alt=alt)
            st.caption(wording.plain(confusion_words.overtaken(pair, photo)))
            st.caption(wording.plain(photo.file))


def _ask(
    results: Results, pair: Confusion, photos: list[AuditedPhoto], state: Session, place: Place
) -> dict[int, ContrastOutcome] | None:
    """Why these photos got their answer, once somebody has started it; None before.

    Raises:
        SaliencyError: The model is not here any more, or is another one; or a photo cannot be read.
    """
    request = store.read(results.folder)
    if request is None:
        return None
    classifier = loading.classifier(request.model)
    files = {photo.number: photo.row.file for photo in photos}
    sentence = words.OFFER.format(guess=pair.guess, label=pair.label, photos=counted(len(files), "photo"))
    passes = PASSES * len(files)
    task = Task(
        "contrast",
        (results.folder.name, pair.label, pair.guess, *files),
        request.model,
        passes,
        wording.plain(sentence),
        partial(_work, results.folder, request, classifier, files, pair.label),
        cost=cost(classifier, passes),
    )
    return answer(state, state.checks, task, place, wait=True)


def _work(
    folder: Path,
    request: AuditRequest,
    model: Classifier,
    files: dict[int, str],
    label: str,
    on_progress: Progress,
) -> dict[int, ContrastOutcome]:
    classifier = yes_no_classifier(model, request.question, request.framing)
    return contrasts(folder, classifier, files, label, on_progress)
