"""Text → word ids: what a word is, what is kept, the cache, phrases, and words known before."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearhead.data import _corpus
from clearhead.data._corpus import WordCorpus, open_corpus
from clearhead.data._phrases import join_phrases
from clearhead.data._words import KINDS, WordRules


class Source:
    """A text in memory that counts how often it is read."""

    name, splits, report = "sample", ("train",), ["As given."]

    def __init__(self, *documents: str) -> None:
        self.texts, self.num_readings = documents, 0

    @property
    def fingerprint(self) -> str:
        return str(self.texts)

    def documents(self, split: str) -> Iterator[str]:
        self.num_readings += 1
        yield from self.texts


def opened(tmp_path: Path, *documents: str, known: Any = None, **rules: Any) -> WordCorpus:
    settings = WordRules(**{"min_count": 1, **rules})
    return open_corpus(Source(*documents), settings, known=known, cache_folder=tmp_path)


def sentences(corpus: WordCorpus) -> list[str]:
    words = [corpus.words[i] if i >= 0 else "|" for i in corpus.ids]
    return [sentence.strip() for sentence in " ".join(words).split("|")][:-1]


def test_sentences_are_lines_and_the_most_frequent_word_comes_first(tmp_path: Path) -> None:
    corpus = opened(tmp_path, "The cat saw the dog.\n\nA dog!\n", "the END")
    assert sentences(corpus) == ["the cat saw the dog", "a dog", "the end"]
    assert corpus.words[:2] == ["the", "dog"] and corpus.counts.tolist() == [3, 2, 1, 1, 1, 1]
    assert corpus.num_words == 9 and corpus.id_of["dog"] == 1
    assert corpus.ids.dtype == np.dtype("<i4") and not corpus.ids.flags.writeable


@pytest.mark.parametrize(
    ("kind", "line", "expected"),
    [
        ("words", "Don’t stop, Émile: 42 naïve_ways!", ["don’t", "stop", "émile", "42", "naïve", "ways"]),
        ("letters", "Don't stop, Émile: 42", ["don", "t", "stop", "mile"]),
        ("chinese", "我们在北京大学读书，Python 很好。", ["我们", "在", "北京大学", "读书", "python", "很", "好"]),
    ],
)
def test_each_kind_of_text_has_its_words(kind: str, line: str, expected: list[str]) -> None:
    assert KINDS[kind](line) == expected


def test_rare_words_are_left_out_and_their_neighbours_move_together(tmp_path: Path) -> None:
    corpus = opened(tmp_path, "a rare b\na b b\n", min_count=2)
    assert sentences(corpus) == ["a b", "a b b"]
    assert corpus.num_words == 6
    assert corpus.report == ["As given.", "Kept 2 of 3 words; the others are 16.7% of the text."]


def test_a_vocabulary_has_at_most_the_size_asked_for(tmp_path: Path) -> None:
    assert opened(tmp_path, "a a a b b c c c c", max_words=2).words == ["c", "a"]


def test_a_text_is_read_once_for_each_set_of_rules(tmp_path: Path) -> None:
    source = Source("one two two\n")
    for _ in range(2):
        first = open_corpus(source, WordRules(min_count=1), cache_folder=tmp_path)
    assert source.num_readings == 1
    other = open_corpus(source, WordRules(min_count=1, max_words=2), cache_folder=tmp_path)
    assert source.num_readings == 2 and other.fingerprint != first.fingerprint


@pytest.mark.parametrize("damage", ["ids.bin", "vocabulary.tsv", "manifest.json"])
def test_a_damaged_entry_is_made_anew(damage: str, tmp_path: Path) -> None:
    before = sentences(opened(tmp_path, "one two two\n"))
    (entry,) = (tmp_path / "words").iterdir()
    path = entry / damage
    path.write_bytes(path.read_bytes()[:-3])
    assert sentences(opened(tmp_path, "one two two\n")) == before
    assert [folder.name for folder in (tmp_path / "words").iterdir()] == [entry.name]
    json.loads((entry / "manifest.json").read_text(encoding="utf-8"))


def test_a_reading_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    def stop(num_characters: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_corpus(Source("one two"), WordRules(min_count=1), cache_folder=tmp_path, on_progress=stop)
    assert list((tmp_path / "words").iterdir()) == []


def test_a_text_larger_than_a_chunk_is_the_same_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\n".join("new york is a big city and so is san jose" for _ in range(30))
    whole = opened(tmp_path / "a", lines, phrase_passes=1, phrase_threshold=0.1)
    monkeypatch.setattr(_corpus, "CHUNK_IDS", 7)  # less than a sentence
    pieces = opened(tmp_path / "b", lines, phrase_passes=1, phrase_threshold=0.1)
    assert sentences(whole) == sentences(pieces) and whole.counts.tolist() == pieces.counts.tolist()


def test_new_text_keeps_the_words_known_before_and_adds_their_counts(tmp_path: Path) -> None:
    known = (["old", "both"], np.array([9, 4]))
    corpus = opened(tmp_path, "both new new new rare\n" * 2, known=known, min_count=3)
    assert list(zip(corpus.words, corpus.counts.tolist(), strict=True)) == [("old", 9), ("both", 6), ("new", 6)]
    assert corpus.sources(known[0]).tolist() == [0, 1, -1]
    assert sentences(corpus) == ["both new new new"] * 2


def test_too_little_text_is_refused_with_what_there_was(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sample must have two words seen 5 times or more, got 1 \(of 2 different"):
        opened(tmp_path, "a a a a a b", min_count=5)
    assert list((tmp_path / "words").iterdir()) == []


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"kind": "word"}, "No 'word' in WordRules.kind.*Did you mean 'words'"),
        ({"min_count": 0}, "WordRules.min_count must be at least 1, got 0"),
        ({"max_words": 1}, "WordRules.max_words must be at least 2, got 1"),
    ],
)
def test_rules_without_sense_are_refused(rules: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WordRules(**rules)


def test_words_that_belong_together_become_one(tmp_path: Path) -> None:
    lines = ["new york is big", "he likes new york", "york is old", "he is big", "new is old", "new york"] * 3
    # Pairs seen 6 times or less have no score above 0; new york is seen 9 times.
    corpus = opened(tmp_path, "\n".join(lines), phrase_passes=1, phrase_threshold=0.5, min_count=6)
    assert [word for word in corpus.words if "_" in word] == ["new_york"]
    assert sentences(corpus)[:3] == ["new_york is big", "he new_york", "is old"]
    assert corpus.counts[corpus.id_of["new_york"]] == 9


def test_a_second_pass_finds_phrases_of_three(tmp_path: Path) -> None:
    lines = "los angeles times\n" * 20 + "los angeles\ntimes\n" * 5 + "other words\nwords other\n" * 20
    corpus = opened(tmp_path, lines, phrase_passes=2, phrase_threshold=3.0)
    assert "los_angeles_times" in corpus.words
    assert "los_angeles_times" not in opened(tmp_path, lines, phrase_passes=1, phrase_threshold=3.0).words


def pairs_by_hand(ids: list[int], num_words: int, min_count: int, threshold: float) -> set[tuple[int, int]]:
    counts = [ids.count(word) for word in range(num_words)]
    total, found = sum(counts), set()
    neighbours = [(a, b) for a, b in pairwise(ids) if a >= 0 and b >= 0]
    for a, b in set(neighbours):
        if min(counts[a], counts[b]) >= min_count:
            score = (neighbours.count((a, b)) - min_count) / counts[a] / counts[b] * total
            found |= {(a, b)} if score > threshold else set()
    return found


@pytest.mark.parametrize("seed", range(4))
def test_phrases_are_those_of_the_formula_joined_from_the_left(seed: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(seed)
    ids = np.minimum(chance.geometric(0.3, 400) - 2, 5).astype(np.int32)  # −1 ends a sentence
    words = list("abcdef")
    joined = join_phrases(lambda: [ids], words, tmp_path / "out.bin", min_count=3, threshold=0.5)
    wanted = pairs_by_hand(ids.tolist(), 6, 3, 0.5)
    assert set(joined[6:]) == {f"{words[a]}_{words[b]}" for a, b in wanted}
    expected, place = [], 0
    while place < len(ids):
        if tuple(ids[place : place + 2].tolist()) in wanted:
            expected.append(f"{words[ids[place]]}_{words[ids[place + 1]]}")
            place += 2
        else:
            expected.append(words[ids[place]] if ids[place] >= 0 else "|")
            place += 1
    written = np.fromfile(tmp_path / "out.bin", "<i4")
    assert [joined[i] if i >= 0 else "|" for i in written] == expected and wanted
