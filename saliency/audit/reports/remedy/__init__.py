"""A rehearsal of what an audit says to add, as its reports tell it."""
