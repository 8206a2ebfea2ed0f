"""The update of word2vec: words of a text in, both weight matrices changed in place.

A word is told by yes-or-no questions: is this row of the output matrix the right one for this vector? Negative
sampling asks about the word itself (yes) and about words drawn at random (no); hierarchical softmax asks which way to
go at each inner node of a Huffman tree. Each answer σ(vector · row) moves both: plain gradient descent, no momentum.
When the words of one window meet the same questions, the answers are small matrix products, and rows are read once.

Source: Mikolov et al. 2013 (arXiv 1301.3781, 1310.4546) and their program word2vec.c; shared draws from Ji et al. 2016
(arXiv 1604.04661). Differs: words are drawn exactly, not from a table of 10⁸ places; σ is interpolated between the
entries of its table; a tree's answer beyond ±6 still counts when it is wrong; a window ends where a block does.
Read with: word_tables.py, hogwild.py
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clearhead.kernels._compile import compiled
from clearhead.kernels.word_tables import LARGEST_SCORE, STEPS_PER_UNIT

SENTENCE_END = -1
CBOW, SKIP_GRAM = 0, 1
NEGATIVE_SAMPLING, HIERARCHICAL_SOFTMAX, FULL_SOFTMAX = 0, 1, 2
Floats: TypeAlias = NDArray[np.float32]
Bits: TypeAlias = NDArray[np.uint64]
Truths: TypeAlias = NDArray[np.bool_]
Paths: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int32], Truths]
"""A tree: starts, nodes and turns (`word_tables.Tree`)."""

_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_STEP, _MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_LARGEST, _STEPS_PER_UNIT = np.float32(LARGEST_SCORE), np.float32(STEPS_PER_UNIT)
_ZERO, _ONE = np.float32(0), np.float32(1)


@compiled
def draw(state: Bits) -> np.uint64:
    """Advance a generator (one uint64) and return 64 random bits: SplitMix64 (Steele et al. 2014)."""
    state[0] += _STEP
    bits = state[0]
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_1
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_2
    return bits ^ (bits >> np.uint64(31))


@compiled
def draw_below(limit: int, state: Bits) -> np.uint64:
    """Draw a whole number from 0 to limit − 1 (limit at most 2³²)."""
    return ((draw(state) >> _HALF) * np.uint64(limit)) >> _HALF


@compiled
def draw_word(alias: Bits, state: Bits) -> np.uint64:
    """Draw a word: a place of the alias table at random, then its own word or the one that fills it up."""
    place = draw_below(alias.shape[0], state)
    entry = alias[place]
    if (draw(state) >> _HALF) >= (entry >> _HALF):
        return entry & _LOW
    return place


@compiled
def answer(score: np.float32, is_true: bool, table: Floats) -> tuple[np.float32, np.float32]:
    """Return (is_true − σ(score), −log of the probability given to the right answer)."""
    towards = score if is_true else -score
    if towards >= _LARGEST:
        missing, loss = _ZERO, np.float32(np.exp(-towards))  # log(1 + e) is e to seven digits here
    elif towards <= -_LARGEST:
        missing, loss = _ONE, np.float32(np.exp(towards)) - towards
    else:
        place = (towards + _LARGEST) * _STEPS_PER_UNIT
        entry = np.uint64(place)
        share = place - np.float32(entry)
        low, high = table[entry, 0], table[entry + np.uint64(1), 0]
        missing = _ONE - (low + share * (high - low))
        low, high = table[entry, 1], table[entry + np.uint64(1), 1]
        loss = low + share * (high - low)
    return (missing if is_true else -missing), loss


@compiled
def learn_answers(
    vectors: Floats, num_vectors: int, errors: Floats, output: Floats, questions: Bits, truths: Truths,
    num_questions: int, steps: Floats, rate: np.float32, table: Floats,
) -> float:  # fmt: skip
    """Put every question to every vector, move the rows of `output` that were asked about.

    Of the rows as they were, errors = steps · rows; then rows += stepsᵀ · vectors.

    Args:
        errors: receives how each vector should move.
        questions: rows of `output`, with room for five more; `truths` holds the right answers.
        steps: room for one number a vector and question.
    Returns:
        The summed −log of the probabilities of the right answers, before the update.
    """
    width = vectors.shape[1]
    # Six sums at once keep the vector units busy; what fills up the last six is asked without consequence.
    all_questions = (num_questions + 5) // 6 * 6
    for q in range(num_questions, all_questions):
        questions[q] = questions[0]

    loss = 0.0
    for c in range(num_vectors):
        for q in range(0, all_questions, 6):
            r0, r1, r2 = questions[q], questions[q + 1], questions[q + 2]
            r3, r4, r5 = questions[q + 3], questions[q + 4], questions[q + 5]
            s0, s1, s2, s3, s4, s5 = _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO
            for j in range(width):
                x = vectors[c, j]
                s0 += x * output[r0, j]
                s1 += x * output[r1, j]
                s2 += x * output[r2, j]
                s3 += x * output[r3, j]
                s4 += x * output[r4, j]
                s5 += x * output[r5, j]
            steps[c, q], steps[c, q + 1], steps[c, q + 2] = s0, s1, s2
            steps[c, q + 3], steps[c, q + 4], steps[c, q + 5] = s3, s4, s5
        for q in range(num_questions):
            missing, nats = answer(steps[c, q], truths[q], table)
            steps[c, q] = rate * missing
            loss += np.float64(nats)
        for q in range(num_questions, all_questions):
            steps[c, q] = _ZERO
        for j in range(width):
            errors[c, j] = _ZERO
        for q in range(0, all_questions, 6):
            r0, r1, r2 = questions[q], questions[q + 1], questions[q + 2]
            r3, r4, r5 = questions[q + 3], questions[q + 4], questions[q + 5]
            s0, s1, s2 = steps[c, q], steps[c, q + 1], steps[c, q + 2]
            s3, s4, s5 = steps[c, q + 3], steps[c, q + 4], steps[c, q + 5]
            for j in range(width):
                errors[c, j] += (s0 * output[r0, j] + s1 * output[r1, j] + s2 * output[r2, j]) + (
                    s3 * output[r3, j] + s4 * output[r4, j] + s5 * output[r5, j]
                )

    for q in range(num_questions):
        row = questions[q]
        for c in range(0, num_vectors - 1, 2):
            s0, s1 = steps[c, q], steps[c + 1, q]
            for j in range(width):
                output[row, j] += s0 * vectors[c, j] + s1 * vectors[c + 1, j]
        if num_vectors % 2 == 1:
            s0 = steps[num_vectors - 1, q]
            for j in range(width):
                output[row, j] += s0 * vectors[num_vectors - 1, j]
    return loss


@compiled
def learn_choice(
    vectors: Floats, c: int, errors: Floats, output: Floats, target: int, scores: Floats, rate: np.float32
) -> float:
    """Choose one row among all of `output` (softmax) for the vector c, and move every row.

    Returns:
        −log of the probability of `target`, before the update.
    """
    width, num_rows = vectors.shape[1], output.shape[0]
    largest = np.float32(-np.inf)
    for row in range(num_rows):
        score = _ZERO
        for j in range(width):
            score += vectors[c, j] * output[row, j]
        scores[row] = score
        largest = max(largest, score)
    target_score = np.float64(scores[target]) - np.float64(largest)
    total = 0.0
    for row in range(num_rows):
        scores[row] = np.exp(scores[row] - largest)
        total += np.float64(scores[row])
    for j in range(width):
        errors[c, j] = _ZERO
    for row in range(num_rows):
        step = -rate * np.float32(np.float64(scores[row]) / total)
        if row == target:
            step += rate
        for j in range(width):
            before = output[row, j]
            errors[c, j] += step * before
            output[row, j] = before + step * vectors[c, j]
    return np.log(total) - target_score


@compiled
def ask_about(
    word: np.uint64, num_negatives: int, alias: Bits, tree: Paths,
    questions: Bits, truths: Truths, state: Bits,
) -> int:  # fmt: skip
    """Write down the questions whose right answers tell a word, and return how many there are.

    Args:
        num_negatives: words drawn beside the right one; 0 asks the way through the tree.
        tree: (starts, nodes, turns): the path of word w is nodes[starts[w] : starts[w + 1]].
    """
    if num_negatives == 0:
        starts, nodes, turns = tree
        first = starts[word]
        length = starts[word + np.uint64(1)] - first
        for i in range(length):
            questions[i] = nodes[first + i]
            truths[i] = turns[first + i]
        return length
    questions[0] = word
    truths[0] = True
    length = 1
    for _ in range(num_negatives):
        drawn = draw_word(alias, state)
        if drawn != word:  # a word is never its own counter-example
            questions[length] = drawn
            truths[length] = False
            length += 1
    return length


@compiled
def train_block(
    ids: NDArray[np.int32], inputs: Floats, output: Floats, mode: int, objective: int, window: int, num_negatives: int,
    is_shared: bool, rate: np.float32, keep: Bits, alias: Bits, tree: Paths,
    most_questions: int, table: Floats, seed: np.uint64,
) -> tuple[float, int, int]:  # fmt: skip
    """Learn from one block of a text, in place.

    Args:
        ids: words, SENTENCE_END between sentences; overwritten by the words that were kept.
        window: words on each side at most. How many is drawn at every position, so that near words count more.
        is_shared: whether all words of a window meet the same drawn words (skip-gram).
        keep: chance of each word to be kept, of 2³².
        seed: the block's random numbers depend on nothing else.
    Returns:
        Summed loss in nats, the number of predictions in it, and the number of words read.
    """
    width = inputs.shape[1]
    state = np.array([seed], np.uint64)
    asked = num_negatives if objective == NEGATIVE_SAMPLING else 0
    questions, truths = np.empty(most_questions + 5, np.uint64), np.empty(most_questions, np.bool_)
    around = np.empty(2 * window, np.uint64)
    vectors = np.empty((2 * window, width), np.float32)
    errors = np.empty_like(vectors)
    steps = np.zeros((2 * window, most_questions + 5), np.float32)
    scores = np.empty(output.shape[0] if objective == FULL_SOFTMAX else 0, np.float32)

    loss, num_predictions, num_words = 0.0, 0, 0
    start = 0
    while start < ids.shape[0]:
        end, stop = start, start
        while stop < ids.shape[0] and ids[stop] != SENTENCE_END:
            num_words += 1
            if (draw(state) >> _HALF) < keep[ids[stop]]:
                ids[end] = ids[stop]
                end += 1
            stop += 1

        for place in range(start, end):
            word = np.uint64(ids[place])
            reach = 1 + int(draw_below(window, state))
            num_around = 0
            for other in range(max(start, place - reach), min(end, place + reach + 1)):
                if other != place:
                    around[num_around] = ids[other]
                    num_around += 1
            if num_around == 0:
                continue

            num_vectors = 1 if mode == CBOW else num_around
            for c in range(num_around):
                context = around[c]
                for j in range(width):
                    if mode == SKIP_GRAM or c == 0:
                        vectors[c, j] = inputs[context, j]
                    else:
                        vectors[0, j] += inputs[context, j]
            if mode == CBOW:
                scale = _ONE / np.float32(num_around)
                for j in range(width):
                    vectors[0, j] *= scale

            if objective == FULL_SOFTMAX:
                for c in range(num_vectors):
                    loss += learn_choice(vectors, c, errors, output, int(word), scores, rate)
            elif is_shared or asked == 0 or num_vectors == 1:
                num = ask_about(word, asked, alias, tree, questions, truths, state)
                loss += learn_answers(vectors, num_vectors, errors, output, questions, truths, num, steps, rate, table)
            else:
                for c in range(num_vectors):
                    num = ask_about(word, asked, alias, tree, questions, truths, state)
                    loss += learn_answers(
                        vectors[c:], 1, errors[c:], output, questions, truths, num, steps, rate, table
                    )
            num_predictions += num_vectors

            for c in range(num_around):
                context = around[c]
                # The mean's error goes undivided to each of its words: so does word2vec.c.
                source = 0 if mode == CBOW else c
                for j in range(width):
                    inputs[context, j] += errors[source, j]
        start = stop + 1
    return loss, num_predictions, num_words
