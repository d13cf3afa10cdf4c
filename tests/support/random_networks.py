"""Networks of random operations on maps of four channels, for what has to hold of any network."""

from __future__ import annotations

import torch
from hypothesis import assume
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from saliency.errors import SaliencyError
from saliency.network.graph import Graph


class Network(nn.Module):
    """Operations in a row, then classes."""

    def __init__(self, *operations: nn.Module) -> None:
        super().__init__()
        self.operations = nn.ModuleList(operations)
        self.classes = nn.LazyLinear(3)

    def forward(self, x: Tensor) -> Tensor:
        for operation in self.operations:
            x = operation(x)
        return self.classes(x.mean((2, 3)))


class Pad(nn.Module):
    """Padding by a function; below 0 cuts off."""

    def __init__(self, *pads: int) -> None:
        super().__init__()
        self.pads = pads

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(x, self.pads)


class Slice(nn.Module):
    """Every so many rows and columns."""

    def __init__(self, start: int, step: int) -> None:
        super().__init__()
        self.start, self.step = start, step

    def forward(self, x: Tensor) -> Tensor:
        return x[..., self.start :: self.step, self.start :: self.step]


class Residual(nn.Module):
    """What goes around is added."""

    def __init__(self, inner: nn.Module, around: nn.Module) -> None:
        super().__init__()
        self.inner, self.around = inner, around

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x).relu() + self.around(x)


class Beside(nn.Module):
    """Branches side by side."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], 1)


class ChannelsLast(nn.Module):
    """A norm over channels that come last, as in ConvNeXt, and 2 × 2 cells merged, as in Swin."""

    def __init__(self, merge: bool) -> None:
        super().__init__()
        self.norm, self.merge = nn.LayerNorm(4), merge
        self.fewer = nn.Linear(16 if merge else 4, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(x.permute(0, 2, 3, 1))
        if self.merge:
            x = F.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))
            parts = x[:, ::2, ::2], x[:, 1::2, ::2], x[:, ::2, 1::2], x[:, 1::2, 1::2]
            x = torch.cat(parts, -1)
        return self.fewer(x).permute(0, 3, 1, 2)


def convolution(
    kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, into: int = 4
) -> nn.Module:
    return nn.LazyConv2d(into, kernel, stride, padding, dilation)


def functional(kernel: int, stride: int, padding: int) -> nn.Module:
    """A convolution and a pooling as functions."""

    class Functional(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.randn(4, 4, kernel, kernel))

        def forward(self, x: Tensor) -> Tensor:
            x = F.conv2d(x, self.weight, None, stride, padding=padding)
            return F.max_pool2d(x, 3, stride=1, padding=1).relu()

    return Functional()


@st.composite
def operations(draw: st.DrawFn) -> nn.Module:
    """One operation on maps of four channels."""
    kernel, stride, dilation = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    padding = draw(st.integers(0, kernel // 2))
    ceil = draw(st.booleans())
    kinds = {
        "conv": lambda: convolution(kernel, stride, padding, dilation),
        "sides": lambda: nn.LazyConv2d(4, (kernel, 3), (stride, 2), (padding, 1), (dilation, 1)),
        "same": lambda: nn.LazyConv2d(4, kernel | 1, padding="same", dilation=dilation),
        "max": lambda: nn.MaxPool2d(max(2, kernel), stride, padding, ceil_mode=ceil),
        "mean": lambda: nn.AvgPool2d(max(2, kernel), None, padding, ceil_mode=ceil),
        "pad": lambda: Pad(*draw(st.tuples(*[st.integers(-1, 3)] * 4))),
        "module pad": lambda: nn.ReflectionPad2d((padding, 1, 0, padding)),
        "slice": lambda: Slice(draw(st.integers(0, 2)), draw(st.integers(1, 2))),
        "residual": lambda: Residual(convolution(3, 2, 1), convolution(1, 2)),
        "beside": lambda: Beside(
            convolution(1, into=1), convolution(3, 1, 1, into=2), convolution(5, 1, 2, into=1)
        ),
        "function": lambda: functional(kernel, stride, padding),
        "channels last": lambda: ChannelsLast(merge=draw(st.booleans())),
        "norm": lambda: nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(inplace=True)),
    }
    return kinds[draw(st.sampled_from(sorted(kinds)))]()


def graph_of(*operations: nn.Module, side: int = 64) -> Graph:
    torch.manual_seed(0)
    network = Network(*operations).eval()
    try:
        network(torch.zeros(1, 3, side, side))
        return Graph(network, size=side)
    except (RuntimeError, SaliencyError):  # the maps have become too small
        assume(False)
        raise
