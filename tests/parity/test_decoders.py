"""Decoders in foreign forms: the same weights and the same input give transformers' numbers, in both directions."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

from clearhead.models.base import LanguageModel
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.gpt2 import GPT2, GPT2Config
from clearhead.runs.convert import export_run, import_run
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers.base import Tokenizer

TOLERANCE = 1e-4
OUR_SIZES = {"context_length": 128, "d_model": 32, "num_layers": 2, "num_heads": 4}
SIZES = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
}
Options = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """One foreign form: how either side makes a small model of it, and with which options."""

    name: str
    make_ours: Callable[[Options], LanguageModel]
    config: Any
    model: Any
    """transformers' classes."""
    sizes: Options
    ours: list[Options]
    theirs: list[Options]
    ctranslate2: Options = field(default_factory=dict)
    """Options that CTranslate2 can read."""

    def build(self, vocab_size: int, options: Options) -> LanguageModel:
        """Make a model of ours."""
        return self.make_ours({"vocab_size": vocab_size, **OUR_SIZES, **options})

    def make_theirs(self, vocab_size: int, options: Options) -> Any:
        """Make a model of transformers."""
        tokens = {"vocab_size": vocab_size, "bos_token_id": None, "eos_token_id": None}
        return self.model(self.config(**tokens, **(self.sizes | options)))


GPT_OPTIONS: list[Options] = [
    {},
    {"num_kv_heads": 2, "head_dim": 12, "rope_theta": 500.0},
    {"num_kv_heads": 1, "is_tied": True, "d_ff": 40, "norm_eps": 1e-5},
]
TIED: Options = {"tie_word_embeddings": True, "num_key_value_heads": 1, "rms_norm_eps": 1e-5}
FORMS = [
    Form(
        "qwen3",
        lambda options: GPT(GPTConfig(**options)),
        transformers.Qwen3Config,
        transformers.Qwen3ForCausalLM,
        SIZES | {"head_dim": 16},
        GPT_OPTIONS,
        [
            {},
            TIED,
            {
                "head_dim": 8,
                "rope_parameters": {"rope_type": "default", "rope_theta": 1e6},
                "num_key_value_heads": 4,
            },
        ],
        {"num_kv_heads": 2, "head_dim": 16, "rope_theta": 500.0},
    ),
    Form(
        "llama",
        lambda options: GPT(GPTConfig(use_qk_norm=False, **options)),
        transformers.LlamaConfig,
        transformers.LlamaForCausalLM,
        SIZES,
        GPT_OPTIONS,
        [
            {},
            TIED,
            {
                "head_dim": 12,
                "rope_parameters": {"rope_type": "default", "rope_theta": 5e5},
                "num_key_value_heads": 4,
            },
        ],
        {"num_kv_heads": 2, "rope_theta": 500.0},  # it takes d_model / num_heads for the width of a head
    ),
    Form(
        "gpt2",
        lambda options: GPT2(GPT2Config(**options)),
        transformers.GPT2Config,
        transformers.GPT2LMHeadModel,
        {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 128},
        [{}, {"is_tied": False, "d_ff": 40, "norm_eps": 1e-6}],
        [{}, {"tie_word_embeddings": False, "n_inner": 40, "layer_norm_epsilon": 1e-6}],
    ),
]


def name_of(value: Any) -> str | None:
    return value.name if isinstance(value, Form) else None


@pytest.mark.parametrize(("form", "options"), [(form, options) for form in FORMS for options in form.ours], ids=name_of)
def test_a_run_of_ours_is_a_folder_of_theirs(
    tmp_path: Path,
    tokenizer: Tokenizer,
    prompt: str,
    scattered: Callable[[Any], Any],
    our_greedy: Callable[..., list[int]],
    their_greedy: Callable[..., list[int]],
    form: Form,
    options: dict[str, Any],
) -> None:
    model = scattered(form.build(tokenizer.vocab_size, options))
    save_run(tmp_path / "run", model, tokenizer, {"seed": 1})
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path / "run")
    their_tokenizer = AutoTokenizer.from_pretrained(tmp_path / "run")
    ids = tokenizer.encode(prompt)
    assert type(theirs).__name__ == form.model.__name__
    assert their_tokenizer(prompt)["input_ids"] == ids
    difference = theirs(torch.tensor([ids])).logits - model(torch.tensor([ids]))
    assert difference.abs().max() < TOLERANCE
    made = our_greedy(model, ids)
    assert len(set(made)) > 3  # a text, not one token over and over
    assert their_greedy(theirs, ids) == made
    assert their_tokenizer.decode(made, skip_special_tokens=True) == tokenizer.decode(made)


@pytest.mark.parametrize(
    ("form", "options", "shard_size"),
    [(form, form.theirs[0], "20KB") for form in FORMS] + [(form, o, "1GB") for form in FORMS for o in form.theirs],
    ids=name_of,
)
def test_a_folder_of_theirs_is_a_run_of_ours(
    tmp_path: Path,
    tokenizer: Tokenizer,
    prompt: str,
    scattered: Callable[[Any], Any],
    our_greedy: Callable[..., list[int]],
    their_greedy: Callable[..., list[int]],
    form: Form,
    options: dict[str, Any],
    shard_size: str,
) -> None:
    theirs = scattered(form.make_theirs(tokenizer.vocab_size, options))
    theirs.save_pretrained(tmp_path / "theirs", max_shard_size=shard_size)
    tokenizer.save(tmp_path / "theirs")
    run = open_run(tmp_path / "theirs")
    model = run.model()
    ids = run.tokenizer.encode(prompt)
    difference = theirs(torch.tensor([ids])).logits - model(torch.tensor([ids]))
    assert difference.abs().max() < TOLERANCE
    assert our_greedy(model, ids) == their_greedy(theirs, ids)


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_import_and_export_bring_the_same_weights_back(
    tmp_path: Path, tokenizer: Tokenizer, scattered: Callable[[Any], Any], form: Form
) -> None:
    theirs = scattered(form.make_theirs(tokenizer.vocab_size, {}))
    theirs.save_pretrained(tmp_path / "theirs")
    tokenizer.save(tmp_path / "theirs")
    import_run(tmp_path / "theirs", tmp_path / "run")
    export_run(tmp_path / "run", tmp_path / "again", to=form.name)
    again = AutoModelForCausalLM.from_pretrained(tmp_path / "again")
    before, after = theirs.state_dict(), again.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_ctranslate2_reads_a_run(
    tmp_path: Path,
    tokenizer: Tokenizer,
    prompt: str,
    scattered: Callable[[Any], Any],
    our_greedy: Callable[..., list[int]],
    form: Form,
) -> None:
    ctranslate2 = pytest.importorskip("ctranslate2", reason="ctranslate2 is not installed")
    converter = shutil.which("ct2-transformers-converter", path=Path(sys.executable).parent)
    assert converter is not None, "ctranslate2 is installed without its converter"
    model = scattered(form.build(tokenizer.vocab_size, form.ctranslate2))
    save_run(tmp_path / "run", model, tokenizer, {"seed": 1})
    words = [converter, "--model", str(tmp_path / "run"), "--output_dir", str(tmp_path / "ct2")]
    subprocess.run(words, check=True, capture_output=True, timeout=240)
    generator = ctranslate2.Generator(str(tmp_path / "ct2"), intra_threads=1)
    ids = tokenizer.encode(prompt)
    start = [str(tokenizer.backend.id_to_token(token)) for token in ids]
    made = generator.generate_batch(
        [start], max_length=50, sampling_topk=1, include_prompt_in_result=False, end_token=[]
    )
    assert made[0].sequences_ids[0] == our_greedy(model, ids)
