"""The files of a pair tokenizer, read by transformers: the same ids, the same text."""

import random
from pathlib import Path

import pytest
import transformers

from clearhead.tokenizers._pairs import train_pairs

ENGLISH = ["The cat  sat on the mat, quietly.", "It's 5 o'clock — isn't it?", " “Quoted”, (bracketed) … and so on."]
GERMAN = ["Die Katze saß auf der Matte.", "Größe: 3,5 m; Füße kühl!", "„Ja“, sagte sie – und ging."]
CHINESE = ["猫坐在垫子上。", "现在是５点钟，对吗？", "“引号”，（括号）……等等。"]


@pytest.mark.parametrize("is_joint", [True, False])
@pytest.mark.parametrize("kind", ["unigram", "bpe", "character"])
@pytest.mark.parametrize("targets", [GERMAN, CHINESE], ids=["de", "zh"])
def test_transformers_finds_the_same_ids_and_text(
    tmp_path: Path, targets: list[str], kind: str, is_joint: bool
) -> None:
    ours = train_pairs(ENGLISH * 4, targets * 4, vocab_size=120, kind=kind, is_joint=is_joint, languages=("en", "xx"))
    ours.save(tmp_path, model_max_length=64)
    theirs = transformers.AutoTokenizer.from_pretrained(tmp_path)
    assert isinstance(theirs, transformers.MarianTokenizer) and theirs.model_max_length == 64
    assert (theirs.pad_token_id, theirs.eos_token_id, theirs.unk_token_id) == (ours.padding_id, 0, 1)
    mixed = ["".join(random.Random(seed).sample(" ".join(ENGLISH + targets), 30)) for seed in range(20)]
    for texts in (ENGLISH, targets, mixed, ["", "龘 unknown 龘龘 Ω"]):
        sources, answers = ours.encode_source(texts), ours.encode_target(texts)
        assert sources == theirs(texts).input_ids
        assert answers == theirs(text_target=texts).input_ids
    decoded = theirs.batch_decode(ours.encode_target(targets), skip_special_tokens=True)
    assert decoded == [ours.decode_target(ids) for ids in ours.encode_target(targets)] == targets


def test_transformers_writes_the_same_small_letters(tmp_path: Path) -> None:
    ours = train_pairs(ENGLISH * 4, GERMAN * 4, vocab_size=120, lower_case=True)
    ours.save(tmp_path)
    theirs = transformers.MarianTokenizer.from_pretrained(tmp_path)
    texts = [text.upper() for text in ENGLISH + GERMAN]
    assert ours.encode_source(texts) == theirs(texts).input_ids
