"""The filters of an image network: where each layer's input and maps are, and the window behind one number."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from clearhead.inspector.views.base import Looked


@dataclass(frozen=True)
class Maps:
    """One layer of filters."""

    name: str
    convolution: nn.Conv2d
    norm: nn.Module
    source_tap: str
    """What the layer reads, before it is halved."""
    is_halved: bool
    """Whether the maps of `source_tap` are halved on the way in."""

    @property
    def before_tap(self) -> str:
        """The maps before the bend."""
        return f"{self.name}.before"

    @property
    def after_tap(self) -> str:
        """The maps after the bend."""
        return f"{self.name}.after"


@dataclass(frozen=True)
class Window:
    """What one number of a map was made from."""

    top: int
    left: int
    """Where the window begins in what the layer reads; below 0 it begins in the border."""
    read: np.ndarray
    """What the layer reads there, (channels, height, width); 0 in the border."""
    products: np.ndarray
    """The same times the weights."""
    total: float
    """Their sum, before the norm."""
    normed: float
    """The same after the norm."""


def find_maps(model: nn.Module) -> list[Maps]:
    """Return the layers of filters of an ImageCNN, from the image on; none for other models."""
    if type(model).__name__ != "ImageCNN":
        return []
    found = [Maps("stem", model.stem.filters, model.stem.norm, "input", False)]  # type: ignore[union-attr, arg-type]
    for number, stage in enumerate(model.stages):  # type: ignore[arg-type]
        for index, layer in enumerate(stage.layers):  # type: ignore[arg-type]
            is_halved = index == 0 and not stage.is_first
            name = f"stages.{number}.layers.{index}"
            found.append(Maps(name, layer.filters, layer.norm, found[-1].after_tap, is_halved))
    return found


def window_at(look: Looked, maps: Maps, unit: int, row: int, column: int) -> Window:
    """Recompute one number of a map in float64 from what the layer reads."""
    source = look.value(maps.source_tap).double()
    if maps.is_halved:
        source = functional.max_pool2d(source, 2, ceil_mode=True)
    [height, width], [step, _] = maps.convolution.kernel_size, maps.convolution.stride
    border = int(maps.convolution.padding[0])
    top, left = row * step, column * step
    window = functional.pad(source, (border, border, border, border))[:, top : top + height, left : left + width]
    with torch.no_grad():
        products = maps.convolution.weight.double() * window  # (filters, channels, height, width)
        sums = products.sum((1, 2, 3))
        normed = _norm(sums, maps.norm)
    own = products[unit].numpy(force=True)
    read = window.numpy(force=True)
    return Window(top - border, left - border, read, own, float(sums[unit]), float(normed[unit]))


def _norm(sums: Tensor, norm: nn.Module) -> Tensor:
    eps: float = norm.eps  # type: ignore[assignment]
    weight: Tensor = norm.weight  # type: ignore[assignment]
    return sums / (sums.square().mean() + eps).sqrt() * weight.double()
