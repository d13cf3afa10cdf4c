"""How the server starts: what every request goes through, and what is made ready first."""
