"""A head, or a last block, is trained the same every time and relies on a plant in the maps."""

from __future__ import annotations

from typing import get_args

import pytest
import torch

from benchmarks.shortcuts.learning import How, pooled, trained

CLASSES, EACH, CHANNELS = 3, 60, 6


def planted_maps(share_own, share_others, seed):
    """Maps whose first channels faintly tell the class, and whose last one has the plant."""
    generator = torch.Generator().manual_seed(seed)
    maps = torch.randn(CLASSES * EACH, CHANNELS, 3, 3, generator=generator)
    classes = torch.arange(CLASSES).repeat_interleave(EACH)
    maps[torch.arange(len(maps)), classes] += 0.4
    shares = torch.full((len(maps),), share_others)
    shares[classes == 0] = share_own
    carries = torch.rand(len(maps), generator=generator) < shares
    maps[carries, -1] += 3
    return maps, classes


@pytest.mark.parametrize("how", get_args(How))
def test_what_is_planted_is_relied_on(how):
    convolution, head = trained(*planted_maps(0.9, 0.05, 0), CLASSES, how)
    again = trained(*planted_maps(0.9, 0.05, 0), CLASSES, how)
    assert torch.equal(head.weight, again[1].weight)

    def own(share):
        maps, classes = planted_maps(share, share, 1)
        with torch.inference_mode():
            answers = head(pooled(convolution, maps)).argmax(1)
        return (answers == 0)[classes == 0].float().mean(), (answers == 0)[classes != 0].float().mean()

    (with_plant, given), (without, not_given) = own(1.0), own(0.0)
    assert with_plant > 0.8 > 0.5 > without
    assert given > not_given + 0.3
