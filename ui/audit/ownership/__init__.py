"""Whose an audit is, who else may open it, and how much one person may ask for."""
