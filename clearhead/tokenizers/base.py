"""Text ⇄ token ids, over the Hugging Face library; every kind saves as `tokenizer.json`.

An entry of this room exports `train(texts, *, vocab_size, special_tokens) -> Tokenizer`.
It may export `SAMPLE_BYTES`: how much text `train_tokenizer` hands it; None for all there is.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import tokenizers

from clearhead.core import catalog
from clearhead.tokenizers import _files
from clearhead.tokenizers._characters import Characters, StreamDecoder, unknown_token
from clearhead.tokenizers._sample import check_text, documents, sample
from clearhead.tokenizers._vocabulary import LETTER_OF_BYTE, Vocabulary, check_decoder, read_vocabulary

END_OF_TEXT = "<|endoftext|>"
SAMPLE_BYTES = 100_000_000
"""Most text a vocabulary is trained on: more does not change it, only the time."""


@dataclass(frozen=True)
class Piece:
    """One token of a text: its id, what it says, and where it stands."""

    id: int
    text: str
    """Readable: whole characters as they are; the bytes of a split character as ⟨e8 8b⟩."""
    start: int
    end: int
    """Characters of the text that the token covers, [start, end); pieces of one character share its span."""
    bytes: bytes
    """The exact UTF-8 bytes the token stands for."""


class Tokenizer:
    """A trained tokenizer. Control tokens never come out of a user's text: `encode` reads their names as plain text.

    Args:
        source: the text of tokenizer.json when it was read from a file; it is saved as it was read.
        settings: what tokenizer_config.json says ("eos_token", "model_max_length", ...).
    """

    def __init__(
        self,
        backend: tokenizers.Tokenizer,
        *,
        kind: str,
        source: str | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.kind = kind
        self.notes: tuple[str, ...] = ()
        """What the training had to tell, in sentences."""
        self.settings = settings or {}
        self.source = source or backend.to_str(pretty=True)
        self.structure: dict[str, Any] = json.loads(backend.to_str())
        """tokenizer.json as the library of today writes it."""
        where = "tokenizer.json"
        check_decoder(self.structure["decoder"], where=where)
        vocab = backend.get_vocab(with_added_tokens=True)
        end = _files.find_end_token(self.settings, vocab, where=where)
        named = {self.settings.get(key) for key in _files.NAMED_TOKENS} | {end}
        backend.add_special_tokens([name for name in vocab if name in named])
        # Without this, "<|endoftext|>" in a user's text would end the text.
        backend.encode_special_tokens = True
        self.backend = backend
        self.vocab_size: int = max(vocab.values()) + 1
        added = backend.get_added_tokens_decoder()
        self.special_tokens: dict[str, int] = {token.content: index for index, token in added.items() if token.special}
        self.end_of_text_id: int = vocab[end]
        self.padding_id: int = vocab.get(self.settings.get("pad_token") or end, self.end_of_text_id)
        self.unknown_id: int | None = _unknown_id(self.structure["model"], vocab)
        """What is said for text the vocabulary cannot say; None where there is no such text."""
        self._from_text = _direct(self) or self._ask_library
        model = backend.model
        in_model = {index for name, index in self.special_tokens.items() if model.token_to_id(name) is not None}
        self._forbidden = frozenset(in_model - {self.unknown_id})
        """Control tokens that a foreign model's own vocabulary can spell, so that text must be kept from it."""

    def encode(self, text: str) -> list[int]:
        """Turn text into ids; no control token is added, and none arises from the text."""
        check_text(text, where="Tokenizer.encode.text")
        ids = self._from_text(text)
        return ids if self._forbidden.isdisjoint(ids) else self._spell_out(text)

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """Turn each text into ids, on all cores."""
        if self._from_text != self._ask_library:
            return [self.encode(text) for text in texts]
        for text in texts:
            check_text(text, where="Tokenizer.encode_batch.texts")
        found = self._ask(self.backend.encode_batch_fast, list(texts))
        each = zip(texts, (encoding.ids for encoding in found), strict=True)
        return [ids if self._forbidden.isdisjoint(ids) else self._spell_out(text) for text, ids in each]

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text; control tokens say nothing, bytes that are no UTF-8 become U+FFFD."""
        return b"".join(self._said(ids)).decode("utf-8", errors="replace")

    def stream(self, after: Iterable[int] = ()) -> StreamDecoder:
        """Return a decoder for ids that come one by one; what it gives, joined, is `decode` of them all.

        Args:
            after: ids already decoded (a prompt): a word that follows them keeps its space.
        """
        has_begun = any(self._vocabulary.following[token] for token in after)
        return StreamDecoder(self._vocabulary.opening, self._vocabulary.following, has_begun=has_begun)

    def token_bytes(self, token: int) -> bytes:
        """Return the exact bytes of a token; none for a control token."""
        return self._vocabulary.own[self._checked(token)]

    def token_text(self, token: int) -> str:
        """Return a token readably: its text, bytes of a part of a character as ⟨e8 8b⟩, control tokens by name."""
        own = self._vocabulary.own[self._checked(token)]
        return self._readable(token, Characters(own), 0, len(own))

    def pieces(self, text: str) -> list[Piece]:
        """Return the tokens of a text, each with its place in it."""
        check_text(text, where="Tokenizer.pieces.text")
        ids = self.encode(text)
        if b"".join(self._said(ids)) == text.encode("utf-8"):
            return self.pieces_of_ids(ids)
        encoding = self._ask(self.backend.encode, text)
        if encoding.ids != ids:  # a name of a control token was spelled out
            return self.pieces_of_ids(ids)
        # Something was lost or added (an unknown character, spaces): the library knows the places.
        each = zip(self.pieces_of_ids(ids), encoding.offsets, strict=True)
        return [Piece(piece.id, piece.text, start, end, piece.bytes) for piece, (start, end) in each]

    def pieces_of_ids(self, ids: Sequence[int]) -> list[Piece]:
        """Return tokens, each with its place in the text that `decode` makes of them."""
        said = self._said(ids)
        characters = Characters(b"".join(said))
        ends = list(accumulate(map(len, said), initial=0))
        return [
            Piece(
                token,
                self._readable(token, characters, first, last),
                *characters.span(first, last),
                said[index] if self._is_lossless else self._vocabulary.own[token],
            )
            for index, (token, (first, last)) in enumerate(zip(ids, pairwise(ends), strict=True))
        ]

    def num_unknown(self, text: str) -> int:
        """Count the characters of a text that the vocabulary cannot say."""
        if self.unknown_id is None:
            return 0
        check_text(text, where="Tokenizer.num_unknown.text")
        encoding = self._ask(self.backend.encode, text)
        each = zip(encoding.ids, encoding.offsets, strict=True)
        return sum(end - start for token, (start, end) in each if token == self.unknown_id)

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of the canonical tokenizer.json: the same for the same ids, however the file was written."""
        return _files.canonical_sha256(self.source)

    def save(self, directory: Path | str, *, model_max_length: int | None = None) -> None:
        """Write tokenizer.json and tokenizer_config.json, which `transformers.AutoTokenizer` reads.

        Args:
            model_max_length: the model's context, which other programs warn about or cut at.
        """
        names = {index: name for name, index in self.special_tokens.items()}
        end = names[self.end_of_text_id]
        tokens = {"bos_token": end, "eos_token": end, "pad_token": names.get(self.padding_id, end)}
        if self.unknown_id in names:
            tokens["unk_token"] = names[self.unknown_id]
        limit = {} if model_max_length is None else {"model_max_length": model_max_length}
        told = {key: value for key, value in self.settings.items() if value is not None}
        _files.write(Path(directory), self.source, {**tokens, **told, **limit})
