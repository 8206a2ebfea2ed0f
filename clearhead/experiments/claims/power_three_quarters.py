"""Drawing negatives by frequency to the power 3/4 helps rare words."""

import numpy as np
from numpy.typing import NDArray

from clearhead.experiments.claims._word_vectors import Corpus, count_words, learn_vectors, read_lines, text_name
from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words, number
from clearhead.kernels.hogwild import WordTraining
from clearhead.tasks.base import Poll

SECONDS = 55
POWERS = (0.0, 0.5, 0.75, 1.0)
PUBLISHED, PLAIN = 0.75, 1.0
LEVELS = (6, 20, 60)
"""How often a twin stands in the text; the first is what counts as rare here."""
RARE = 20
"""Words seen at most so often are counted as rare where the draws are counted."""
LEFT_OUT = 50
"""The most frequent words, which stand near everything, get no twin."""
WORDS = {
    "en": Words(
        claim="Drawing negative samples by frequency to the power 3/4 helps rare words.",
        where="In explanations of word2vec; Mikolov et al. 2013 chose the exponent by trying.",
        how=f"In a text, some frequent words get a twin: {', '.join(map(str, LEVELS))} of their occurrences are "
        "written as a new word. The twin is a word as rare as wanted whose true neighbour is known: the word it "
        f"stands for. Skip-gram learns the text with the exponents {', '.join(f'{power:g}' for power in POWERS)} (0 "
        "draws all words alike, 1 draws them as they occur), with three seeds, and it is measured how near to the "
        "top of the twin's neighbours the known word stands (mean of 1 / rank).",
        reading="A power wins when it is above the other by more, in the mean over the seeds, than the differences "
        "spread. The claim holds if "
        f" 3/4 beats 1, drawing words as they occur, for twins seen {LEVELS[0]} times. It holds only when a word "
        "is not so rare if it wins at another frequency alone. It is false if it wins nowhere.",
    ),
    "zh": Words(
        claim="负采样按词频的 3/4 次方抽词，对低频词有好处。",
        where="各种 word2vec 讲解；Mikolov 等人 2013 年是试出这个指数的。",
        how=f"给文本中一些高频词造“分身”：把它们的 {'、'.join(map(str, LEVELS))} 次出现改写成一个新词。"
        "分身要多罕见就多罕见，而它真正的近邻是已知的：就是原词。用指数 "
        f"{'、'.join(f'{power:g}' for power in POWERS)} 训练 skip-gram（0 是所有词一视同仁，1 是按原本频率抽），"
        "三个随机种子，看原词在分身的近邻中排得多靠前（名次倒数的平均）。",
        reading=f"各种子下的差取平均，超过差本身的波动才算胜。若对出现 {LEVELS[0]} 次的分身，3/4 胜过 "
        "1（按原本频率抽），则成立；若只在词不那么罕见时才胜，则有条件地成立；若处处不胜，则不成立。",
    ),
}


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Learn the text with twins under each power."""
    num_words, epochs, num_seeds, num_twins = (120_000, 1, 2, 8) if is_quick else (400_000, 20, 3, 60)
    name = text_name()
    corpus = count_words(name, read_lines(name, num_words, poll))
    found: dict[tuple[float, int], list[float]] = {}
    for one_seed in range(seed, seed + num_seeds):
        twins = with_twins(corpus, num_twins, one_seed)
        for power in POWERS:
            training = WordTraining(power=power)
            vectors = learn_vectors(*twins[:2], epochs=epochs, seed=one_seed, poll=poll, training=training)
            for level, pairs in twins[2].items():
                found.setdefault((power, level), []).append(mean_reciprocal_rank(vectors, pairs))
    drawn = {power: share_of_rare(corpus.counts, power) for power in POWERS}
    return conclude({key: Several.of(values) for key, values in found.items()}, drawn, corpus.told)


def with_twins(
    corpus: Corpus, count: int, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], dict[int, list[tuple[int, int]]]]:
    """Write some occurrences of frequent words as new words.

    Args:
        count: twins at each level.
    Returns:
        The ids, how often each word now stands there, and for each level the pairs (twin, its word).
    """
    chance = np.random.default_rng((seed, 5))
    ids, counts = corpus.ids.copy(), corpus.counts.tolist()
    fitting = np.flatnonzero(corpus.counts[LEFT_OUT:] >= 2 * max(LEVELS)) + LEFT_OUT
    per_level = min(count, len(fitting) // len(LEVELS))
    chosen = iter(chance.permutation(fitting)[: per_level * len(LEVELS)].tolist())
    pairs: dict[int, list[tuple[int, int]]] = {}
    for level in LEVELS:
        for _ in range(per_level):
            word, twin = next(chosen), len(counts)
            ids[chance.choice(np.flatnonzero(corpus.ids == word), level, replace=False)] = twin
            counts[word] -= level
            counts.append(level)
            pairs.setdefault(level, []).append((twin, word))
    return ids, np.array(counts, np.int64), pairs


def mean_reciprocal_rank(vectors: NDArray[np.float32], pairs: list[tuple[int, int]]) -> float:
    """Return the mean of 1 / rank of each word among all neighbours of its twin."""
    twins, words = np.array(pairs).T
    cosines = vectors[twins] @ vectors.T
    cosines[np.arange(len(twins)), twins] = -np.inf
    ranks = 1 + (cosines > cosines[np.arange(len(twins)), words][:, None]).sum(1)
    return float((1 / ranks).mean())


def conclude(found: dict[tuple[float, int], Several], drawn: dict[float, float], text: dict[str, str]) -> Outcome:
    """Draw the verdict from the scores."""
    has_won = {level: wins(found[PUBLISHED, level], found[PLAIN, level]) for level in LEVELS}
    verdict: Verdict = "holds" if has_won[LEVELS[0]] else "only_when" if any(has_won.values()) else "false"
    rare, common = LEVELS[0], LEVELS[-1]
    best = max(POWERS, key=lambda power: found[power, rare].mean)
    sentence = {
        "en": f"For words seen {rare} times the score is {found[PUBLISHED, rare]} with 3/4 and {found[PLAIN, rare]} "
        f"with 1; the best power there is {best:g} with {found[best, rare]}. For words seen {common} times it is "
        f"{found[PUBLISHED, common]} with 3/4 and {found[PLAIN, common]} with 1. What the power does is to draw rare "
        f"words more often: {number(drawn[PUBLISHED])} % of the draws instead of {number(drawn[PLAIN])} %.",
        "zh": f"出现 {rare} 次的词：指数 3/4 得分 {found[PUBLISHED, rare]}，指数 1 得分 {found[PLAIN, rare]}，"
        f"最好的指数是 {best:g}，得分 {found[best, rare]}。出现 {common} 次的词：3/4 得分 "
        f"{found[PUBLISHED, common]}，1 得分 {found[PLAIN, common]}。这个指数确实让低频词被抽中得更多："
        f"占抽样的 {number(drawn[PUBLISHED])} %，而不是 {number(drawn[PLAIN])} %。",
    }
    name = {"en": "mean of 1 / rank of the true neighbour", "zh": "真正近邻的名次倒数的平均"}
    figure = Figure(
        name={"en": f"{name['en'].capitalize()}, {text['en']}", "zh": f"{name['zh']}，{text['zh']}"},
        columns={
            "en": [
                "power",
                *(f"twins seen {level} times" for level in LEVELS),
                f"draws of words seen at most {RARE} times, %",
            ],
            "zh": ["指数", *(f"分身出现 {level} 次" for level in LEVELS), f"抽到出现不超过 {RARE} 次的词，%"],
        },
        rows=[[f"{power:g}", *(found[power, level] for level in LEVELS), drawn[power]] for power in POWERS],
    )
    return Outcome(verdict=verdict, sentence=sentence, figures=[figure])


def wins(one: Several, other: Several) -> bool:
    """Whether one score is clearly above the other, seed by seed."""
    gain = Several.of(a - b for a, b in zip(one.values, other.values, strict=True))
    return gain.mean > gain.spread


def share_of_rare(counts: NDArray[np.int64], power: float) -> float:
    """Return the share of the draws that fall on rare words, in per cent."""
    weights = counts.astype(np.float64) ** power
    return float(100 * weights[counts <= RARE].sum() / weights.sum())
