"""Who uses a tab, and what they may do: sign-in, roles, the browser where nobody signs in."""
