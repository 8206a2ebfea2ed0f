import codecs
import gc
import math
import random
from collections.abc import Callable
from weakref import ref

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from clearhead.generation.generator import Generator
from clearhead.generation.sampling import SamplingConfig
from clearhead.generation.valid_text import UNWATCHED, WHOLE, ValidText, valid_text
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

BYTES = ValidText([bytes([byte]) for byte in range(256)] + [b""])
END = 256
TEXTS = ["The cat sat on the mat. The dog ran to the cat.", "床前明月光，疑是地上霜。举头望明月，低头思故乡。"]


def so_far(data: bytes) -> str | None:
    """Return the whole characters of bytes; None where no bytes after them would make them UTF-8."""
    if not any(is_text(data + tail) for tail in TAILS):
        return None
    return codecs.getincrementaldecoder("utf-8")("strict").decode(data)


def is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


TAILS = [b"", *(bytes([byte]) + more for byte in (0x80, 0x90, 0xA0) for more in (b"", b"\x80", b"\x80\x80"))]
"""One of them makes every beginning of a character whole."""


def may_come(text: ValidText, state: int, vocab_size: int) -> list[bool]:
    scores = text.remove_broken(torch.zeros(1, vocab_size), [state])
    return (scores[0] > -math.inf).tolist()


def test_after_every_beginning_of_a_character_the_bytes_that_python_reads_on_may_come() -> None:
    beginnings = [b""]
    for beginning in beginnings:
        state = WHOLE
        for byte in beginning:
            state = BYTES.after(state, byte)
        found = may_come(BYTES, state, 257)
        after = [beginning + bytes([byte]) for byte in range(256)]
        assert found[:END] == [so_far(data) is not None for data in after]
        assert found[END] == (beginning == b"")  # the text may end between characters only
        is_new = [so_far(data) == "" and (not beginning or data[-1] in (0x80, 0x8F, 0xBF)) for data in after]
        beginnings += [data for data, wanted in zip(after, is_new, strict=True) if wanted]
    assert {len(beginning) for beginning in beginnings} == {0, 1, 2, 3}


@given(st.text(max_size=30), st.data())
def test_any_text_may_be_written_however_tokens_cut_its_bytes(text: str, data: st.DataObject) -> None:
    spoken = text.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(spoken)), max_size=12)))
    parts = [spoken[start:end] for start, end in zip([0, *cuts], [*cuts, len(spoken)], strict=True) if start < end]
    # The single bytes make sure that every character can be finished.
    vocabulary = ValidText(parts + [bytes([byte]) for byte in range(256)] + [b""])
    state = WHOLE
    for token in range(len(parts)):
        assert may_come(vocabulary, state, len(parts) + 257)[token]
        state = vocabulary.after(state, token)
    assert state == WHOLE


@pytest.mark.parametrize("kind", ["byte", "bpe", "unigram"])
@pytest.mark.parametrize("settings", [{"temperature": 1}, {"temperature": 2, "top_p": 0.9, "repetition_penalty": 1.1}])
def test_a_model_that_says_anything_never_breaks_a_character(
    kind: str, settings: dict[str, float], undecided: Callable[[Tokenizer], Generator]
) -> None:
    tokenizer = train_tokenizer(kind, TEXTS, vocab_size=None if kind == "byte" else 320)
    configs = [SamplingConfig(max_tokens=1000, seed=seed, **settings) for seed in range(12)]  # type: ignore[arg-type]
    for generation in undecided(tokenizer).generate_batch([""] * len(configs), configs):
        spoken = b"".join(step.bytes for step in generation.tokens)
        assert len(generation.tokens) == 1000
        assert len(set(generation.text)) > 50
        assert so_far(spoken) == generation.text


def test_without_the_filter_the_same_model_breaks_many(undecided: Callable[[Tokenizer], Generator]) -> None:
    tokenizer = train_tokenizer("byte", TEXTS, vocab_size=None)
    config = SamplingConfig(max_tokens=100, temperature=1, seed=0, only_valid_text=False)
    assert undecided(tokenizer).generate("", config).text.count("\N{REPLACEMENT CHARACTER}") > 20


def test_only_the_choice_is_filtered_not_what_is_told_of_the_model(
    bpe: Tokenizer, undecided: Callable[[Tokenizer], Generator]
) -> None:
    first = next(token for token in bpe.encode("鹿") if bpe.token_bytes(token)[0] >= 0xE1)
    config = SamplingConfig(max_tokens=1, temperature=1, seed=0)
    [step] = undecided(bpe).generate([first], config, report=True).tokens
    num_that_may_come = sum(may_come(valid_text(bpe), valid_text(bpe).begin([first])[0], bpe.vocab_size))
    assert 0 < num_that_may_come < bpe.vocab_size / 2
    assert step.probability == pytest.approx(1 / num_that_may_come)
    assert step.model_probability == pytest.approx(1 / (bpe.vocab_size - 1))  # all but the one it never says
    assert len(step.alternatives or []) == 10


def test_rows_in_different_states_are_filtered_each_by_its_own() -> None:
    scores = BYTES.remove_broken(torch.zeros(3, 257), [WHOLE, BYTES.after(WHOLE, 0xED), UNWATCHED])
    assert (scores[0] > -math.inf).sum() == 128 + 30 + 16 + 5 + 1
    assert (scores[1] > -math.inf).nonzero().flatten().tolist() == list(range(0x80, 0xA0))
    assert (scores[2] == 0).all()


def test_a_vocabulary_of_whole_characters_needs_no_filter(characters: Tokenizer, words: Tokenizer) -> None:
    logits = torch.zeros(1, characters.vocab_size)
    for tokenizer in (characters, words):
        assert not valid_text(tokenizer).is_needed
    state, _ = valid_text(characters).begin(characters.encode("明月"))
    assert valid_text(characters).remove_broken(logits, [valid_text(characters).after(state, 1)]) is logits


def test_a_character_that_no_token_can_finish_is_not_begun() -> None:
    # E9 leads to a state from which only B9 E9 leads on, which ends where it began.
    text = ValidText([b"a", b"\xe9", b"\xb9\xb9\xe9", b"\xc3", b"\xa4a", b""])
    assert may_come(text, WHOLE, 6) == [True, False, False, True, False, True]
    assert text.begin([1]) == (WHOLE, 0)
    assert text.after(WHOLE, 1) == WHOLE  # whoever takes it all the same is not held in it
    assert may_come(text, text.after(WHOLE, 3), 6) == [False, False, False, False, True, False]


@given(st.binary(max_size=12), st.randoms(use_true_random=False))
def test_a_prompt_ends_in_the_characters_beginning_that_a_decoder_waits_for(data: bytes, draw: random.Random) -> None:
    cuts = sorted(draw.sample(range(len(data) + 1), min(len(data), 4)))
    parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True) if start < end]
    text = ValidText(parts + [bytes([byte]) for byte in range(256)] + [b""])
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(data)
    waiting = decoder.getstate()[0]
    if so_far(waiting) is None:  # python waits for the third byte of a surrogate, which would break the text
        waiting = b""
    state, num_tokens = text.begin(range(len(parts)))
    assert (state == WHOLE) == (waiting == b"")
    held = b"".join(parts[len(parts) - num_tokens :])
    assert held.endswith(waiting) and (num_tokens == 0) == (waiting == b"")
    assert may_come(text, state, len(parts) + 257)[len(parts) : -1] == [
        so_far(waiting + bytes([byte])) is not None for byte in range(256)
    ]


def test_a_control_token_ends_what_stands_before_it() -> None:
    assert BYTES.begin([0xE9, END]) == (WHOLE, 0)
    assert BYTES.begin([0xE9, 0xB9, END, 0xE9])[1] == 1


def test_a_table_is_made_once_for_a_tokenizer_and_leaves_with_it() -> None:
    tokenizer = train_tokenizer("byte", TEXTS, vocab_size=None)
    table = ref(valid_text(tokenizer))
    assert valid_text(tokenizer) is table()
    del tokenizer
    gc.collect()
    assert table() is None
