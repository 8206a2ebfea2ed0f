"""Learn a vector for each word from the words around it.

The kernels of kernels/hogwild.py change the weights in place, a piece of the text a step; on a GPU the model takes the
same steps for batches. Loss: −log p in nats per predicted word, on text that is not learned from. Further scores where
the files of word_tests/ are at hand: analogies, wordsim. Baselines: how frequent words are, and counted vectors.
Read with: models/word2vec.py, data/_corpus.py
"""

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clearhead.core import catalog, config
from clearhead.data._corpus import open_corpus
from clearhead.data.base import TextSource, open_text
from clearhead.kernels.hogwild import BLOCK_WORDS, Tables, train_words
from clearhead.metrics.word_vectors import nearest, normalised
from clearhead.models._word_batches import WordBatches
from clearhead.models.base import Model
from clearhead.models.word2vec import Word2Vec, Word2VecConfig
from clearhead.tasks._word_baselines import MOST_WORDS, counted_vectors, frequency_loss
from clearhead.tasks._word_list import WordList, read_words, write_words
from clearhead.tasks._word_tests import StandardTests
from clearhead.tasks._word_text import encode_part, kind_of
from clearhead.tasks._word_training import STEP_WORDS, WordVectorsOptions, mean_loss
from clearhead.tasks.base import Asked, Defaults, Poll, Task, Tell, never_stop

EVALUATED_WORDS = 200_000
ANALOGY_WORDS = 100
"""To answer an analogy takes as long as to learn from about so many words."""
RATES = {"skip_gram": 0.025, "cbow": 0.05}
STEPS_PER_EPOCH = 20
"""A short text is cut into about so many steps a pass, for the rate falls from step to step."""
FEWEST_EPOCHS, MOST_EPOCHS, ENOUGH_WORDS = 5, 40, 25_000_000
"""Five passes, as in word2vec.c; a short text is read more often, until so many words have been seen."""
SHOWN_RANKS, SHOWN_WORDS = (50, 100, 200, 400, 800), 6


class WordVectors(Task):
    """One text in words of a fixed vocabulary, read piece by piece."""

    name = "word_vectors"
    default_data = "stories"
    role = Word2Vec.role
    default_model = "word2vec"
    main_score = "loss"
    unit = "words"
    has_own_update = True
    # On unseen text the loss soon rises again, while similarity and analogies still gain from each pass: on 0.6 MB of
    # Wikipedia wordsim went from 0.30 (lowest loss) to 0.38 (last weights).
    keeps_best = False
    evaluation_cost = 3.0  # a word takes a whole step of the kernels, where others only look forward

    def __init__(
        self,
        source: TextSource,
        listed: WordList,
        options: WordVectorsOptions,
        *,
        seed: int = 0,
        model_config: Word2VecConfig | None = None,
    ) -> None:
        self.source, self.listed, self.options, self.seed = source, listed, options, seed
        self.model_config = model_config or Word2VecConfig(vocab_size=len(listed.words))
        self.training = options.training(self.model_config)
        self._parts: dict[str, NDArray[np.int32]] = {}

    @cached_property
    def ids(self) -> NDArray[np.int32]:
        """The training part, a memory-mapped file."""
        corpus = open_corpus(self.source, self.listed.rules, known=self.listed.known)
        if corpus.words != self.listed.words:
            raise ValueError(
                f"{self.source.name} must be the text whose words the run lists, got another. Put the old one back."
            )
        return corpus.ids

    @cached_property
    def tests(self) -> StandardTests:
        """The published questions about words of this vocabulary."""
        return StandardTests(self.listed.words)

    @cached_property
    def tables(self) -> Tables:
        """What the kernels look up."""
        return Tables.of(self.listed.counts, self.training)

    @property
    def num_train_targets(self) -> int:
        """Words of the training part that are in the vocabulary."""
        return int(np.count_nonzero(self.ids >= 0))

    @property
    def num_valid_targets(self) -> int:
        """Words that an evaluation learns the loss of, and as many as its analogies take the time of."""
        return len(self.part("valid")) + ANALOGY_WORDS * self.tests.num_analogies

    def steps_per_epoch(self, batch_size: int) -> int:
        """Return how many pieces of the text one pass takes."""
        return max(1, -(-len(self.ids) // batch_size))

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return the size of the vocabulary."""
        return {"vocab_size": len(self.listed.words)}

    def defaults(self, model: str) -> Defaults:
        """Return the settings of word2vec: plain gradient descent, the rate falling from the first step on to zero."""
        num_blocks = max(10, 4 * self._num_threads())
        words = -(-len(self.ids) // STEPS_PER_EPOCH)
        if words >= BLOCK_WORDS:
            words = min(words // BLOCK_WORDS, num_blocks) * BLOCK_WORDS
        training = {
            "optimizer": "gradient_descent",
            "learning_rate": RATES[self.model_config.mode],
            "decay_fraction": 1.0,
            "batch_size": max(STEP_WORDS, words),
        }
        epochs = min(MOST_EPOCHS, max(FEWEST_EPOCHS, ENOUGH_WORDS // max(1, self.num_train_targets)))
        return Defaults(training_options=training, epochs=epochs)

    def for_model(self, model_config: Any, *, is_learning: bool = True) -> Self:
        """Return the task that trains and scores in the model's way."""
        if model_config == self.model_config:
            return self
        made = type(self)(self.source, self.listed, self.options, seed=self.seed, model_config=model_config)
        for name in ("ids", "tests"):  # what was read already
            if name in vars(self):
                vars(made)[name] = vars(self)[name]
        made._parts = self._parts
        return made

    def grow(self, model: Model) -> Model:
        """Return a trained model with rows for the words of this text that it did not know."""
        if self.listed.places is None:
            return model
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            return cast(Word2Vec, model).extended(self.listed.places)

    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return the words of a step."""
        start = step % self.steps_per_epoch(batch_size) * batch_size
        return (torch.from_numpy(np.array(self.ids[start : start + batch_size])),)

    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Refuse: the weights are changed by `update`."""
        raise AssertionError(f"{self.name} has an update of its own, it hands out no loss")

    def update(self, model: nn.Module, step: int, *, seed: int, batch_size: int, rate: float) -> tuple[float, int]:
        """Learn from the next piece of the text; return the mean loss of a prediction times the words, and the words.

        The trainer counts words, which tell how far it is, and divides by them: the mean is that of the predictions.
        """
        assert isinstance(model, Word2Vec)
        epoch, index = divmod(step, self.steps_per_epoch(batch_size))
        start, stop = index * batch_size, min((index + 1) * batch_size, len(self.ids))
        device = model.input_vectors.device
        if has_kernels(device):
            learned = train_words(
                *model.arrays(),
                self.ids,
                training=self.training,
                tables=self.tables,
                start=start,
                stop=stop,
                first_rate=rate,
                last_rate=rate,
                seed=seed,
                epoch=epoch,
                num_threads=self._num_threads(),
            )
            loss, num_predictions, num_words = learned
        else:
            ids = torch.from_numpy(np.array(self.ids[start:stop])).long().to(device)
            generator = torch.Generator(device).manual_seed((seed << 32) + step)
            summed, num_predictions = torch.zeros((), device=device), 0
            for contexts, rows, truths in WordBatches(self.listed.counts, self.training, device)(ids, generator):
                summed += model.learn(contexts, rows, truths, rate=rate)
                num_predictions += len(contexts)
            loss, num_words = float(summed), int((ids >= 0).sum())
        return (loss / num_predictions * num_words, num_words) if num_predictions else (0.0, 0)

    def _num_threads(self) -> int:
        return self.options.num_threads or torch.get_num_threads()

    @torch.inference_mode()
    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on the beginning of a split, and on the published questions where they are at hand."""
        assert isinstance(model, Word2Vec)
        inputs, output = (matrix.detach().float().cpu().numpy().copy() for matrix in model.parameters())
        where = f"{self.source.name}: the {split} part"
        weights = inputs, output
        found = {"loss": mean_loss(*weights, self.part(split), self.listed.counts, self.training, where, poll)}
        poll()
        return {**found, **self.tests.similarities(inputs), **self.tests.analogies(inputs)}

    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score who knows how frequent words are but looks at no neighbour, and vectors counted without a network.

        The second are scored where published questions are at hand, over their own words alone.
        """
        counts = self.listed.counts
        found = {"word frequencies": {"loss": frequency_loss(counts, self.part(split), self.training)}}
        if self.source.fingerprint == self.listed.fingerprint and self.tests.judgements:
            poll()
            shape = {"window": self.training.window, "embedding_dim": self.model_config.embedding_dim}
            scores = self.tests.similarities(counted_vectors(self.ids, len(counts), **shape))
            if scores:
                found[f"PPMI + SVD, {min(MOST_WORDS, len(counts)):,} words"] = scores
        return found

    def part(self, split: str) -> NDArray[np.int32]:
        """Return what is scored of a split, as ids."""
        if split not in self._parts:
            catalog.choose(split, self.source.splits, where=f"the parts of {self.source.name}")
            id_of = {word: index for index, word in enumerate(self.listed.words)}
            self._parts[split] = encode_part(self.source, split, self.listed.rules, id_of, limit=EVALUATED_WORDS)
            if not len(self._parts[split]):
                raise ValueError(
                    f"{self.source.name}: the {split} part must have words of the vocabulary, got none. "
                    f"Give more text, or other text with --valid."
                )
        return self._parts[split]

    def describe(self) -> dict[str, Any]:
        """Return the facts about the text that belong into the saved run."""
        splits = {}
        if self.source.fingerprint == self.listed.fingerprint:
            splits["train"] = {"words": self.listed.num_words, "vocabulary": len(self.listed.words)}
        for split in self.source.splits[1:]:
            splits[split] = {"words": int(np.count_nonzero(self.part(split) >= 0))}
        limit = f"Of the other parts the first {EVALUATED_WORDS:,} words are scored at most."
        return {
            "name": self.source.name,
            "fingerprint": self.source.fingerprint,
            "splits": splits,
            "report": [*self.listed.report, limit],
        }

    def notes(self, model: nn.Module, split: str = "valid") -> list[str]:
        """Return the nearest words of some that are neither the most frequent nor rare."""
        assert isinstance(model, Word2Vec)
        words, unit = self.listed.words, normalised(model.input_vectors.detach().float().cpu().numpy())
        found = []
        for index in (rank for rank in SHOWN_RANKS if rank < len(words)):
            near, cosines = nearest(unit, unit[index], count=SHOWN_WORDS, excluded=(index,))
            listed = ", ".join(f"{words[i]} {cosine:.2f}" for i, cosine in zip(near, cosines, strict=True))
            found.append(f"Near {words[index]}: {listed}")
        return found


def has_kernels(device: torch.device) -> bool:
    """Whether the loops of kernels/word2vec.py can change weights that lie there."""
    return device.type == "cpu"


def learn(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell) -> None:
    """Read the text into words (or find it read), choose the vocabulary, and keep it in the run."""
    source, options = _source(asked), _options(asked)
    tell(f"Reading the words of {source.name}.")
    known = None
    if parent is None:
        rules = options.rules(options.kind or kind_of(source), asked.vocab_size)
    else:
        before = read_words(parent)
        if options.kind not in (None, before.rules.kind):
            raise ValueError(
                f"--task.kind must be {before.rules.kind}, as in the run gone on from, got {options.kind}. "
                "Leave it out."
            )
        known = before.words, before.counts
        rules = replace(before.rules, min_count=options.min_count)
    corpus = open_corpus(source, rules, known=known)
    listed = WordList.of(corpus, rules, source.fingerprint, known)
    if listed.places is not None:
        tell(f"{int((listed.places < 0).sum()):,} of {len(listed.words):,} words are new.")
    write_words(folder, listed)


def open_task(asked: Asked, folder: Path) -> WordVectors:
    """Open a text whose words are those that the folder lists."""
    return WordVectors(_source(asked), read_words(folder), _options(asked), seed=asked.seed)


def _source(asked: Asked) -> TextSource:
    return open_text(asked.data, text_column=asked.text_column, valid=asked.valid)


def _options(asked: Asked) -> WordVectorsOptions:
    return config.from_json(WordVectorsOptions, dict(asked.options), where="--task")


TASK = WordVectors
OPTIONS = WordVectorsOptions
