"""Text ⇄ token ids, over the Hugging Face library; every kind saves as `tokenizer.json`.

An entry of this room exports `train(texts, *, vocab_size, special_tokens) -> Tokenizer`.
It may export `SAMPLE_BYTES`: how much text `train_tokenizer` hands it; None for all there is.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import tokenizers

from clearhead.core import catalog
from clearhead.tokenizers import _files
from clearhead.tokenizers._characters import Characters, StreamDecoder, unknown_token
from clearhead.tokenizers._direct import direct_encoder
from clearhead.tokenizers._sample import check_text, sample
from clearhead.tokenizers._vocabulary import Vocabulary, beginning_ids, check_decoder, read_vocabulary, unknown_id

END_OF_TEXT = "<|endoftext|>"
SAMPLE_BYTES = 100_000_000
"""Most text that any kind is trained on: more would change the time, not the vocabulary."""


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
        self.backend = backend
        self.kind = kind
        self.settings = settings or {}
        self.source = source or backend.to_str(pretty=True)
        self.notes: tuple[str, ...] = ()
        """What the training had to tell, in sentences."""
        check_decoder(self.structure["decoder"], where="tokenizer.json")
        vocab = backend.get_vocab(with_added_tokens=True)
        end = _files.find_end_token(self.settings, vocab, where="tokenizer.json")
        named = {self.settings.get(key) for key in _files.NAMED_TOKENS} | {end}
        backend.add_special_tokens([name for name in vocab if name in named])
        # Without this, "<|endoftext|>" in a user's text would end the text.
        backend.encode_special_tokens = True
        self.vocab_size: int = max(vocab.values()) + 1
        added = backend.get_added_tokens_decoder()
        self.special_tokens: dict[str, int] = {token.content: index for index, token in added.items() if token.special}
        """The id of each control token, by its name."""
        self.end_of_text = end
        self.end_of_text_id: int = vocab[end]
        self.padding_id: int = vocab.get(self.settings.get("pad_token") or end, vocab[end])
        self.unknown_id: int | None = unknown_id(self.structure["model"])
        """What stands for text the vocabulary cannot say; None where it can say any."""
        self._direct = direct_encoder(kind, self.structure)
        model = backend.model
        in_model = {index for name, index in self.special_tokens.items() if model.token_to_id(name) is not None}
        self._forbidden = frozenset(in_model - {self.unknown_id})
        """Control tokens that the model itself, in some foreign files, would find in a text."""

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy of the library's object would forget `encode_special_tokens`.
        return _rebuild, (self.source, self.kind, self.settings, self.notes)

    @cached_property
    def structure(self) -> dict[str, Any]:
        """The contents of tokenizer.json as the installed library writes it."""
        values: dict[str, Any] = json.loads(self.backend.to_str())
        return values

    @cached_property
    def beginning(self) -> tuple[int, ...]:
        """The control tokens that a foreign tokenizer.json puts before every text, as Llama does; ours puts none."""
        return tuple(self._checked(token, "beginning") for token in beginning_ids(self.structure["post_processor"]))

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of the canonical tokenizer.json: the same however the file was indented or ordered."""
        return _files.canonical_sha256(self.source)

    def encode(self, text: str) -> list[int]:
        """Turn text into ids; no control token is added, and none arises from the text."""
        check_text(text, where="Tokenizer.encode.text")
        if self._direct is not None:
            return self._direct(text)
        return self._kept_plain(text, self._ask(self.backend.encode, text).ids)

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """Turn each text into ids, on all cores."""
        if self._direct is not None:
            return [self.encode(text) for text in texts]
        for text in texts:
            check_text(text, where="Tokenizer.encode_batch.texts")
        found = self._ask(self.backend.encode_batch_fast, list(texts))
        return [self._kept_plain(text, each.ids) for text, each in zip(texts, found, strict=True)]

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text; control tokens say nothing, bytes that are no UTF-8 become U+FFFD."""
        return b"".join(self._said(ids)).decode("utf-8", errors="replace")

    def stream(self, after: Iterable[int] = ()) -> StreamDecoder:
        """Return a decoder for ids that come one by one; what it gives, joined, is `decode` of them all.

        Args:
            after: ids that were decoded before (a prompt): a word that follows them keeps its space.
        """
        following = self._vocabulary.following
        has_begun = any(following[self._checked(token, "stream.after")] for token in after)
        return StreamDecoder(self._vocabulary.opening, following, has_begun=has_begun)

    def token_bytes(self, token: int) -> bytes:
        """Return the exact bytes of a token; none for a control token."""
        return self._vocabulary.own[self._checked(token, "token_bytes.token")]

    def token_text(self, token: int) -> str:
        """Return a token readably: its text, bytes of a part of a character as ⟨e8 8b⟩, control tokens by name."""
        own = self._vocabulary.own[self._checked(token, "token_text.token")]
        return self._readable(token, Characters(own), 0, len(own))

    def pieces(self, text: str) -> list[Piece]:
        """Return the tokens of a text, each with its place in it."""
        ids = self.encode(text)
        pieces = self.pieces_of_ids(ids)
        if b"".join(self._said(ids)) == text.encode("utf-8"):
            return pieces
        # Something was lost or changed (an unknown character, spaces): the library knows the places.
        encoding = self._ask(self.backend.encode, text)
        if encoding.ids != ids:  # the name of a control token was spelled out
            return pieces
        each = zip(pieces, encoding.offsets, strict=True)
        return [replace(piece, start=start, end=end) for piece, (start, end) in each]

    def pieces_of_ids(self, ids: Sequence[int]) -> list[Piece]:
        """Return tokens, each with its place in the text that `decode` makes of them."""
        said = self._said(ids)
        characters = Characters(b"".join(said))
        pieces, position = [], 0
        for token, data in zip(ids, said, strict=True):
            own = self._vocabulary.own[token]
            # The space that a decoder puts before a word is not the word's.
            first = position + (len(data) - len(own) if own and data.endswith(own) else 0)
            position += len(data)
            shown = self._readable(token, characters, first, position)
            pieces.append(Piece(token, shown, *characters.span(first, position), characters.data[first:position]))
        return pieces

    def num_unknown(self, text: str) -> int:
        """Count the characters of a text that the vocabulary cannot say."""
        ids = self.encode(text)
        if self.unknown_id is None or self.unknown_id not in ids:
            return 0
        if self._direct is not None:
            return ids.count(self.unknown_id)
        encoding = self._ask(self.backend.encode, text)
        each = zip(encoding.ids, encoding.offsets, strict=True)
        return sum(end - start for token, (start, end) in each if token == self.unknown_id)

    def save(self, directory: Path | str, *, model_max_length: int | None = None) -> None:
        """Write tokenizer.json and tokenizer_config.json, which `transformers.AutoTokenizer` reads.

        Args:
            model_max_length: the model's context in tokens, of which other programs take notice.
        """
        name_of = {index: name for name, index in self.special_tokens.items()}
        settings: dict[str, Any] = {"bos_token": name_of[self.end_of_text_id]}
        settings |= {key: value for key, value in self.settings.items() if value is not None}
        settings |= {"eos_token": name_of[self.end_of_text_id], "pad_token": name_of[self.padding_id]}
        if self.unknown_id in name_of:
            settings["unk_token"] = name_of[self.unknown_id]
        if model_max_length is not None:
            settings["model_max_length"] = model_max_length
        _files.write(Path(directory), self.source, settings)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return read_vocabulary(self.backend, self.structure["decoder"])

    def _said(self, ids: Iterable[int]) -> list[bytes]:
        """Return the bytes each id adds to the text; control tokens add none, also no beginning of it."""
        said: list[bytes] = []
        following = self._vocabulary.following
        has_begun = False
        for token in ids:
            index = self._checked(token, "decode.ids")
            said.append(following[index] if has_begun else self._vocabulary.opening[index])
            has_begun = has_begun or bool(following[index])
        return said

    def _checked(self, token: int, where: str) -> int:
        if not 0 <= token < self.vocab_size:
            raise unknown_token(f"Tokenizer.{where}", token, self.vocab_size)
        return token

    def _readable(self, token: int, characters: Characters, first: int, last: int) -> str:
        is_bare = first == last or self.kind == "wordpiece"  # "##ing" tells that it continues a word
        return self._vocabulary.names[token] if is_bare else characters.show(first, last)

    def _ask(self, encode: Callable[..., Any], text: str | list[str]) -> Any:
        try:
            return encode(text, add_special_tokens=False)
        except BaseException as error:
            raise ValueError(
                f"Tokenizer.encode.text must be text this tokenizer can say, got: {_files.reason(error)}. "
                f"Use a tokenizer with an unknown token, or a byte-level one."
            ) from None

    def _kept_plain(self, text: str, ids: list[int]) -> list[int]:
        """Return the ids, or, where the model found a control token's name in the text, those of its letters."""
        if self._forbidden.isdisjoint(ids):
            return ids
        encoding = self._ask(self.backend.encode, text)
        each = zip(encoding.ids, encoding.offsets, strict=True)
        cuts = [0, *(end - 1 for token, (_, end) in each if token in self._forbidden), len(text)]
        parts = [text[start:end] for start, end in pairwise(cuts) if start < end]
        if len(parts) < 2:
            raise ValueError(
                f"Tokenizer.encode.text must not hold the control token {text[:20]!r} of this tokenizer, "
                f"which is too short to be spelled out. Leave it out of the text."
            )
        return [token for part in parts for token in self._kept_plain(part, self._ask(self.backend.encode, part).ids)]


def _rebuild(source: str, kind: str, settings: dict[str, Any], notes: tuple[str, ...]) -> Tokenizer:
    tokenizer = Tokenizer(_files.build(source, where="tokenizer.json"), kind=kind, source=source, settings=settings)
    tokenizer.notes = notes
    return tokenizer


def load(directory: Path | str) -> Tokenizer:
    """Open the tokenizer of a folder: a run's, one trained alone, or that of any Hugging Face model.

    Raises:
        FileNotFoundError: no folder, or no tokenizer.json in it.
        ValueError: a file that is broken, or a tokenizer whose tokens' bytes cannot be told.
    """
    folder = Path(directory)
    source = _files.read_source(folder)
    backend = _files.build(source, where=str(folder / _files.TOKENIZER_FILE))
    settings = _files.read_settings(folder)
    return Tokenizer(backend, kind=_files.recognise(json.loads(backend.to_str())), source=source, settings=settings)


def check_is_new(directory: Path | str) -> None:
    """Refuse a model's folder as the place of a new tokenizer: the weights mean the ids of the old one."""
    if (Path(directory) / "config.json").exists():
        raise ValueError(
            f"The folder must hold no model, got {directory}, which has its tokenizer. Name another folder."
        )


def train_tokenizer(kind: str, texts: Iterable[str], *, vocab_size: int | None, seed: int = 0) -> Tokenizer:
    """Train a tokenizer of a kind on texts, or on a random sample of them when there is more than it needs.

    Args:
        texts: documents, read once and one by one; together they may be larger than memory.
        vocab_size: number of tokens, control tokens included; None where the text decides (character, byte, word).
        seed: of the sample; the same texts, size and seed give the same tokenizer.
    """
    entry = catalog.load("tokenizers", kind)
    limit_bytes = getattr(entry, "SAMPLE_BYTES", SAMPLE_BYTES)
    notes: list[str] = []

    def drawn() -> Iterator[str]:  # begins only when the entry has accepted the size: reading may take long
        kept = sample(texts, limit_bytes=limit_bytes, seed=seed)
        if kept.num_bytes < kept.total_bytes:
            share = f"{kept.num_bytes / 1e6:,.1f} of {kept.total_bytes / 1e6:,.1f} MB of text"
            notes.append(f"Trained on a random sample: {share}.")
        yield from kept.texts

    given = texts if limit_bytes is None else drawn()
    tokenizer: Tokenizer = entry.train(given, vocab_size=vocab_size, special_tokens=(END_OF_TEXT,))
    tokenizer.notes = (*notes, *tokenizer.notes)
    return tokenizer
