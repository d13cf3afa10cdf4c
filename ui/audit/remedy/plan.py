"""What to add: each finding with the pictures to take, and everything else in a line."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from saliency.audit.reports import words as report_words
from saliency.audit.reports.plan_section import parted
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.shopping.item import ShoppingItem
from ui import words as wording
from ui.audit.remedy import words

_ITEMS = 8  # things to add


def show(record: AuditRecord, rehearsed: Mapping[str, str] | None = None) -> None:
    """Draws the plan; nothing where nothing was audited.

    Args:
        record: All that was found.
        rehearsed: What a rehearsal showed, a sentence, by the key of the finding.
    """
    if not record.shopping_list or not record.audited:
        return
    st.markdown(f"## {words.ADD}", anchors=False)
    st.caption(report_words.BALANCE)
    first, others = parted(record.shopping_list[:_ITEMS])
    for step, item in first:
        with st.container(border=True):
            _item(step, item, (rehearsed or {}).get(item.finding or "", ""))
    for step, item in others:
        unless = f" {wording.plain(item.unless)}" if item.unless else ""
        st.markdown(f"{step}. **{wording.plain(item.what)}** {wording.plain(item.reason)}{unless}")
    if len(record.shopping_list) > _ITEMS:
        st.caption(words.MORE.format(count=len(record.shopping_list) - _ITEMS))


def _item(step: int, item: ShoppingItem, rehearsed: str) -> None:
    """One thing to add: what, why, which pictures."""
    st.markdown(f"### {step} · {wording.plain(item.what)}", anchors=False)
    st.markdown(f"{wording.plain(item.reason)} {wording.plain(item.unless)}".strip())
    if rehearsed:
        st.markdown(f":material/model_training: {wording.plain(rehearsed)}")
    st.table(words.batch_rows(item), border="horizontal", hide_index=True, alt=item.which)
