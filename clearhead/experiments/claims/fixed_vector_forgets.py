"""One fixed vector cannot carry a long source to the decoder; attention can look it up."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from clearhead.experiments.claims._sequence_learning import Asked, Chance, learn_sequences, share_right
from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words
from clearhead.generation.search import translate_tokens
from clearhead.generation.search_settings import SearchConfig
from clearhead.models._attention_seq2seq_config import Attention
from clearhead.models.attention_seq2seq import AttentionSeq2Seq, AttentionSeq2SeqConfig
from clearhead.tasks.base import Poll

SECONDS = 75
NUM_LETTERS = 26
END, START = NUM_LETTERS, NUM_LETTERS + 1
"""The start is the padding too."""
LONGEST_LEARNED = 16
LENGTHS = (2, 4, 8, 12, 16, 20)
ROWS, ASKED_ROWS = 32, 100
FEWEST_POINTS = 10.0
"""A difference counts from so many points on."""


@dataclass(frozen=True)
class Kind:
    """A pair of nets: how the writer sees the source, and how wide its states are."""

    name: Mapping[str, str]
    attention: Attention
    d_model: int


KINDS = {
    "fixed": Kind({"en": "fixed vector of 64 numbers", "zh": "固定向量，64 个数"}, "none", 64),
    "wide": Kind({"en": "fixed vector of 128 numbers", "zh": "固定向量，128 个数"}, "none", 128),
    "attention": Kind({"en": "attention, states of 64 numbers", "zh": "注意力，状态 64 个数"}, "general", 64),
}
FIXED = ("fixed", "wide")
WORDS = {
    "en": Words(
        claim="One fixed vector forgets long inputs; attention does not.",
        where="Bahdanau et al. 2015 (“a potential issue … to compress all the necessary information of a source "
        "sentence into a fixed-length vector”), and every introduction to attention since.",
        how=f"Two recurrent nets learn to write a word of up to {LONGEST_LEARNED} random letters backwards: one reads "
        "it, the other writes. The writer gets one fixed vector of the source (of two widths), or looks at all of the "
        "reader's states through attention. Asked are words of each length, also of one longer than any learned. Three "
        "seeds.",
        reading="The figures count letters told rightly when the letters before them are given, and words written "
        f"wholly right without help. The claim holds if at {LONGEST_LEARNED} letters both fixed vectors have lost more "
        f"than {FEWEST_POINTS:g} points of letters against {LENGTHS[0]} and attention is ahead of both by as much. It "
        "holds only when the vector is narrow if that is so for the narrow one alone. It is false otherwise.",
    ),
    "zh": Words(
        claim="一个固定向量记不住长输入，注意力可以。",
        where="Bahdanau 等 2015（把整句的信息压进一个定长向量可能成为问题），以及此后每一篇注意力入门。",
        how=f"两个循环网络学习把最多 {LONGEST_LEARNED} 个随机字母组成的词倒着写：一个读，一个写。"
        "写的一方要么只拿到一个固定向量（两种宽度），要么通过注意力查看读的一方的所有状态。然后按长度提问，"
        "也问一个训练时没有的更长的长度。三个随机种子。",
        reading=f"表中是给定前面字母时单个字母的正确率，以及独自写出整个词的正确率。若在 {LONGEST_LEARNED} 个字母处，"
        f"两种固定向量的字母正确率都比 {LENGTHS[0]} 个字母时低 {FEWEST_POINTS:g} 个百分点以上，"
        "且注意力比两者都高出同样多，则成立；若只有窄的固定向量如此，则有条件地成立；否则不成立。",
    ),
}
Scores = dict[tuple[str, int], Several]
"""Per cent told rightly, by kind and length of the word."""


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Train the three kinds and ask words of each length."""
    num_seeds, steps, count = (2, 3, 4) if is_quick else (3, 800, ASKED_ROWS)
    letters: dict[tuple[str, int], list[float]] = {}
    words: dict[tuple[str, int], list[float]] = {}
    for name, kind in KINDS.items():
        for one_seed in range(seed, seed + num_seeds):
            model = learn_sequences(partial(make, kind), draw, steps=steps, seed=one_seed, poll=poll, rate=0.005)
            chance = np.random.default_rng((one_seed, 16))
            for length in LENGTHS:
                asked = reversal(chance, count, length)
                letters.setdefault((name, length), []).append(share_right(model, asked))
                words.setdefault((name, length), []).append(share_written(model, asked, poll))
    return conclude(
        {key: Several.of(values) for key, values in letters.items()},
        {key: Several.of(values) for key, values in words.items()},
    )


def make(kind: Kind) -> AttentionSeq2Seq:
    """Make a reader and a writer."""
    return AttentionSeq2Seq(
        AttentionSeq2SeqConfig(
            source_vocab_size=START + 1,
            target_vocab_size=START + 1,
            padding_id=START,
            start_id=START,
            end_id=END,
            context_length=2 * LENGTHS[-1],
            d_model=kind.d_model,
            embedding_dim=32,
            attention=kind.attention,
            is_tied=False,
            dropout=0.0,
        )
    )


def draw(chance: Chance) -> Asked:
    """Make the words of one step, all of one length."""
    return reversal(chance, ROWS, int(chance.integers(LENGTHS[0], LONGEST_LEARNED + 1)))


def reversal(chance: Chance, count: int, length: int) -> Asked:
    """Make words, and ask for the same backwards and the end."""
    source = torch.from_numpy(chance.integers(0, NUM_LETTERS, (count, length)))
    target = source.flip(1)
    read = torch.cat([torch.full((count, 1), START), target], 1)
    return Asked((source, read), torch.cat([target, torch.full((count, 1), END)], 1))


def share_written(model: AttentionSeq2Seq, asked: Asked, poll: Poll) -> float:
    """Return the share of words that the model writes wholly right on its own, in per cent."""
    written = translate_tokens(model, asked.inputs[0].tolist(), SearchConfig(num_beams=1), poll=poll)
    wanted = [tuple(row) for row in asked.targets[:, :-1].tolist()]
    found = [best.is_finished and best.tokens == row for (best, *_), row in zip(written, wanted, strict=True)]
    return 100 * sum(found) / len(found)


def conclude(letters: Scores, words: Scores) -> Outcome:
    """Draw the verdict from the letters told rightly."""
    long, short = LONGEST_LEARNED, LENGTHS[0]
    forgets = {
        name: letters[name, short].mean - letters[name, long].mean > FEWEST_POINTS
        and letters["attention", long].mean - letters[name, long].mean > FEWEST_POINTS
        for name in FIXED
    }
    verdict: Verdict = "holds" if all(forgets.values()) else "only_when" if forgets["fixed"] else "false"
    sentence = {
        "en": f"At {long} letters the fixed vector of {KINDS['fixed'].d_model} numbers tells "
        f"{letters['fixed', long]} % of the letters, that of {KINDS['wide'].d_model} numbers "
        f"{letters['wide', long]} %, attention {letters['attention', long]} %. Written wholly right: "
        f"{words['fixed', long]} %, {words['wide', long]} % and {words['attention', long]} %. At {LENGTHS[-1]} "
        f"letters, more than were ever learned, attention tells {letters['attention', LENGTHS[-1]]} % of the letters.",
        "zh": f"{long} 个字母时，{KINDS['fixed'].d_model} 个数的固定向量答对 {letters['fixed', long]} % 的字母，"
        f"{KINDS['wide'].d_model} 个数的 {letters['wide', long]} %，注意力 {letters['attention', long]} %；"
        f"整词写对的分别为 {words['fixed', long]} %、{words['wide', long]} %、{words['attention', long]} %。"
        f"到了训练时没有的 {LENGTHS[-1]} 个字母，注意力为 {letters['attention', LENGTHS[-1]]} %。",
    }
    figures = [
        Figure(
            name=title,
            columns={"en": ["the writer sees", *map(str, LENGTHS)], "zh": ["写的一方看到", *map(str, LENGTHS)]},
            rows=[[kind.name, *(table[name, length] for length in LENGTHS)] for name, kind in KINDS.items()],
        )
        for title, table in (
            ({"en": "Letters told rightly, %, by length of the word", "zh": "字母正确率，%，按词长"}, letters),
            ({"en": "Words written wholly right, %, by length", "zh": "整词写对的比例，%，按词长"}, words),
        )
    ]
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)
