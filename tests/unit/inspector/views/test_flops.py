"""The counter of operations: PyTorch's own counts, without the compiler that its counter loads."""

import subprocess
import sys

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from clearhead.core import catalog
from clearhead.inspector.views._flops import MORE_FLOPS, FlopCounter
from clearhead.models.base import load_model

WITHOUT_SYMPY = """
import sys, torch
from clearhead.inspector.look import Look
from clearhead.models.base import load_model
Look(load_model("mlp").tiny(), None, torch.zeros(load_model("mlp").tiny().config.num_features)).layers()
sys.exit("sympy" in sys.modules or "torch._dynamo" in sys.modules)
"""


@pytest.mark.parametrize("name", [n for n in catalog.entries("models") if load_model(n).role != "WordVectors"])
def test_every_model_is_counted_as_pytorch_counts_it(name: str) -> None:
    model = load_model(name).tiny().eval()
    given = inputs_of(model)
    with torch.no_grad(), FlopCounterMode(display=False, custom_mapping=MORE_FLOPS) as theirs:
        model(*given)
    with torch.no_grad(), FlopCounter() as ours:
        model(*given)
    assert ours.total == theirs.get_total_flops() > 0


def inputs_of(model: torch.nn.Module) -> tuple[torch.Tensor, ...]:
    """Return one small batch of what a model of its role reads."""
    config, tokens = model.config, torch.ones(2, 5, dtype=torch.long)
    if model.role == "FeatureModel":
        return (torch.rand(2, config.num_features),)
    if model.role == "ImageModel":
        return (torch.rand(2, config.num_channels, config.height, config.width),)
    return (tokens, tokens[:, :4]) if model.role == "SequenceToSequence" else (tokens,)


def test_looking_at_the_layers_loads_no_compiler() -> None:
    assert subprocess.run([sys.executable, "-c", WITHOUT_SYMPY], check=False).returncode == 0
