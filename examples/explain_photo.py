"""Explain a photo: ``python -m examples.explain_photo [FOLDER]``, where the files are to go."""

import sys
import tempfile
from pathlib import Path

import models
import saliency

folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
classifier = models.load("showroom")  # or "resnet50", or the folder of your own model
photo = saliency.read_photo("models/showroom/samples/full-table.jpg")
explanation = saliency.explain(classifier, photo, method="grad-cam")  # why the top guess?
print(f"{explanation.target.label}, {explanation.target.score:.0%}")
for file in explanation.save(folder):  # pictures, numbers and a record of how they came about
    print(file)
