"""Read a foreign JSON file strictly, key by key.

A key that is read with another meaning than its writer's gives silently wrong numbers. So every key is either used,
held to the one value we compute with, or known to change nothing; any other key is an error that names it.
"""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clearhead.core import catalog

MAX_BYTES = 16 * 1024 * 1024  # the largest real config.json (many labels) is far below; a larger one is not a config


def read_json(path: Path, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Return the object in a JSON file; duplicate keys, NaN, another type or a huge file are errors."""
    where = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        raise FileNotFoundError(f"{where} must be a file, got nothing at {path}. Name the folder of a saved model.")
    size = path.stat().st_size
    if size > max_bytes:
        raise ValueError(f"{where} must have at most {max_bytes} bytes, got {size}. It is not a configuration.")
    return parse_json(path.read_bytes(), where=where)


def parse_json(data: bytes, *, where: str) -> dict[str, Any]:
    """Return the object that bytes of JSON hold, or say in one sentence why they do not."""

    def no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"the key {key!r:.80} twice")
            found[key] = value
        return found

    def no_constants(name: str) -> Any:
        raise ValueError(f"the value {name}")

    try:
        text = data.decode("utf-8")
        values = json.loads(text, object_pairs_hook=no_duplicates, parse_constant=no_constants)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        reason = str(error) or type(error).__name__
        raise ValueError(f"{where} must be JSON in UTF-8, got {reason}. Copy or download the file again.") from None
    if not isinstance(values, dict):
        raise ValueError(
            f"{where} must be a JSON object, got {type(values).__name__}. Copy or download the file again."
        )
    return values


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write an object as indented UTF-8 JSON."""
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


class StrictConfig:
    """A foreign configuration whose every key must be accounted for before `finish`."""

    def __init__(self, values: dict[str, Any], *, where: str) -> None:
        self.values = values
        self.where = where
        self.seen: set[str] = set()

    def get(self, key: str) -> Any:
        """Return a value, None when absent, and count its key as accounted for."""
        self.seen.add(key)
        return self.values.get(key)

    def integer(self, key: str, *, default: int | None = None) -> int:
        """Return a whole number of at least 1; absent or null means `default`, or is an error without one."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 2**31:
            raise ValueError(
                f"{self.where}.{key} must be a whole number from 1 to 2147483647, got {value!r:.80}. {FIX}"
            )
        return value

    def number(self, key: str, *, default: float, minimum: float = 0.0) -> float:
        """Return a finite number above `minimum` (at least it when it is 0)."""
        value = self.get(key)
        if value is None:
            return default
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or value < minimum:
            raise ValueError(f"{self.where}.{key} must be a number of at least {minimum:g}, got {value!r:.80}. {FIX}")
        return float(value)

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ValueError(f"{self.where}.{key} must be true or false, got {value!r:.80}. {FIX}")
        return value

    def must_be(self, key: str, *allowed: Any) -> None:
        """Hold a key to the values we compute with; absent or null is the first of them."""
        value = self.get(key)
        if value is None or any(value == choice and type(value) is type(choice) for choice in allowed):
            return
        choices = " or ".join(json.dumps(choice) for choice in allowed)
        raise ValueError(
            f"{self.where}.{key} must be {choices}, got {json.dumps(value)[:80]}. "
            f"Clearhead does not compute this variant; choose a model without it."
        )

    def finish(self, harmless: Iterable[str]) -> None:
        """Refuse any key left over that says something and is not known to change nothing."""
        known = set(harmless)
        for key, value in self.values.items():
            says_nothing = value is None or value is False or value in ([], {}, "")
            if key in self.seen or key in known or says_nothing:
                continue
            near = catalog.nearest(key[:80], self.seen)
            name = key if key.isidentifier() and len(key) < 80 else f"{key!r:.80}"  # the file's words, on one line
            hint = f" Did you mean {near!r}?" if near else ""
            raise ValueError(
                f"{self.where}.{name} must be a key that Clearhead knows, got {json.dumps(value)[:80]}."
                f"{hint} Remove the key if it does not change what the model computes."
            )


FIX = "Correct the file or export the model again."

# fmt: off
HARMLESS = frozenset(
    {
        "_attn_implementation", "_attn_implementation_autoset", "_commit_hash", "_name_or_path",
        "attention_dropout", "attn_pdrop", "begin_suppress_tokens", "bos_token_id", "decoder_start_token_id",
        "diversity_penalty", "do_sample", "dtype", "early_stopping", "embd_pdrop",
        "encoder_no_repeat_ngram_size", "eos_token_id", "experts_implementation",
        "exponential_decay_length_penalty", "finetuning_task", "forced_bos_token_id", "forced_eos_token_id",
        "gradient_checkpointing", "id2label", "initializer_range", "keys_to_ignore_at_inference", "label2id",
        "length_penalty", "max_length", "max_window_layers", "min_length", "n_ctx", "no_repeat_ngram_size",
        "num_beam_groups", "num_beams", "num_return_sequences", "output_attentions", "output_hidden_states",
        "output_scores", "pad_token_id", "prefix", "pretraining_tp", "problem_type", "remove_invalid_values",
        "reorder_and_upcast_attn", "repetition_penalty", "resid_pdrop", "return_dict",
        "return_dict_in_generate", "sep_token_id", "summary_activation", "summary_first_dropout",
        "summary_proj_to_labels", "summary_type", "summary_use_proj", "suppress_tokens", "task_specific_params",
        "temperature", "tf_legacy_loss", "tie_encoder_decoder", "tokenizer_class", "top_k", "top_p",
        "torch_dtype", "torchscript", "transformers_version", "typical_p", "use_bfloat16", "use_cache",
    }
)
# fmt: on
"""Keys of `transformers` that change training, generation or bookkeeping, but no logit."""
