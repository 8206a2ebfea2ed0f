"""Positions: waves that are added to the vectors, or angles by which queries and keys are turned.

Sinusoids: Vaswani et al. 2017, section 3.5, arXiv 1706.03762.
Rotary: each pair of components turns by an angle that grows with the position; the dot product of two rotated vectors
depends only on how far apart they stand. Su et al. 2021 (RoPE), arXiv 2104.09864. The pairs are component i and
i + head_dim/2 ("rotate half"), as in Qwen3 and Llama directories, not neighbours as in the paper: the two differ by a
permutation of the components.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def sinusoids(length: int, d_model: int, *, is_interleaved: bool = False) -> Float[Tensor, "length d_model"]:
    """Tabulate the sine and cosine of position × frequency, with frequency i at 10000^(−2i/d_model).

    Args:
        is_interleaved: sine and cosine of one frequency are neighbours, as published; otherwise all sines come first,
            then all cosines, as in Marian. The two differ by a permutation of the components.
    """
    frequencies = 10000.0 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * frequencies  # (length, d_model/2)
    pair = torch.stack([angles.sin(), angles.cos()], -1 if is_interleaved else -2)
    return pair.flatten(1).float()


def rotary_angles(length: int, head_dim: int, theta: float = 10000.0) -> Float[Tensor, "2 seq head_dim"]:
    """Tabulate cosine and sine of position × frequency, each repeated for both halves of the vector.

    Args:
        theta: the slowest wavelength is 2π·theta^(1−2/head_dim) positions.
    Returns:
        float32; [0] the cosines, [1] the sines with the sign of the half they multiply (− first, + second).
    """
    frequencies = theta ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * frequencies  # (seq, head_dim/2)
    cosine, sine = angles.cos(), angles.sin()
    return torch.stack([torch.cat([cosine, cosine], -1), torch.cat([-sine, sine], -1)]).float()


def rotate(
    x: Float[Tensor, "batch seq heads head_dim"], angles: Float[Tensor, "2 *rows seq head_dim"]
) -> Float[Tensor, "batch seq heads head_dim"]:
    """Turn the vectors by the angles of their positions."""
    cosine, signed_sine = angles[0].unsqueeze(-2), angles[1].unsqueeze(-2)  # (…, seq, 1, head_dim)
    return x * cosine + x.roll(x.shape[-1] // 2, -1) * signed_sine


def angles_at(angles: Float[Tensor, "2 length head_dim"], positions: Int[Tensor, "batch seq"]) -> Tensor:
    """Pick the rows of the table for each token's own position, (2, batch, seq, head_dim)."""
    return angles[:, positions]
