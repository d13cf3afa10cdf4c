"""The words of the Audit page: what is asked of a set of photos, how far that is, what came out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from saliency.audit.reports.words import day
from saliency.classifier import OutputKind
from saliency.methods.registry import METHODS
from ui.audit.store import RUNNING, AuditRequest
from ui.audit.works import Work
from ui.words import about, plain

TITLE = "Audit a set of photos"
INTRO = (
    "One photo can be an exception. Over a whole set, the page asks: how good is the model, why is it wrong, "
    "does it respond to something other than the product, and which pictures should a person look at?"
)
LIST = "Audits"
NONE_YET = "You have no audit yet. Begin one with your own photos, or with the sample set."
OPEN, DELETE, BACK = "Open", "Delete", "All audits"
DELETE_ASK = "Delete “{name}” with its photos, results and reports? This cannot be undone."
DELETE_YES = "Delete everything"
DELETED = "The audit was deleted with all its data."
PRACTICE = "To practise: this model was trained wrong on purpose, and the sample set shows it."
DAMAGED = (
    ":material/broken_image: Damaged: what this audit was asked cannot be read. Its photos are still there. "
    "Delete it, or ask your administrator to put a copy of its folder in its place."
)
STRANGERS = "Also in the folder of audits ({count})"
STRANGERS_HELP = (
    "These are not audits: they are left over from one that never started, or somebody put them there. "
    "Spotlight does not use them."
)
CLEAN_ASK = "Delete “{name}” with everything in it? It is not an audit. This cannot be undone."
CLEANED = "It was deleted."
GONE = "This audit is not here any more: it was deleted, or its time was over."
STATES = {
    "running": ":material/progress_activity: At work",
    "waiting": ":material/hourglass_top: Waiting for others to finish",
    "paused": ":material/pause_circle: Paused",
    "done": ":material/check_circle: Finished",
    "failed": ":material/error: Stopped by a problem",
}
KEPT = "kept until {day}"

SAMPLE = "Try it with a sample set"
SAMPLE_HELP = (
    "60 computer-made pictures of products, and a model that learned a shortcut. It takes about a minute; "
    "there is nothing to prepare."
)
SAMPLE_NAME = "Sample set"

NEW = "A new audit"
PHOTOS = "1 · The photos"
KINDS = {"files": "Photos or a ZIP", "folder": "A folder"}
KIND = "What to upload"
UPLOAD = "JPG, PNG, WebP, AVIF, HEIC; or a ZIP with them"
UPLOAD_FOLDER = "A folder with photos, with its sub-folders"
ENOUGH = "The audit looks for places by itself where about 10 pictures or more get the same answer."
QUESTION = "2 · The question"
QUESTION_HELP = "The audit explains the model's top answer for each photo."
MODEL_HELP = (
    "The program that is examined. Models that are not on this computer yet are downloaded on the Explain "
    "page."
)
SECOND = "Compare with a second view"
SECOND_HELP = "Notes for each photo whether two views point to the same areas. Takes several times as long."
TAG = "Which tag"
TAG_HELP = (
    "This model gives tags, and several may be true of a photo. The audit asks about one of them: is it "
    "given?"
)
LIMIT = "The {name} counts as high from"
LIMIT_HELP = "This model gives a number, usually {low} to {high}. The audit asks: is it so high, or higher?"
KNOWN = "3 · What you know already (optional)"
LABELS = "What the photos show"
LABELS_HELP = "If the audit knows this, it also says which answers are right."
LABEL_KINDS = {
    "": "Not known",
    "folders": "The folder names say it",
    "labels.csv": "A table says it (CSV)",
}
LABELS_CSV = "CSV with the columns file,label"
LABELS_CSV_OF = {
    OutputKind.LABELS: "CSV with the columns file,label; several tags of a photo with “;” between them",
    OutputKind.SCORE: "CSV with the columns file,label; the label is a number",
}
FOLDERS_FIT = (
    "{known} named like classes of the chosen model. Choose “{folders}”, and the audit also says which "
    "answers are right."
)
BETTER_MODEL = (
    "“{name}” knows {better} of the {all} folder names; the model chosen above knows {known}. Choose the "
    "other if these are the things you mean."
)
NO_FOLDERS = (
    "There are no folders with photos in them. Put the photos of each class into a folder with its name, "
    "or choose a table."
)
PHOTOS_FIRST = "Choose your photos first."
AREAS = "An area you wonder about"
AREAS_HELP = (
    "The audit looks for such places by itself. An area that you name is tested in every photo as well."
)
AREA_KINDS = {
    "": "None",
    "one": "The same in all photos",
    "boxes": "A table of boxes (CSV)",
    "masks": "Masks (ZIP)",
}
AREA_NAME, AREA_NAME_HELP = "What it is", "A word or two, such as badge, price tag or product."
AREA_DEFAULT = "your area"
DRAW = "Draw a box on one of your photos; it is taken at the same place in all of them."
DRAW_FIRST = "Choose your photos first; then you can draw the area on one of them."
DRAW_MISSING = "Draw the area on the photo, or choose “None”."
BOXES_CSV = "CSV with the columns file,x,y,w,h and, if you like, name; as shares of the photo from 0 to 1"
MASKS_ZIP = "ZIP with a black-and-white picture for each photo, of the same name; white is the area"
TABLE_MISSING = "Choose the table, or “{none}”."
MASKS_MISSING = "Choose the ZIP with the masks, or “None”."
NAME, NAME_HELP = "Name of the audit", "How you will find it in the list."
DAYS, DAYS_HELP = "Keep it for", "Within two days after that it is deleted with its photos and results."
DAY_CHOICES = {"1": "1 day", "7": "7 days", "30": "30 days", "90": "90 days"}
START = "Start the audit"
KEEPING = "Keeping the photos …"

AGAIN = "Write the results again"
PAUSE, GO_ON, CANCEL = "Pause", "Go on", "Cancel and delete"
LEAVE = "You can close this page; the audit goes on. Its address, and the list of audits, lead back here."
STEPS = {
    "making": "Making the sample set: {done} of {total} pictures",
    "photos": "Step 1 of 3, asking the model about each photo: {done} of {total}",
    "spots": "Step 2 of 3, testing what was found on other photos: {done} of {total}",
    "report": "Step 3 of 3, writing the results: {done} of {total}",
    "against": "Finished; now testing what either audit found with the other model: {done} of {total}",
}
LOADING = "Getting ready"
WAITS = "Waiting: {ahead} before this one. Whoever waits at a page goes first."
NOBODY = (
    "This audit stands still here: {done} of {total} photos are finished. Go on; or wait, if another server "
    "works on it."
)
STOPPED = "The audit stopped: {problem} What is finished is kept; you can go on once this is solved."


def paused(done: int, total: int) -> str:
    """Where an audit stands still: before the first photo, at one of them, or after the last."""
    if not total:
        return "Paused before the first photo. Go on whenever you like."
    if done < total:
        return f"Paused at {done} of {total} photos. Nothing is lost; go on whenever you like."
    return (
        f"Paused. The model has answered all {total} photos; what was found is not tested yet, or not "
        "written down. Go on whenever you like."
    )


def photos_in_folders(photos: int, folders: int) -> str:
    """How many photos were found in what was handed over."""
    within = f", in {_many(folders, 'folder')}" if folders else ", in no folders"
    return f"{_many(photos, 'photo')}{within}."


def folders_fit(known: int, folders: int) -> str:
    """How many folders are named like classes of the model, and what to choose then."""
    named = f"{known} of {_many(folders, 'folder')} {'is' if known == 1 else 'are'}"
    return FOLDERS_FIT.format(known=named, folders=LABEL_KINDS["folders"])


def better_model(name: str, better: int, known: int, folders: int) -> str:
    """That another model knows more of the folders' names; its name is Markdown."""
    return BETTER_MODEL.format(name=name, better=better, all=folders, known=known or "none")


def labels_fit(known: int, labels: int, without: int) -> str:
    """How many labels are classes of the model, and how many photos have none."""
    if known == labels:
        text = "This label is a class" if labels == 1 else f"All {labels} labels are classes"
    else:
        text = f"{known} of {_many(labels, 'label')} {'is a class' if known == 1 else 'are classes'}"
    rest = f" {_many(without, 'photo')} {'has' if without == 1 else 'have'} no label." if without else ""
    return f"{text} of the model.{rest}"


def answers_known(photos: Mapping[str, int], without: int) -> str:
    """For how many photos each answer is true, and how many have no label."""
    (yes, first), (no, second) = photos.items()
    rest = f" {_many(without, 'photo')} {'has' if without == 1 else 'have'} no label." if without else ""
    return f"True: “{yes}” of {_many(first, 'photo')}, “{no}” of {second:,}.{rest}"


def count_of(photos: int, archives: int, megabytes: float) -> str:
    """What was handed over."""
    parts = [_many(photos, "photo")] if photos else []
    parts += [_many(archives, "ZIP")] if archives else []
    return f"{' and '.join(parts)}, {max(0.1, megabytes):.1f} MB"


def line(request: AuditRequest, done: int, total: int, work: Work | None = None) -> str:
    """An audit in the list, and who is at work on it."""
    waits = work is not None and work.waits and request.state == RUNNING
    state = STATES["waiting" if waits else request.state]
    progress = f", {done} of {total} photos" if request.state != "done" and total else ""
    size = f" · {_many(total, 'photo')}" if request.state == "done" else ""
    begun = day(datetime.fromisoformat(request.begun).date())
    return f"{state}{progress}{size} · begun {begun} · {KEPT.format(day=day(request.expires))}"


def question(request: AuditRequest, model: str) -> str:
    """Which model was asked, with which view."""
    view = request.view or (METHODS[request.method].name if request.method in METHODS else request.method)
    asked = f"{plain(request.question.sentence)} · " if request.question else ""
    return f"{asked}Model: {model} · View: {plain(view)}"


def progress(work: Work) -> tuple[float, str]:
    """How far an audit is: a share and a sentence."""
    if work.step == "waiting" and not work.ahead:
        return 0.0, LOADING
    if work.step == "waiting":
        return 0.0, WAITS.format(ahead=work.ahead)
    step = STEPS[work.step].format(done=work.done, total=work.total)
    left = f", {about(work.seconds_left)} left in this step" if work.seconds_left > 0.5 else ""
    waits = f" {WAITS.format(ahead=work.ahead)}" if work.ahead else ""
    return work.done / max(1, work.total), f"{step}{left}.{waits}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def upload_help(megabytes: int) -> str:
    """What can be handed over, in files of at most so many megabytes."""
    return f"Up to 10,000 photos of at most 20 MB each, in ZIP files of at most {megabytes:,} MB."
