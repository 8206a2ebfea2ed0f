"""Tokenizers and models that several tests write with."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from clearhead.generation.generator import Generator
from clearhead.layers.kv_cache import KVCache
from clearhead.models.base import LanguageModel
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

TEXTS = ["The cat sat on the mat. The dog ran to the cat.", "床前明月光，疑是地上霜。举头望明月，低头思故乡。"]
CONTEXT_LENGTH = 24


@pytest.fixture(scope="module")
def bpe() -> Tokenizer:
    """Bytes and a few merges: most Chinese characters are several tokens."""
    return train_tokenizer("bpe", TEXTS, vocab_size=280)


@pytest.fixture(scope="module")
def characters() -> Tokenizer:
    """The characters of the texts and no others."""
    return train_tokenizer("character", TEXTS, vocab_size=100)


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    """The words of the English text and no others."""
    return train_tokenizer("word", [TEXTS[0]] * 3, vocab_size=50)


@pytest.fixture(scope="module")
def new_model() -> Callable[..., GPT]:
    """Make models whose opinions are strong and senseless."""

    def make(vocab_size: int, **options: Any) -> GPT:
        sizes = {"context_length": CONTEXT_LENGTH, "d_model": 32, "num_layers": 2, "num_heads": 2}
        model = GPT(GPTConfig(vocab_size=vocab_size, **{**sizes, **options})).eval()
        generator = torch.Generator().manual_seed(0)
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, std=0.3, generator=generator)
        return model

    return make


@pytest.fixture(scope="module")
def generator(bpe: Tokenizer, new_model: Callable[..., GPT]) -> Generator:
    """A writer whose model has a few ids more than its tokenizer, as rounded vocabularies do."""
    return Generator(new_model(bpe.vocab_size + 7), bpe)


@pytest.fixture(scope="module")
def letters(characters: Tokenizer, new_model: Callable[..., GPT]) -> Generator:
    """A writer that reads one character a token."""
    return Generator(new_model(characters.vocab_size), characters)


@pytest.fixture(scope="module")
def saying() -> Callable[[Tokenizer, Sequence[int]], Generator]:
    """Make writers that say given tokens and then end the text; their prompt is one token long."""

    def make(tokenizer: Tokenizer, says: Sequence[int]) -> Generator:
        return Generator(Script([*says, *[tokenizer.end_of_text_id] * 3], tokenizer.vocab_size), tokenizer)

    return make


class Script(LanguageModel):
    """Says the tokens it is given, one after the other, whatever it reads."""

    def __init__(self, says: Sequence[int], vocab_size: int) -> None:
        super().__init__()
        self.config = GPTConfig(vocab_size=vocab_size, context_length=1000)
        self.says = torch.tensor(says)
        self.head = torch.nn.Parameter(torch.eye(vocab_size))

    def hidden(self, tokens: Tensor, cache: Any = None) -> Tensor:
        start = cache.length
        cache.advance(tokens.shape[1])
        said = torch.nn.functional.one_hot(self.says[start : cache.length], self.config.vocab_size)
        return said[None].expand(len(tokens), -1, -1) * 100.0

    def head_weight(self) -> Tensor:
        return self.head

    def new_cache(self, batch_size: int, length: int | None = None) -> KVCache:
        return KVCache(num_layers=1, batch_size=batch_size, num_kv_heads=1, length=length or 1000, head_dim=1)

    blocks = parameter_groups = sizes = tiny = None  # type: ignore[assignment]


class Undecided(Script):
    """Holds every token as probable as any other, but for one that it never says."""

    def __init__(self, vocab_size: int, never: int) -> None:
        super().__init__([0] * 1000, vocab_size)
        self.config = GPTConfig(vocab_size=vocab_size, context_length=1000)
        self.never = never

    def hidden(self, tokens: Tensor, cache: Any = None) -> Tensor:
        cache.advance(tokens.shape[1])
        scores = torch.zeros(*tokens.shape, self.config.vocab_size)
        scores[..., self.never] = -100
        return scores


@pytest.fixture(scope="module")
def undecided() -> Callable[[Tokenizer], Generator]:
    """Make writers that say anything, and go on until they are stopped."""
    return lambda tokenizer: Generator(Undecided(tokenizer.vocab_size, tokenizer.end_of_text_id), tokenizer)
