"""Further checks: keep, paste, hide, and ask a second view."""
