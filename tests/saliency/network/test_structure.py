"""Feature maps and attention blocks are found from what the graph does, not from numbers that are equal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.torchvision_guard import import_torchvision
from saliency.errors import SaliencyError
from saliency.methods.attribution import attribute
from saliency.methods.registry import compatible
from saliency.network.graph import Graph
from saliency.network.structure import Structure
from saliency.network.tracing import traced


def network(channels: int, side: int, after: nn.Module | None = None) -> nn.Module:
    """A map of as many channels, of ``side`` × ``side`` cells for a picture twice as large."""
    return nn.Sequential(
        nn.Conv2d(3, channels, 3, stride=2, padding=1),
        nn.ReLU(),
        after or nn.Identity(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(channels, 4),
    )


@pytest.mark.parametrize(("channels", "side"), [(27, 28), (28, 28), (29, 28), (8, 8), (16, 16)])
def test_as_many_channels_as_rows_are_channels(channels: int, side: int) -> None:
    graph = Graph(network(channels, side), size=2 * side)
    assert [(layer.channels, layer.height, layer.width) for layer in graph.layers] == [(channels, side, side)]
    assert graph.head is not None
    assert attribute(graph, torch.randn(1, 3, 2 * side, 2 * side), 1).shape == (1, side, side)


def test_a_resnet_for_pictures_of_256_points_keeps_its_first_stage() -> None:
    graph = Graph(import_torchvision().models.resnet18(weights=None), size=256)
    shapes = [(layer.channels, layer.height) for layer in graph.layers]
    assert shapes == [(64, 128), (64, 64), (128, 32), (256, 16), (512, 8)]


class ChannelsLast(nn.Module):
    """Keeps its map as ``(B, h, w, C)``, as many of each; only the convolution gives ``(B, C, h, w)``."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.mixed, self.norm, self.out = nn.Linear(8, 8), nn.LayerNorm(8), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        cells = self.mixed(self.patches(x).permute(0, 2, 3, 1)).relu()
        return self.out(self.norm(cells).mean((1, 2)))


def test_a_map_with_its_channels_last_is_a_map() -> None:
    """As many rows as columns as channels; the last map is not that of the patches."""
    torch.manual_seed(0)
    graph = Graph(ChannelsLast(), size=32)
    assert [(layer.name, layer.channels_last) for layer in graph.layers] == [("norm", True)]
    x = torch.randn(2, 3, 48, 32)
    features, logits_from = graph.features(x)
    assert features.shape == (2, 8, 12, 8)
    torch.testing.assert_close(logits_from(features), graph.logits(x), rtol=1e-4, atol=1e-5)


class Mixing(nn.Module):
    """Patches mixed across places by a linear layer, as MLP-Mixer and gMLP do; ``places`` of them."""

    def __init__(self, places: int = 16) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.norm, self.mix, self.channels = nn.LayerNorm(8), nn.Linear(places, places), nn.Linear(8, 8)
        self.gate, self.last, self.head = nn.Linear(places, places), nn.LayerNorm(8), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        tokens = tokens + self.mix(self.norm(tokens).transpose(1, 2)).transpose(1, 2)
        u, v = nn.functional.gelu(self.channels(tokens)).chunk(2, -1)
        tokens = tokens + torch.cat((u, u * self.gate(v.transpose(1, 2)).transpose(1, 2)), -1)
        return self.head(self.last(tokens).mean(1))


class Attentive(nn.Module):
    """Attention written out, as in BEiT and in transformers of other libraries, with a class token."""

    def __init__(self, *, pooled: bool, places: int = 16, fused: bool = True) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.first, self.places = (
            nn.Parameter(torch.randn(1, 1, 8)),
            nn.Parameter(torch.randn(1, places + 1, 8)),
        )
        self.norms = nn.ModuleList(nn.LayerNorm(8) for _ in range(3))
        self.qkv = nn.ModuleList(nn.Linear(8, 24) for _ in range(3))
        self.last, self.head, self.pooled, self.fused = nn.LayerNorm(8), nn.Linear(8, 4), pooled, fused

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        cells = self.patches(x).flatten(2).transpose(1, 2)
        tokens = torch.cat((self.first.expand(x.shape[0], -1, -1), cells), 1) + self.places
        for norm, qkv in zip(self.norms, self.qkv, strict=True):
            q, k, v = qkv(norm(tokens)).reshape(x.shape[0], -1, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
            if self.fused or mask is not None:
                seen = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
            else:
                seen = (q @ k.transpose(-2, -1) / 2).softmax(-1) @ v
            tokens = tokens + seen.transpose(1, 2).reshape(x.shape[0], -1, 8)
        if self.pooled:
            return self.head(self.last(tokens[:, 1:].mean(1)))
        return self.head(self.last(tokens)[:, 0])


class Windows(nn.Module):
    """Maps kept as ``(B, h, w, C)`` through windows and a merging of patches, as timm's Swin does."""

    def __init__(self) -> None:
        super().__init__()
        self.patches, self.mix = nn.Conv2d(3, 8, 4, stride=4), nn.Linear(16, 16)
        self.merge, self.norm, self.head = nn.Linear(32, 12), nn.LayerNorm(12), nn.Linear(12, 4)

    def forward(self, x: Tensor) -> Tensor:
        cells = self.patches(x).permute(0, 2, 3, 1)
        b, h, w, c = cells.shape
        windows = cells.view(b, h // 4, 4, w // 4, 4, c).permute(0, 1, 3, 5, 2, 4).reshape(-1, c, 16)
        windows = self.mix(windows).view(b, h // 4, w // 4, c, 4, 4).permute(0, 1, 4, 2, 5, 3)
        cells = cells + windows.reshape(b, h, w, c)
        cells = cells.reshape(b, h // 2, 2, w // 2, 2, c).permute(0, 1, 3, 4, 2, 5).flatten(3)
        return self.head(self.norm(self.merge(cells)).mean((1, 2)))


LOOK_ALIKES = {
    "mixer": (Mixing(), 16, (8, 4, 4)),
    "attention, mean of patches": (Attentive(pooled=True), 16, (8, 4, 4)),
    "attention, class token": (Attentive(pooled=False), 16, (8, 4, 4)),
    "attention written out": (Attentive(pooled=False, fused=False), 16, (8, 4, 4)),
    "windows": (Windows(), 32, (12, 4, 4)),
}


@pytest.mark.parametrize("key", LOOK_ALIKES)
def test_the_last_map_is_not_that_of_the_patches(key: str) -> None:
    module, size, (channels, height, width) = LOOK_ALIKES[key]
    graph, x = Graph(module, size=size), torch.randn(2, 3, size, size)
    layer = graph.layers[-1]
    assert layer.name != "patches"
    assert (layer.channels, layer.height, layer.width) == (channels, height, width)
    features, logits_from = graph.features(x)
    assert features.shape == (2, channels, height, width)
    torch.testing.assert_close(logits_from(features), graph.logits(x), rtol=1e-4, atol=1e-5)
    for entry in compatible(graph):
        if "feature map" in entry.needs and entry.passes < 50:
            assert attribute(graph, x, 1, method=entry.key).isfinite().all()
    assert graph.feature_gradient(x, lambda logits: logits[:, 1])[1].abs().max() > 0


@pytest.mark.parametrize(
    ("norm", "offered"),
    [
        (nn.BatchNorm2d(6), True),
        (nn.BatchNorm2d(6, track_running_stats=False), False),
        (nn.GroupNorm(2, 6), False),
        (nn.InstanceNorm2d(6), False),
        (lambda x: nn.functional.layer_norm(x, x.shape[1:]), False),
        (lambda x: nn.functional.normalize(x), False),
        (nn.Identity(), True),
    ],
)
def test_biases_account_for_scores_only_where_nothing_is_scaled_by_its_own_spread(
    norm: Callable[[Tensor], Tensor], offered: bool
) -> None:
    class Normed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last, self.norm = nn.Conv2d(3, 6, 3), nn.Linear(6, 4), norm

        def forward(self, x: Tensor) -> Tensor:
            return self.last(self.norm(self.first(x)).relu().mean((2, 3)))

    assert ("biases that account for the score" in Graph(Normed(), size=16).offers) is offered


def test_tokens_lie_where_their_patches_do() -> None:
    """A change of one patch changes that token most, in rows and columns alike."""
    graph, x = Graph(Attentive(pooled=True), size=16), torch.randn(1, 3, 16, 16)
    before = graph.features(x).values
    x[:, :, 4:8, 12:16] += 5
    change = (graph.features(x).values - before).abs().sum(1)[0]
    assert divmod(int(change.argmax()), 4) == (1, 3)


class AnySize(nn.Module):
    """Tokens without places, so that pictures may have any size."""

    def __init__(self) -> None:
        super().__init__()
        self.patches, self.qkv = nn.Conv2d(3, 8, 4, stride=4), nn.Linear(8, 24)
        self.head = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        q, k, v = self.qkv(tokens).chunk(3, -1)
        return self.head((tokens + (q @ k.mT).softmax(-1) @ v).mean(1))


def test_tokens_of_pictures_of_any_size_lie_on_their_own_grid() -> None:
    graph = Graph(AnySize(), size=16)
    assert graph.any_size
    assert graph.layers[-1].tokens
    for height, width in ((16, 16), (16, 24), (28, 12), (8, 32)):
        x = torch.randn(2, 3, height, width)
        features, logits_from = graph.features(x)
        assert features.shape == (2, 8, height // 4, width // 4)
        torch.testing.assert_close(logits_from(features), graph.logits(x), rtol=1e-4, atol=1e-5)
        assert attribute(graph, x, 1, method="grad-cam").shape == (2, height // 4, width // 4)


class Turned(nn.Module):
    """Rows and columns change places: the axes are not where they are drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 6, 3, padding=1), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.first(x.transpose(2, 3)).relu().mean((2, 3)))


def test_a_map_that_lies_on_its_side_is_none() -> None:
    assert Graph(Turned(), size=16).layers == ()


def test_a_map_need_not_be_square() -> None:
    module = nn.Sequential(
        nn.Conv2d(3, 6, 3, stride=(4, 2), padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(6, 4),
    )
    graph = Graph(module, size=32)
    assert [(layer.height, layer.width) for layer in graph.layers] == [(8, 16)]
    assert attribute(graph, torch.randn(2, 3, 32, 32), 0).shape == (2, 8, 16)


def test_a_map_after_pooling_to_a_fixed_size_is_a_map() -> None:
    """It does not grow with the picture, but convolutions work on maps by definition."""
    module = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(7),
        nn.Conv2d(6, 7, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(7 * 7 * 7, 4),
    )
    graph = Graph(module, size=32)
    assert [(layer.name, layer.channels, layer.height) for layer in graph.layers] == [
        ("_1", 6, 32),
        ("_4", 7, 7),
    ]
    assert graph.any_size


class Moved(nn.Module):
    """Two convolutions; what is between them only moves values to other places."""

    def __init__(self, move: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.LazyConv2d(8, 3, stride=3)
        self.move, self.head = move, nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.second(self.move(self.first(x - 0.5).relu())).relu().mean((2, 3)))


@pytest.mark.parametrize(
    "move",
    [
        lambda y: functional.pad(y, (1, 2, 1, 2)),
        lambda y: functional.pad(y, (2, 2, 2, 2), mode="reflect"),
        lambda y: torch.cat((y, torch.zeros_like(y)), 2),
        lambda y: y[:, :, 1:, 1:],
        lambda y: y.narrow(2, 0, 9),
        lambda y: y.roll((1, 1), (2, 3)),
        lambda y: y.flip(3),
        lambda y: functional.interpolate(y, scale_factor=2.0),
        lambda y: functional.pixel_shuffle(y, 2),
        lambda y: functional.pixel_unshuffle(y, 2),
        lambda y: y.repeat_interleave(2, dim=3),
    ],
    ids=["pad", "mirror", "cat", "crop", "narrow", "roll", "flip", "enlarge", "out", "in", "repeat"],
)
def test_values_put_elsewhere_are_no_layer(move: Callable[[Tensor], Tensor]) -> None:
    module = Moved(move)
    module(torch.zeros(1, 3, 32, 32))
    assert [layer.name for layer in Graph(module, size=32).layers] == ["relu", "relu_1"]


def test_the_picture_before_anything_learned_is_no_layer() -> None:
    module = import_torchvision().models.googlenet(
        weights=None, aux_logits=False, init_weights=False, transform_input=True
    )
    structure = Structure(traced(module.eval()), 224)
    assert [layer.height for layer in structure.layers] == [112, 56, 28, 14, 7]


def test_a_windowed_transformer_of_one_size_has_the_maps_between_its_blocks() -> None:
    with torch.device("meta"):
        module = import_torchvision().models.maxvit_t(weights=None)
    structure = Structure(traced(module.eval()), 224)
    assert [layer.height for layer in structure.layers] == [112, 56, 28, 14, 7]
    assert not structure.shapes.any_size


class Tokens(nn.Module):
    """Attention between the cells of a map; ``queries`` are learned, and come from no cell."""

    def __init__(self, *, extra: int = 1, queries: int = 0, first: bool = True) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.extra = nn.Parameter(torch.randn(1, extra, 8))
        self.places = nn.Parameter(torch.randn(1, 16 + extra, 8))
        self.queries = nn.Parameter(torch.randn(1, queries, 8)) if queries else None
        self.norm, self.linear = nn.LayerNorm(8), nn.Linear(8, 4)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.first = first

    def forward(self, x: Tensor) -> Tensor:
        cells = self.patches(x).flatten(2).transpose(1, 2)
        extra = self.extra.expand(x.shape[0], -1, -1)
        tokens = torch.cat((extra, cells) if self.first else (cells, extra), 1) + self.places
        if self.queries is not None:
            tokens = self.queries.expand(x.shape[0], -1, -1) + tokens.mean(1, keepdim=True)
        read = self.norm(tokens)
        tokens = tokens + self.attention(read, read, read, need_weights=False)[0]
        return self.linear(tokens[:, 0])


@pytest.mark.parametrize("extra", [1, 2, 5])
def test_any_number_of_tokens_beside_the_cells(extra: int) -> None:
    graph, x = Graph(Tokens(extra=extra), size=16), torch.randn(2, 3, 16, 16)
    assert [(layer.tokens, layer.channels, layer.height, layer.width) for layer in graph.layers] == [
        (True, 8, 4, 4)
    ]
    assert graph.features(x).values.shape == (2, 8, 4, 4)
    for entry in compatible(graph):
        if "attention" in entry.needs:
            assert attribute(graph, x, 1, method=entry.key).shape == (2, 4, 4)


@pytest.mark.parametrize("module", [Tokens(queries=16), Tokens(queries=17), Tokens(first=False)])
def test_tokens_that_are_not_the_cells_in_order_are_not_drawn_as_such(module: nn.Module) -> None:
    """As many learned queries as cells, or one more: their attention has no place in the picture."""
    graph = Graph(module, size=16)
    assert not any(layer.tokens for layer in graph.layers)
    assert graph.blocks == ()
    assert "attention" not in graph.offers


class OneRow(nn.Module):
    """One row of scores, however many pictures."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))[None]


class ForOne(nn.Module):
    """Lays all pictures into one row."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3)).reshape(1, -1)


class Sideways(nn.Module):
    """A column a picture; for one picture and one score it has the shape of a row."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((1, 2, 3))[None]


@pytest.mark.parametrize("module", [OneRow(), ForOne(), Sideways()])
def test_one_row_of_scores_by_chance_is_none_for_each_picture(module: nn.Module) -> None:
    with pytest.raises(SaliencyError, match="one row of scores for each"):
        Graph(module, size=16)
