"""Llama folders: `gpt` without norms on queries and keys.

Source: Touvron et al. 2023 (Llama), arXiv 2302.13971; class LlamaForCausalLM of transformers. Differs: scaled rotary
positions (Llama 3.1 and later) are refused; config.json has no place for dropout while training.
Read with: _decoder.py, _weights.py
"""

from pathlib import Path
from typing import Any

from clearhead.interop import _decoder
from clearhead.interop._weights import Slot, write_model_folder
from clearhead.models.base import LanguageModel
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.tokenizers.base import Tokenizer

MODEL_TYPE = "llama"
ARCHITECTURE = "LlamaForCausalLM"


def reads(config: dict[str, Any]) -> bool:
    """Say whether a folder with this config.json is one of these."""
    return config.get("model_type") == MODEL_TYPE


def writes(model: LanguageModel) -> bool:
    """Say whether this model can be written so that nothing is lost."""
    return isinstance(model, GPT) and not model.config.use_qk_norm


def read(directory: Path) -> GPT:
    """Read a folder into a float32 model."""
    return _decoder.read(directory, architecture=ARCHITECTURE, use_qk_norm=False, head_dim=None)


def write(
    model: LanguageModel, directory: Path, *, tokenizer: Tokenizer | None = None, dtype: str | None = None
) -> None:
    """Write a folder that LlamaForCausalLM.from_pretrained reads."""
    own = model.config
    if own.d_model % own.num_heads != 0:  # the class refuses it, though it has a key for the width of a head
        raise ValueError(
            f"GPTConfig.d_model must be divisible by num_heads in a Llama folder, got d_model={own.d_model}, "
            f"num_heads={own.num_heads}. Train with --model.use-qk-norm True, which saves as Qwen3."
        )
    config = _decoder.config_json(own, architecture=ARCHITECTURE, model_type=MODEL_TYPE) | {"mlp_bias": False}
    write_model_folder(model, directory, slots=slots(model.config), config=config, tokenizer=tokenizer, dtype=dtype)


def slots(config: GPTConfig) -> list[Slot]:
    """List every stored tensor beside our parameter."""
    return _decoder.slots(config)
