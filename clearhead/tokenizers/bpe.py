"""Byte-level byte-pair encoding: begin with bytes, merge the pair that occurs most often, again and again.

Source: Sennrich et al. 2016, arXiv 1508.07909; on bytes: Radford et al. 2019 (GPT-2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

from clearhead.tokenizers._bytes import readable
from clearhead.tokenizers.base import Tokenizer, check_vocab_size


def train(texts: Iterable[str], *, vocab_size: int | None = None, special_tokens: Sequence[str] = ()) -> Tokenizer:
    """Learn merges until the vocabulary is full, or no pair occurs twice."""
    size = check_vocab_size("bpe", vocab_size, 256 + len(special_tokens))
    backend = tokenizers.Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=list(special_tokens),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    return Tokenizer(backend, kind="bpe")


@dataclass(frozen=True)
class MergeStep:
    """One merge while a text is cut."""

    left: str
    right: str
    """The two pieces that became one, readable."""
    rank: int
    """The merge's number in the order learned; lower goes first."""
    word: int
    """Which word of the text it happened in; merges never cross words."""
    pieces: tuple[str, ...]
    """All pieces of the whole text after it, readable."""


def merge_steps(tokenizer: Tokenizer, text: str) -> list[MergeStep]:
    """Replay how a byte-pair tokenizer cuts a text: each merge in the order it is made, word by word.

    After the last step the pieces are those of `tokenizer.pieces(text)`.

    Raises:
        ValueError: the tokenizer has no merges.
    """
    model = tokenizer.description["model"]
    if model.get("type") != "BPE":
        raise ValueError(f"merge_steps.tokenizer must be of kind bpe, got {tokenizer.kind}. Its pieces are not merged.")
    ranks = {
        tuple(pair.split(" ") if isinstance(pair, str) else pair): rank for rank, pair in enumerate(model["merges"])
    }
    backend = tokenizer.backend
    normalised = backend.normalizer.normalize_str(text) if backend.normalizer else text
    cut = backend.pre_tokenizer.pre_tokenize_str(normalised) if backend.pre_tokenizer else [(normalised, (0, 0))]
    words = [_first_pieces(word, model) for word, _ in cut]
    steps = []
    for index, word in enumerate(words):
        while True:
            ranked = [
                (ranks[pair], place) for place, pair in enumerate(zip(word, word[1:], strict=False)) if pair in ranks
            ]
            if not ranked:
                break
            rank, place = min(ranked)
            left, right = word[place], word[place + 1]
            word[place : place + 2] = [left + right]
            shown = tuple(_show(tokenizer, piece) for other in words for piece in other)
            steps.append(MergeStep(_show(tokenizer, left), _show(tokenizer, right), rank, index, shown))
    return steps


def _first_pieces(word: str, model: dict[str, object]) -> list[str]:
    """Cut a word into what merging begins with: its characters (which stand for bytes), or the word where it is known."""
    vocabulary = model["vocab"]
    assert isinstance(vocabulary, dict)
    if model.get("ignore_merges") and word in vocabulary:
        return [word]
    pieces = []
    for character in word:
        if character in vocabulary or not model.get("byte_fallback"):
            pieces.append(character)
        else:
            pieces.extend(f"<0x{byte:02X}>" for byte in character.encode("utf-8"))
    return pieces


def _show(tokenizer: Tokenizer, name: str) -> str:
    token = tokenizer.backend.token_to_id(name)
    return readable(tokenizer.token_bytes(token)) if token is not None else name
