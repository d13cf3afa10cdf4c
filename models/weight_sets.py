"""Which entries of a checkpoint are the weights of an architecture, under the architecture's own names.

A checkpoint may hold much besides: an optimizer's state, a loss, metrics, and the same weights again as a
moving average (EMA). Its entries are named by where they are in it (``model_ema.module.conv1.weight``). Every
beginning of names behind which the architecture's own names stand is one set of weights; what training wraps
around modules is no part of a name. Averaged weights go before raw ones, as they are meant to be used;
of two sets that nothing tells apart, none is taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.errors import ModelError, counted, first_three

# DataParallel, torch.compile, fully sharded training, recomputed activations; also in the middle of a name.
_WRAPPER = re.compile(r"(?:^|(?<=\.))(?:module|_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.")
# Names that earlier torchvision versions gave to entries of DenseNet and ViT.
_EARLIER_NAMES = (
    (re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)"), r"\1\2"),
    (re.compile(r"(encoder_layer_\d+\.mlp)\.linear_1\."), r"\1.0."),
    (re.compile(r"(encoder_layer_\d+\.mlp)\.linear_2\."), r"\1.3."),
)
_AVERAGED = re.compile(
    r"(?<![A-Za-z])(?:ema|swa|shadow|avg|averaged?|polyak)(?![A-Za-z])|(?:EMA|Ema|SWA)(?![a-z])"
)
# Parts that only training uses: further outputs of GoogLeNet and Inception, and how an average was made.
_TRAINING_ONLY = re.compile(
    r"(?:aux1|aux2|AuxLogits)\.|(?:.*\.)?(?:n_averaged|num_updates|decay|initted|step|steps)$"
)
# Losses and metrics that a training module keeps beside its model, by a word of their first name.
_MEASURES = re.compile(
    r"acc\d*|accuracy|metrics?|f1|precision|recall|auc|auroc|iou|kappa|confmat|confusion"
    r"|loss|losses|criterion|meters?",
    re.IGNORECASE,
)
_OF_TRAINING = re.compile(r"optim|lr_|sched|scaler|loops\b|callbacks\b|amp\b", re.IGNORECASE)
_LIGHTNING_RAW = "current_model_state."  # where Lightning keeps the raw weights beside averaged ones
_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")  # an average of parameters lacks them


@dataclass(frozen=True)
class WeightSet:
    """One set of weights in a checkpoint.

    Attributes:
        entries: Those that the architecture has, under its names.
        others: Further entries of the set, by name.
        outside: Entries of the checkpoint that are in no set.
        unused: Names of further ones that are not used.
        notes: What people should know of the choice, in sentences.
    """

    entries: dict[str, Tensor]
    others: dict[str, Tensor]
    outside: dict[str, Tensor]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def remarks(self) -> Iterator[str]:
        """The notes, and a sentence on all that is not used."""
        yield from self.notes
        yield from _left_out([*self.outside, *self.unused])


def weight_set(weights: Mapping[str, Tensor], names: Collection[str]) -> WeightSet:
    """The set of weights to use.

    Args:
        weights: All entries of a checkpoint, by where they are in it.
        names: The entries that the architecture needs.

    Raises:
        ModelError: There is more than one set, and nothing tells which one is meant.
    """
    sets = _sets(weights, names)
    raw = [prefix for prefix in sets if not _is_averaged(prefix, weights)]
    if len(raw) < len(sets) and _LIGHTNING_RAW in raw:
        raw.remove(_LIGHTNING_RAW)
    averaged = [prefix for prefix in sets if _is_averaged(prefix, weights) and _is_whole(sets, prefix, raw)]
    prefix = _only(averaged or raw, sets)
    taken, notes = sets[prefix], []
    if averaged:
        if raw and not taken.keys() >= set(names):  # parameters alone go with the statistics beside them
            taken = sets[_only(raw, sets)] | taken
        besides = f", not the others of the file ({_listed(raw)})" if raw else ""
        notes.append(f"The averaged weights (EMA) in “{_shown(prefix)}” are used{besides}.")
    others = {name: value for name, value in taken.items() if name not in names}
    unused = [_shown(prefix) + "." + name if prefix else name for name in others if _is_measure(name)]
    other_sets = tuple(each for each in sets if each not in (*raw, prefix, _LIGHTNING_RAW))
    unused += [name for name in weights if name.startswith(other_sets)]
    return WeightSet(
        {name: value for name, value in taken.items() if name in names},
        {name: value for name, value in others.items() if not _is_beside(name, prefix)},
        {name: value for name, value in weights.items() if not name.startswith(tuple(sets))},
        tuple(unused),
        tuple(notes),
    )


def _sets(weights: Mapping[str, Tensor], names: Collection[str]) -> dict[str, dict[str, Tensor]]:
    """The sets of weights: by what their names begin with, their entries under the architecture's names."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    without_dots = {name.replace(".", ""): name for name in names}  # as the usual class LitEma writes them
    for full in weights:
        for prefix, name in splits(full):
            if name in names:
                known[prefix][full] = name
            elif name in without_dots and _AVERAGED.search(prefix):
                known[prefix][full] = without_dots[name]
    most = max(map(len, known.values()), default=0)
    if 2 * most < len(names):  # another architecture: the names of all entries, to tell what is wrong
        prefix = _shared_prefix(weights, names)
        return {prefix: {_today(full.removeprefix(prefix)): value for full, value in weights.items()}}
    prefixes = sorted((prefix for prefix in known if 2 * len(known[prefix]) >= most), key=len, reverse=True)
    sets: dict[str, dict[str, Tensor]] = defaultdict(dict)  # in the order of the file
    for full, value in weights.items():
        if owner := [prefix for prefix in prefixes if full.startswith(prefix)]:
            name = known[owner[0]].get(full) or _today(full.removeprefix(owner[0]))
            sets[owner[0]][name] = value
    return {prefix: entries for prefix, entries in sets.items() if 2 * len(entries) >= most}


def splits(full: str) -> Iterator[tuple[str, str]]:
    """Every way to read a name as a beginning and a name of the architecture."""
    for dot in (0, *(match.end() for match in re.finditer(r"\.", full))):
        if not _WRAPPER.match(full, dot):
            yield full[:dot], _today(full[dot:])


def _today(name: str) -> str:
    """A name without what training wraps around modules, as torchvision writes it today."""
    name = _WRAPPER.sub("", name)
    for pattern, new in _EARLIER_NAMES:
        name = pattern.sub(new, name)
    return name


def _shared_prefix(weights: Mapping[str, Tensor], names: Collection[str]) -> str:
    own = {name.partition(".")[0] for name in names}
    first, prefix = next(iter(weights)), ""
    while True:
        part = first[len(prefix) :].partition(".")[0]
        longer = f"{prefix}{part}."
        if part in own or not all(full.startswith(longer) for full in weights):
            return prefix
        prefix = longer


def is_of_training(name: str) -> bool:
    """Whether an entry of a checkpoint is the optimizer's or another's that goes on training."""
    return bool(_OF_TRAINING.match(name))


def _is_measure(name: str) -> bool:
    parts = re.split(r"_|(?<=[a-z0-9])(?=[A-Z])", name.partition(".")[0])
    return any(map(_MEASURES.fullmatch, parts))


def _is_beside(name: str, prefix: str) -> bool:
    """Whether an entry that the architecture lacks belongs to training, not to another architecture."""
    of_training = prefix == "" and is_of_training(name)
    return bool(_is_measure(name) or _TRAINING_ONLY.match(name) or of_training)


def _is_averaged(prefix: str, weights: Mapping[str, Tensor]) -> bool:
    """Whether weights below a prefix are an average, as far as their name tells.

    mmengine swaps the two when it saves: the raw weights are in ``ema_state_dict``, beside their ``steps``.
    """
    swapped = "ema_state_dict.steps" in weights
    if swapped and prefix in ("state_dict.", "ema_state_dict.module."):
        return prefix == "state_dict."
    return bool(_AVERAGED.search(prefix)) or (
        prefix.startswith("state_dict.") and "averaging_state.n_averaged" in weights
    )


def _is_whole(sets: Mapping[str, Mapping[str, Tensor]], prefix: str, raw: Sequence[str]) -> bool:
    """Whether an average has what the weights beside it have, but for running statistics."""
    lacking = {name for each in raw for name in sets[each]} - sets[prefix].keys()
    return all(
        name.endswith(_STATISTICS) or _is_measure(name) or _TRAINING_ONLY.match(name) for name in lacking
    )


def _only(prefixes: Sequence[str], sets: Mapping[str, Mapping[str, Tensor]]) -> str:
    """The one of these sets, or the first of several that hold the same.

    Raises:
        ModelError: They differ.
    """
    first, *others = prefixes
    if all(_same(sets[first], sets[prefix]) for prefix in others):
        return first
    raise ModelError(
        f"The weights file holds {len(prefixes)} sets of weights that fit ({_listed(prefixes)}), and nothing "
        "tells which one is meant. Save a file with only the one to use."
    )


def _same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(
        (value.shape, value.dtype) == (other[name].shape, other[name].dtype)
        and torch.equal(value, other[name])
        for name, value in one.items()
    )


def _left_out(names: Sequence[str]) -> Iterator[str]:
    """Sentences about entries that are not used, but for those that only go on with the training."""
    rest = [name for name in names if not is_of_training(name) and not _TRAINING_ONLY.match(name)]
    averages = [name for name in rest if _AVERAGED.search(name)]
    if averages:
        yield (
            f"The file also holds averaged weights in a form that is not read ({first_three(averages)}); "
            "they are not used."
        )
    if names := [name for name in rest if name not in averages]:
        verb = "is" if len(names) == 1 else "are"
        further = counted(len(names), "further entry", "further entries")
        yield f"{further} of the file {verb} not used ({first_three(names)})."


def _listed(prefixes: Sequence[str]) -> str:
    return first_three([f"“{_shown(prefix)}”" if prefix else "those at the top" for prefix in prefixes])


def _shown(prefix: str) -> str:
    return _WRAPPER.sub("", prefix).rstrip(".") or prefix.rstrip(".")
