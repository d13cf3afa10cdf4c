"""A model behind an address: a folder whose model.json has an entry ``endpoint``. See `models.endpoint`.

Whoever runs the server writes the address on its disk. What a visitor hands over is refused: the server would
send photos, and whatever it can reach, to where they say.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor, nn

from models.errors import ModelError, counted, first_three, quoted
from models.sources.description import (
    ENDPOINT,
    Description,
    check_labels,
    read_description,
    read_labels,
    stated_format_of,
    states,
)
from models.sources.outside import asked_classifier
from models.sources.preparation import taking_rgb
from models.sources.read_model import ReadModel
from saliency.classifier import Classifier, OutputKind, Outputs
from saliency.names import readable
from saliency.network.reference import two_pictures

if TYPE_CHECKING:
    from models.endpoint.client import Client

NAME = "a model behind an address (a folder whose model.json has an endpoint)"
_REFUSED = (
    "This model is behind an address, and photos would be sent there. Only whoever runs this server can add "
    "it, on its disk: python -m models add FOLDER."
)
_REASON = "it is behind an address"
_ROUNDED = 0.05  # how far shares may be off 1 together: services round each of them
_WHAT_NUMBERS = (
    'Say what they are in model.json: "outputs": "labels" (each may be true), "probabilities" (shares that '
    'add up to 1) or "softmax" (logits).'
)


class _Service(nn.Module):
    """A service as a module: it takes pictures ``(n, C, h, w)`` and gives its scores ``(n, K)``."""

    def __init__(self, client: Client, *, rest: bool) -> None:
        super().__init__()
        self.client, self.rest = client, rest

    def forward(self, pictures: Tensor) -> Tensor:
        """Its scores; where it names only the likeliest classes, the others share what is left of 1."""
        scores = self.client.ask(pictures)
        if self.rest:
            missing = scores == 0
            left = (1 - scores.sum(1, keepdim=True)).clamp(min=0)
            scores = scores + missing * left / missing.sum(1, keepdim=True).clamp(min=1)
        return scores


def recognises(files: Sequence[Path]) -> bool:
    """Whether there is a model.json with an entry ``endpoint``."""
    return any(path.name == "model.json" and stated_format_of(path.parent) == ENDPOINT for path in files)


def refuse(files: Sequence[Path]) -> None:
    """Refuses files that a visitor handed over, where one of them names an address.

    Raises:
        ModelError: One does.
    """
    if any(path.name.lower() == "model.json" and _names_an_address(path) for path in files):
        raise ModelError(_REFUSED)


def read(files: Sequence[Path]) -> ReadModel:
    """Refuses: all that is to be said of such a model stands in its folder, which is added as it is.

    Raises:
        ModelError: What is wrong with the folder, or that nothing can be said beside it.
    """
    where = next(path.parent for path in files if recognises([path]))
    classifier(where)
    raise ModelError(
        "All that is to be said of a model behind an address stands in its model.json and labels.txt. "
        "Write it there, and add the folder without further options."
    )


def classifier(folder: Path) -> Classifier:
    """The classifier that asks the service.

    Raises:
        ModelError: Something is wrong with the folder, or the service does not answer as it should.
    """
    about, name = read_description(folder), readable(folder.resolve().name)
    client, digest = _client(folder, about)
    size = about.preprocessing.size
    outputs = about.kind if states(folder, "outputs") else _found_outputs(client, size)
    if not client.labels:
        client.ask(two_pictures(size)[:1])
    check_labels(client.labels, outputs.kind)
    exclusive = outputs.kind in (OutputKind.SOFTMAX, OutputKind.PROBABILITIES)
    rest = exclusive and client.endpoint.answer.top_only
    service = taking_rgb(_Service(client, rest=rest), about.channels)
    reading = dict(about.reading)
    reading["warning"] = " ".join(filter(None, [reading.get("warning", ""), client.endpoint.sentence]))
    return asked_classifier(
        service,
        about.preprocessing,
        client.labels,
        about.name or name,
        f"{about.source or f'the folder {name}'} (asked at {client.endpoint.host})",
        reason=_REASON,
        nbytes=0,
        digest=digest,
        outputs=outputs,
        most=client.endpoint.at_once * client.endpoint.requests_at_once,
        threads=True,
        **reading,
    )


def report(folder: Path) -> tuple[str, ...]:
    """Asks the service, and says in sentences what came of it.

    Raises:
        ModelError: As :func:`classifier`.
    """
    from models.endpoint.client import client_of

    begun = time.perf_counter()
    asked = classifier(folder)
    seconds, client = time.perf_counter() - begun, client_of(asked.digest)
    assert client is not None
    budget = client.endpoint.budget
    bound = "any number of" if budget is None else f"{budget:,}"
    names = first_three([quoted(label) for label in asked.labels])
    return (
        f"The service at {client.endpoint.host} answered in {seconds:.1f} seconds about "
        f"{counted(client.asked, 'picture', 'pictures')}. Its {len(asked.labels):,} labels: {names}.",
        client.endpoint.sentence,
        f"It may be asked about {bound} pictures a day.",
    )


def _client(folder: Path, about: Description) -> tuple[Client, str]:
    """The client for the service, and the SHA-256 of all that is said of it."""
    from models.endpoint.client import shared_client
    from models.endpoint.settings import read_endpoint

    endpoint = read_endpoint(about.endpoint)
    if not endpoint.send.as_tensor and (about.channels != "rgb" or not _is_plain(about)):
        raise ModelError(
            "The service gets a picture, and prepares it itself. Leave out mean, std and channels in "
            "model.json, or send a tensor."
        )
    path = folder / "labels.txt"
    labels = read_labels(folder) if path.exists() or not endpoint.answer.labels else None
    if labels is not None:
        check_labels(labels, about.kind.kind)
    stated = (folder / "model.json").read_bytes() + "\n".join(labels or ()).encode()
    digest = sha256(stated).hexdigest()
    single = about.kind.kind is OutputKind.YES_NO
    return shared_client(digest, endpoint, labels, single=single, folder=folder), digest


def _names_an_address(path: Path) -> bool:
    """Whether a file that is called model.json, in small or capital letters, has an entry ``endpoint``."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and ENDPOINT in content


def _is_plain(about: Description) -> bool:
    """Whether values stay in [0, 1]."""
    return about.preprocessing.mean == (0.0,) * 3 and about.preprocessing.std == (1.0,) * 3


def _found_outputs(client: Client, size: tuple[int, int]) -> Outputs:
    """What the numbers are, from those of two random pictures, where nobody says it.

    Raises:
        ModelError: They may be this or that.
    """
    scores = client.ask(two_pictures(size))
    if not ((scores >= 0) & (scores <= 1)).all():
        return Outputs(OutputKind.SOFTMAX)
    if client.endpoint.answer.top_only or ((scores.sum(1) - 1).abs() <= _ROUNDED).all():
        return Outputs(OutputKind.PROBABILITIES)
    total = float(scores[0].sum())
    raise ModelError(
        f"The service's numbers lie between 0 and 1, and add up to {total:.3g} for a picture. {_WHAT_NUMBERS}"
    )
