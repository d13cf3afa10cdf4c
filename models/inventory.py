"""Which models there are, and how one is loaded, whichever of the sources has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models import architecture
from models.built_in import BUILT_IN
from models.catalogue import CATALOGUE, CatalogueEntry
from models.checkpoint import digest, read_weights
from models.endpoint.place import SENT, host_of
from models.errors import ModelError, did_you_mean, quoted
from models.sources.description import Description, read_description, read_labels, weights_files
from models.sources.folder import any_failure_said, load_folder, own_folders
from models.weights import download, files_here, is_published
from saliency.classifier import Classifier
from saliency.names import readable
from saliency.network.device import chosen_device, half_precision
from saliency.progress import Progress


@dataclass(frozen=True)
class Choice:
    """A model that can be chosen.

    Attributes:
        key: What :func:`models.load` takes.
        name: Everyday name.
        sentence: One sentence about it.
        technical: The name the field knows it by.
        megabytes: Size of the weights, in units of 10^6 bytes.
        kind: ``built-in``, ``own`` or ``catalogue``.
        front: Shown at once, not behind "More models".
        present: Its weights are on this computer.
        problem: What is wrong with its folder, in a sentence; empty if nothing is, as far as a look tells.
        licence: Of code and weights, in a sentence; empty where its owner does not state one.
        outputs: What its numbers are said to be, by the name of their kind.
    """

    key: str
    name: str
    sentence: str
    technical: str
    megabytes: float
    kind: str
    front: bool
    present: bool
    problem: str = ""
    licence: str = ""
    outputs: str = "softmax"

    @property
    def title(self) -> str:
        """The one name that a person reads: that of the loaded classifier, on the page and in every file."""
        named = self.kind != "catalogue" or self.technical == self.name
        return self.name if named else f"{self.name} ({self.technical})"


@dataclass(frozen=True)
class Facts:
    """What is known of a model beside what a list of models says.

    Attributes:
        labels: Names of its classes, in order; none where its folder is not in order.
        source: Where it comes from.
        checked: With what evidence somebody knows how photos are prepared for it; empty for none.
        warning: What has to be said with every result.
        card: Its model card, Markdown, where it is a built-in one that has one.
    """

    labels: tuple[str, ...] = ()
    source: str = ""
    checked: str = ""
    warning: str = ""
    card: str = ""


def facts(choice: Choice) -> Facts:
    """What is known of a model; nothing is loaded for it."""
    if choice.kind == "catalogue":
        entry = CATALOGUE[choice.key]
        return Facts(entry.labels, entry.source)
    known: dict[str, Path] = {**own_folders(), **BUILT_IN}
    folder = known.get(choice.key, Path(choice.key))
    try:
        with any_failure_said(folder):
            about = read_description(folder)
            unnamed = about.endpoint is not None and not (folder / "labels.txt").exists()
            labels = () if unnamed else read_labels(folder)  # its service names them
    except ModelError:
        return Facts()
    source = about.source or ("" if about.endpoint is None else f"a service at {host_of(about.endpoint)}")
    file = folder / "MODEL_CARD.md"
    card = file.read_text(encoding="utf-8") if choice.kind == "built-in" and file.is_file() else ""
    return Facts(labels, source, about.checked, about.reading.get("warning", ""), card)


def choices() -> list[Choice]:
    """Every model there is: built-in, own, the catalogue's front, the rest of the catalogue."""
    here = files_here()
    built_in = (_folder_choice(folder, name, "built-in") for name, folder in BUILT_IN.items())
    return [
        *(choice for choice in built_in if choice.present),  # a version may ship without one of them
        *(_folder_choice(folder, _own_key(name, folder), "own") for name, folder in own_folders().items()),
        *(_catalogue_choice(entry, entry.file_name in here) for entry in CATALOGUE.values()),
    ]


def load(
    name: str | Path,
    *,
    on_progress: Progress | None = None,
    device: str | None = None,
    precision: str = "full",
) -> Classifier:
    """A classifier, ready to be explained; its weights are downloaded if they are not here.

    Args:
        name: ``showroom``, ``everyday`` or ``shortcut``, a key of the catalogue (``resnet50``), the name of a
            folder in models/custom, or a path to a folder or to a model's file that has labels.txt beside it.
        on_progress: Called with bytes here and bytes in all during a download; raises to cancel.
        device: Where to compute: ``auto``, ``cpu``, ``cuda`` or ``mps``; ``None``: what the environment says
            in ``SPOTLIGHT_DEVICE``, or else ``auto``.
        precision: ``full`` or ``half``, as in :meth:`saliency.Classifier.build`.

    Raises:
        ModelError: No such model, its folder is not in order, or its weights cannot be had.
        SaliencyError: There is no such device here.
    """
    half_precision(precision, chosen_device(device))  # before anything is fetched
    if isinstance(name, str) and name in BUILT_IN:  # first, as the catalogue needs torchvision
        return load_folder(BUILT_IN[name], device, precision)
    folders, is_path = own_folders() | BUILT_IN, isinstance(name, Path) or "/" in name or "\\" in name
    if isinstance(name, str) and not is_path and name in CATALOGUE:
        return _from_catalogue(CATALOGUE[name], on_progress, device, precision)
    if isinstance(name, str) and readable(name) in folders:
        return load_folder(folders[readable(name)], device, precision)
    if _is_folder(name):
        return load_folder(name, device, precision)
    if _is_file(name):
        from models.sources.adding import load_file  # which few need

        return load_file(Path(name), device, precision)
    if is_path:
        raise ModelError(f"There is no folder {quoted(str(name))}.")
    raise unknown(str(name), [*folders, *CATALOGUE])


def unknown(name: str, names: Iterable[str]) -> ModelError:
    """The error for a name that is not among ``names``, with the nearest ones."""
    remedy = did_you_mean(name, names, "“python -m models list” shows all of them.")
    return ModelError(f"There is no model called {quoted(name)}. {remedy}")


def _is_folder(name: str | Path) -> bool:
    try:
        return Path(name).is_dir()
    except OSError:  # of a name that no system allows
        return False


def _is_file(name: str | Path) -> bool:
    try:
        return Path(name).is_file() and bool(Path(name).suffix)
    except OSError:
        return False


def _from_catalogue(
    entry: CatalogueEntry, on_progress: Progress | None, device: str | None, precision: str
) -> Classifier:
    path = download(entry, on_progress)
    sha256 = digest(path)
    if not is_published(entry, sha256):
        raise ModelError(
            f"The file {path.name} on this computer is damaged. "
            "Delete it, and it will be fetched again (code M2).",
            code="M2",
        )
    recipe, weights = entry.preprocessing, read_weights(path)
    assembly = architecture.build(
        entry.key, len(entry.labels), weights, side=recipe.crop_size, options=entry.options
    )
    labels, title = entry.labels, entry.title
    return Classifier.build(
        assembly.module,
        recipe,
        labels,
        title,
        entry.source,
        digest=sha256,
        device=device,
        precision=precision,
    )


def _catalogue_choice(entry: CatalogueEntry, here: bool) -> Choice:
    names = (entry.key, entry.name, entry.sentence, entry.technical)
    return Choice(
        *names, entry.megabytes, "catalogue", front=entry.front, present=here, licence=entry.licence
    )


def _folder_choice(folder: Path, key: str, kind: str) -> Choice:
    """A folder as a choice; one that is not in order says what is wrong in place of its sentence."""
    sizes: list[int] = []
    problem = ""
    try:
        with any_failure_said(folder):
            sizes += [path.stat().st_size for path in weights_files(folder) if path.is_file()]
            description = read_description(folder)
    except ModelError as error:
        problem = error.message
        description = Description("", sentence=problem)
    sentence, technical = description.sentence, description.architecture or description.format
    if description.endpoint is not None:  # nothing of it is on this computer, and it can be asked
        host = host_of(description.endpoint)
        technical, sentence = f"asked at {host}", f"{SENT.format(host=host)} {sentence}".strip()
    names = (key, description.name or readable(folder.name), sentence, technical)
    megabytes, present = round(sum(sizes) / 1e6, 1), bool(sizes) or description.endpoint is not None
    return Choice(
        *names,
        megabytes,
        kind,
        front=True,
        present=present,
        problem=problem,
        licence=description.licence,
        outputs=description.outputs,
    )


def _own_key(name: str, folder: Path) -> str:
    """The folder's name, or its path where the name means another model already."""
    return str(folder) if name in BUILT_IN or name in CATALOGUE else name
