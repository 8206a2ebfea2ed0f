"""Qwen3 folders: the native form of `gpt`.

Source: Yang et al. 2025 (Qwen3), arXiv 2505.09388; class Qwen3ForCausalLM of transformers. Differs: nothing for dense
models without a sliding window; config.json has no place for dropout while training.
Read with: _decoder.py, _weights.py
"""

from pathlib import Path
from typing import Any

from clearhead.interop import _decoder
from clearhead.interop._weights import Slot, write_model_folder
from clearhead.models.base import LanguageModel
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.tokenizers.base import Tokenizer

MODEL_TYPE = "qwen3"
ARCHITECTURE = "Qwen3ForCausalLM"


def reads(config: dict[str, Any]) -> bool:
    """Say whether a folder with this config.json is one of these."""
    return config.get("model_type") == MODEL_TYPE


def writes(model: LanguageModel) -> bool:
    """Say whether this model can be written so that nothing is lost."""
    return isinstance(model, GPT) and model.config.use_qk_norm


def read(directory: Path) -> GPT:
    """Read a folder into a float32 model."""
    return _decoder.read(directory, architecture=ARCHITECTURE, use_qk_norm=True, head_dim=128)


def write(
    model: LanguageModel, directory: Path, *, tokenizer: Tokenizer | None = None, dtype: str | None = None
) -> None:
    """Write a folder that Qwen3ForCausalLM.from_pretrained reads."""
    config = _decoder.config_json(model.config, architecture=ARCHITECTURE, model_type=MODEL_TYPE)
    config |= {"use_sliding_window": False, "sliding_window": None, "max_window_layers": model.config.num_layers}
    write_model_folder(model, directory, slots=slots(model.config), config=config, tokenizer=tokenizer, dtype=dtype)


def slots(config: GPTConfig) -> list[Slot]:
    """List every stored tensor beside our parameter."""
    return _decoder.slots(config)
