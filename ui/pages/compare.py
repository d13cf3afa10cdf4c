"""One photo with two models, two views or two guesses, on one scale."""

from __future__ import annotations

from datetime import date

from saliency.comparison import compare
from ui.compare import link, panels, words
from ui.compare.sides import ask
from ui.compare.state import compare_selection
from ui.explain.panels import sketch
from ui.photo.page import photo_page
from ui.widgets.pictures import kept
from ui.words import PAGES, plain
from ui.work.explanations import explanations

with photo_page(words.TITLE, link.read, purpose=PAGES["compare"][2]) as page:
    selection = compare_selection()
    request = ask(page, selection)
    if isinstance(request, str):
        page.results.info(plain(request), icon=":material/info:")
    else:
        link.write(page, selection, request.link)
        sides = [request.left.request, request.right.request]
        answers = explanations(page.state, sides, page.results, sketch)
        if answers is not None:
            with page.results.container():
                left, right = answers
                comparison = kept(left, ("compared", right), lambda: compare(left, right))
                panels.answer(comparison, request, selection.differ, page)
            with page.below.container():
                panels.below(comparison, request, selection.differ, page, date.today())
