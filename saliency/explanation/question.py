"""One question asked of one photo: which parts did this score depend on?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from torch import Tensor

from saliency.classifier import Classifier
from saliency.explanation.result import Explanation
from saliency.methods.attribution import attribute, cells_of
from saliency.methods.registry import find
from saliency.methods.sampling import Estimate
from saliency.photo.framing import Framing
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto, prepared_for, target_and_rival
from saliency.progress import Progress

Sketches = Callable[[Explanation], None]
"""Called with the explanation so far; whatever it raises stops the work."""


def explain(
    classifier: Classifier,
    photo: Photo,
    *,
    method: str = "grad-cam",
    target: str | int | None = None,
    rather_than: str | int | None = None,
    framing: Framing | str = Framing.WHOLE,
    seed: int = 0,
    prepared: PreparedPhoto | None = None,
    on_progress: Progress | None = None,
    on_sketch: Sketches | None = None,
    **settings: Any,
) -> Explanation:
    """Explain one score of one photo.

    Args:
        classifier: The model, as ``models.load`` gives it.
        photo: As :func:`saliency.read_photo` gives it.
        method: Key of a method in the registry.
        target: The class to explain, by label or index; the top guess if ``None``.
        rather_than: Explain the lead over this class instead of the score alone.
        framing: Hand over the whole photo, or the model's published centre crop.
        seed: Where random numbers start; the same seed gives the same map.
        prepared: What earlier questions about the same photo found out; its framing is kept.
        on_progress: Called as ``(done, total)`` by methods that take long; what it raises stops the work.
        on_sketch: Called with the explanation so far by methods that draw samples.
        **settings: The method's own settings.

    Raises:
        SaliencyError: Unknown method, class or setting, the model lacks what the method needs, or a class is
            compared with itself.
    """
    prepared = prepared_for(classifier, photo, framing, prepared)
    entry = find(method)
    chosen = {name: value for name, value in settings.items() if name != "at"}
    checked = entry.check(chosen, min(prepared.x.shape[2:]))
    layer = prepared.graph.layer(settings.get("at")).name if entry.layered and prepared.graph.layers else ""
    score, rival = target_and_rival(prepared, target, rather_than)
    started = time.perf_counter()
    estimate: Estimate | None = None

    def explanation(attribution: Tensor) -> Explanation:
        return Explanation(
            photo=photo,
            placement=prepared.placement,
            framing=prepared.framing,
            received=prepared.received,
            attribution=attribution[0].detach().float().cpu().numpy(),
            scores=prepared.scores,
            target=score,
            rather_than=rival,
            method=method,
            signed=entry.signed,
            settings=checked,
            layer=layer,
            seed=seed,
            seconds=time.perf_counter() - started,
            estimate=estimate,
            model=classifier.name,
            weights=classifier.digest,
            source=classifier.source,
            cells=cells_of(prepared.graph, attribution, prepared.x.shape[2:], method=method, **settings),
            prepared=prepared,
        )

    def take_estimate(latest: Estimate) -> None:
        nonlocal estimate
        estimate = latest
        if on_sketch is not None:
            on_sketch(explanation(latest.values))

    attribution = attribute(
        prepared.graph,
        prepared.x,
        score.index,
        method=method,
        rather_than=None if rival is None else rival.index,
        seed=seed,
        on_progress=on_progress,
        on_estimate=take_estimate,
        **settings,
    )
    return explanation(attribution)
