from __future__ import annotations

from saliency.checks.paste import Paste
from saliency.classifier import OutputKind, Outputs
from ui.check.more import words


def test_pasting_in_words():
    def pasted(others, changed, by_control):
        numbers = {"others": others, "changed": changed, "changed_by_control": by_control}
        assert all(hasattr(Paste, name) for name in numbers)
        return words.paste_finding(type("Counted", (Paste,), numbers)((), 0), "mug")

    assert pasted(0, 0, 0)[1] == ""
    assert pasted(5, 0, 0)[0] == words.CARRIES_NOT
    assert pasted(5, 4, 0) == (
        words.CARRIES,
        "Of five photos that the model had called something else, four change to 'mug' with the "
        "marked area pasted in. "
        "With an equal area from elsewhere in your photo instead, none changes.",
    )
    assert pasted(5, 4, 3)[0] == words.CARRIES_PARTLY
    assert pasted(5, 1, 0)[0] == words.CARRIES_PARTLY
    without_control = pasted(3, 3, None)
    assert without_control[0] == words.CARRIES_UNKNOWN
    assert "equal area" not in without_control[1]
    assert pasted(3, 0, None)[0] == words.CARRIES_NOT
    assert "Of one photo that the model had called something else, one changes" in pasted(1, 1, 0)[1]


def test_pasting_in_words_of_tags_and_numbers():
    def pasted(outputs, **numbers):
        counted = {"others": 5, "changed": 4, "changed_by_control": 0} | numbers
        return words.paste_finding(type("Counted", (Paste,), counted)((), 0, outputs=outputs), "badge")

    finding, counts = pasted(Outputs(OutputKind.LABELS))
    assert finding == "In these photos, the marked area alone brings the tag."
    assert counts == (
        "Of five photos that the model had not given the tag 'badge', four get it with the marked area "
        "pasted in. With an equal area from elsewhere in your photo instead, none gets it."
    )
    points = Outputs(OutputKind.SCORE, usual_range=(0, 10))
    finding, counts = pasted(points, moved=2.84, moved_by_control=0.0)
    assert finding == "In these photos, the marked area alone moves the score."
    assert "four move by at least a fifth of the usual range of the badge, the same way" in counts
    assert "on average, it rises by 2.8." in counts
    assert counts.endswith("none moves; on average, it stays about the same.")
    assert "falls by 2.8" in pasted(points, moved=-2.84, moved_by_control=0.0)[1]
