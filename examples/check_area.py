"""Check an area of a photo: ``python -m examples.check_area [FOLDER]``, where the record is to go."""

import json
import sys
import tempfile
from pathlib import Path

import models
import saliency

folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
classifier = models.load("shortcut")  # a model that was trained wrong on purpose
photo = saliency.read_photo("models/showroom/samples/teapot-with-badge.jpg")
badge = saliency.Area.box(0.8, 0.8, 0.17, 0.17)  # left, top, width and height, as shares of the photo
check = saliency.check(classifier, photo, badge)  # cover it, and ask again
print(f"“{check.explanation.target.label}” and the badge: {check.finding}")
folder.mkdir(parents=True, exist_ok=True)
(folder / "check.json").write_text(json.dumps(check.record(), indent=1), encoding="utf-8")
