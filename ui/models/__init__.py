"""The Models page: what is on this computer, models of one's own, downloads."""
