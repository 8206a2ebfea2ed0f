"""A network for images: windows look at small places, then at larger and larger ones, then at the whole.

Source: LeCun et al. 1998, Proceedings of the IEEE 86 (stages of filters and pooling); Simonyan and Zisserman 2015,
arXiv 1409.1556 (pairs of 3 × 3 filters, wider as maps shrink); Lin et al. 2014, arXiv 1312.4400 (the mean of each map
instead of a wide last layer). Differs: the first filters step over every other pixel, which saves most of the time;
norm over the channels of each place.
Read with: layers/convolution.py
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from jaxtyping import Float
from torch import Tensor, nn

from clearhead.layers.convolution import ConvolutionLayer
from clearhead.layers.dropout import dropout
from clearhead.layers.tap import Tap
from clearhead.models.base import ImageModel

STEM_WINDOW = 5
SMALL_IMAGE = 24  # below so many pixels a side, stepping over every other one loses strokes


@dataclass(frozen=True, kw_only=True)
class ImageCNNConfig:
    """Size of the images, and of the stages that read them."""

    num_channels: int
    """Numbers of a pixel: 1 for grey, 3 for colours; the data decide it."""
    height: int
    """Rows of pixels; the data decide it."""
    width: int
    """Pixels of a row; the data decide it."""
    num_outputs: int
    """Numbers that come out; the data decide it."""
    widths: tuple[int, ...] = (32, 64, 128)
    """Filters of each stage; between two stages the maps are halved."""
    num_convolutions: int = 2
    """Convolutions of each stage."""
    stem_stride: int | None = None
    """Step of the first filters, in pixels; none given means 2, for small images 1."""
    dropout: float = 0.0
    """Share of the pooled numbers switched off at random while training."""

    def __post_init__(self) -> None:
        for name in ("num_channels", "height", "width", "num_outputs", "num_convolutions"):
            if getattr(self, name) < 1:
                raise ValueError(f"ImageCNNConfig.{name} must be at least 1, got {getattr(self, name)}.")
        if not self.widths or any(width < 1 for width in self.widths):
            raise ValueError(
                f"ImageCNNConfig.widths must be sizes of at least 1, got {self.widths}. Use (32, 64, 128)."
            )
        if self.stem_stride is not None and not 1 <= self.stem_stride <= STEM_WINDOW:
            raise ValueError(
                f"ImageCNNConfig.stem_stride must be from 1 to {STEM_WINDOW} (no pixel is left out), "
                f"got {self.stem_stride}. Use 1 or 2."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"ImageCNNConfig.dropout must be in [0, 1), got {self.dropout}. Use 0.1.")

    @property
    def step_of_stem(self) -> int:
        """Step of the first filters, given or derived."""
        return self.stem_stride or (2 if min(self.height, self.width) >= SMALL_IMAGE else 1)


class Stage(nn.Module):
    """Halve the maps (but in the first stage), then look with a few convolutions; `maps` shows what comes out."""

    def __init__(self, num_inputs: int, width: int, num_convolutions: int, *, is_first: bool) -> None:
        super().__init__()
        self.is_first = is_first
        self.layers = nn.ModuleList(
            ConvolutionLayer(width if index else num_inputs, width) for index in range(num_convolutions)
        )
        self.maps_tap = Tap("maps")

    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch maps rows columns"]:
        if not self.is_first:
            x = nn.functional.max_pool2d(x, 2, ceil_mode=True)  # an odd last row is kept
        for layer in self.layers:
            x = layer(x)
        return self.maps_tap(x)


class ImageCNN(ImageModel):
    """Image → first filters → stages → mean of each map → raw outputs."""

    def __init__(self, config: ImageCNNConfig) -> None:
        super().__init__()
        self.config = config
        first, last = config.widths[0], config.widths[-1]
        self.stem = ConvolutionLayer(config.num_channels, first, window=STEM_WINDOW, stride=config.step_of_stem)
        self.stages = nn.ModuleList(
            Stage(inputs, width, config.num_convolutions, is_first=index == 0)
            for index, (inputs, width) in enumerate(zip((first, *config.widths), config.widths, strict=False))
        )
        self.head = nn.Linear(last, config.num_outputs)
        # Near 0, so that the first answers are all but equal and the first loss is that of knowing nothing.
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)
        self.input_tap, self.pooled_tap, self.logits_tap = Tap("input"), Tap("pooled"), Tap("logits")

    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch outputs"]:
        """Return raw scores."""
        x = self.stem(self.input_tap(x.to(self.head.weight.dtype)))
        for stage in self.stages:
            x = stage(x)
        pooled = self.pooled_tap(x.mean((2, 3)))  # (batch, maps)
        if self.training:
            pooled = dropout(pooled, self.config.dropout)
        return self.logits_tap(self.head(pooled))

    def blocks(self) -> Sequence[nn.Module]:
        """Return the stages in order."""
        return list(self.stages)

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        """Split the parameters by how they are best trained; filters are matrices of outputs by inputs."""
        hidden = [*self.stem.parameters(), *self.stages.parameters()]
        weight, bias = self.head.parameters()
        return {
            "matrices": [parameter for parameter in hidden if parameter.dim() > 1],
            "embeddings": [],
            "head": [weight],
            "vectors": [*(parameter for parameter in hidden if parameter.dim() == 1), bias],
        }

    @classmethod
    def sizes(cls, num_channels: int, height: int, width: int, num_outputs: int) -> list[ImageCNNConfig]:
        """Return a small, a medium and a large configuration; each does about four times the work of the one before."""
        shape = {"num_channels": num_channels, "height": height, "width": width, "num_outputs": num_outputs}
        return [ImageCNNConfig(**shape, widths=(base, 2 * base, 4 * base)) for base in (16, 32, 64)]

    @classmethod
    def tiny(cls) -> Self:
        """Return a model small enough for a test to train in a second."""
        return cls(ImageCNNConfig(num_channels=1, height=9, width=8, num_outputs=3, widths=(8, 12), num_convolutions=1))


CONFIG = ImageCNNConfig
MODEL = ImageCNN
