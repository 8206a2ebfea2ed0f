"""The Transformer as a Marian folder: same weights, same input, the answer of transformers, in both directions."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import MarianConfig, MarianMTModel

from clearhead.interop import marian
from clearhead.models.transformer import Transformer, TransformerConfig
from clearhead.tokenizers._pairs import train_pairs

TOLERANCE = 1e-4
VOCAB_SIZE = 41
PADDING = VOCAB_SIZE - 1
SOURCE = torch.tensor([[3, 9, 14, 2, 30, 0], [7, 5, 0, PADDING, PADDING, PADDING], [1, 2, 3, 4, 0, PADDING]])
TARGET = torch.tensor([[PADDING, 8, 8, 1, 4], [PADDING, 22, 3, 9, 9], [PADDING, 5, 17, 0, PADDING]])
OURS: list[dict[str, Any]] = [
    {},
    {"activation": "swish", "num_layers": 1, "num_decoder_layers": 3, "d_ff": 20, "num_heads": 2},
    {"activation": "gelu", "context_length": 16, "dropout": 0.3},
]
THEIRS: list[dict[str, Any]] = [
    {"activation_function": "swish"},
    {"activation_function": "relu", "encoder_layers": 1, "decoder_layers": 3, "max_position_embeddings": 50},
    {},  # gelu, which a saved file leaves out, as it does every default
]


def ours(**options: Any) -> Transformer:
    sizes = {"context_length": 32, "d_model": 32, "num_layers": 2, "num_heads": 4}
    tokens = {"source_vocab_size": VOCAB_SIZE, "target_vocab_size": VOCAB_SIZE}
    tokens |= {"padding_id": PADDING, "start_id": PADDING, "end_id": 0}
    return Transformer(TransformerConfig(**(tokens | sizes | options)))


def theirs(**options: Any) -> MarianMTModel:
    sizes = {"d_model": 32, "max_position_embeddings": 32, "scale_embedding": True, "vocab_size": VOCAB_SIZE}
    for side in ("encoder", "decoder"):
        sizes |= {f"{side}_layers": 2, f"{side}_attention_heads": 4, f"{side}_ffn_dim": 48}
    tokens = {"pad_token_id": PADDING, "decoder_start_token_id": PADDING, "eos_token_id": 0}
    return MarianMTModel(MarianConfig(**(sizes | tokens | options)))


def scatter_theirs(scattered: Callable[[Any], Any], model: MarianMTModel) -> MarianMTModel:
    """Scatter what is learned; the table of positions, frozen but a parameter there, is computed again."""
    scattered(model)
    for stack in (model.model.encoder, model.model.decoder):
        stack.embed_positions.weight.copy_(stack.embed_positions.create_weight())
    return model


def their_logits(model: Any) -> torch.Tensor:
    is_seen = (SOURCE != PADDING).long()
    return model(input_ids=SOURCE, attention_mask=is_seen, decoder_input_ids=TARGET).logits


@torch.no_grad()
def assert_equal_logits(mine: Transformer, model: Any) -> None:
    """Compare at all tokens but the padding, which ours never says."""
    difference = mine.eval()(SOURCE, TARGET)[..., :PADDING] - their_logits(model.eval())[..., :PADDING]
    assert difference.abs().max() < TOLERANCE


@pytest.mark.parametrize("options", OURS)
def test_a_folder_of_ours_is_one_of_theirs(
    tmp_path: Path, scattered: Callable[[Any], Any], options: dict[str, Any]
) -> None:
    model = scattered(ours(**options))
    model.final_logits_bias.uniform_(-1, 1)
    marian.write(model, tmp_path / "m")
    read, report = MarianMTModel.from_pretrained(tmp_path / "m", output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"] and not report["mismatched_keys"]
    assert_equal_logits(model, read)
    assert read.generation_config.bad_words_ids == [[PADDING]]
    assert read.generation_config.decoder_start_token_id == read.config.decoder_start_token_id == PADDING
    assert read.generation_config.forced_eos_token_id == read.generation_config.eos_token_id == 0


@pytest.mark.parametrize(("options", "shard_size"), [*((o, "1GB") for o in THEIRS), (THEIRS[0], "20KB")])
def test_a_folder_of_theirs_is_one_of_ours(
    tmp_path: Path, scattered: Callable[[Any], Any], options: dict[str, Any], shard_size: str
) -> None:
    model = scatter_theirs(scattered, theirs(**options))
    model.final_logits_bias.uniform_(-1, 1)
    model.save_pretrained(tmp_path / "theirs", max_shard_size=shard_size)
    read = marian.read(tmp_path / "theirs")
    assert_equal_logits(read, model)


def test_what_went_through_our_hands_is_bit_for_bit_what_it_was(
    tmp_path: Path, scattered: Callable[[Any], Any]
) -> None:
    model = scatter_theirs(scattered, theirs())
    model.save_pretrained(tmp_path / "theirs")
    marian.write(marian.read(tmp_path / "theirs"), tmp_path / "again")
    before, after = model.state_dict(), MarianMTModel.from_pretrained(tmp_path / "again").state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


@torch.no_grad()
def test_greedy_text_is_theirs(tmp_path: Path, scattered: Callable[[Any], Any]) -> None:
    model = scattered(ours(context_length=12))
    marian.write(model, tmp_path / "m")
    read = MarianMTModel.from_pretrained(tmp_path / "m")
    # No token comes twice, or a model that learned nothing says one for ever.
    options = {"num_beams": 1, "no_repeat_ngram_size": 1, "min_length": 12}
    made = read.generate(SOURCE, attention_mask=(SOURCE != PADDING).long(), **options)
    state, written = model.start(model.encode(SOURCE), 12), TARGET[:, :1]
    for _ in range(10):
        logits = model.step(written[:, -1], state).scatter(1, written, -torch.inf)
        logits[:, 0] = -torch.inf  # the end, which their minimum forbids
        written = torch.cat([written, logits.argmax(-1)[:, None]], 1)
    assert torch.equal(written, made[:, :11])
    assert made[:, 11].tolist() == [0, 0, 0]  # forced at the longest


@pytest.mark.slow
def test_ctranslate2_writes_what_we_write(tmp_path: Path, scattered: Callable[[Any], Any]) -> None:
    ctranslate2 = pytest.importorskip("ctranslate2", reason="ctranslate2 is not installed")
    lines = ["the dog saw the small boat", "nobody saw the frogs in the river", "a boat ran past the mill"] * 20
    tokenizer = train_pairs(lines, lines, vocab_size=60, is_joint=True, kind="unigram")
    names = ("source_vocab_size", "target_vocab_size", "padding_id", "start_id", "end_id")
    model = scattered(ours(**{name: getattr(tokenizer, name) for name in names}))
    with torch.no_grad():
        model.embedding.weight[tokenizer.padding_id] = 0.0
    marian.write(model, tmp_path / "m", tokenizer=tokenizer)
    vocabulary = json.loads((tmp_path / "m" / "vocab.json").read_text(encoding="utf-8"))
    token_of = {number: token for token, number in vocabulary.items()}
    converter = shutil.which("ct2-transformers-converter", path=Path(sys.executable).parent)
    words = [converter, "--model", str(tmp_path / "m"), "--output_dir", str(tmp_path / "ct2")]
    subprocess.run(words, check=True, capture_output=True, timeout=240)
    translator = ctranslate2.Translator(str(tmp_path / "ct2"), intra_threads=1)
    ids = tokenizer.encode_source(["the dog saw the river"])[0]
    options = {"beam_size": 1, "no_repeat_ngram_size": 1, "max_decoding_length": 12, "min_decoding_length": 12}
    made = translator.translate_batch([[token_of[i] for i in ids]], **options)[0].hypotheses[0]
    state, written = model.start(model.encode(torch.tensor([ids])), 12), torch.tensor([[tokenizer.start_id]])
    for _ in range(12):
        logits = model.step(written[:, -1], state).scatter(1, written, -torch.inf)
        logits[:, tokenizer.end_id] = -torch.inf  # as its minimum of 12 does
        written = torch.cat([written, logits.argmax(-1)[:, None]], 1)
    assert made == [token_of[i] for i in written[0, 1:].tolist()]
