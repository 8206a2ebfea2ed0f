"""Pieces of words as BERT has them: "playing" is `play` and `##ing`; the longest known piece is taken first.

For models that read (BERT). It is not made for writing: which spaces and line ends stood between words is
forgotten, and a word with an unknown character is `<unk>` as a whole. To generate text, choose bpe.
Source: Schuster and Nakajima 2012; as in Devlin et al. 2019 (BERT), arXiv 1810.04805. Differs: upper case and accents
stay; the pieces are learned as in byte-pair encoding, as the library does; unknown is `<unk>`, as in the other kinds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import tokenizers
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers, trainers

from clearhead.tokenizers._sample import documents
from clearhead.tokenizers._training import UNKNOWN, check_is_number, finish, room_for_pieces
from clearhead.tokenizers.base import Tokenizer

SAMPLE_BYTES = 25_000_000
PREFIX = "##"
NO_SPACE_BEFORE = r"^ (?=[\p{Han}\p{Pe}\p{Pf}.,;:!?，。；：！？、％%])"
"""Where decoding puts no space: before Chinese characters and closing marks."""
LONGEST_WORD = 100
PRIVATE_USE = 0xF0000
"""Characters that no text has: BERT's normalizer takes them out."""
CHUNK = 1 << 12


def train(texts: Iterable[str], *, vocab_size: int | None, special_tokens: Sequence[str]) -> Tokenizer:
    """Learn pieces by merging the pair that occurs most often; one that continues a word is another piece.

    The library's own WordPiece trainer gives another vocabulary each time it runs. So the characters that continue a
    word are written as characters of a private area, byte-pair encoding is learned, and they are written back.
    """
    check_is_number("wordpiece", vocab_size)
    backend = _backend({UNKNOWN: 0})
    words: Counter[str] = Counter()
    for text in documents(texts):
        normal = backend.normalizer.normalize_str(text)
        words.update(word for word, _ in backend.pre_tokenizer.pre_tokenize_str(normal) if len(word) <= LONGEST_WORD)
    inside = sorted({character for word in words for character in word[1:]})
    alphabet = {word[0] for word in words}
    at_least = 1 + len(alphabet) + len(inside)
    room = room_for_pieces("wordpiece", vocab_size, special_tokens=special_tokens, at_least=at_least)
    hidden = {ord(character): chr(PRIVATE_USE + index) for index, character in enumerate(inside)}
    shown = {ord(mark): chr(character) for character, mark in hidden.items()}

    learner = tokenizers.Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.BpeTrainer(vocab_size=room - 1, show_progress=False)
    learner.train_from_iterator(_repeated(words, hidden), trainer)

    vocab = {UNKNOWN: 0}
    learned = learner.get_vocab()
    for piece in sorted(learned, key=learned.__getitem__):
        vocab[(PREFIX if ord(piece[0]) in shown else "") + piece.translate(shown)] = len(vocab)
    return finish(_backend(vocab), kind="wordpiece", special_tokens=special_tokens, vocab_size=vocab_size)


def _backend(vocab: dict[str, int]) -> tokenizers.Tokenizer:
    model = models.WordPiece(
        vocab, unk_token=UNKNOWN, continuing_subword_prefix=PREFIX, max_input_chars_per_word=LONGEST_WORD
    )
    backend = tokenizers.Tokenizer(model)
    backend.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=False
    )
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    spaces = decoders.Replace(Regex(NO_SPACE_BEFORE), "")
    backend.decoder = decoders.Sequence([decoders.WordPiece(prefix=PREFIX, cleanup=False), spaces])
    return backend


def _repeated(words: Counter[str], hidden: dict[int, str]) -> Iterator[str]:
    """Yield each word as often as it was counted, with the characters that continue it hidden."""
    for word in sorted(words):
        written = word[0] + word[1:].translate(hidden) + " "
        for start in range(0, words[word], CHUNK):
            yield written * min(CHUNK, words[word] - start)
