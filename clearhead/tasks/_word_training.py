"""How word vectors are learned from a text, as a user may set it, and the loss on text that is only read."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clearhead.data._words import WordRules
from clearhead.kernels.hogwild import BLOCK_WORDS, Tables, WordTraining, train_words
from clearhead.models.word2vec import Word2VecConfig
from clearhead.tasks.base import Poll

STEP_WORDS = 1000
"""The shortest step or evaluation: the window of a word ends where a step does."""
EVALUATED_PRODUCTS = 2e10
"""What an evaluation with the full softmax may take: it asks about every word of the vocabulary."""
EVALUATION_SEED = 0


@dataclass(frozen=True, kw_only=True)
class WordVectorsOptions:
    """How a text becomes words, and how they are learned from; mode and objective are the model's."""

    kind: Literal["words", "letters", "chinese"] | None = None
    """What a word is: words of any script, a to z only (letters), or cut by a Chinese dictionary; otherwise by the
    script of the text."""
    min_count: int = 5
    """Words seen less often are left out."""
    phrase_passes: int = 0
    """How often pairs of words that belong together are joined (new_york)."""
    window: int = 5
    """Words on each side at most; how many is drawn anew at every position."""
    num_negatives: int = 5
    """Words drawn at random beside each right one."""
    power: float = 0.75
    """They are drawn in proportion to count^power."""
    sample: float = 1e-4
    """Words that are a greater share of the text than this are thinned out; 0 keeps all."""
    shares_negatives: bool = True
    """All words around one position meet the same drawn words: faster (skip-gram)."""
    num_threads: int | None = None
    """Threads that learn at once; one gives the same vectors every time. None: as many as PyTorch takes."""

    def __post_init__(self) -> None:
        self.rules(self.kind or "words", None)
        self.training(Word2VecConfig(vocab_size=2))
        if self.num_threads is not None and self.num_threads < 1:
            raise ValueError(f"WordVectorsOptions.num_threads must be at least 1, got {self.num_threads}. Use 1.")

    def rules(self, kind: str, max_words: int | None) -> WordRules:
        """Return what a word is and which are kept."""
        return WordRules(kind=kind, min_count=self.min_count, phrase_passes=self.phrase_passes, max_words=max_words)

    def training(self, model_config: Word2VecConfig) -> WordTraining:
        """Return how a model is trained."""
        return WordTraining(
            mode=model_config.mode,
            objective=model_config.objective,
            window=self.window,
            num_negatives=self.num_negatives,
            power=self.power,
            sample=self.sample,
            shares_negatives=self.shares_negatives,
        )


def mean_loss(
    inputs: NDArray[np.float32],
    output: NDArray[np.float32],
    ids: NDArray[np.int32],
    counts: NDArray[np.int64],
    training: WordTraining,
    where: str,
    poll: Poll,
) -> float:
    """Return −log p in nats per prediction over a text.

    These are the steps of a training at a rate of 0, always with the same random numbers: they change nothing. One
    thread, so that the sum has one order.

    Raises:
        ValueError: no word has a neighbour; `where` opens the message.
    """
    if training.objective == "full_softmax":
        ids = ids[: max(STEP_WORDS, int(EVALUATED_PRODUCTS / (training.window * output.size)))]
    # Of a short text all words may be thinned out; then they are scored as they stand.
    for chosen in (training, replace(training, sample=0.0)):
        tables, loss, num_predictions = Tables.of(counts, chosen), 0.0, 0
        for start in range(0, len(ids), BLOCK_WORDS):
            poll()
            learned = train_words(
                inputs,
                output,
                ids,
                training=chosen,
                tables=tables,
                start=start,
                stop=min(start + BLOCK_WORDS, len(ids)),
                first_rate=0.0,
                last_rate=0.0,
                seed=EVALUATION_SEED,
            )
            loss, num_predictions = loss + learned.loss, num_predictions + learned.num_predictions
        if num_predictions:
            return loss / num_predictions
    raise ValueError(
        f"{where} must have lines with two words of the vocabulary, got none. Give more text, or another with --valid."
    )
