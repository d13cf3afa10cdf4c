"""Which entries of a checkpoint are taken: averaged before raw ones, and none where nothing tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sweeps import sweep
from torch import Tensor, nn

from models.architecture import build
from models.checkpoint import read_weights
from models.errors import ModelError
from models.torchvision_guard import import_torchvision
from models.weight_sets import weight_set

Entries = dict[str, Tensor]


def reference(seed: int, architecture: str = "mnasnet0_5", classes: int = 3) -> Entries:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = import_torchvision().models.get_model(architecture, weights=None, num_classes=classes)
    return {name: value.detach() for name, value in module.state_dict().items()}


RAW, MEAN = reference(1), reference(2)
PARAMETERS = {name: value for name, value in MEAN.items() if not name.endswith(("mean", "var", "tracked"))}


def below(prefix: str, entries: Entries) -> Entries:
    return {prefix + name: value for name, value in entries.items()}


def squashed(entries: Entries) -> Entries:
    """As latent diffusion's LitEma names its buffers."""
    return {name.replace(".", ""): value for name, value in entries.items()}


def taken(checkpoint: object, tmp_path: Path) -> tuple[Entries, tuple[str, ...]]:
    torch.save(checkpoint, tmp_path / "weights.pth")
    assembly = build("mnasnet0_5", 3, read_weights(tmp_path / "weights.pth"), side=64)
    return dict(assembly.module.state_dict()), assembly.notes


def same(one: Entries, other: Entries) -> bool:
    return all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.parametrize(
    ("checkpoint", "name"),
    [
        ({"state_dict": RAW, "state_dict_ema": MEAN}, "state_dict_ema"),  # timm
        ({"model": RAW, "model_ema": {"n_averaged": torch.tensor(9), **below("module.", MEAN)}}, "model_ema"),
        ({"state_dict": RAW, "ema_state_dict": MEAN}, "ema_state_dict"),
        ({"ema_state_dict": below("module.", MEAN), "state_dict": below("module.", RAW)}, "ema_state_dict"),
        ({"model": RAW, "ema": MEAN}, "ema"),
        ({"model": RAW, "ema": {"module": MEAN, "updates": 9}}, "ema.module"),
        ({"model": RAW, "ema": {"shadow": PARAMETERS, "decay": 0.99}}, "ema.shadow"),
        ({"net": RAW, "ema_model": below("module.", MEAN)}, "ema_model"),
        ({"model": RAW, "modelEMA": MEAN}, "modelEMA"),
        ({"params": RAW, "params_ema": MEAN}, "params_ema"),
        ({"model": RAW, "model_average": MEAN}, "model_average"),
        (
            {"state_dict": RAW, "callbacks": {"EMACallback": {"weights": MEAN}}},
            "callbacks.EMACallback.weights",
        ),
        ({"model_state_dict": RAW, "swa_state_dict": MEAN}, "swa_state_dict"),
        ({"state_dict": {**below("model.", RAW), **below("ema.module.", MEAN)}}, "state_dict.ema"),
        (
            {"state_dict": {**below("model.", RAW), **below("model_ema.module.", MEAN)}},
            "state_dict.model_ema",
        ),
        ({**RAW, **below("ema.module.", MEAN)}, "ema"),
        ({**below("online_model.", RAW), **below("ema_model.", MEAN), "step": torch.tensor(3)}, "ema_model"),
        (
            {"state_dict": {**below("net.", RAW), **below("net_ema.", squashed(PARAMETERS))}},
            "state_dict.net_ema",
        ),
    ],
)
def test_averaged_weights_go_before_raw_ones_and_it_is_said(
    checkpoint: object, name: str, tmp_path: Path
) -> None:
    entries, (note,) = taken(checkpoint, tmp_path)
    assert same(PARAMETERS, entries)
    statistics = MEAN if same(MEAN, entries) else RAW
    assert same({n: v for n, v in statistics.items() if n not in PARAMETERS}, entries)
    assert note.startswith(f"The averaged weights (EMA) in “{name.removesuffix('.module')}")
    assert "are used, not the others of the file" in note


@pytest.mark.parametrize(
    "checkpoint",
    [
        # mmengine exchanges the two when it saves, and the raw ones have the steps of the average
        {"state_dict": MEAN, "ema_state_dict": {"steps": torch.tensor(3), **below("module.", RAW)}},
        # Lightning's WeightAveraging
        {
            "state_dict": below("model.", MEAN),
            "current_model_state": below("model.", RAW),
            "averaging_state": {"n_averaged": torch.tensor(3)},
        },
    ],
)
def test_libraries_that_keep_the_average_under_the_plain_name(checkpoint: object, tmp_path: Path) -> None:
    entries, (note,) = taken(checkpoint, tmp_path)
    assert same(MEAN, entries)
    assert "averaged weights (EMA) in “state_dict" in note


def test_an_average_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    ema = {"decay": 0.99, "shadow_params": list(PARAMETERS.values())}
    entries, (note,) = taken({"model": RAW, "ema": ema}, tmp_path)
    assert same(RAW, entries)
    assert note.startswith(
        "The file also holds averaged weights in a form that is not read (ema.shadow_params.0"
    )


def test_an_average_of_a_part_only_is_not_used_and_named(tmp_path: Path) -> None:
    part = {name: value for name, value in MEAN.items() if not name.startswith("classifier")}
    entries, (note,) = taken({"model": RAW, "model_ema": part}, tmp_path)
    assert same(RAW, entries)
    assert "averaged weights in a form that is not read (model_ema.layers.0.weight" in note
    entries, (note,) = taken(RAW | below("ema.module.", part), tmp_path)
    assert same(RAW, entries)
    assert "averaged weights in a form that is not read (ema.module.layers.0.weight" in note


@pytest.mark.parametrize(
    ("checkpoint", "names"),
    [
        ({**below("student.", RAW), **below("teacher.", MEAN)}, "“student”, “teacher”"),
        ({"state_dict": RAW, "best_state_dict": MEAN}, "“state_dict”, “best_state_dict”"),
        ({"model": RAW, "ema_1": MEAN, "ema_2": RAW}, "“ema_1”, “ema_2”"),
    ],
)
def test_of_two_sets_that_nothing_tells_apart_none_is_taken(
    checkpoint: object, names: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as raised:
        taken(checkpoint, tmp_path)
    assert f"holds 2 sets of weights that fit ({names})" in str(raised.value)
    assert "Save a file with only the one to use" in str(raised.value)


def test_two_sets_that_are_the_same_are_one(tmp_path: Path) -> None:
    assert same(RAW, taken({"a": RAW, "b": RAW}, tmp_path)[0])


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    checkpoint = {
        "state_dict": {**below("model.", RAW), "normalize.mean": torch.zeros(3), "val_acc.tp": torch.zeros(1)}
    }
    entries, notes = taken(checkpoint, tmp_path)
    assert same(RAW, entries)
    assert notes == (
        "2 further entries of the file are not used (state_dict.normalize.mean, state_dict.val_acc.tp).",
    )


@pytest.mark.parametrize(
    "name",
    [
        *(
            "val_acc.tp",
            "train_metrics.MulticlassAccuracy.tp",
            "top5_acc.correct",
            "f1_score.fn",
            "auroc_val.thresholds",
        ),
        *(
            "criterion.weight",
            "loss_fn.pos_weight",
            "testConfusionMatrix.confmat",
            "accuracy.total",
            "meter.0.value",
        ),
    ],
)
def test_metrics_and_losses_beside_bare_names(name: str, tmp_path: Path) -> None:
    entries, (note,) = taken({"state_dict": RAW | {name: torch.zeros(2)}}, tmp_path)
    assert same(RAW, entries)
    assert note == f"1 further entry of the file is not used (state_dict.{name})."


@pytest.mark.parametrize(
    "name", ["attention.weight", "feature_map.weight", "score_fr.weight", "layers.99.weight", "scale"]
)
def test_layers_that_the_architecture_lacks_are_not_passed_over(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=rf"have 1 entry \({name}\) that mnasnet0_5 does not know"):
        taken({"state_dict": RAW | {name: torch.zeros(2)}}, tmp_path)


COMPONENTS = st.sampled_from(
    ["model", "net", "backbone", "module", "_orig_mod", "state_dict", "encoder", "a", "classifier"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(COMPONENTS, max_size=4), st.sampled_from(["features", "layer1", ""]), st.booleans())
def test_whatever_stands_before_the_names_and_wherever_a_wrapper_is(
    prefix: list[str], wrapped: str, extra: bool
) -> None:
    names = {
        "features.0.weight": 3,
        "layer1.0.conv1.weight": 5,
        "layer1.1.conv1.weight": 6,
        "fc.weight": 4,
        "fc.bias": 7,
    }
    weights = {}
    for name, value in names.items():
        inner = name.replace(f"{wrapped}.", f"{wrapped}.module.", 1) if wrapped else name
        weights[".".join([*prefix, inner])] = torch.tensor(value)
    if extra:
        weights["optimizer.state.0.exp_avg"] = torch.zeros(1)
    chosen = weight_set(weights, names)
    assert {name: int(value) for name, value in chosen.entries.items()} == names
    assert not chosen.others
    assert not chosen.notes


@pytest.mark.parametrize(
    ("architecture", "own"),
    sweep(
        [
            ("resnet18", "fc"),
            ("alexnet", "classifier.6"),
            ("densenet121", "classifier"),
            ("mobilenet_v2", "classifier.1"),
            ("mobilenet_v3_small", "classifier.3"),
            ("squeezenet1_1", "classifier.1"),
            ("convnext_tiny", "classifier.2"),
            ("swin_t", "head"),
            ("vit_b_32", "heads.head"),
            ("shufflenet_v2_x0_5", "fc"),
        ],
        every=4,
    ),
)
def test_a_head_replaced_by_a_sequential(architecture: str, own: str) -> None:
    with torch.device("meta"):
        module = import_torchvision().models.get_model(architecture, weights=None, num_classes=5)
    weights = {
        name: torch.zeros(value.shape, dtype=value.dtype) for name, value in module.state_dict().items()
    }
    weights[f"{own}.weight"] += 2
    replaced = {re.sub(f"^{re.escape(own)}", f"{own}.1", name): value for name, value in weights.items()}
    assembly = build(architecture, 5, replaced, side=224)
    assert torch.equal(assembly.module.state_dict()[f"{own}.weight"], weights[f"{own}.weight"])
    assert assembly.notes == (f"The last layer is “{own}.1” in the file, and taken for “{own}”.",)
    del replaced[f"{own}.1.bias"]
    assembly = build(architecture, 5, replaced, side=224)
    assert not assembly.module.state_dict()[f"{own}.bias"].any()
    with pytest.raises(ModelError, match=r"^The weights know 5 classes, but labels\.txt lists 4\.$"):
        build(architecture, 4, replaced, side=224)


def test_a_head_named_without_its_place() -> None:
    weights = reference(0, "mobilenet_v2", 4)
    renamed = {name.replace("classifier.1.", "classifier."): value for name, value in weights.items()}
    module = build("mobilenet_v2", 4, renamed, side=64).module
    assert same(weights, dict(module.state_dict()))


@pytest.mark.parametrize("head", ["classifier", "head.1", "model.fc_new"])
def test_a_head_beside_the_body(head: str) -> None:
    weights = reference(0, "resnet18", 4)
    parted = {
        f"{head}.{name.removeprefix('fc.')}" if name.startswith("fc.") else f"backbone.{name}": value
        for name, value in weights.items()
    }
    assembly = build("resnet18", 4, parted, side=64)
    assert same(weights, dict(assembly.module.state_dict()))
    assert assembly.notes[-1] == f"The last layer is “{head}” in the file, and taken for “fc”."
    several = parted | {
        "projector.0.weight": torch.zeros(512, 512),
        "projector.2.weight": torch.zeros(9, 512),
    }
    assert same(weights, dict(build("resnet18", 4, several, side=64).module.state_dict()))
    with pytest.raises(ModelError, match=r"lack 2 entries \(fc\.weight, fc\.bias\)"):
        build("resnet18", 4, parted | {"other.weight": torch.zeros(9, 512)}, side=64)


def test_a_classifier_of_several_layers_is_no_number_of_classes() -> None:
    module = import_torchvision().models.get_model("mobilenet_v2", weights=None)
    module.classifier = nn.Sequential(
        nn.Dropout(), nn.Linear(1280, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, 3)
    )
    with pytest.raises(ModelError, match=r"was replaced by several \(classifier\.1, classifier\.4\)"):
        build("mobilenet_v2", 3, module.state_dict(), side=64)


def test_a_head_of_several_layers_is_refused_by_name() -> None:
    module = import_torchvision().models.get_model("resnet18", weights=None)
    module.fc = nn.Sequential(nn.Linear(512, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, 3))
    with pytest.raises(ModelError, match=r"“fc” was replaced by several \(fc\.0, fc\.3\)"):
        build("resnet18", 3, module.state_dict(), side=64)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_one_class_is_no_plural(count: int) -> None:
    classes = "1 class" if count == 1 else f"{count} classes"
    with pytest.raises(ModelError, match=rf"know {classes}, but labels\.txt lists 5"):
        build("mnasnet0_5", 5, reference(0, classes=count), side=64)


@pytest.mark.parametrize(
    "odd",
    [
        torch.zeros(3, 1280, dtype=torch.int8),
        torch.zeros(3, 1280, dtype=torch.complex64),
        torch.zeros(3, 1280).to_sparse(),
        torch.zeros(3, 1280, device="meta"),
    ],
)
def test_entries_that_are_no_plain_numbers(odd: Tensor) -> None:
    with pytest.raises(
        ModelError, match=r"The entry classifier\.1\.weight of the weights does not hold plain"
    ):
        build("mnasnet0_5", 3, RAW | {"classifier.1.weight": odd}, side=64)


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64, torch.float8_e4m3fn])
def test_other_precisions_become_single(kind: torch.dtype) -> None:
    weights = {name: value.to(kind) if value.is_floating_point() else value for name, value in RAW.items()}
    module = build("mnasnet0_5", 3, weights, side=64).module
    assert {value.dtype for value in module.state_dict().values()} == {torch.float32, torch.int64}


def test_numbers_that_single_precision_cannot_hold() -> None:
    weights = RAW | {"classifier.1.bias": torch.full((3,), 1e300, dtype=torch.float64)}
    with pytest.raises(ModelError, match="not finite numbers, in 1 entry"):
        build("mnasnet0_5", 3, weights, side=64)
