"""Libraries of other people's models, kept from the network: what a folder names elsewhere is not fetched."""

from __future__ import annotations

import os


def keep_offline() -> None:
    """From now on nothing is fetched from a hub of models in this process, whatever a file asks for."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # for what is imported later
    from huggingface_hub import constants

    constants.HF_HUB_OFFLINE = True  # and for what was imported before
