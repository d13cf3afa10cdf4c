"""Peers import torchvision themselves; where it needs help to be imported, it is given before they do."""

from __future__ import annotations

from models.torchvision_guard import import_torchvision

import_torchvision()
