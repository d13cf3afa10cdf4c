"""A page as axe-core judges it; tests that use it are skipped where that is not installed."""

from __future__ import annotations

import pytest

axe = pytest.importorskip("axe_playwright_python.base", reason="axe-core is not installed")

GRAVE = ("serious", "critical")
ALSO = ("heading-order", "page-has-heading-one", "image-redundant-alt")  # less grave, and ours to get right


def findings(page):
    """What axe-core finds on the page as it is: rule, element and why, as lines."""
    page.evaluate(axe.AXE_SCRIPT + "; 0")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']} at {node['html'][:200]}: {(node['any'] or node['all'] or node['none'])[0]['message']}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE or rule["id"] in ALSO
        for node in rule["nodes"]
    ]
