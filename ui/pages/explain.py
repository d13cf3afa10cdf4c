"""The main page: a photo in; prediction, heat map and overlay out."""

from __future__ import annotations

from datetime import date

from ui.check.evidence import Subject
from ui.check.section import area_shown, section
from ui.explain import link, panels
from ui.explain.question import ask, quick_answer
from ui.photo.page import photo_page
from ui.views.quick_and_careful import QUICK
from ui.words import APP, PURPOSE
from ui.work.explanations import explanations

with photo_page(APP, link.read, purpose=PURPOSE) as page:
    question = ask(page)
    if question is not None:
        request, wait = question.request, False if page.state.view == QUICK else None
        if (quick := quick_answer(page.state, request)) is not None:
            with question.sentences.container():
                panels.meanwhile(quick, page.state)
        answers = explanations(page.state, [request], question.body, panels.sketch, wait=wait)
        if answers is not None:
            subject = Subject(request, answers[0])
            question.sentences.markdown(panels.sentences(answers[0]))
            with question.body.container():
                area = area_shown(page.state, subject, page.samples)
                covered = panels.pictures(answers[0], page.state, area)
            with page.below.container():
                test = panels.below(answers[0], request.view, date.today(), page.state)
            section(test, question.verdict, covered, page.state, subject, page.samples)
