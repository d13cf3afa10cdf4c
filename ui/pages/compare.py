"""One photo with two models, two views or two guesses, on one scale."""

from __future__ import annotations

from datetime import date

from saliency.comparison import compare
from ui.compare import link, panels, words
from ui.compare.sides import compare_request
from ui.compare.state import selection
from ui.explain.panels import sketch
from ui.photo.page import photo_page
from ui.work.explanations import explanations

with photo_page(words.TITLE, link.read) as page:
    compared = selection()
    asked = compare_request(page, compared)
    if asked is None:
        page.results.info(words.ONE_MODEL, icon=":material/info:")
    else:
        link.write(page, compared, asked.link)
        requests = [asked.left.request, asked.right.request]
        answers = explanations(page.state, requests, page.results, sketch)
        if answers is not None:
            with page.results.container():
                panels.answer(compare(*answers), asked, compared.differ, page, date.today())
