"""Word vectors beside gensim: words per second, analogies and similarity, alternating in one run.

    python benchmarks/word_vectors.py --epochs 5 --seeds 1 2 3
    python benchmarks/word_vectors.py --epochs 1 --limit-articles 100 --mode cbow

English Wikipedia (`enwiki_sample`), a to z only, 100 dimensions, window 5, 5 negatives, sample 1e-4, words seen five
times. Rates count all words of the text, as gensim does; both are scored by our own measure on the same vocabulary.
"""

import argparse
import gzip
import itertools
import json
import os
import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
from gensim.models import Word2Vec as GensimWord2Vec
from numpy.typing import NDArray

from clearhead.kernels.hogwild import Tables, WordTraining, train_words
from clearhead.metrics.word_vectors import parse_analogies, parse_similarities, score_analogies, score_similarities
from clearhead.models.word2vec import Word2Vec, Word2VecConfig

DATA = Path(os.environ.get("CLEARHEAD_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
WIDTH, WINDOW, NEGATIVES, SAMPLE, MIN_COUNT = 100, 5, 5, 1e-4, 5
RATES = {"skip_gram": 0.025, "cbow": 0.05}
LAST_RATE = 1e-4
OBJECTIVES = ("negative_sampling", "hierarchical_softmax")
RARE = 300
"""A pair of SimLex-999 counts as rare where one of its words stands less often in the text."""


def read_sentences(limit_articles: int | None) -> list[list[str]]:
    """Return the lines of the articles as words."""
    sentences, num_articles = [], 0
    with gzip.open(DATA / "enwiki_sample" / "train.txt.gz", "rt", encoding="utf-8") as file:
        for line in file:
            num_articles += line.startswith("= ")
            if limit_articles is not None and num_articles > limit_articles:
                break
            if words := re.findall("[a-z]+", line.lower()):
                sentences.append(words)
    return sentences


def ours(
    words: list[str], counts: NDArray[np.int64], sentences: list[list[str]], options: argparse.Namespace, seed: int
) -> tuple[NDArray[np.float32], float, float]:
    """Train and return vectors, wall and CPU seconds."""
    import torch

    torch.manual_seed(seed)
    id_of = {word: index for index, word in enumerate(words)}
    ids = np.array([i for s in sentences for i in (*(id_of[w] for w in s if w in id_of), -1)], np.int32)
    training = WordTraining(
        mode=options.mode,
        objective=options.objective,
        window=WINDOW,
        num_negatives=NEGATIVES,
        power=options.power,
        sample=SAMPLE,
        shares_negatives=not options.own_negatives,
    )
    shape = {"embedding_dim": WIDTH, "mode": options.mode, "objective": options.objective}
    model = Word2Vec(Word2VecConfig(vocab_size=len(words), **shape))
    inputs, output = model.arrays()
    tables = Tables.of(counts, training)
    first = RATES[options.mode]
    wall, cpu = time.perf_counter(), time.process_time()
    for epoch in range(options.epochs):
        rates = [first + (LAST_RATE - first) * place / options.epochs for place in (epoch, epoch + 1)]
        learned = train_words(
            inputs,
            output,
            ids,
            training=training,
            tables=tables,
            start=0,
            stop=len(ids),
            first_rate=rates[0],
            last_rate=rates[1],
            seed=seed,
            epoch=epoch,
            num_threads=options.threads,
        )
        print(f"  epoch {epoch + 1}: loss {learned.loss / learned.num_predictions:.4f}", flush=True)
    return inputs, time.perf_counter() - wall, time.process_time() - cpu


def gensims(
    words: list[str], sentences: list[list[str]], options: argparse.Namespace, seed: int
) -> tuple[NDArray[np.float32], float, float]:
    """Train and return vectors in our order of words, wall and CPU seconds."""
    model = GensimWord2Vec(
        vector_size=WIDTH,
        window=WINDOW,
        negative=NEGATIVES if options.objective == "negative_sampling" else 0,
        hs=int(options.objective == "hierarchical_softmax"),
        ns_exponent=options.power,
        sample=SAMPLE,
        min_count=MIN_COUNT,
        sg=int(options.mode == "skip_gram"),
        alpha=RATES[options.mode],
        min_alpha=LAST_RATE,
        workers=options.threads,
        seed=seed,
    )
    model.build_vocab(sentences)
    wall, cpu = time.perf_counter(), time.process_time()
    model.train(sentences, total_examples=len(sentences), epochs=options.epochs)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return model.wv.vectors[[model.wv.key_to_index[word] for word in words]], wall, cpu


def main() -> None:
    """Measure and print one line of JSON for each training, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--mode", choices=list(RATES), default="skip_gram")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit-articles", type=int)
    parser.add_argument("--own-negatives", action="store_true", help="draw negatives for every pair, as gensim does")
    parser.add_argument("--objective", choices=OBJECTIVES, default="negative_sampling")
    parser.add_argument("--power", type=float, default=0.75, help="negatives are drawn by count to this power")
    parser.add_argument("--alone", action="store_true", help="train ours only")
    options = parser.parse_args()

    sentences = read_sentences(options.limit_articles)
    counted = Counter(itertools.chain.from_iterable(sentences))
    words = [word for word, count in counted.most_common() if count >= MIN_COUNT]
    counts = np.array([counted[word] for word in words], np.int64)
    num_words = options.epochs * counted.total()
    tests = DATA / "word_tests"
    questions = parse_analogies((tests / "questions-words.txt").read_text(encoding="utf-8"))
    judgements = parse_similarities((tests / "wordsim353.tsv").read_text(encoding="utf-8"))
    simlex = parse_similarities((tests / "simlex999.tsv").read_text(encoding="utf-8"))
    rare = [pair for pair in simlex if min(counted[word.lower()] for word in pair[:2]) < RARE]
    print(f"{counted.total():,} words, {len(words):,} in the vocabulary, {options.threads} threads", flush=True)

    # Compiled code comes from the cache or is made here: it is no part of what is measured.
    warm = argparse.Namespace(**{**vars(options), "epochs": 1, "threads": 1})
    ours(words, counts, sentences[:2], warm, 0)
    rates: dict[str, list[float]] = {"ours": []} if options.alone else {"ours": [], "gensim": []}
    for seed in options.seeds:
        for name in rates:
            if name == "ours":
                vectors, wall, cpu = ours(words, counts, sentences, options, seed)
            else:
                vectors, wall, cpu = gensims(words, sentences, options, seed)
            total, _ = score_analogies(words, vectors, questions)
            similarity = score_similarities(words, vectors, judgements)
            rates[name].append(num_words / wall)
            result = {
                "name": name,
                "seed": seed,
                "words_per_second": round(num_words / wall),
                "words_per_cpu_second": round(num_words / cpu),
                "analogies": round(100 * total.accuracy, 2),
                "questions": total.num_asked,
                "wordsim353": round(similarity.spearman, 4),
                "simlex_rare": round(score_similarities(words, vectors, rare).spearman, 4),
            }
            print(json.dumps(result), flush=True)
    if options.alone:
        return
    ratios = [a / b for a, b in zip(rates["ours"], rates["gensim"], strict=True)]
    print(f"{options.mode}: {', '.join(f'{ratio:.2f} ×' for ratio in ratios)} gensim's words a second")


if __name__ == "__main__":
    main()
