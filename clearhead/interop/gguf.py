"""One GGUF file for llama.cpp and its relatives; only written, with the package of the same name.

llama.cpp's own converter knows a tokenizer by its hash and refuses one that was trained at home; here the way in which
a byte-level BPE cuts text is read from tokenizer.json.
Source: the GGUF specification and the tensor names of the `gguf` package. Differs: weights are float32, float16 or
bfloat16, not quantized; llama.cpp's `llama-quantize` does that.
Read with: _decoder.py, _weights.py
"""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from clearhead.interop import base
from clearhead.interop._weights import DTYPE_NAMES, Slot, choose_dtype
from clearhead.models.base import LanguageModel
from clearhead.models.gpt import GPT
from clearhead.models.gpt2 import GPT2
from clearhead.tokenizers.base import Tokenizer

MODEL_TYPE = "gguf"
FILE = "model.gguf"


def reads(config: dict[str, Any]) -> bool:
    """Say whether a folder with this config.json is one of these (a GGUF file has none)."""
    return False


def writes(model: LanguageModel) -> bool:
    """Say whether this model can be written so that nothing is lost."""
    return isinstance(model, GPT | GPT2)


def write(
    model: LanguageModel, directory: Path, *, tokenizer: Tokenizer | None = None, dtype: str | None = None
) -> None:
    """Write `model.gguf` into a folder.

    Raises:
        ValueError: no tokenizer, or one that llama.cpp cannot compute.
    """
    import gguf

    if tokenizer is None:
        raise ValueError(
            "interop.gguf.tokenizer must be given, got None. A GGUF file holds model and tokenizer together."
        )
    vocabulary = _vocabulary(tokenizer, model.config.vocab_size)
    native = base.choose_writer(model)
    architecture = native.MODEL_TYPE
    kind = choose_dtype(model, dtype)
    writer = gguf.GGUFWriter(Path(directory) / FILE, architecture)
    file_types = {torch.float32: "ALL_F32", torch.float16: "MOSTLY_F16", torch.bfloat16: "MOSTLY_BF16"}
    writer.add_file_type(gguf.LlamaFileType[file_types[kind]])
    _add_sizes(writer, model)
    _add_vocabulary(writer, vocabulary, tokenizer)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture.upper()], model.config.num_layers)
    types = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}
    state = model.state_dict()
    for slot in native.slots(model.config):
        name = names.get_name(slot.theirs, try_suffixes=(".weight", ".bias"))
        assert name is not None, f"the gguf package has no name for {slot.theirs}"
        tensor = _as_llama_cpp_has_it(slot, state, model)
        # llama.cpp computes norms, biases and added positions in float32 and asks for them so.
        is_wide = tensor.dim() == 1 or name.startswith("position_embd")
        numbers = gguf.GGMLQuantizationType[types["float32" if is_wide else DTYPE_NAMES[kind]]]
        writer.add_tensor(name, gguf.quants.quantize(tensor.float().cpu().numpy(), numbers), raw_dtype=numbers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_sizes(writer: Any, model: LanguageModel) -> None:
    config = model.config
    writer.add_name(type(model).__name__)
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.context_length)
    writer.add_embedding_length(config.d_model)
    writer.add_block_count(config.num_layers)
    writer.add_feed_forward_length(config.inner_width)
    writer.add_head_count(config.num_heads)
    if isinstance(model, GPT2):
        writer.add_layer_norm_eps(config.norm_eps)
        return
    writer.add_head_count_kv(config.count_of_kv_heads)
    writer.add_layer_norm_rms_eps(config.norm_eps)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_rope_dimension_count(config.width_of_head)
    writer.add_key_length(config.width_of_head)
    writer.add_value_length(config.width_of_head)


def _as_llama_cpp_has_it(slot: Slot, state: dict[str, Tensor], model: LanguageModel) -> Tensor:
    """Return a weight as [out, in]; Llama's queries and keys with neighbouring components turned as pairs."""
    tensor = torch.cat([state[name] for name in slot.ours]) if len(slot.ours) > 1 else state[slot.ours[0]]
    is_llama = isinstance(model, GPT) and not model.config.use_qk_norm
    if is_llama and slot.theirs.endswith(("q_proj.weight", "k_proj.weight")):
        head_dim = model.config.width_of_head
        halves = tensor.view(-1, 2, head_dim // 2, tensor.shape[1])
        tensor = halves.transpose(1, 2).reshape(tensor.shape)
    return tensor.detach().contiguous()


def _vocabulary(tokenizer: Tokenizer, vocab_size: int) -> dict[str, Any]:
    """Read tokens, merges and the way of cutting text out of a byte-level BPE."""
    saved = json.loads(tokenizer.backend.to_str())
    base.check_vocabulary(tokenizer, vocab_size, where="GGUF")
    cut = _way_of_cutting(saved)
    if saved["model"]["type"] != "BPE" or cut is None or saved.get("normalizer") is not None:
        raise ValueError(
            f"interop.gguf.tokenizer must be a byte-level BPE as llama.cpp computes it, got kind {tokenizer.kind!r}. "
            f"Train with --tokenizer bpe, or export to a folder that other tools read."
        )
    tokens = {index: token for token, index in saved["model"]["vocab"].items()}
    special = {added["id"]: added["content"] for added in saved.get("added_tokens", [])}
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in saved["model"]["merges"]]
    return {"tokens": tokens | special, "special": set(special), "merges": merges, "cut": cut, "size": vocab_size}


def _way_of_cutting(saved: dict[str, Any]) -> str | None:
    """Return llama.cpp's name for the regular expression that cuts text before merging, or None."""
    cut = saved.get("pre_tokenizer") or {}
    if cut.get("type") == "ByteLevel" and cut.get("use_regex", True) and not cut.get("add_prefix_space", True):
        return "gpt-2"
    return None


def _add_vocabulary(writer: Any, vocabulary: dict[str, Any], tokenizer: Tokenizer) -> None:
    import gguf

    tokens, kinds = [], []
    for index in range(vocabulary["size"]):
        is_there = index in vocabulary["tokens"]
        tokens.append(vocabulary["tokens"].get(index, f"[PAD{index}]"))  # spare rows of the model
        is_control = index in vocabulary["special"]
        kinds.append(
            gguf.TokenType.CONTROL if is_control else gguf.TokenType.NORMAL if is_there else gguf.TokenType.UNUSED
        )
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(vocabulary["cut"])
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(vocabulary["merges"])
    writer.add_bos_token_id(tokenizer.end_of_text_id)
    writer.add_eos_token_id(tokenizer.end_of_text_id)
    writer.add_pad_token_id(tokenizer.padding_id)
    writer.add_add_bos_token(False)
