from __future__ import annotations

from benchmarks.newest_pins import LISTS, newer, pins, unpinned


def test_each_pin_is_read_once_for_this_python():
    found = pins()
    assert {"torch", "scipy", "ray", "ruff", "timm", "streamlit"} <= found.keys()
    assert all(version[0].isdigit() for version in found.values())


def test_without_pins_the_lists_hold_names_alone():
    lines = unpinned(LISTS).splitlines()
    assert "ray[data]" in lines
    assert lines.count("scipy") == 1
    assert not [line for line in lines if "=" in line or "#" in line or " " in line]


def test_what_is_newer_is_told_and_builds_and_what_others_bring_are_not():
    resolved = "torch==2.13.0+cpu\nstreamlit==1.99.0 \\\nclick==8.5.1\nray[data]==2.60.0\n"
    assert newer(resolved, {"torch": "2.13.0", "streamlit": "1.67.0", "ray": "2.60.0"}) == {
        "streamlit": "1.99.0"
    }
