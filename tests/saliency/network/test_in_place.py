"""In-place work on values, and on views that share their memory, changes what is read later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from saliency.errors import SaliencyError
from saliency.methods.attribution import attribute
from saliency.network.graph import Graph


class Writing(nn.Module):
    """A convolution, something done to its map, and a linear head."""

    def __init__(self, done: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 8, 3, padding=1), nn.Linear(8, 3)
        self.done = done

    def forward(self, x: Tensor) -> Tensor:
        cells = self.done(self.first(x)).reshape(x.shape[0], 8, -1)
        return self.last(cells.mean(2))


def chunked(z: Tensor) -> Tensor:
    a, _ = z.chunk(2, 1)
    a.mul_(3)
    return z


def other_chunk(z: Tensor) -> Tensor:
    a, b = torch.chunk(z, 2, dim=1)
    z.relu_()
    return torch.cat((b, a), 1)


def split_twice(z: Tensor) -> Tensor:
    a, b = z.split(4, 1)
    a[:, 1:3].sub_(1)
    b += a
    return z * b.mean()


def flattened(z: Tensor) -> Tensor:
    z.flatten(1).relu_()
    return z


def flattened_by_a_function(z: Tensor) -> Tensor:
    F.relu(torch.flatten(z, 1), inplace=True)
    return z


def sliced(z: Tensor) -> Tensor:
    z[:, :3].clamp_(min=0.1)
    return z


def sliced_with_sizes(z: Tensor) -> Tensor:
    z[:, : z.size(1) // 2, 1 : z.shape[2] - 1].exp_()
    return z


def turned(z: Tensor) -> Tensor:
    z.permute(0, 2, 3, 1)[..., :2].add_(1).mul_(2)
    return z


def turned_back(z: Tensor) -> Tensor:
    rows = z.transpose(2, 3)
    rows.unsqueeze(1).squeeze(1).tanh_()
    return rows.mT * 2


def view_of_a_view(z: Tensor) -> Tensor:
    flat = z.view(z.size(0), -1)
    half = flat[:, 100:]
    half *= -2
    flat.add_(0.5)
    return z + half.mean()


def each_channel(z: Tensor) -> Tensor:
    z.unbind(1)[0].zero_()
    z.unbind(1)[2].fill_(0.3)
    return z


def without_another_form(z: Tensor) -> Tensor:
    z.narrow(1, 2, 3).copy_(z.select(1, 0).unsqueeze(1))
    return z


def assigned(z: Tensor) -> Tensor:
    z[:, 0] = 0
    z[:, 1] = z[:, 2] * 2
    return z


def augmented(z: Tensor) -> Tensor:
    z[:, :4] *= 3
    z[..., 0] += 1
    return z


def assigned_to_a_view(z: Tensor) -> Tensor:
    half = z[:, 4:]
    half[:, 1] = half[:, 0]
    return z


def reordered(z: Tensor) -> Tensor:
    z[:, [0, 1]] = z[:, [1, 0]]
    return z


def given_out(z: Tensor) -> Tensor:
    y = z * 2
    torch.relu(z).mul_(2)
    torch.add(z, 1, out=y)
    return y


def copied_first(z: Tensor) -> Tensor:
    z.transpose(2, 3).reshape(z.shape[0], -1).relu_()  # a copy: z keeps what it was
    z.clone().mul_(5)
    z[:, [0, 2]].mul_(5)  # a list copies too
    return z


def dropped_out(z: Tensor) -> Tensor:
    F.dropout(z, 0.5, False).relu_()  # in eval mode, the same value
    return z


def of_the_picture_itself(z: Tensor) -> Tensor:
    y = z.detach()
    y.flatten(2).softmax(2)
    F.hardtanh_(z.flatten(2), -0.5, 0.5)
    return z


WRITES = [
    chunked, other_chunk, split_twice, flattened, flattened_by_a_function, sliced, sliced_with_sizes, turned,
    turned_back, view_of_a_view, each_channel, without_another_form, assigned, augmented, assigned_to_a_view,
    reordered, given_out, copied_first, dropped_out, of_the_picture_itself,
]  # fmt: skip


@pytest.mark.parametrize("done", WRITES)
def test_what_is_written_to_a_view_is_read_from_all_that_share_it(done: Callable[[Tensor], Tensor]) -> None:
    torch.manual_seed(0)
    module, x = Writing(done).eval(), torch.randn(2, 3, 12, 10)
    before = x.clone()
    with torch.no_grad():
        expected = module(x.clone())
    graph = Graph(module, size=12)
    torch.testing.assert_close(graph.logits(x), expected, rtol=1e-4, atol=1e-5)
    assert torch.equal(x, before)
    for layer in graph.layers:
        values, logits_from = graph.features(x, layer.name)
        kept = values.clone()
        with torch.no_grad():
            torch.testing.assert_close(logits_from(values), expected, rtol=1e-4, atol=1e-5)
        assert torch.equal(values, kept)
    assert attribute(graph, x, 1, method="gradient").isfinite().all()


def test_gradients_go_through_what_was_written() -> None:
    torch.manual_seed(3)
    module, x = Writing(sliced).eval(), torch.randn(1, 3, 12, 12)
    leaf = x.clone().requires_grad_(True)
    (expected,) = torch.autograd.grad(module(leaf)[:, 1].sum(), leaf)
    slope = attribute(Graph(module, size=12), x, 1, method="input-x-gradient")
    torch.testing.assert_close(slope, (expected * x).sum(1), rtol=1e-4, atol=1e-6)


def random_step(z: Tensor, generator: torch.Generator) -> Tensor:
    """One of many things that may be done to a map, in place on a part of it or not."""
    number = int(torch.randint(16, (), generator=generator))
    low = int(torch.randint(6, (), generator=generator))
    part = [
        lambda: z, lambda: z[:, low:], lambda: z.chunk(2, 1)[low % 2], lambda: z.flatten(1),
        lambda: z[..., low:],
        lambda: z.transpose(2, 3), lambda: z.view(z.shape[0], 4, 2, -1)[:, low % 4], lambda: z.unbind(1)[low],
        lambda: z.flatten(2).transpose(1, 2), lambda: z.permute(0, 2, 3, 1).reshape(z.shape[0], -1, 8),
        lambda: z.unsqueeze(1)[:, 0], lambda: z.narrow(1, low, 2), lambda: z.clone(), lambda: z * 1.5,
        lambda: z.contiguous(), lambda: z.split(3, 1)[1],
    ][number]()  # fmt: skip
    early = z[:, 1:2]
    kind = int(torch.randint(7, (), generator=generator))
    if kind == 0:
        part.mul_(1.5)
    elif kind == 1:
        F.relu(part, inplace=True)
    elif kind == 2:
        part += 0.3
    elif kind == 3:
        part[:, 0] = 0.2
    elif kind == 4:
        torch.tanh_(part)
    elif kind == 5:
        part[:, :1].sub_(part.mean())
    result = z + early
    return result + part.sum() / 100 if low % 2 else result


class RandomWrites(nn.Module):
    """Convolutions, and a few random steps between them; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.norm, self.last, self.seed = nn.BatchNorm2d(8), nn.Linear(8, 3), seed

    def forward(self, x: Tensor) -> Tensor:
        generator = torch.Generator().manual_seed(self.seed)
        z = self.first(x)
        for _ in range(3):
            z = random_step(z, generator)
        z = self.norm(self.second(z))
        z = random_step(random_step(z, generator), generator)
        return self.last(z.mean((2, 3)))


def test_random_networks_give_what_they_give_or_are_refused() -> None:
    refused = []
    for seed in range(40):
        torch.manual_seed(seed)
        module, x = RandomWrites(seed).eval(), torch.randn(2, 3, 9, 7)
        with torch.no_grad():
            expected = module(x.clone())
        try:
            graph = Graph(module, size=8)
        except SaliencyError as error:
            refused.append((seed, error.message))
            continue
        torch.testing.assert_close(graph.logits(x), expected, rtol=1e-3, atol=1e-4)
    assert len(refused) <= 4, refused


def test_layers_keep_their_names_where_sums_are_written_in_place() -> None:
    def residual(z: Tensor) -> Tensor:
        y = z.tanh()
        y += z
        return y

    assert [layer.name for layer in Graph(Writing(residual), size=12).layers] == ["add"]
