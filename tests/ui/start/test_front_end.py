from __future__ import annotations

import re

import pytest

from ui.start.front_end import WIDGETS, contents, fonts, links, listed, scripts


@pytest.mark.parametrize("widget", WIDGETS)
def test_every_widget_has_its_file_in_this_version_of_streamlit(widget):
    assert sum(address.startswith(f"static/js/{widget}.") for address in scripts()) == 1


def test_all_that_they_need_is_named_once():
    known = {*listed(), *scripts()}
    assert len(known) == len(listed()) + len(scripts())
    for address, content in contents(scripts()).items():
        needed = re.findall(rb'(?:from|import)\s*"\./([^"]+)"', content)
        assert {f"static/js/{name.decode()}" for name in needed} <= known, address


def test_what_the_page_names_is_there():
    assert any(address.endswith(".css") for address in listed())
    assert all(contents((*listed(), *scripts(), *fonts())).values())
    assert len(fonts()) == 1
    assert links().count("<link") == len(scripts()) + 1
