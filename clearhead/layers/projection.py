"""Several linear maps of the same input as one matrix product."""

import torch
from torch import Tensor, nn


def project(x: Tensor, *maps: nn.Linear) -> list[Tensor]:
    """Apply linear maps without bias to the same input.

    While training they are one product (one pass over x forward, one backward) at the price of copying the weights
    side by side. Without gradients the copy would cost more than it saves, so each map is applied alone.
    """
    if not torch.is_grad_enabled():
        return [one(x) for one in maps]
    joined = nn.functional.linear(x, torch.cat([one.weight for one in maps]))
    return list(joined.split([one.out_features for one in maps], dim=-1))
