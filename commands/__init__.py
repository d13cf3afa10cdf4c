"""The command line: ``python -m saliency`` and ``python -m models``."""
