"""Folders that transformers wrote, tokenizer and all: the same text becomes the same tokens and the same scores."""

from pathlib import Path

import pytest
import torch
from browser import foreign
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

from clearhead.generation.prompts import read_prompt
from clearhead.inspector.look import look

TOLERANCE = 1e-4
DECODERS = [name for name in foreign.WRITERS if name != "marian"]


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder of the form that a test asks for."""
    foreign.WRITERS[request.param](tmp_path)
    return tmp_path


@pytest.mark.parametrize("folder", DECODERS, indirect=True)
@torch.no_grad()
def test_a_text_is_read_as_transformers_reads_it(folder: Path) -> None:
    tokens = AutoTokenizer.from_pretrained(folder)(foreign.INPUT)["input_ids"]
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    seen = look(folder, foreign.INPUT)
    assert seen.tokens == tokens == [piece.id for piece in seen.pieces]
    assert list(read_prompt(foreign.INPUT, seen.tokenizer, None).tokens) == tokens
    assert (seen.logits - theirs(torch.tensor([tokens])).logits[0]).abs().max() < TOLERANCE


@pytest.mark.parametrize("folder", ["marian"], indirect=True)
@torch.no_grad()
def test_a_pair_is_read_as_transformers_reads_it(folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    theirs = AutoModelForSeq2SeqLM.from_pretrained(folder)
    source, target = foreign.ENGLISH[1], foreign.CHINESE[2]
    seen = look(folder, source, target=target)
    assert seen.tokens == tokenizer(source)["input_ids"]
    assert [*seen.target_tokens[1:], 0] == tokenizer(text_target=target)["input_ids"]
    asked = {"input_ids": torch.tensor([seen.tokens]), "decoder_input_ids": torch.tensor([seen.target_tokens])}
    padding = theirs.config.pad_token_id
    difference = seen.logits[:, :padding] - theirs(**asked).logits[0, :, :padding]  # ours never says the padding
    assert difference.abs().max() < TOLERANCE
