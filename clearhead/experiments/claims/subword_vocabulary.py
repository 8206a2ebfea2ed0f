"""Subwords shrink the vocabulary while meaning is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearhead.experiments.claims._vocabularies import Reading, cut, read_with_subwords, read_with_words, subwords
from clearhead.experiments.claims._word_vectors import (
    SENTENCE_END,
    WINDOW,
    Corpus,
    count_words,
    learn_vectors,
    read_lines,
    text_name,
)
from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words, number
from clearhead.kernels.hogwild import WordTraining
from clearhead.metrics.word_vectors import nearest, normalised, rank_correlation
from clearhead.tasks.base import Poll

SECONDS = 40
FEWEST_SEEN = 20
"""Words seen less often have no vector worth comparing with."""
MOST_COMPARED = 500
"""Words of a group that are compared, each with NUM_NEAR neighbours and as many others."""
NUM_NEAR = 5
KEPT = 80.0
"""Per cent of what words that stay whole keep, from which on words cut into pieces keep their meaning."""
SHRUNK = 0.25
"""Share of the words' vocabulary that counts as shrunk."""
GROUPS = {
    "whole": {"en": "words that stay whole", "zh": "保持完整的词"},
    "split": {"en": "words cut into pieces", "zh": "被切开的词"},
}
WORDS = {
    "en": Words(
        claim="Subwords shrink the vocabulary while meaning is kept.",
        where="In descriptions of byte-pair encoding, WordPiece and Unigram, and of every model built on them.",
        how="Tokenizers are trained on a text and read new text: how large is the vocabulary, how many tokens take the "
        "place of a word, how many new words are unknown, and how many come back letter by letter. For meaning, "
        "vectors are learned of whole words and of byte-pair pieces; a word then gets the mean of its pieces' "
        "vectors. How similar pairs of words are (each with five neighbours and five others) is compared between "
        "the two by rank correlation, as a share of what two trainings of whole-word vectors agree with each other.",
        reading=f"The claim holds if the pieces need at most {100 * SHRUNK:g} % of the words' vocabulary, every new "
        f"word comes back, and words cut into pieces keep at least {KEPT:g} % of what words that stay whole keep "
        "(those have vectors of their own in both trainings, so what they lose is owed to the other training). It "
        "holds only when something puts the pieces together again if the text comes back whole but the mean of the "
        "pieces says less than that. It is false if text is lost, or the vocabulary does not shrink.",
    ),
    "zh": Words(
        claim="子词让词表变小，意思却不丢。",
        where="各种介绍 BPE、WordPiece、Unigram 以及用到它们的模型的文章。",
        how="在一段文本上训练分词器，再读新文本：词表多大，一个词要几个词元，多少新词不认识，多少新词能原样还原。"
        "至于意思：分别为整词和 BPE 子词学向量，一个词取它各子词向量的平均；再看词与词的相似度（每个词配五个近邻、"
        "五个其他词）在两种向量之间的等级相关，并与“两次整词训练彼此的一致程度”相比，算出百分比。",
        reading=f"若子词词表不超过整词词表的 {100 * SHRUNK:g} %、所有新词都能还原、"
        f"且被切开的词保住的意思至少是完整词的 {KEPT:g} %（完整的词在两种训练里都有自己的向量，"
        "它们的损失只来自训练方式不同），则成立；若文本能还原，但子词平均达不到这个比例，"
        "则有条件地成立（要有网络把子词重新拼起来）；若文本有丢失，或词表没有变小，则不成立。",
    ),
}


NAMES = {
    "words": {"en": "all words", "zh": "全部整词"},
    "frequent": {"en": "the most frequent words", "zh": "最常见的整词"},
    "bpe": {"en": "byte-pair encoding", "zh": "BPE"},
    "wordpiece": {"en": "WordPiece", "zh": "WordPiece"},
    "unigram": {"en": "Unigram", "zh": "Unigram"},
}
Vectors = NDArray[np.float32]
Pairs = NDArray[np.int64]
"""(pairs, 2) ids of words."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Compare vocabularies, then the vectors of words with those of their pieces."""
    num_words, epochs, num_seeds = (40_000, 1, 2) if is_quick else (1_000_000, 4, 3)
    size = 800 if is_quick else 4000
    fewest_seen = 5 if is_quick else FEWEST_SEEN
    name = text_name()
    lines, new = (
        read_lines(name, count, poll, split=split) for split, count in (("train", num_words), ("valid", 20_000))
    )
    every = count_words(name, lines, min_count=1).words
    known = set(every)
    readings = {
        "words": read_with_words(known, known, new),
        "frequent": read_with_words(set(every[:size]), known, new),
    }
    tokenizers = {}
    for kind in ("bpe", "wordpiece", "unigram"):
        poll()
        tokenizers[kind] = subwords(kind, lines, size)
        readings[kind] = read_with_subwords(tokenizers[kind], known, new)
    corpus = count_words(name, lines)
    options: dict[str, Any] = {"epochs": epochs, "poll": poll}
    first, second, third = (
        learn_vectors(corpus.ids, corpus.counts, seed=seed + number, **options) for number in range(3)
    )
    pieces = [cut(tokenizers["bpe"], word) for word in corpus.words]
    groups = groups_of(corpus, pieces, fewest_seen)
    # Words that stay whole among themselves; a word cut into pieces beside words of both kinds.
    others = {"whole": groups["whole"], "split": groups["whole"] + groups["split"]}
    pairs = {group: pairs_of(words, others[group], first, seed) for group, words in groups.items()}
    ceiling = {group: agreement(second, third, chosen) for group, chosen in pairs.items()}
    kept: dict[str, list[float]] = {group: [] for group in pairs}
    for one_seed in range(seed, seed + num_seeds):
        vectors = vectors_of_pieces(corpus, pieces, tokenizers["bpe"].vocab_size, seed=one_seed, **options)
        for group, chosen in pairs.items():
            kept[group].append(100 * agreement(second, vectors, chosen) / ceiling[group])
    return conclude(readings, ceiling, {group: Several.of(shares) for group, shares in kept.items()}, corpus.told)


def groups_of(corpus: Corpus, pieces: Sequence[Sequence[int]], fewest_seen: int) -> dict[str, list[int]]:
    """Return the words that are one piece and those that are several; rare words are in neither."""
    frequent = [index for index, count in enumerate(corpus.counts.tolist()) if count >= fewest_seen]
    return {
        "whole": [index for index in frequent if len(pieces[index]) == 1],
        "split": [index for index in frequent if len(pieces[index]) > 1],
    }


def pairs_of(words: Sequence[int], others: Sequence[int], vectors: Vectors, seed: int) -> Pairs:
    """Pair words with others: their neighbours, by vectors that are not compared later, and some drawn at random."""
    chance = np.random.default_rng((seed, 7))
    chosen, asked = chance.permutation(np.array(words))[:MOST_COMPARED], np.array(others)
    found = []
    for word in chosen.tolist():
        near = asked[nearest(vectors[asked], vectors[word], count=NUM_NEAR + 1)[0]]
        far = chance.choice(asked, NUM_NEAR)
        found += [(word, int(other)) for other in (*near, *far) if other != word]
    return np.array(found, np.int64)


def agreement(one: Vectors, other: Vectors, pairs: Pairs) -> float:
    """Return the rank correlation of two kinds of vectors on how similar the words of each pair are."""
    left, right = pairs.T
    cosines = [(vectors[left] * vectors[right]).sum(1).astype(np.float64) for vectors in (one, other)]
    return rank_correlation(*cosines)


def vectors_of_pieces(
    corpus: Corpus, pieces: Sequence[Sequence[int]], vocab_size: int, *, epochs: int, seed: int, poll: Poll
) -> Vectors:
    """Learn vectors of pieces from the same text, and give each word the mean of those of its pieces."""
    stream = [[*pieces[index]] if index >= 0 else [SENTENCE_END] for index in corpus.ids.tolist()]
    ids = np.array([piece for word in stream for piece in word], np.int32)
    used, places = np.unique(ids[ids >= 0], return_inverse=True)
    ids[ids >= 0] = places
    counts = np.bincount(places, minlength=len(used))
    # A window of as many pieces as stand in five words sees as far as that of whole words.
    window = round(WINDOW * len(places) / int(corpus.counts.sum()))
    found = learn_vectors(ids, counts, epochs=epochs, seed=seed, poll=poll, training=WordTraining(window=window))
    row_of = np.full(vocab_size, -1, np.int64)
    row_of[used] = np.arange(len(used))
    return normalised(np.stack([found[row_of[np.array(word)]].mean(0) for word in pieces]))


def conclude(
    readings: Mapping[str, Reading],
    ceiling: Mapping[str, float],
    kept: Mapping[str, Several],
    text: Mapping[str, str],
) -> Outcome:
    """Draw the verdict from the vocabularies and the agreements."""
    words, pieces = readings["words"], readings["bpe"]
    is_shrunk = pieces.vocab_size <= SHRUNK * words.vocab_size
    relative = 100 * kept["split"].mean / kept["whole"].mean if kept["whole"].mean > 0 else 0.0
    verdict: Verdict = "false"
    if is_shrunk and pieces.restored == 100 and pieces.unknown == 0:
        verdict = "holds" if relative >= KEPT else "only_when"
    sentence = {
        "en": f"Byte-pair encoding needs {pieces.vocab_size:,} tokens where words need {words.vocab_size:,}, cuts a "
        f"word into {number(pieces.tokens_per_word)} tokens, and {number(pieces.restored)} % of the new words come "
        f"back (whole words leave {number(words.unknown)} % of new text unknown). Of the agreement about what is "
        f"similar, words that stay whole keep {kept['whole']} %, words cut into pieces {kept['split']} %.",
        "zh": f"整词需要 {words.vocab_size:,} 个词元，BPE 只要 {pieces.vocab_size:,} 个，平均一个词切成 "
        f"{number(pieces.tokens_per_word)} 个词元，新词有 {number(pieces.restored)} % 能还原"
        f"（整词词表不认识新文本的 {number(words.unknown)} %）。关于“哪些词相近”的一致程度，保持完整的词保住 "
        f"{kept['whole']} %，被切开的词保住 {kept['split']} %。",
    }
    figures = [
        Figure(
            name={"en": f"Vocabularies, from {text['en']}", "zh": f"各种词表，取自{text['zh']}"},
            columns={
                "en": ["vocabulary", "entries", "tokens per word", "unknown in new text, %", "new words restored, %"],
                "zh": ["词表", "词元数", "每词词元数", "新文本中不认识的，%", "能还原的新词，%"],
            },
            rows=[
                [NAMES[name], one.vocab_size, one.tokens_per_word, one.unknown, one.restored]
                for name, one in readings.items()
            ],
        ),
        Figure(
            name={"en": "Meaning kept by the pieces of byte-pair encoding", "zh": "BPE 子词保住的意思"},
            columns={
                "en": ["words", "agreement of two trainings of whole words", "share that the pieces keep, %"],
                "zh": ["词", "两次整词训练的一致程度", "子词保住的份额，%"],
            },
            rows=[[GROUPS[group], ceiling[group], kept[group]] for group in GROUPS],
        ),
    ]
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)
