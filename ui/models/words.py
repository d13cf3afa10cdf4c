"""The words of the Models page."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from models import Choice
from models.inventory import Facts
from models.sources.draft import Draft
from models.sources.preparation import Recipe, Trial
from saliency.methods.registry import METHODS, Family
from saliency.names import readable
from ui.server.reach import ADD_MODELS
from ui.words import FRAMINGS, number, plain
from ui.work.words import TaskWords

TITLE = "Models"
INTRO = (
    "A model is the program that is examined. These are on this computer; you can add your own, or download "
    "well-known ones."
)
HERE = "On this computer"
KNOWS, FROM, LICENCE, SIZE, CHECKED = "Knows", "Comes from", "Licence", "Size", "Checked"
DESIGN = "Design"
NO_LICENCE = "Not stated. Ask whoever made it before you show results to others."
NO_SOURCE = "Not stated."
CHECKED_BY = {
    "built-in": "By the makers of this app; the figures are in its model card below.",
    "catalogue": "By its publisher, who states how photos must be prepared.",
    "own": "Its files say how photos must be prepared. Nobody has tried that with photos here.",
}
UNCHECKED = "Nobody has checked how photos must be prepared, so its answers may be wrong."
SHOW_RESULTS = "The licence sets no condition on showing results to others."
CARD = "Model card: training data, figures, what it gets wrong"
VIEWS = "Which views it offers"
VIEWS_ALL = "{count} of {all} views:"
KINDS = {
    Family.GRADIENTS: "reading how each point of the photo moves the score",
    Family.CLASS_ACTIVATION: "reading which places a model's own features answer to",
    Family.COVERING: "hiding parts and asking again",
    Family.ATTENTION: "reading which places a transformer compares",
}
EXPLAIN = "Explain a photo with it"
USE = {"explain": "Explain a photo", "compare": "Compare two models", "audit": "Audit a set of photos"}
RENAME, RENAME_YES, NAME = "Rename", "Save the name", "Name"
REMOVE, REMOVE_YES = "Remove", "Remove it for everybody"
REMOVE_ASK = (
    "Remove “{name}” with its files from this computer? Audits that used it stay readable. "
    "This cannot be undone."
)
RENAMED, REMOVED = "The model is now called “{name}”.", "“{name}” was removed."

ADD = "Add your own"
ADD_INTRO = (
    "Give the file that training or a service gave you, or several files, or a ZIP of them. Nothing in it is "
    "ever run as a program, and it never leaves this computer."
)
ADD_KINDS = (
    "ONNX (`.onnx`), Keras and Teachable Machine (`.keras`, `.h5`, or the ZIP with `labels.txt`), "
    "PyTorch weights (`.pth`, `.pt`, `.safetensors`), Hugging Face and timm folders as a ZIP."
)
ADD_ANCHOR = "add-your-own"
TO_ADD = f"[Add your own ↓](#{ADD_ANCHOR})"
FILES = "The model: one file, several, or a ZIP; with its labels in a text file, if you have them"
FILES_HELP = (
    "Up to {megabytes} MB. Whoever runs this server can add larger ones with “python -m models add FILE”."
)
NOT_ALLOWED = (
    "Others can open this page, so models can only be added by whoever runs the server: with "
    "“python -m models add FILE” on the server, or here once it is started with {setting}=yes."
)
NOT_THIS_ROLE = "Models are added here by owners. Ask whoever runs this server to make you one."
NOT_AT_ALL = "Whoever runs this server has switched off adding models ({setting}=no)."
START_OVER = "Start over"
LEFT = "Nothing of the model you were adding was kept."
TIMED_OUT = (
    "Nobody went on for half an hour with the model that was being added here, so its files were deleted to "
    "make room for others. Please begin again."
)
BUSY = "{count} models are being added by others just now. Please try again in a few minutes."
TOO_MANY_FILES = (
    "These are {count} files. Give only those of one model, at most {most}, or pack them in a ZIP."
)
LOOK = TaskWords("", "Look into it", "Looking into the model: {percent} % done{left}.")
PROVE = TaskWords("{sentence}", "Try the ways to prepare photos", "Trying: {percent} % done{left}.")
PROVE_OFFER = "Each of the usual ways to prepare photos is tried with your photos, and the best is kept."
FILES_STEP, LABELS_STEP = "1 · The files", "2 · The names of its classes"
PHOTOS_STEP, NAME_STEP = "{step} · A few photos with right answers", "{step} · A name"
RECOGNISED = "What was recognised"
KIND, PICTURES, GIVES, CLASSES, OFFERS = "Kind of file", "Takes", "Gives", "Classes", "Offers"
OUTPUTS = {
    "softmax": "a score for each class; one class is the answer",
    "probabilities": "a score for each class; one class is the answer",
    "labels": "a score for each label; several may be true at once",
    "yes-no": "one score: yes or no",
    "score": "one number",
}
NUMBERS_ASK = "What do its numbers mean?"
NUMBERS_CHANGE = "Do several of its classes apply at once?"
NUMBERS = {
    "yes-no": "Yes or no",
    "score": "A number on a scale",
    "softmax": "One class is the answer",
    "labels": "Several can be true at once",
}
NUMBERS_MEAN = {
    "yes-no": "such as: is there a defect?",
    "score": "such as an ad score from 0 to 10",
    "softmax": "such as mug, teapot or lamp",
    "labels": "such as the tags outdoor, people, food",
}
THRESHOLD, LOWEST, HIGHEST = "A label is given from", "Usually from", "to"
RANGE_WRONG = "The first number has to be lower than the second. Where does the score usually lie?"
NUMBERS_USE = "Use this"
LABELS = "Names of the classes, one per line, in the model's order"
LABELS_NEEDED = (
    "The files do not name the classes. The model gives {count} scores, so it needs {count} names."
)
LABELS_ONE = (
    "The files do not name what the number says. Type what yes means, such as “defect” (and in a second line "
    "what no means, if it has a name), or what the score is called."
)
LABELS_FILE = "Or the names in a text file"
LABELS_USE = "Use these names"
LABELS_CHANGE = "Do its classes have other names?"
LABELS_BACK = "Take the file's own names again"
LABELS_NONE = "Type the names first, one per line, or choose a text file."
SIZE_LABEL = "Side of its pictures, in pixels"
SIZE_USE = "Try this size"
ANSWERS = "Asked about a sample photo, it answers {answers}."
ANSWERS_MEAN = "This shows that it runs, and no more: the photo may show nothing that it knows."
ANSWERS_ALT = "The sample photo: {title}"
PHOTOS_INTRO = (
    "Photos are prepared before a model gets them: resized, cut, their colours turned into numbers. If that "
    "is not done as in training, answers are worse, and nothing shows it. A few photos whose right answer "
    "you know, at least two of each of several classes, show which way is right. You can leave this out."
)
PHOTOS = "Photos, or a ZIP with folders named after the classes"
PHOTOS_HELP = "JPG, PNG, WebP, AVIF or HEIC, up to 20 MB each; at most {most} photos."
SHOWS = "What does “{name}” show?"
CHOOSE = "Choose the right answer"
ANSWERS_MISSING = "Choose the right answer for {count} more."
PHOTO_ALT = "Your photo {name}"
IN_FOLDERS = "{photos} photos in {folders} folders named after classes."
FORGET_PHOTOS = "Leave these photos out"
TOO_MANY_PHOTOS = "These are {count} photos; {most} are enough. Choose some of each class."
WAY, RIGHT = "Way to prepare a photo", "Right"
WAYS_ALT = "How many photos are right with each way to prepare them"
BEST = ":material/check: **{way}**"
ALL_WAYS = "All {count} ways"
ALONE = "**{right} of {count} of your photos are right** when prepared in this way, which is kept: {way}."
EQUAL = (
    "**{right} of {count} of your photos are right** with each of {ways} ways to prepare them. The most "
    "usual of these is kept: {way}."
)
PROVED = "This counts as proved: no result of this model will say that nobody has checked it."
PROVED_EQUAL = (
    "This counts as proved: each of these ways suits your photos, and no result will say that nobody has "
    "checked it. Only more photos could show which of them is best."
)
POOR = (
    "It counts as little: even in the best way, {wrong} of {count} are wrong. Check whether the classes "
    "are in the model's order, and whether the photos are of the kind that it was trained for."
)
NOT_TRIED = (
    "Your photos have not been tried yet: choose what each shows, and press “Try the ways to prepare photos”."
)
NOT_PROVED = (
    "Nobody has checked how photos must be prepared. If you add the model like this, every result says "
    "that its answers may be wrong."
)
STATED = "Its files say how photos are prepared. A few photos would show whether that is right."
ADD_YES = "Add this model"
NAME_HELP = "What people read in every list."
NAME_MISSING = "Give the model a name that no other one has."
ADDED = "“{name}” is added, and chosen on every page."

DOWNLOADS = "Download a well-known one"
DOWNLOADS_INTRO = (
    "Classifiers of torchvision, each with the thousand classes of ImageNet. Only the download needs the "
    "network; afterwards the model stays on this computer."
)
DOWNLOAD_WHICH, DOWNLOAD_SEARCH = "Model", "Type to search"
ALL_HERE = "All of them are on this computer."

_SCALES = {
    "ImageNet's mean and deviation": "usual colour values (ImageNet's)",
    "0 to 1": "colour values from 0 to 1",
    "−1 to 1": "colour values from −1 to 1",
    "0 to 255": "colour values from 0 to 255",
    "as stated": "colour values as the files say",
}
_CUTS = {  # by the names that Explain and Audit have for how a photo is given
    "crop": f"{FRAMINGS['crop'].lower()}, a little closer",
    "whole": f"{FRAMINGS['crop'].lower()}, as large as it fits",
    "squeezed": f"{FRAMINGS['whole'].lower()}, squeezed to fit",
}
_ORDERS = {"rgb": "", "bgr": "colours stored blue first", "grey": "without colour"}
_NAMED = 6  # classes named on a card


def knows(labels: Sequence[str]) -> str:
    """How many classes a model has, and the names of some, as plain text."""
    names = ", ".join(map(readable, labels[:_NAMED]))
    return f"{len(labels):,} classes: {names}{', …' if len(labels) > _NAMED else ''}"


def card(choice: Choice, facts: Facts) -> dict[str, str]:
    """What stands on the card of a model, name and value, as plain text."""
    checked = facts.checked or (UNCHECKED if facts.warning and choice.kind == "own" else "")
    return {
        KNOWS: knows(facts.labels) if facts.labels else "",  # of some, only their service names them
        CHECKED: checked or CHECKED_BY[choice.kind],
        FROM: facts.source or NO_SOURCE,
        LICENCE: f"{choice.licence} {SHOW_RESULTS}"
        if choice.kind == "built-in"
        else choice.licence or NO_LICENCE,
        DESIGN: choice.technical if choice.kind == "catalogue" else "",
        SIZE: megabytes(choice),
    }


def model_card(text: str) -> str:
    """A model card as Markdown below a card's heading: links to other files lead nowhere here."""
    _, _, body = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL).partition("\n")
    linked = re.sub(r"\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", body)
    return re.sub(r"^#+ ", "#### ", linked, flags=re.MULTILINE).strip()


def megabytes(choice: Choice) -> str:
    """How large a model is."""
    return f"{choice.megabytes:.0f} MB" if choice.megabytes >= 1 else "less than 1 MB"


def views(methods: Collection[str]) -> list[str]:
    """The views that a model offers, a line for each kind."""
    lines = []
    for family, kind in KINDS.items():
        names = [METHODS[key].name for key in METHODS if METHODS[key].family is family and key in methods]
        if names:
            lines.append(f"**{len(names)}** by {kind}: {', '.join(map(plain, names))}")
    return lines


def offers(methods: Sequence[str]) -> str:
    """How many views a model offers, in a few words."""
    return f"{len(methods)} of {len(METHODS)} views"


def recognised(draft: Draft) -> dict[str, str]:
    """What a model was recognised as, name and value."""
    kind = draft.format.partition(" (")[0]
    unsaid = draft.classes == 1 and draft.outputs not in ("yes-no", "score")
    rows = {
        KIND: plain(kind[:1].upper() + kind[1:]),
        PICTURES: f"pictures of {draft.size[0]} × {draft.size[1]} pixels" if draft.size[0] else "",
        GIVES: OUTPUTS["score" if unsaid else draft.outputs] if draft.classes else "",
        CLASSES: plain(knows(draft.labels)) if draft.labels else f"{draft.classes:,}, not named in the files",
        OFFERS: offers(draft.methods) if draft.methods else "",
    }
    if draft.classes < 2 and not draft.labels:
        del rows[CLASSES]
    return {name: value for name, value in rows.items() if value}


def answers(draft: Draft) -> str:
    """The first answers of a model to a sample photo."""
    told = [f"“{plain(entry.label)}” ({entry.said})" for entry in draft.answers]
    return ANSWERS.format(answers=", ".join([f"**{told[0]}**", *told[1:]]))


def way(recipe: Recipe) -> str:
    """A way to prepare photos, in words."""
    parts = [_SCALES.get(recipe.scale, recipe.scale), _ORDERS[recipe.channels], _CUTS[recipe.cut]]
    text = ", ".join(part for part in parts if part)
    return plain(text[:1].upper() + text[1:])


def told_apart(trials: Sequence[Trial], count: int) -> str:
    """What trials with photos say, in sentences."""
    best = trials[0]
    equal = sum(trial.right == best.right for trial in trials)
    name = way(best.recipe)
    name = name[:1].lower() + name[1:]
    said = (EQUAL if equal > 1 else ALONE).format(right=best.right, count=count, ways=number(equal), way=name)
    if 2 * best.right < count:
        counts = POOR.format(wrong=count - best.right, count=count)
    else:
        counts = PROVED_EQUAL if equal > 1 else PROVED
    return f"{said} {counts}"


def table(trials: Sequence[Trial], count: int) -> Mapping[str, Sequence[str]]:
    """Trials as a table; those with most photos right are marked."""
    best = trials[0].right
    ways = [BEST.format(way=way(t.recipe)) if t.right == best else way(t.recipe) for t in trials]
    return {WAY: ways, RIGHT: [f"{trial.right}\u00a0of\u00a0{count}" for trial in trials]}


def not_allowed(*, off: bool, signed_in: bool = False) -> str:
    """Why whoever is here cannot add models, and who can."""
    return (NOT_AT_ALL if off else NOT_THIS_ROLE if signed_in else NOT_ALLOWED).format(setting=ADD_MODELS)
