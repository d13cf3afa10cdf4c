"""The table of technical details."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.widgets.words import COLUMNS
from ui.words import DETAILS, plain


def details_table(rows: Mapping[str, str]) -> None:
    """Technical details, name and value."""
    columns = {COLUMNS[0]: list(rows), COLUMNS[1]: [plain(value) for value in rows.values()]}
    st.table(columns, border="horizontal", hide_index=True, hide_header=True, alt=DETAILS)
