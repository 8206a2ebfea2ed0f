"""A small window that slides over an image and asks the same questions at every place.

Source: LeCun et al. 1989, Neural Computation 1, for the shared weights. Differs from most image networks of today: the
norm is the root mean square over the channels of one place (layers/norms.py), not over the batch (Ioffe and Szegedy
2015), so nothing but weights has to be remembered and one image's numbers do not depend on its neighbours.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from clearhead.layers.norms import RMSNorm
from clearhead.layers.tap import Tap


class ConvolutionLayer(nn.Module):
    """Filters, norm, ReLU. The taps `before` and `after` show the feature maps on both sides of the ReLU."""

    def __init__(self, num_inputs: int, num_filters: int, *, window: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.filters = nn.Conv2d(num_inputs, num_filters, window, stride, padding=window // 2, bias=False)
        self.norm = RMSNorm(num_filters)
        self.before_tap, self.after_tap = Tap("before"), Tap("after")
        nn.init.kaiming_normal_(self.filters.weight, nonlinearity="relu")

    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch maps rows columns"]:
        # The channels of one place side by side in memory, as matrix units and the norm read them (an image of one
        # channel does not say which layout it has). Turning the axes for the norm and back then moves no number.
        maps = self.filters(x).contiguous(memory_format=torch.channels_last)
        maps = self.norm(maps.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return self.after_tap(nn.functional.relu(self.before_tap(maps)))
