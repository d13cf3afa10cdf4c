"""Properties of the whole picture: measured, found to go with an answer, and tested by changing only them."""
