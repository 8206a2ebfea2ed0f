"""The bends between linear maps, by name; without one, many layers compute no more than one.

Source: GELU, Hendrycks and Gimpel 2016, arXiv 1606.08415 (the exact form, x · Φ(x)); the gains, Glorot and Bengio 2010
(PMLR 9) and He et al. 2015, arXiv 1502.01852, equation 10 (ReLU).
"""

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from clearhead.core import catalog

ActivationName = Literal["identity", "sigmoid", "tanh", "relu", "gelu"]


class Activation(NamedTuple):
    """A function of each number alone."""

    function: Callable[[Tensor], Tensor]
    gain: float
    """First weights of spread gain / √inputs keep the size of signals through it (roughly: sigmoid shrinks them)."""


ACTIVATIONS = {
    "identity": Activation(lambda x: x, 1.0),
    "sigmoid": Activation(torch.sigmoid, 1.0),
    "tanh": Activation(torch.tanh, 1.0),
    "relu": Activation(nn.functional.relu, math.sqrt(2.0)),
    "gelu": Activation(nn.functional.gelu, math.sqrt(2.0)),
}


def find_activation(name: str, *, where: str = "layers/activations") -> Activation:
    """Return the activation of this name.

    Args:
        where: what asks for it; it stands in the error message.
    Raises:
        ValueError: no such activation; the message lists those there are and the nearest name.
    """
    return ACTIVATIONS[catalog.choose(name, ACTIVATIONS, where=where)]
