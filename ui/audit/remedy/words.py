"""The words of the remedy on the Audit page: the plan, the rehearsal, what is taken along."""

from __future__ import annotations

from saliency.audit.reports.shopping.item import ShoppingItem
from saliency.audit.reports.words import BATCHES
from ui.audit.works import WAITING, Work
from ui.words import about, plain

REHEARSE, PACKING = "rehearse", "pack"
"""The steps of the work."""

ADD = "All to add, and why"
MORE = "{count} more in the checklist."

ABOUT = (
    "Before anybody takes a picture, it can be rehearsed on this computer whether such pictures would help. "
    "Half of the photos with labels get twins: the same picture with one thing changed, such as the place "
    "covered. The model's last step is trained again with them, and the other half tells what came of it. "
    "The model itself stays as it is."
)
ABOUT_PACK = (
    "What can be made is the pack: twins of the photos, the same picture with one thing changed, for whoever "
    "trains the model."
)
FROM_OUTSIDE = (
    "This model is only asked from outside, so its last step cannot be trained here, and nothing can be "
    "rehearsed."
)
NO_LABELS = (
    "Nothing can be rehearsed, as it is not known what the photos show. Say so, by the names of their "
    "folders or in a table, and audit again."
)
START, START_PACK = "Rehearse it", "Make the pack"
AGAIN = "Rehearse it again"
NOT_YOURS = "Whoever made this audit can begin the rehearsal."
LEAVE = "You can close this page; the rehearsal goes on."
PAUSE, GO_ON, CANCEL = "Pause", "Go on", "Cancel"
CANCELLED = "The rehearsal was cancelled."
PAUSED = "Paused. Nothing is lost; go on whenever you like."
NOBODY = "The rehearsal stands still here. Go on; or wait, if another server works on it."
STOPPED = "The rehearsal stopped: {problem} What is finished is kept; you can go on once this is solved."
GETTING_READY = "Getting ready"
WAITS = "Waiting: {ahead} before this one. Whoever waits at a page goes first."
STEPS = {
    REHEARSE: "Step 1 of 2, asking the model about photos and their twins: {done} of {total}",
    PACKING: "Step 2 of 2, packing the twins: {done} of {total}",
}
FIGURES = "All figures"
TWIN_ALT = "A photo that shows “{label}”, and beside it its twin: {made}"
PACK = "Pack for whoever trains the model (ZIP)"
OLD_PACK = "Pack made before that judgement (ZIP)"
PACK_HELP = (
    "In the pack: {twins} changed copies of your photos (twins) with their labels, a list of doubtful labels "
    "and of photos that are there twice, and a text that says how each was made and how to use them."
)
KEEP = "Keep it as a model"
KEEP_HELP = (
    "The rehearsed model can then be chosen on Explain, Compare and Audit like any other, beside the one it "
    "was made of. Its description says what it is: made from one audit, and no product."
)
KEEP_NAME, KEEP_DO = "Name of the model", "Keep it"
KEPT = "It is kept as a model: “{name}”. Choose it on Explain, Compare or Audit."
KEPT_BEFORE = (
    "Kept as a model: “{name}”. Ask it the same below, under “Old and new”, and see both beside each other."
)


def batch_rows(item: ShoppingItem) -> dict[str, list[str]]:
    """The pictures of one thing to add, as columns of a table."""
    cells = [(f"about {batch.photos}", plain(batch.which), batch.how) for batch in item.batches]
    return {head: [row[place] for row in cells] for place, head in enumerate(BATCHES)}


def progress(work: Work) -> tuple[float, str]:
    """How far a rehearsal is: a share and a sentence."""
    if work.step not in STEPS:
        waits = work.step == WAITING and work.ahead
        return 0.0, WAITS.format(ahead=work.ahead) if waits else GETTING_READY
    step = STEPS[work.step].format(done=work.done, total=work.total)
    left = f", {about(work.seconds_left)} left in this step" if work.seconds_left > 0.5 else ""
    waits_too = f" {WAITS.format(ahead=work.ahead)}" if work.ahead else ""
    return work.done / max(1, work.total), f"{step}{left}.{waits_too}"
