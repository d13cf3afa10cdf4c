"""What is explained: built-in models, models of one's own, and torchvision's classifiers.

Importing this package is quick; torchvision is imported when a model or the list of models is asked for.
"""

from models.errors import ModelError
from models.inventory import BUILT_IN, EVERYDAY, SHORTCUT, SHOWROOM, Choice, choices, load

__all__ = ["BUILT_IN", "EVERYDAY", "SHORTCUT", "SHOWROOM", "Choice", "ModelError", "choices", "load"]
