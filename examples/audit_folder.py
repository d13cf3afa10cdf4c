"""Audit a folder of photos: ``python -m examples.audit_folder [FOLDER]``, where the reports are to go."""

import shutil
import sys
import tempfile
from pathlib import Path

import models
from saliency.audit import audit, gather, start
from saliency.audit.reports.files import write

folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
photos = folder / "photos"  # your own, in its place
shutil.copytree("models/showroom/samples", photos, ignore=shutil.ignore_patterns("*.png", "*.json"))
classifier = models.load("showroom")
with start(folder, classifier, gather(photos)) as job:  # goes on with an audit that is there
    result = audit(job, classifier, photos)
    files = write(job, result, folder, photos)
print(f"{result.total} photos; {len(result.depends)} places that guesses depend on")
print(*files, sep="\n")
