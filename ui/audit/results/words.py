"""The words of a finished audit: what it found, in which pictures, and what to take along."""

from __future__ import annotations

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.evidence.statistics import Interval
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.judgement_words import role_name
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.sentences import answered, claim, counted, ends
from saliency.audit.reports.words import view as view_name
from saliency.classifier import YesNoQuestion
from saliency.names import readable
from saliency.verdict.advice import Merit, advice
from saliency.verdict.words import SCORE_MEANS, score
from ui.audit.results.results import AuditedPhoto
from ui.check.words import COLOURS, MERIT_ICONS
from ui.words import FRAMING, FRAMINGS, plain

_ANY = 0.9  # width of an interval that says nothing

RESULTS = "What the set shows"
TRUTH = ("The photo shows", "Recognised", "Not recognised", "Taken for instead")
TRUE_ANSWERS = ("True answer", "Right", "Wrong", "The model's answer then")
BY_TRUE_ANSWER = "By the true answer"
BY_TRUTH, BY_GUESS = "By what the photos show", "By answer"
GUESSES = ("Answer", "Pictures", "Right", "Wrong")
MORE_ROWS = "{count} more are in “Findings (JSON)”, under “More files” below."
OBSERVED = "Observed in this set. Only new photos can show what causes it."
AUDITED, LEFT_OUT, RIGHT, WRONG = "Photos audited", "Left out", "Right", "Wrong"
UNJUDGED = "Not judged"
VERDICTS = {
    Verdict.DEPENDS: ":material/priority_high: **Depends**",
    Verdict.SUGGESTIVE: ":material/help: **May depend**",
    Verdict.NO_EVIDENCE: ":material/check: **No evidence**",
}
MAYBE_ITSELF = ":material/help: **Depends** · is it the thing itself?"
AS_HOPED = ":material/check: **Depends** · probably the thing itself"
ROLE, ROLE_OF_PROPERTY = "What is there?", "What is that?"
NAME, NOTE, BY, UNDO = "Call it", "Note", "Your name", "Undo"
NO_PLACE = "No place was found that could be tested."
NO_OTHER_PLACE = "No place was found that could be tested, other than those you named."
NOT_SEARCHED = (
    "This audit tells how good the model is, not what its answers depend on: no answer has enough pictures "
    "to look for that. About {least} of one answer are needed. Add more pictures of each product, or name an "
    "area you wonder about."
)
TOO_FEW = (
    "{few} of {all} answers have too few pictures to look for such places: about {least} of one answer are "
    "needed."
)
NOTHING = "Nothing here shows that answers depend on a place other than the thing itself."
QUESTIONS = (
    "No answer is shown to depend on anything but what probably is the thing itself. Look at the pictures: "
    "is it? What is not clear yet stands below as a question."
)
JUDGED = "{told} of {all} answers could be judged: their photos have a label that is the name of one class."
JUDGED_ANSWERS = (
    "{told} of {all} answers could be judged: their photos have a label that answers the question."
)
NO_LABEL_KNOWN = (
    "None of the labels is a class of this model, so no answer can be judged. The model's classes are in its "
    "description."
)
EXAMPLE, EXAMPLE_OF_PROPERTY = "The place, in one of the photos", "One of the photos"
EXAMPLE_OF = "What “{guess}” {depends} on, in one of the photos"
TESTED_HERE = "Where it was tested, on pictures that depend on it"
PICTURES_WITH_IT = "Pictures of this kind"
NO_EVIDENCE = "Tested, and nothing speaks for it ({count})"
PICTURES = "Pictures"
LEGEND = (
    "The more colour, the more influence (each picture by itself). The line surrounds the strongest places. "
    f"{SCORE_MEANS}"
)
ALL, WORTH, ALL_WRONG = "All pictures", "Worth a look", "Wrong, the most certain first"
OPEN_PICTURE = "Open in Explain"
AVERAGES = "Average heat map of each answer"
AVERAGES_HELP = (
    "Where the influence lies on average over the photos with one answer. If it lay at random places, the "
    "average map would be even."
)
MORE_OF_SET = "{count} more in set.csv."
SAME_LABEL = "Copies under the same label ({count})"
LABELLED, UNLABELLED = "Label “{label}”", "No label"
PROBLEMS = "Left out ({count})"
TAKE = "Take it with you"
FOR_EXPERTS, FOR_EXPERTS_HELP = "More files", "Tables and data, for whoever works with the model."
FILES = {
    "report.pdf": ("Report (PDF)", "For a board: summary, findings, pictures, method and limits."),
    "report.html": ("Report (HTML)", "The same as one file for the browser."),
    "checklist.csv": ("Checklist (CSV)", "Which pictures to take, to tick off: how many, who, until when."),
    "slide.png": ("Slide (PNG)", "One picture for your presentation, 1920 × 1080."),
}
FILES_FOR_EXPERTS = {
    "results.csv": ("Table (CSV)", "A row for each photo and area."),
    "findings.csv": ("Findings (CSV)", "A row for each finding, with what people said of it."),
    "set.csv": ("The set (CSV)", "Labels to check, copies, photos to look at."),
    "findings.json": ("Findings (JSON)", "All findings with their figures."),
    "results.json": ("Photos (JSON)", "Everything about each photo."),
}


def verdict(finding: AuditFinding) -> str:
    """A finding's verdict, and what it is: as a person says, or else probably the thing itself."""
    if finding.role is not None:
        merit = advice("depends", finding.role).merit if finding.verdict is Verdict.DEPENDS else Merit.OPEN
        icon, colour = MERIT_ICONS.get(merit, ":material/help:"), COLOURS.get(merit)
        _, _, name = VERDICTS[finding.verdict].partition(" ")
        text = f"{icon} {name} · {role_name(finding, finding.role)}"
        return f":{colour}[{text}]" if colour else text
    usual = finding.expected and finding.verdict is Verdict.DEPENDS
    if finding.asks:
        return MAYBE_ITSELF
    return AS_HOPED if usual else VERDICTS[finding.verdict]


def title(finding: AuditFinding, question: YesNoQuestion | None = None) -> str:
    """A finding in a line."""
    depends = claim(finding.guess, question)
    if finding.verdict is not Verdict.DEPENDS:
        depends = f"{depends.rpartition(' ')[0]} may depend"
    return plain(f"{depends} on {_where(finding)}")


def _where(finding: AuditFinding) -> str:
    """What it is or where, with the name that people gave it."""
    name = finding.judgement.name if finding.judgement else ""
    return f"{finding.where} (“{name}”)" if name else finding.where


def sentence(finding: AuditFinding) -> str:
    """What was counted, the first of it bold."""
    first, stop, rest = finding.sentence.partition(". ")
    return f"**{plain(first + stop.strip())}** {plain(rest)}".strip()


def choice(finding: AuditFinding) -> str:
    """A finding as a filter: its place, its guess and how many pictures depend on it."""
    guess = f" ({finding.guess})" if finding.guess else ""
    return plain(f"Depends on {_where(finding)}{guess} ({len(finding.files)})")


def certainty(finding: AuditFinding) -> str:
    """How sure a finding is."""
    summary = finding.summary
    if finding.kind == "surroundings":
        return _likely("In more photos like these", summary.share_that_depends)
    if summary.given is not None and (not finding.expected or not summary.tested):
        return (
            f"It makes this answer of {summary.enough_alone} of {counted(summary.given, 'picture')} with "
            f"other answers. {_likely('Of more pictures like these', summary.share_enough_alone)}"
        )
    return (
        f"The score depends on it in {summary.depends} of {counted(summary.tested, 'picture')} tested. "
        f"{_likely('In more pictures like these', summary.share_that_depends)}"
    )


def _likely(start: str, share: Interval) -> str:
    """What share it would be of more pictures; nothing is known where that may be nearly any."""
    if share.high - share.low > _ANY:
        return "These are too few to say how it is in others."
    return f"{start}, it would most likely be {ends(share)}."


def picture(photo: AuditedPhoto, question: YesNoQuestion | None = None) -> str:
    """What the model said about a picture of the list."""
    row = photo.row
    guess = f"**{plain(row.guess)}** · {score(row.score)}"
    if question is not None and row.value is not None:
        guess = f"**{plain(answered(row.guess, row.value, question))}**"
    if row.right is None:
        return guess
    return guess + (" · right" if row.right else f" · wrong, it is “{plain(row.label or '')}”")


def example(photo: AuditedPhoto, finding: AuditFinding | None, question: YesNoQuestion | None = None) -> str:
    """What the picture beside the answers is."""
    if finding is None:
        return picture(photo, question)
    if finding.kind not in ("place", "thing"):
        return EXAMPLE_OF_PROPERTY
    depends = "depends" if finding.verdict is Verdict.DEPENDS else "may depend"
    return EXAMPLE_OF.format(guess=plain(finding.guess), depends=depends) if finding.guess else EXAMPLE


def alt(photo: AuditedPhoto) -> str:
    """What a picture of the list shows, for screen readers."""
    heat = f" with the heat map for “{photo.row.guess}” over it" if photo.has_map else ""
    return readable(f"The photo “{photo.row.file}”{heat}")


def average_alt(guess: str) -> str:
    """What an average heat map shows, for screen readers."""
    return readable(f"Average heat map for “{guess}”")


def settings(record: AuditRecord, model: str, view: str = "") -> dict[str, str]:
    """How the audit was made, as rows of a table; `view` is what people call the view."""
    settings = record.settings
    return {
        "Model": model,
        **({"Question": str(settings.question)} if settings.question else {}),
        "Weights (SHA-256)": settings.weights or "–",
        "View": f"{view or view_name(settings.method)} ({settings.method})",
        "Second view": f"{view_name(settings.second)} ({settings.second})" if settings.second else "none",
        FRAMING: FRAMINGS[settings.framing],
        "Equal areas elsewhere, for comparison": str(settings.controls),
        "Random numbers start at": str(settings.seed),
        "Set of photos (SHA-256)": settings.photos,
        "False discovery rate": f"{record.false_discovery_rate:g}",
    }


def truth_rows(record: AuditRecord, most: int) -> dict[str, list[str]]:
    """The photos by what they show, as columns of a table."""
    rows = [
        (
            plain(group.label),
            f"{group.right:,} of {group.photos:,}",
            f"{group.missed:,}",
            plain(", ".join(f"{other.guess} ({other.photos})" for other in group.taken_for)),
        )
        for group in record.true_classes[:most]
    ]
    names = TRUTH if record.settings.question is None else TRUE_ANSWERS
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def guess_rows(record: AuditRecord, most: int) -> dict[str, list[str]]:
    """The photos by guess, as columns of a table."""
    rows = [
        (plain(group.guess), f"{group.pictures:,}", f"{group.right:,}", f"{group.wrong:,}")
        for group in record.classes_by_size[:most]
    ]
    return {name: list(column) for name, column in zip(GUESSES, zip(*rows, strict=True), strict=True)}


def too_few(record: AuditRecord) -> str:
    """How many guesses could not be searched for places."""
    few = sum(not group.searched for group in record.classes)
    return TOO_FEW.format(few=few, all=len(record.classes), least=2 * LEAST) if few else ""
