"""Images shifted, turned, scaled and mirrored by chance, a batch at once: more examples from the same ones.

Source: affine warps as in Simard, Steinkraus and Platt 2003, "Best practices for convolutional neural networks",
section 2. Differs: bilinear sampling through PyTorch's grid; no elastic distortion.
"""

import math

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample


def augment(
    images: Float[Tensor, "batch channels height width"] | UInt8[Tensor, "batch channels height width"],
    *,
    generator: torch.Generator,
    shift: int = 0,
    rotate_degrees: float = 0.0,
    scale: float = 0.0,
    flip: bool = False,
) -> Float[Tensor, "batch channels height width"]:
    """Change each image a little, by its own chance; values stay in the range they came in.

    Args:
        generator: on the CPU; the same state gives the same changes on every device.
        shift: furthest shift along each side, in whole pixels.
        rotate_degrees: largest turn to either side.
        scale: largest change of size: 0.1 draws factors from 0.9 to 1.1.
        flip: mirror half of the images left to right.
    Raises:
        ValueError: a negative amount, or a scale of 1 or more.
    """
    for name, value in (("shift", shift), ("rotate_degrees", rotate_degrees), ("scale", scale)):
        if value < 0 or (name == "scale" and value >= 1):
            limit = "from 0 to below 1" if name == "scale" else "0 or more"
            raise ValueError(f"augment.{name} must be {limit}, got {value}. Use 0 for none.")
    num_images, _, height, width = images.shape
    angle = (torch.rand(num_images, generator=generator) * 2 - 1) * math.radians(rotate_degrees)
    factor = 1 + (torch.rand(num_images, generator=generator) * 2 - 1) * scale
    mirror = 1 - 2.0 * (torch.rand(num_images, generator=generator) < 0.5 * flip)
    offsets = torch.randint(-shift, shift + 1, (num_images, 2), generator=generator)
    images = images if images.is_floating_point() else images.float()
    if not (shift or rotate_degrees or scale or flip):
        return images
    # Rows say where each new pixel comes from, in units of half a side: a turn of a picture that is not square
    # needs the ratio of its sides.
    cosine, sine = angle.cos() / factor, angle.sin() / factor
    where = torch.stack(
        [
            torch.stack([cosine * mirror, -sine * mirror * height / width, offsets[:, 0] * 2 / width], dim=1),
            torch.stack([sine * width / height, cosine, offsets[:, 1] * 2 / height], dim=1),
        ],
        dim=1,
    ).to(images)  # (batch, 2, 3)
    grid = affine_grid(where, list(images.shape), align_corners=False)
    return grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)
