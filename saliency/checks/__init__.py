"""Tests of what a heat map suggests: cover, keep, paste, hide, and ask the model again."""
