"""Two languages ⇄ token ids, over SentencePiece, in the files that Marian models are kept in.

A sequence ends with `</s>` and begins with nothing; the decoder begins with `<pad>`. Nothing is normalised: NFKC, which
SentencePiece applies by default, turns ， into a comma and … into three dots, which no decoder turns back.

Source: Kudo and Richardson 2018, arXiv 1808.06226; `sample`: Kudo 2018, arXiv 1804.10959, and Provilkov et al. 2020,
arXiv 1910.13267. Differs from `transformers.MarianTokenizer` on the same files: "</s>", "<unk>", "<pad>" and ">>fr<<"
in a user's text are text here and control tokens there, and its `decode` strips the white space around a text.
Read with: _pairs_training.py, _pairs_files.py
"""

import random
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import sentencepiece

from clearhead.core import catalog
from clearhead.tokenizers import _pairs_files as files
from clearhead.tokenizers._pairs_training import train_models
from clearhead.tokenizers._sample import check_text

SPACE = "▁"
UNKNOWN_TEXT = "⁇"
"""What is decoded where the vocabulary had no piece."""
_sampling = Lock()
"""SentencePiece has one seed for the whole process."""


class PairTokenizer:
    """A trained pair of tokenizers, with one vocabulary for both sides (joint) or one for each.

    Args:
        models: the SentencePiece models of source and target; the same one twice when they are one.
        vocabs: the id of each piece, for source and target; the same object twice when joint.
        languages: names of source and target, kept in the files.
        special: names of the tokens that end a sequence, stand for the unknown, and fill a batch.
    """

    def __init__(
        self,
        models: tuple[bytes, bytes],
        vocabs: tuple[dict[str, int], dict[str, int]],
        *,
        languages: tuple[str, str] | None = None,
        special: tuple[str, str, str] = files.SPECIAL,
        notes: Iterable[str] = (),
    ) -> None:
        self.models, self.vocabs, self.languages, self.special = models, vocabs, languages, special
        self.notes = tuple(notes)
        """What the training had to tell, in sentences."""
        self.is_joint = vocabs[0] is vocabs[1]  # two of the same letters are still two
        self.source_vocab_size, self.target_vocab_size = map(len, vocabs)
        self.end_id, self.unknown_id, self.padding_id = (vocabs[0][name] for name in special)
        self.start_id = self.padding_id
        self._sides = {
            name: _Side(model, vocab, special)
            for name, model, vocab in zip(("source", "target"), models, vocabs, strict=True)
        }

    @property
    def kind(self) -> str:
        """What the pieces were chosen by: "unigram", "bpe" or "character"."""
        return self._sides["source"].kind

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of the models and vocabularies."""
        return files.fingerprint(self.models, self.vocabs)

    def encode_source(
        self, texts: Sequence[str], *, sample: random.Random | None = None, alpha: float = 0.1
    ) -> list[list[int]]:
        """Turn source texts into ids; each ends with end_id.

        Args:
            sample: draw one of the ways to cut each text (subword regularisation); None takes the best.
            alpha: unigram: how much a better cut is preferred (0: not at all); bpe: the share of joins left out.
        """
        return self._encode("source", texts, sample, alpha)

    def encode_target(
        self, texts: Sequence[str], *, sample: random.Random | None = None, alpha: float = 0.1
    ) -> list[list[int]]:
        """Turn target texts into ids; see `encode_source`."""
        return self._encode("target", texts, sample, alpha)

    def decode_source(self, ids: Iterable[int]) -> str:
        """Turn ids of a source into its text; </s> and <pad> say nothing, <unk> says ⁇."""
        return self._sides["source"].decode(ids)

    def decode_target(self, ids: Iterable[int]) -> str:
        """Turn ids of a target into its text; </s> and <pad> say nothing, <unk> says ⁇."""
        return self._sides["target"].decode(ids)

    def source_pieces(self, ids: Iterable[int]) -> list[str]:
        """Return the pieces of a source readably; ▁ is the space before a word."""
        return [self._sides["source"].name(token) for token in ids]

    def target_pieces(self, ids: Iterable[int]) -> list[str]:
        """Return the pieces of a target readably; ▁ is the space before a word."""
        return [self._sides["target"].name(token) for token in ids]

    def num_unknown(self, text: str, side: str) -> int:
        """Count the characters of a text that the vocabulary of a side ("source", "target") cannot say."""
        chosen = self._sides[catalog.choose(side, self._sides, where="the sides of a pair")]
        check_text(text, where="PairTokenizer.num_unknown.text")
        # A piece of several unknown characters is one <unk>.
        return sum(len(piece) for piece in chosen.processor.encode(text, out_type=str) if piece not in chosen.vocab)

    def save(self, directory: Path | str, *, model_max_length: int | None = None) -> None:
        """Write the files that `transformers.MarianTokenizer` reads: source.spm, target.spm, vocab.json, its config.

        Args:
            model_max_length: the model's context in tokens, of which other programs take notice.
        """
        config: dict[str, Any] = dict(zip(files.SPECIAL_KEYS, self.special, strict=True))
        if self.languages:
            config |= dict(zip(files.LANGUAGE_KEYS, self.languages, strict=True))
        if model_max_length is not None:
            config["model_max_length"] = model_max_length
        files.write(Path(directory), self.models, self.vocabs, config)

    def _encode(self, side: str, texts: Sequence[str], sample: random.Random | None, alpha: float) -> list[list[int]]:
        if isinstance(texts, str):
            raise TypeError(f"PairTokenizer.encode_{side}.texts must be a list of texts, got a str. Put it in a list.")
        for text in texts:
            check_text(text, where=f"PairTokenizer.encode_{side}.texts")
        chosen = self._sides[side]
        if sample is None or self.kind == "character":
            found = chosen.processor.encode(list(texts)) if texts else []
        else:
            found = _draw(chosen.processor, texts, sample, alpha)
        return [[*(chosen.ids[index] for index in each), self.end_id] for each in found]


class _Side:
    """One language: its model, and the vocabulary that numbers its pieces (other tools number them anew)."""

    def __init__(self, model: bytes, vocab: dict[str, int], special: tuple[str, str, str]) -> None:
        self.processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        self.vocab = vocab
        self.names = sorted(vocab, key=vocab.__getitem__)
        end, unknown, padding = (vocab[name] for name in special)
        own = [self.processor.id_to_piece(index) for index in range(self.processor.get_piece_size())]
        self.ids = [vocab.get(piece, unknown) for piece in own]
        self.said = [name.replace(SPACE, " ") for name in self.names]
        self.said[end] = self.said[padding] = ""
        self.said[unknown] = UNKNOWN_TEXT

    @cached_property
    def kind(self) -> str:
        """Tell from the scores: merges are numbered, characters are single, the rest are logarithms."""
        indices = [
            index
            for index in range(self.processor.get_piece_size())
            if not (self.processor.is_control(index) or self.processor.is_unknown(index))
        ]
        if all(len(self.processor.id_to_piece(index)) == 1 for index in indices):
            return "character"
        return "bpe" if all(self.processor.get_score(index).is_integer() for index in indices) else "unigram"

    def decode(self, ids: Iterable[int]) -> str:
        # The space before the first word is the model's own, not the text's.
        return "".join(self.said[self._checked(token)] for token in ids).removeprefix(" ")

    def name(self, token: int) -> str:
        return self.names[self._checked(token)]

    def _checked(self, token: int) -> int:
        if not 0 <= token < len(self.names):
            raise ValueError(
                f"PairTokenizer.decode.ids must be ids from 0 to {len(self.names) - 1}, got {token}. "
                "Use the tokenizer the ids were made with."
            )
        return token


def load_pairs(directory: Path | str) -> PairTokenizer:
    """Open the pair tokenizer of a folder: a run's, or that of any Marian model.

    Raises:
        FileNotFoundError: no folder, or one of the files is not in it.
        ValueError: a file that is broken, or a vocabulary without the tokens a pair needs.
    """
    found = files.read(Path(directory))
    for path, model in zip(found.model_paths, found.models, strict=True):
        _check_model(model, path)
    return PairTokenizer(found.models, found.vocabs, languages=found.languages, special=found.special)


def train_pairs(
    source_texts: Iterable[str],
    target_texts: Iterable[str],
    *,
    vocab_size: int | None,
    is_joint: bool = True,
    kind: str = "unigram",
    seed: int = 0,
    lower_case: bool = False,
    languages: tuple[str, str] | None = None,
) -> PairTokenizer:
    """Train a pair tokenizer, on a random sample when there is more text than it needs.

    Args:
        source_texts: texts, read once and one by one; together they may be larger than memory.
        target_texts: the same for the other side; the two need not be aligned.
        vocab_size: tokens, control tokens included, of the joint vocabulary or of each; None only for characters.
        kind: "unigram", "bpe" or "character".
        seed: of the sample; the same texts and settings give the same tokenizer.
        lower_case: write every text small, which cannot be undone.
    Raises:
        ValueError: no such kind, no text, or a vocabulary that is too small for the characters of the text.
    """
    models, notes = train_models(
        (source_texts, target_texts), vocab_size, is_joint=is_joint, kind=kind, seed=seed, lower_case=lower_case
    )
    vocabs = [_numbered(model, has_room=is_joint) for model in models]
    return PairTokenizer((models[0], models[-1]), (vocabs[0], vocabs[-1]), languages=languages, notes=notes)


def _numbered(model: bytes, *, has_room: bool) -> dict[str, int]:
    """Return the pieces of a model of ours by the model's own ids, with `<pad>` as last id when it has none."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    vocab = {processor.id_to_piece(index): index for index in range(processor.get_piece_size())}
    return {**vocab, files.PADDING: len(vocab)} if has_room else vocab


def _draw(
    processor: sentencepiece.SentencePieceProcessor, texts: Sequence[str], sample: random.Random, alpha: float
) -> list[list[int]]:
    # 31 bits: 2^32 − 1 means "seed yourself". Text by text: threads of the library's own would draw in any order.
    with _sampling:
        sentencepiece.set_random_generator_seed(sample.getrandbits(31))
        return [processor.encode(text, enable_sampling=True, alpha=alpha, nbest_size=-1) for text in texts]


def _check_model(model: bytes, path: Path) -> None:
    try:
        is_whole = sentencepiece.SentencePieceProcessor(model_proto=model).get_piece_size() > 0
    except RuntimeError:
        is_whole = False
    if not is_whole:
        raise ValueError(f"{path} must be a SentencePiece model, got {len(model):,} bytes that are none. Copy it anew.")
