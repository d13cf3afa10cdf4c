"""Pictures are counted by day, beside the model, for all programs that ask it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from models.endpoint.count import KEPT, Count

ASKING = "import sys; from pathlib import Path; from models.endpoint.count import Count\n"
ASKING += "for _ in range(50): Count(Path(sys.argv[1])).add(1, 120)"


def test_a_new_program_goes_on_where_the_last_one_was(tmp_path: Path) -> None:
    assert Count(tmp_path).add(7, 10) == 0
    later = Count(tmp_path)
    assert later.asked == 7
    assert later.add(4, 10) == 7
    assert later.asked == 7, "too many are not counted"
    assert later.add(4, None) == 7
    assert later.asked == Count(tmp_path).asked == 11


def test_the_next_day_begins_anew(tmp_path: Path) -> None:
    today = ["2026-11-28"]
    count = Count(tmp_path, lambda: today[0])
    count.add(9, 10)
    today[0] = "2026-11-29"
    assert count.asked == Count(tmp_path, lambda: today[0]).asked == 0
    assert count.add(3, 10) == 0
    assert count.asked == 3


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"day": 1}', '{"day": "D", "pictures": "many"}', "9" * 2000]
)
def test_a_damaged_file_is_written_anew_and_this_program_forgets_nothing(
    tmp_path: Path, content: str
) -> None:
    count = Count(tmp_path, lambda: "D")
    count.add(5, 10)
    (tmp_path / KEPT).write_text(content)
    assert count.asked == 5
    assert Count(tmp_path, lambda: "D").asked == 0
    count.add(1, 10)
    assert Count(tmp_path, lambda: "D").asked == 6


def test_several_programs_and_threads_count_together_and_stop_together(tmp_path: Path) -> None:
    programs = [subprocess.Popen([sys.executable, "-c", ASKING, str(tmp_path)]) for _ in range(2)]
    count = Count(tmp_path)
    threads = [threading.Thread(target=lambda: [count.add(1, 120) for _ in range(20)]) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [program.wait() for program in programs] == [0, 0]
    assert count.asked == Count(tmp_path).asked == 120


def test_without_a_folder_to_write_to_it_counts_for_itself(tmp_path: Path) -> None:
    count = Count(tmp_path / "missing")
    assert count.add(3, 4) == 0
    assert count.asked == 3
    assert count.add(2, 4) == 3
    assert count.asked == 3
