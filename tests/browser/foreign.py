"""Model folders as other people's programs write them: tiny, every weight random, their tokenizers trained on the spot.

What is awkward in real ones is in these too: a vocabulary rounded up, so that some rows have no name; tokens that were
added later; a beginning put before every text; weights in bfloat16; ids of another order than SentencePiece's.
"""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sentencepiece
import tokenizers
import torch
import transformers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

ENGLISH = [
    "The river ran past the mill, and the miller's dog ran after it.",
    "Nobody saw the small boat with the red sail.",
    "In spring the children went down to the water to look for frogs.",
]
CHINESE = ["春天来了，小河边的柳树绿了。", "孩子们在河边找青蛙，又都放走了。", "小镇上的人都认识那只狗。"]
INPUT = "The dog saw 鲸鱼🐋, 狗来了。"
"""A whale, which no vocabulary here has seen: its characters fall into bytes."""
CUTS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
"""Where Qwen cuts a text before bytes are joined."""
DECODER = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
}


def write_qwen3(folder: Path) -> None:
    """Write a Qwen3 with grouped keys: the vocabulary is rounded up to 64, `<think>` is a token added later."""
    backend = tokenizers.Tokenizer(models.BPE())
    backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(tokenizers.Regex(CUTS), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])  # fmt: skip
    _learn_bytes(backend, vocab_size=320)
    backend.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    backend.add_tokens([tokenizers.AddedToken("<think>", normalized=False)])
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    end = backend.token_to_id("<|im_end|>")
    config = transformers.Qwen3Config(
        **DECODER, vocab_size=384, head_dim=16, tie_word_embeddings=True, bos_token_id=None, eos_token_id=end
    )
    _save(folder, transformers.Qwen3ForCausalLM(config).to(torch.bfloat16), tokenizer)


def write_llama(folder: Path) -> None:
    """Write a Llama with a SentencePiece vocabulary: a byte is a token of its own name, `<s>` begins every text."""
    learned = tokenizers.Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=150, limit_alphabet=60, show_progress=False)
    learned.train_from_iterator(ENGLISH + CHINESE, trainer)
    found = json.loads(learned.to_str())["model"]
    names = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *found["vocab"]]
    vocab = {name: index for index, name in enumerate(names)}
    merges = [tuple(merge) for merge in found["merges"]]
    backend = tokenizers.Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    backend.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)
    ])  # fmt: skip
    backend.add_special_tokens(["<unk>", "<s>", "</s>"])
    backend.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )
    config = transformers.LlamaConfig(**DECODER, vocab_size=len(vocab), bos_token_id=1, eos_token_id=2)
    _save(folder, transformers.LlamaForCausalLM(config), tokenizer)


def write_gpt2(folder: Path) -> None:
    """Write a GPT-2 with its own places to cut."""
    backend = tokenizers.Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    _learn_bytes(backend, vocab_size=320, special=["<|endoftext|>"])
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<|endoftext|>", eos_token="<|endoftext|>", unk_token="<|endoftext|>"
    )
    end = backend.token_to_id("<|endoftext|>")
    sizes = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64}
    config = transformers.GPT2Config(**sizes, vocab_size=320, bos_token_id=end, eos_token_id=end)
    _save(folder, transformers.GPT2LMHeadModel(config), tokenizer)


def write_marian(folder: Path) -> None:
    """Write a Marian of two SentencePiece models that share one vocabulary, numbered as Marian does."""
    sides = {"source": ENGLISH, "target": CHINESE}
    pieces: list[str] = []
    for side, texts in sides.items():
        written = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts * 4), model_writer=written, vocab_size=70, hard_vocab_limit=False,
            bos_id=-1, pad_id=-1, eos_id=0, unk_id=1, minloglevel=2,
        )  # fmt: skip
        (folder / f"{side}.spm").write_bytes(written.getvalue())
        processor = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
        pieces += [processor.id_to_piece(index) for index in range(processor.get_piece_size())]
    vocab = {name: index for index, name in enumerate(dict.fromkeys(["</s>", "<unk>", *sorted(pieces), "<pad>"]))}
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    files = {"source_spm": "source.spm", "target_spm": "target.spm", "vocab": "vocab.json"}
    tokenizer = transformers.MarianTokenizer(
        **{name: str(folder / file) for name, file in files.items()}, source_lang="en", target_lang="zh"
    )
    sizes = {"d_model": 32, "max_position_embeddings": 40, "scale_embedding": True, "activation_function": "swish"}
    for side in ("encoder", "decoder"):
        sizes |= {f"{side}_layers": 2, f"{side}_attention_heads": 4, f"{side}_ffn_dim": 48}
    padding = len(vocab) - 1
    tokens = {"pad_token_id": padding, "decoder_start_token_id": padding, "eos_token_id": 0, "vocab_size": len(vocab)}
    _save(folder, transformers.MarianMTModel(transformers.MarianConfig(**sizes, **tokens)), tokenizer)


WRITERS: dict[str, Callable[[Path], None]] = {
    "qwen3": write_qwen3,
    "llama": write_llama,
    "gpt2": write_gpt2,
    "marian": write_marian,
}
"""What writes each form into an empty folder."""


def _learn_bytes(backend: tokenizers.Tokenizer, *, vocab_size: int, special: list[str] | None = None) -> None:
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=special or [], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    backend.train_from_iterator(ENGLISH + CHINESE, trainer)
    backend.decoder = decoders.ByteLevel()


def _save(folder: Path, model: Any, tokenizer: Any) -> None:
    torch.manual_seed(3)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:  # Marian's table of positions is none of the learned ones
                parameter.normal_(mean=float(parameter.dim() == 1 and name.endswith("weight")), std=0.3)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
