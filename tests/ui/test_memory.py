from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from PIL import Image
from small_models import SmallNet  # noqa: F401

from ui.memory import bytes_of
