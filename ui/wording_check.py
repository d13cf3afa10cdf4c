"""The words of "Check it": what is asked, what came out, what that means and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from saliency.agreement import Learned, Verdict
from saliency.controls import Kind
from saliency.cover import Finding, Reason
from saliency.fills import Fill
from ui.wording import about, number, plain, score

if TYPE_CHECKING:
    from saliency.agreement import Agreement
    from saliency.cover import Cover
    from saliency.influence import Influence
    from saliency.paste import Paste

TITLE = "Check it"
INTRO = (
    "A heat map is a question; the answer is a test. "
    "Mark an area, and the page asks the model again without it."
)
NOTHING_MARKED = (
    "Draw a box around the part of the picture you wonder about, with mouse or finger, "
    "or choose an area below it."
)
WHAT_FOLLOWS = (
    "1. Your area is covered, and the model is asked again.\n"
    "2. So are equal areas elsewhere, for comparison.\n"
    "3. You read what that shows, and what it does not."
)
MARK_LABEL = (
    "The photo '{photo}'. Draw a box on it to mark an area; the fields and sliders below do the same."
)
HEAT_OVER = "Show the heat map"
SUGGESTIONS = "Or choose an area"
SPOT, OUTLINE = "Spot {number}", "The product's outline"
SUGGESTIONS_HELP = (
    "The spots are the strongest separate places of the heat map. Where nothing stands out, there is none."
)
CLEAR = "Clear"
WITHOUT_POINTER = "Mark without drawing: nine fields, or sliders"
FIELD_ROWS = ("Upper third", "Middle third", "Lower third")
FIELD_COLUMNS = ("left", "middle", "right")
ACROSS, DOWN = "From left to right", "From top to bottom"

FINDINGS = {
    Finding.DEPENDS: "On this picture, the guess depends on your area.",
    Finding.LITTLE: "Covering your area made little difference.",
    Finding.INCONCLUSIVE: "This test is inconclusive.",
}
DEPENDS_SCORE = "On this picture, the score for '{label}' depends on your area."
CHANGE = "With your area covered, the score goes from {before} to {after}."
NO_CHANGE = "With your area covered, the score stays {after}."
ELSEWHERE = "Covering {count} {kind} elsewhere takes it to {elsewhere} on average."
ELSEWHERE_SAME = "Covering {count} {kind} elsewhere leaves it {elsewhere} on average, too."
KINDS = {
    Kind.MOVED: "equal areas",
    Kind.WRAPPED: "equal areas",
    Kind.BLOBS: "areas of the same size",
    Kind.NONE: "",
}
REASONS = {
    Reason.GUESS_CHANGES: "However it is covered, the model then guesses something else: '{other}'. "
    "Equal areas elsewhere have no such effect.",
    Reason.SCORE_FALLS: "However it is covered, the score falls clearly, and further than with equal areas "
    "elsewhere covered.",
    Reason.SMALL_CHANGE: "However it is covered, the score moves by less than a tenth of itself, and the "
    "guess stays.",
    Reason.TOO_LARGE: "Your area is so large that no equal one fits elsewhere, so there is nothing to "
    "compare it with.",
    Reason.LOW_SCORE: "The score is so low to begin with that it cannot fall.",
    Reason.FILLS_DISAGREE: "The two ways of covering it disagree: {blur} when blurred, {grown} when filled "
    "in from its surroundings. What was put there may have mattered, not only what was taken away.",
    Reason.AS_MUCH_ELSEWHERE: "The score falls, but with some equal areas elsewhere covered it falls as "
    "much.",
    Reason.IN_BETWEEN: "The score moves, but neither clearly nor hardly at all.",
    Reason.SCORE_RISES: "The score rises: something in your area speaks against this guess.",
}
NEXT = {
    Reason.GUESS_CHANGES: "If your area is the product, this is what you would hope for. If it is anything "
    "else, paste it into other photos below, and plan training photos without it.",
    Reason.SCORE_FALLS: "If your area is the product, this is what you would hope for. If it is anything "
    "else, paste it into other photos below, and plan training photos without it.",
    Reason.SMALL_CHANGE: "The rest of the picture is enough for this guess. Mark a larger area, or try "
    "another photo before you rule your area out.",
    Reason.TOO_LARGE: "Mark a smaller area, close around one thing.",
    Reason.LOW_SCORE: "Choose the top guess above, and test your area for that one.",
    Reason.FILLS_DISAGREE: "Mark a little more or a little less, or test the same thing in another photo.",
    Reason.AS_MUCH_ELSEWHERE: "Mark an area closer around the thing you suspect, or test it in another "
    "photo.",
    Reason.IN_BETWEEN: "Mark a little more of the thing you suspect, or test it in another photo.",
    Reason.SCORE_RISES: "Choose the next guess above, and see whether your area speaks for that one.",
}
AS_IS, YOURS, OTHERS = "As it is", "Your area", "Elsewhere"
CHART = "Score for '{label}': as it is, with your area covered, and with equal areas elsewhere covered"
FILLS = {Fill.BLUR: "Blurred", Fill.GROWN: "Filled in"}
CHART_ALT = (
    "Strip chart of scores from 0 to 1. As it is: {before}. With your area covered: {after}. "
    "With equal areas elsewhere covered: {elsewhere}."
)
COVERED_ALT = "What the model received with your area covered: {fill}"

SHARE = "{heat} % of the influence falls inside your area, which covers {area} % of what the model received."
SHARE_FOR = (
    "{heat} % of the influence in favour falls inside your area, which covers {area} % of what the model "
    "received."
)
MORE_THAN_CHANCE = "By chance it would be {chance} %, so your area stands out in this view."
NO_MORE_THAN_CHANCE = "By chance it would be {chance} %, so your area does not stand out in this view."
CHANCE_HELP = (
    "Chance is the same heat map, shifted and mirrored in 255 ways: its shape stays, only its place changes."
)
NO_SHARE = "This view found nothing to show, so there is no influence to count. The test does not need it."
SHARE_ALT = "Your area outlined on the heat map"

HOW_SURE = "How sure is this?"
P_VALUE = (
    "**p = {value}** for “your area is like any other of its size”. {beaten} of the {count} equal areas "
    "elsewhere lowered the score as much as yours did{fill}."
)
P_WHY = (
    "The smaller p is, the less it looks like chance; with {count} areas it cannot be smaller than {least}. "
    "“Depends” takes three things: a fall of the score by at least a fifth or another guess, with both ways "
    "of covering it (blurred, and filled in from its surroundings), and hardly an equal area that does as "
    "much. It is a finding about this picture only."
)
NO_CONTROLS = "There were no equal areas to compare with, so no p can be given."
RECORD, RECORD_HELP = (
    "Record of this check (JSON)",
    "All settings and figures, to repeat or to file this check.",
)

MORE = "More checks"
KEEP, PASTE, HIDE, AGREE = "Keep only it", "Paste it elsewhere", "Hide the strongest", "Ask a second view"
MARK_FIRST = "Mark an area on the picture first."

KEPT = "With everything but your area covered, the score is {score}."
KEPT_ENOUGH = "On this picture, your area alone is enough for the guess '{label}'."
KEPT_NOT = "On this picture, your area alone is not enough for the guess '{label}'."
KEPT_SPLIT = "Whether your area alone is enough depends on how the rest is covered."
KEPT_ALT = "What the model received with only your area kept: {fill}"

PASTE_INTRO = (
    "Your area is pasted into other photos, at the same place. If the guess goes along, the area carries it: "
    "the test for a badge, a logo or a watermark."
)
PASTE_SAMPLES = "Samples to paste it into"
PASTE_UPLOAD = "Or your own photos, up to {most}"
PASTE_NONE = "Choose at least one photo."
PASTE_TOO_MANY = "Only the first {most} of your photos are used."
PASTED = "Of {others} that the model had called something else, {changed} to '{label}' with your area in it."
PASTED_CONTROL = "With an equal area from elsewhere in your photo instead: {changed}."
PASTED_ALL = "The model calls all of these photos '{label}' already, so none can change. Choose other photos."
CARRIES = "In these photos, your area takes the guess along."
CARRIES_NOT = "In these photos, your area does not take the guess along."
CARRIES_PARTLY = "This test is inconclusive: pasting something else did as much, or too few photos changed."
PASTED_ALT = "The photo '{photo}' with your area pasted in"

HIDE_INTRO = (
    "The strongest places of the heat map are hidden first. If the score falls sooner than with as much "
    "hidden elsewhere, the view has found places that matter."
)
HIDE_LEVEL = "How much is hidden"
HIDDEN = (
    "With the strongest {level} % hidden, the score is **{score}**. "
    "With as much hidden elsewhere, **{elsewhere}**."
)
HIDDEN_ALT = "What the model received with the strongest {level} % hidden"
HIDE_STRONGEST, HIDE_ELSEWHERE = "Strongest first", "As much elsewhere"
HIDE_X, HIDE_Y = "Hidden, in %", "Score"
HIDE_CHART_ALT = (
    "Line chart: the score as more and more is hidden, strongest places first, "
    "and with as much hidden elsewhere"
)
HIDE_EMPTY = "This view found nothing to show, so there are no strongest places to hide."

AGREE_INTRO = "Another way to measure influence, “{view}”, is asked the same question."
AGREE_NONE = "This model offers no second view of another kind."
OVERLAP = (
    "The strongest fifths of the two overlap by {overlap} % (by chance: {chance} %), and their rankings of "
    "all places are {alike}."
)
VERDICTS = {
    Verdict.AGREE: "Two views point to the same areas.",
    Verdict.PARTLY: "Two views agree in part. Rely on what both mark.",
    Verdict.DISAGREE: "Two views point to different areas. Treat this as a question, not a finding.",
    Verdict.EMPTY: "One of the two views found nothing to show, so they cannot be compared.",
}
FIRST_VIEW, SECOND_VIEW = "This view: {view}", "Second view: {view}"
LEARNED = "Does this view depend on what the model learned?"
LEARNED_HELP = (
    "The same view is drawn for a copy of the model that has forgotten what it learned. "
    "A map that stays the same cannot tell what the model learned."
)
LEARNED_SAID = {
    Learned.DEPENDS: "Yes: when a copy of the model had forgotten what it learned, this view drew "
    "another map.",
    Learned.NOT_ON_LAST_LAYER: "Partly: the map changed when a copy of the model had forgotten everything, "
    "but hardly when it had only forgotten which name goes with which guess.",
    Learned.DOES_NOT: "No: this view drew much the same map for a copy of the model that had "
    "forgotten everything. Do not rely on it alone.",
}

TAKES = "This check takes {about} on this computer."
RUN = "Run this check ({about})"
RUNNING = "Asking the model again: {percent} % done{left}."


def finding(found: Cover, label: str, *, is_top: bool) -> str:
    """What covering an area shows, in one sentence; about the score where it is not the model's guess."""
    if found.finding is Finding.DEPENDS and not is_top:
        return DEPENDS_SCORE.format(label=label)
    return FINDINGS[found.finding]


def change(found: Cover) -> str:
    """The score before and after, and with equal areas elsewhere covered."""
    before, after = score(found.before.score), score(found.after)
    moved = before != after
    said = CHANGE.format(before=before, after=after) if moved else NO_CHANGE.format(after=_at(after))
    if found.elsewhere is None:
        return said
    elsewhere = score(found.elsewhere)
    words = {"count": len(found.masks), "kind": KINDS[found.kind]}
    if moved or elsewhere != before:
        return f"{said} {ELSEWHERE.format(elsewhere=elsewhere, **words)}"
    return f"{said} {ELSEWHERE_SAME.format(elsewhere=_at(elsewhere), **words)}"


def _at(value: str) -> str:
    """A score that something stays at: "at 0.52", but "above 0.99"."""
    return f"at {value}" if value[0].isdigit() else value


def reason(found: Cover, others: list[str]) -> str:
    """Why this is the finding.

    Args:
        found: What covering the area does.
        others: The top guesses with it covered, as plain text.
    """
    return REASONS[found.reason].format(
        other="' or '".join(dict.fromkeys(others)),
        blur=score(found.fills[Fill.BLUR].after.score),
        grown=score(found.fills[Fill.GROWN].after.score),
    )


def percent(share: float) -> str:
    """A share in [0, 1] as a percentage, never more precise than a person needs."""
    if 0 < share < 0.01:
        return "less than 1"
    return "more than 99" if 0.99 < share < 1 else f"{100 * share:.0f}"


def share(found: Influence) -> tuple[str, str]:
    """How much of the influence is inside the area, and what it would be by chance."""
    inside = (SHARE_FOR if found.signed else SHARE).format(
        heat=percent(found.share.value), area=percent(found.area)
    )
    more = found.share.p_value <= 0.05
    beside = MORE_THAN_CHANCE if more else NO_MORE_THAN_CHANCE
    return sentence(inside), beside.format(chance=percent(found.share.chance))


def sentence(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def p_value(found: Cover) -> str:
    """The permutation test in words."""
    count = len(found.masks)
    if count == 0:
        return NO_CONTROLS
    beaten = round(found.p_value * (1 + count)) - 1
    return P_VALUE.format(
        value=f"{found.p_value:.2f}",
        beaten=sentence(number(beaten)) if beaten else "None",
        count=count,
        fill=", with the way of covering that is less clear",
    )


def p_why(count: int) -> str:
    """How to read the permutation test."""
    return P_WHY.format(count=count, least=f"{1 / (1 + count):.2f}")


def kept(value: float, label: str, enough: bool, split: bool) -> tuple[str, str]:
    """The score of the area alone, and whether it is enough.

    Args:
        value: The score.
        label: The class, as plain text.
        enough: Whether the class stays ahead however the rest is covered.
        split: Whether it does only with one way of covering.
    """
    said = KEPT_ENOUGH if enough else KEPT_SPLIT if split else KEPT_NOT
    return said.format(label=label), KEPT.format(score=score(value))


def photos(count: int) -> str:
    """How many photos."""
    return f"{number(count)} photo{'' if count == 1 else 's'}"


def pasted(found: Paste, label: str) -> tuple[str, str]:
    """What pasting shows: the finding, and the counts."""
    if found.others == 0:
        return PASTED_ALL.format(label=label), ""
    changed = f"{number(found.changed)} change{'s' if found.changed == 1 else ''}"
    said = PASTED.format(others=photos(found.others), changed=changed, label=label)
    control = PASTED_CONTROL.format(
        changed=number(found.changed_by_control) if found.changed_by_control else "none"
    )
    if found.changed == 0:
        return CARRIES_NOT, f"{said} {control}"
    clear = 2 * found.changed > found.others and 2 * found.changed_by_control < found.changed
    return CARRIES if clear else CARRIES_PARTLY, f"{said} {control}"


def hidden(level: float, value: float, elsewhere: float) -> str:
    """The score with so much hidden."""
    return HIDDEN.format(level=f"{100 * level:.0f}", score=score(value), elsewhere=score(elsewhere))


def overlap(found: Agreement) -> str:
    """How alike two maps are, in words and figures."""
    value = found.correlation
    alike = "much alike" if value >= 0.6 else "somewhat alike" if value >= 0.3 else "not alike"
    alike = f"{alike} ({value:.2f}; 1 would be the same)"
    return OVERLAP.format(overlap=percent(found.overlap), chance=percent(found.chance), alike=alike)


def running(done: int, total: int, left: float) -> str:
    """Progress, with the time left once it can be told."""
    share = 100 * done // total if total else 0
    return RUNNING.format(
        percent=share, left=f", {about(left)} left" if 0 < done < total and left >= 1 else ""
    )


def mark_label(photo: str, *, marked: bool) -> str:
    """What the picture to draw on shows, for those who cannot see it."""
    again = MARK_LABEL.format(photo=photo)
    return f"{again} An area is marked." if marked else again


def suggestion(key: str) -> str:
    """A suggested area on its pill."""
    return OUTLINE if key == "outline" else SPOT.format(number=int(key) + 1)


def field(number: int) -> str:
    """A field of the grid."""
    return sentence(FIELD_COLUMNS[number % 3])


def other_view(view: str) -> str:
    """Which second view is asked."""
    return AGREE_INTRO.format(view=plain(view))


def filled(fill: str, value: str) -> str:
    """How it was covered, and the score then, below a small picture."""
    return f"{fill}: score {value}"


def pasted_photo(name: str, before: str, after: str) -> str:
    """A photo before and after pasting, below its picture."""
    return f"{name}: still {after}" if before == after else f"{name}: {before} → **{after}**"
