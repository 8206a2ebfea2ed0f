"""The vector of king minus that of man plus that of woman is that of queen."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from clearhead.experiments.claims._word_vectors import (
    STORIES,
    Corpus,
    count_words,
    learn_vectors,
    read_lines,
    text_name,
)
from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words, number
from clearhead.metrics.word_vectors import analogy, nearest, score_analogies
from clearhead.tasks.base import Poll

SECONDS = 70
ASKED = (("man", "king", "woman", "queen"), ("boy", "uncle", "girl", "aunt"))
"""The question, and one about our stories, which know few kings: a is to b as c is to the last word."""
PAIRS = (
    "man woman, king queen, boy girl, he she, his her, himself herself, father mother, son daughter, brother sister, "
    "husband wife, prince princess, uncle aunt, actor actress, emperor empress, men women, sons daughters, "
    "brothers sisters, grandfather grandmother, male female, duke duchess, hero heroine, god goddess"
)
"""Words that differ in gender; what can be asked of them is asked besides, for one question is soon lucky."""
RULES = {
    "among_all": {"en": "any word may answer", "zh": "任何词都可以作答"},
    "without_asked": {"en": "the three words of the question may not answer", "zh": "问题里的三个词不准作答"},
    "nearest": {
        "en": "no arithmetic: the word nearest to the second, the three left out",
        "zh": "不做加减：离第二个词最近的词（除去那三个词）",
    },
}
WORDS = {
    "en": Words(
        claim="king − man + woman ≈ queen",
        where="In nearly every talk about word vectors, since Mikolov et al. 2013.",
        how="Skip-gram with negative sampling learns vectors on this machine, with three seeds (from Wikipedia where "
        "the sample is here, otherwise from our stories, which ask about uncle and aunt). Then it is counted at which "
        "rank the expected word stands: among all words; without the three words of the question, as the usual scoring "
        "does silently; and with no arithmetic at all, among the neighbours of king alone. The same is asked of "
        "all pairs of words that differ in gender.",
        reading="The claim holds if the expected word is the very first among all words for most seeds. It holds only "
        "when the words of the question may not answer if it is first then for most seeds. It is false if it is not "
        "first even so. The last line of each table tells how much of it is arithmetic, and how much is neighbourhood.",
    ),
    "zh": Words(
        claim="国王 − 男人 + 女人 ≈ 女王（king − man + woman ≈ queen）",
        where="自 Mikolov 等人 2013 年以来，几乎每次讲词向量都会提到。",
        how="在本机用 skip-gram 加负采样训练词向量，三个随机种子（有维基百科样本就用它，否则用自编故事，改问 uncle "
        "和 aunt）。然后数一数目标词排第几：在所有词里排；像通常评测那样悄悄去掉问题里的三个词再排；完全不做加减，"
        "只看 king 的近邻。其他成对的男女词也照样问一遍。",
        reading="若多数种子下目标词在所有词中排第一，则成立；若只有不准问题中的三个词作答时，多数种子下才排第一，"
        "则有条件地成立；若这样也排不到第一，则不成立。每张表的最后一行说明：多少来自加减，多少只是“本来就离得近”。",
    ),
}


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Learn vectors with several seeds and ask them."""
    num_words, epochs, num_seeds = (60_000, 2, 2) if is_quick else (6_000_000, 4, 3)
    corpus, question = _askable(num_words, poll)
    questions = _questions(corpus.words)
    ranks: dict[str, list[int]] = {rule: [] for rule in RULES}
    firsts: dict[str, list[str]] = {rule: [] for rule in RULES}
    shares: dict[str, list[float]] = {rule: [] for rule in RULES}
    for one_seed in range(seed, seed + num_seeds):
        vectors = learn_vectors(corpus.ids, corpus.counts, epochs=epochs, seed=one_seed, poll=poll)
        for rule, order in ordered(corpus.words, vectors, question).items():
            ranks[rule].append(1 + int(np.flatnonzero(order == corpus.words.index(question[3]))[0]))
            firsts[rule].append(corpus.words[order[0]])
        for rule, share in _shares(corpus.words, vectors, questions).items():
            shares[rule].append(share)
    return conclude(question, ranks, firsts, shares, len(questions), corpus.told)


def ordered(
    words: Sequence[str], vectors: NDArray[np.float32], question: Sequence[str]
) -> dict[str, NDArray[np.int64]]:
    """Return, for each rule, the words from the nearest on."""
    a, b, c, _ = map(list(words).index, question)
    count = len(words)
    return {
        "among_all": nearest(vectors, vectors[b] - vectors[a] + vectors[c], count=count)[0],
        "without_asked": analogy(vectors, a, b, c, count=count)[0],
        "nearest": nearest(vectors, vectors[b], count=count, excluded=(a, b, c))[0],
    }


def conclude(
    question: Sequence[str],
    ranks: dict[str, list[int]],
    firsts: dict[str, list[str]],
    shares: dict[str, list[float]],
    num_questions: int,
    text: dict[str, str],
) -> Outcome:
    """Draw the verdict from the ranks."""
    is_first = {rule: sum(rank == 1 for rank in found) > len(found) / 2 for rule, found in ranks.items()}
    verdict: Verdict = "holds" if is_first["among_all"] else "only_when" if is_first["without_asked"] else "false"
    a, b, c, d = question
    mean = {rule: number(Several.of(found).mean) for rule, found in ranks.items()}
    share = {rule: Several.of(found) for rule, found in shares.items()}
    sentence = {
        "en": f"For {b} − {a} + {c}, {d} has the mean rank {mean['among_all']} among all words, "
        f"{mean['without_asked']} when {b}, {a} and {c} are not counted, and {mean['nearest']} among the neighbours "
        f"of {b} alone. Of {num_questions:,} such questions {share['among_all']} % are answered rightly among all "
        f"words, {share['without_asked']} % with the three left out, {share['nearest']} % without any arithmetic.",
        "zh": f"{b} − {a} + {c}：{d} 在所有词中平均排第 {mean['among_all']}，不算 {b}、{a}、{c} 时排第 "
        f"{mean['without_asked']}，只看 {b} 的近邻时排第 {mean['nearest']}。{num_questions:,} 个同类问题的正确率："
        f"任何词都可作答 {share['among_all']} %，去掉三个词 {share['without_asked']} %，不做加减 {share['nearest']} "
        "%。",
    }
    figures = [
        Figure(
            name={"en": f"{b} − {a} + {c}, {text['en']}", "zh": f"{b} − {a} + {c}，{text['zh']}"},
            columns={"en": ["rule", f"rank of {d}", "first word"], "zh": ["规则", f"{d} 的名次", "排第一的词"]},
            rows=[[RULES[rule], Several.of(ranks[rule]), ", ".join(dict.fromkeys(firsts[rule]))] for rule in RULES],
        ),
        Figure(
            name={
                "en": f"All {num_questions:,} questions about pairs that differ in gender: answered rightly, %",
                "zh": f"全部 {num_questions:,} 个成对男女词问题：正确率，%",
            },
            columns={"en": ["rule", "right"], "zh": ["规则", "正确率"]},
            rows=[[RULES[rule], share[rule]] for rule in RULES],
        ),
    ]
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)


def _askable(num_words: int, poll: Poll) -> tuple[Corpus, tuple[str, str, str, str]]:
    """Return a text, and the question all of whose words it knows."""
    for name in (text_name(), STORIES):
        corpus = count_words(name, read_lines(name, num_words, poll))
        for question in ASKED:
            if set(question) <= set(corpus.words):
                return corpus, question
    raise AssertionError("our stories tell of boys, girls, uncles and aunts")


def _questions(words: Sequence[str]) -> list[tuple[str, str, str, str]]:
    known = set(words)
    pairs = [pair.split() for pair in PAIRS.split(", ") if set(pair.split()) <= known]
    return [(a, b, c, d) for (a, c), (b, d) in permutations(pairs, 2)]


def _shares(
    words: Sequence[str], vectors: NDArray[np.float32], questions: Sequence[tuple[str, str, str, str]]
) -> dict[str, float]:
    """Return the share of the questions answered rightly under each rule, in per cent."""
    total, _ = score_analogies(words, vectors, {"gender": questions}, most_frequent=len(words))
    place_of = {word: index for index, word in enumerate(words)}
    num_near = 0
    for question in questions:
        a, b, c, d = (place_of[word] for word in question)
        num_near += int(nearest(vectors, vectors[b], count=1, excluded=(a, b, c))[0][0] == d)
    num_asked = max(1, total.num_asked)
    counts = {"among_all": total.num_right_among_all, "without_asked": total.num_right, "nearest": num_near}
    return {rule: 100 * counts[rule] / num_asked for rule in RULES}
