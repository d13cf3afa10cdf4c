"""The words of two audits beside each other on the page."""

from __future__ import annotations

from saliency.audit.comparison.comparison import AuditComparison
from saliency.audit.comparison.finding_changes import FindingChange
from saliency.audit.comparison.photos import Change, ChangedPhoto
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.comparison import files
from saliency.audit.reports.comparison import words as report_words
from saliency.audit.reports.comparison.report import changed_row, finding_row
from saliency.audit.reports.sentences import counted
from ui.words import plain

TITLE = "Old and new"
INTRO = "Is another model better on these photos? Ask it the same, and see what differs, photo by photo."
MODEL = "Another model"
MODEL_HELP = "It is asked about the same photos, with the same labels and areas. Then both are compared."
CHOOSE_ANOTHER = "Choose one that knows what they show."
ASK = "Ask another model the same"
COPYING = "Getting the same photos ready …"
NO_MODEL = "There is no other model here that answers in the same way. Add one on the Models page."
PHOTOS_GONE = "The photos of this audit are not here any more, so no other model can be asked about them."
OTHER = "Compare with another audit of these photos"
COMPARE = "Compare"
COMPARE_WITH = "Compare with “{name}”"
NEW_NAME = "{name}, {model}"
BACK = "The new audit"
BACK_OLD = "The old audit"
SWAP = "Swap old and new"
OLD, NEW = "Old audit: {name}", "New audit: {name}"
GONE = (
    "One of these two audits is not open to you. It may have been deleted, its time may be over, or it may "
    "belong to somebody who does not share it with you."
)
NOT_FINISHED = "Both audits have to be finished before they can be compared."
NOT_TESTED = (
    "{count} not tested with the other model yet, so it cannot be said whether that is new or gone. Testing "
    "takes about as long as the second step of an audit."
)
TEST = "Test it now"
FINDINGS, CHANGED, CLASSES = report_words.FINDINGS, report_words.CHANGED, report_words.CLASSES
NO_FINDING = "Neither audit found anything that answers depend on, nor anything unclear."
NO_CHANGE = "No answer changed."
SIDE_BY_SIDE = f"{report_words.SIDE_BY_SIDE}. Colour: influence on the answer."
WHICH = "Which photos"
ALL = "All that changed"
SHOWN = "Photos {first} to {last} of {all}"
NO_PICTURE = "This photo cannot be shown: it is not here any more, or has changed."
PICTURES = "Photos tested with both"
TAKE = "Take it with you"
FILES = {
    files.PDF: ("Report (PDF)", "To read and to hand on: which one is better, and where it is worse"),
    files.SLIDE: ("Slide (PNG)", "One picture for a presentation"),
    files.HTML: ("Web page", "The same as the report, as one file for a browser"),
    files.CHANGED: ("Changed photos (CSV)", "A line a photo with another answer, for a spreadsheet"),
    files.RECORD: ("All figures (JSON)", "For programs"),
}
LEFT_OUT = "What cannot be compared"
HOW = "How this was compared"


def knows(known: int, labels: int) -> str:
    """How many of a set's labels the chosen model knows, and what follows where it knows none."""
    sentence = f"This model knows {known} of the {counted(labels, 'label')} of these photos"
    return f"{sentence}." if known else f"{sentence}, so no answer of it can be right. {CHOOSE_ANOTHER}"


def findings_table(comparison: AuditComparison) -> dict[str, list[str]]:
    """Every finding before and after, by column."""
    rows = [finding_row(finding) for finding in comparison.findings]
    columns = zip(report_words.FINDING_COLUMNS, zip(*rows, strict=True), strict=True)
    return {head: list(map(plain, cells)) for head, cells in columns}


def classes_table(comparison: AuditComparison, most: int) -> dict[str, list[str]]:
    """Right answers by label, what got worse first."""
    rows = [
        (c.label, str(c.answers.photos), str(c.answers.old), str(c.answers.new), report_words.class_shown(c))
        for c in comparison.classes[:most]
    ]
    columns = zip(report_words.CLASS_COLUMNS, zip(*rows, strict=True), strict=True)
    return {head: list(map(plain, cells)) for head, cells in columns}


def kinds(comparison: AuditComparison) -> dict[str, str]:
    """What can be chosen of the photos that changed: what a person should look at first, first."""
    counts = {change: comparison.count(change) for change in Change}
    names = {
        change.value: f"{report_words.CHANGES[change]} ({count})" for change, count in counts.items() if count
    }
    return names if len(names) == 1 else {**names, "": f"{ALL} ({len(comparison.changed)})"}


def finding_title(finding: FindingChange) -> str:
    """A finding, and what became of it."""
    return f"**{plain(named(report_words.heading(finding)))}** · {plain(report_words.became(finding))}"


def changed_photo(photo: ChangedPhoto) -> str:
    """What is said below a photo that changed."""
    _, label, old, new, what = map(plain, changed_row(photo))
    shows = f" · label {label}" if photo.label else ""
    return f"**{what}**  \nOld: {old}  \nNew: {new}{shows}"


def alt(photo: ChangedPhoto) -> str:
    """A pair of pictures for those who do not see it."""
    return (
        f"{photo.file} twice: influence on the old answer, {photo.old_guess}, and on the new one, "
        f"{photo.new_guess}"
    )
