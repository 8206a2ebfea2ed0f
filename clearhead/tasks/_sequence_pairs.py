"""What translation and summarization share: learn to write one sequence from another.

Loss: cross-entropy of each target token after those before it, with label smoothing while training. Each task adds its
scores and baselines. One path of text handling serves training, evaluation, files and single sentences.
"""

import random
from abc import abstractmethod
from collections.abc import Sequence
from itertools import islice
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from clearhead.data.parallel_text import PairSource
from clearhead.generation.search import SearchConfig, translate_tokens
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX, linear_cross_entropy
from clearhead.models.base import SequenceToSequence
from clearhead.tasks._pair_data import PairTokens, pad
from clearhead.tasks._pair_reading import PairOptions
from clearhead.tasks.base import Defaults, Poll, Task, never_stop
from clearhead.tokenizers._pairs import PairTokenizer

SHOWN_SAMPLES, SHOWN_ERRORS, NOTED_PAIRS = 5, 5, 300
SHOWN_WHILE_LEARNING = 2
EVALUATED_TOKENS = 8192
LONGEST_CONTEXT = 512


class SequencePairs(Task):
    """Pairs of one source, encoded, with what a task of them has in common."""

    role = "SequenceToSequence"
    default_model = "transformer"
    is_better_when = "higher"
    evaluation_cost = 4.0
    smallest_batch = 256

    def __init__(
        self,
        source: PairSource,
        tokenizer: PairTokenizer,
        options: PairOptions,
        *,
        encoded: dict[str, PairTokens] | None = None,
        context_length: int = LONGEST_CONTEXT,
        train_share: float = 1.0,
    ) -> None:
        self.train_share = train_share
        self.source, self.tokenizer, self.options, self.context_length = source, tokenizer, options, context_length
        self.texts = {split: list(source.pairs(split)) for split in source.splits}
        self.encoded = encoded or {split: self._encode(pairs) for split, pairs in self.texts.items()}
        kept = self.encoded["train"].no_longer_than(context_length)
        self.kept = kept[: max(1, round(train_share * len(kept)))]
        if not len(self.kept):
            raise ValueError(
                f"{source.name}: at least one pair must have at most {context_length} tokens a side, got none. "
                f"Use a longer --model.context-length."
            )
        self._plan: tuple[tuple[int, int, int], list[np.ndarray]] | None = None

    def _encode(self, pairs: Sequence[tuple[str, str]]) -> PairTokens:
        sources, targets = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        return PairTokens.of(self.tokenizer.encode_source(sources), self.tokenizer.encode_target(targets))

    @property
    def num_train_targets(self) -> int:
        """Target tokens of the training part."""
        return int(self.encoded["train"].target_lengths[self.kept].sum())

    @property
    def num_valid_targets(self) -> int:
        """Target tokens of the validation part."""
        return len(self.encoded["valid"].targets)

    def steps_per_epoch(self, batch_size: int) -> int:
        """Return the number of batches of one pass."""
        return len(self.encoded["train"].cuts(self.kept, batch_size))

    def rows_at_once(self, batch: tuple[Tensor, ...], micro_batch_size: int) -> int:
        """Return how many rows of a batch have `micro_batch_size` tokens on the longer side."""
        return max(1, micro_batch_size // max(batch[0].shape[1], batch[1].shape[1]))

    def model_facts(self, model: str) -> dict[str, Any]:
        """Return vocabularies and control tokens."""
        tokenizer = self.tokenizer
        return {
            "source_vocab_size": tokenizer.source_vocab_size,
            "target_vocab_size": tokenizer.target_vocab_size,
            "padding_id": tokenizer.padding_id,
            "start_id": tokenizer.start_id,
            "end_id": tokenizer.end_id,
        }

    def defaults(self, model: str) -> Defaults:
        """Return settings that serve tens of thousands of pairs on a small machine."""
        longest = int(max(part.lengths.max() for part in self.encoded.values() if len(part)))
        context = min(LONGEST_CONTEXT, max(32, -(-(longest + 8) // 32) * 32))
        training: dict[str, Any] = {"batch_size": 2560, "optimizer": "muon", "decay_fraction": 0.7}
        if model == "transformer":
            training |= {
                "learning_rate": 0.008,
                "embedding_learning_rate": 0.004,
                "head_learning_rate": 0.004,
                "vector_learning_rate": 0.004,
                "warmup_steps": 100,
            }
        else:
            training |= {
                "optimizer": "adamw",
                "learning_rate": 0.002,
                "embedding_learning_rate": 0.002,
                "head_learning_rate": 0.002,
                "vector_learning_rate": 0.002,
                "clip_norm": 1.0,
            }
        return Defaults(model_options={"context_length": context}, training_options=training, epochs=60)

    def for_model(self, model_config: Any, *, is_learning: bool = True) -> Self:
        """Return the task with the pairs that fit the model's context."""
        if model_config.context_length == self.context_length:
            return self
        length = model_config.context_length
        return type(self)(
            self.source,
            self.tokenizer,
            self.options,
            encoded=self.encoded,
            context_length=length,
            train_share=self.train_share,
        )

    def batch(self, step: int, *, seed: int, batch_size: int, rank: int = 0, world_size: int = 1) -> tuple[Tensor, ...]:
        """Return (source, target read, target to say), padded; at most `batch_size` tokens a side in all processes."""
        part = self.encoded["train"]
        epoch, index = divmod(step, self.steps_per_epoch(batch_size))
        if self._plan is None or self._plan[0] != (seed, epoch, batch_size):
            order = part.order(self.kept, (seed, epoch))
            batches = [order[start:end] for start, end in part.cuts(self.kept, batch_size)]
            shuffled = np.random.default_rng((seed, epoch, 1)).permutation(len(batches))
            self._plan = (seed, epoch, batch_size), [batches[place] for place in shuffled]
        rows = self._plan[1][index]
        # A batch with fewer rows than processes gives the last ones a row that counts for nothing (see _tensors).
        mine = rows[rank::world_size]
        is_spare = len(mine) == 0
        made = self._tensors(part, rows[:1] if is_spare else mine, chance=random.Random(f"{seed} {step} {rank}"))
        return (made[0], made[1], torch.full_like(made[2], IGNORE_INDEX)) if is_spare else made

    def _tensors(
        self, part: PairTokens, rows: np.ndarray, *, chance: random.Random | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        sources = [part.source(row) for row in rows]
        targets = [part.target(row) for row in rows]
        if chance is not None and self.options.subword_sampling:
            sources, targets = self._cut_otherwise(rows, sources, targets, chance)
        padding, start = self.tokenizer.padding_id, self.tokenizer.start_id
        said = pad(targets, IGNORE_INDEX)
        read = torch.cat([torch.full((len(rows), 1), start), said[:, :-1].clamp_min(0)], 1)
        read = read.masked_fill(torch.cat([torch.zeros(len(rows), 1).bool(), said[:, :-1] < 0], 1), padding)
        return pad(sources, padding), read, said

    def _cut_otherwise(self, rows: np.ndarray, sources: Any, targets: Any, chance: random.Random) -> tuple[Any, Any]:
        for place, row in enumerate(rows):
            if chance.random() < self.options.subword_sampling:
                source, target = self.texts["train"][row]
                cut = self.tokenizer.encode_source([source], sample=chance)[0]
                said = self.tokenizer.encode_target([target], sample=chance)[0]
                if max(len(cut), len(said)) <= self.context_length:
                    sources[place], targets[place] = cut, said
        return sources, targets

    def loss(self, model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
        """Return the summed cross-entropy of a batch (smoothed while training) and its number of targets."""
        assert isinstance(model, SequenceToSequence)
        source, read, said = batch
        vectors, head = model.decode(model.encode(source), read), model.head()
        smoothing = self.options.label_smoothing if model.training else 0.0
        total = linear_cross_entropy(
            vectors, head.weight, said, bias=head.bias, smoothing=smoothing, excluded=head.excluded
        )
        return total, int((said != IGNORE_INDEX).sum())

    @torch.inference_mode()
    def evaluate(self, model: nn.Module, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, float]:
        """Score a model on every pair of a split: its loss on the references, and what it writes itself."""
        was_training = model.training
        model.eval()
        try:
            loss = self._mean_loss(model, split, poll)
            outputs = self.write(model, [source for source, _ in self.texts[split]], split=split, poll=poll)
        finally:
            model.train(was_training)
        rows = zip(self.texts[split], outputs, self.references(split), strict=True)
        self.sample = "\n".join(
            _sample(pair[0], wanted, is_) for pair, is_, wanted in islice(rows, SHOWN_WHILE_LEARNING)
        )
        return {**self.scores(outputs, split), "loss": loss}

    def _mean_loss(self, model: nn.Module, split: str, poll: Poll) -> float:
        part, total, count = self.encoded[split], 0.0, 0
        kept = part.no_longer_than(self.context_length)
        device = next(model.parameters()).device
        order = part.order(kept, (0,))
        for start, end in part.cuts(kept, EVALUATED_TOKENS):
            poll()
            batch = tuple(each.to(device) for each in self._tensors(part, order[start:end]))
            loss, targets = self.loss(model, batch)
            total, count = total + float(loss), count + targets
        return total / max(1, count)

    def write(
        self, model: nn.Module, sources: Sequence[str], *, split: str = "test", poll: Poll = never_stop
    ) -> list[str]:
        """Return what the model writes for each source; one too long for it is read as far as it reaches."""
        assert isinstance(model, SequenceToSequence)
        ids = [tokens[: model.config.context_length] for tokens in self.tokenizer.encode_source(sources)]
        found = translate_tokens(model, ids, self.search(split), poll=poll)
        return [self.tokenizer.decode_target(best[0].tokens) for best in found]

    def search(self, split: str) -> SearchConfig:
        """Return how a part is decoded: validation greedily, the rest with the beam of the options."""
        beams = 1 if split == "valid" else self.options.num_beams
        return SearchConfig(num_beams=beams, length_penalty=self.options.length_penalty)

    def references(self, split: str) -> list[str]:
        """Return what should be written, in the case that the model writes."""
        texts = [target for _, target in self.texts[split]]
        return [text.lower() for text in texts] if self.options.lower_case else texts

    @abstractmethod
    def scores(self, outputs: Sequence[str], split: str) -> dict[str, float]:
        """Compare outputs with the references of a split."""

    @abstractmethod
    def signatures(self, split: str) -> list[str]:
        """Say what exactly the scores measure."""

    @abstractmethod
    def similarity(self, output: str, reference: str) -> float:
        """Return how alike two texts are, to find the worst errors."""

    def notes(self, model: nn.Module, split: str = "valid") -> list[str]:
        """Return samples, the worst of the first outputs, what was too long, and the signatures of the scores."""
        pairs = self.texts[split][:NOTED_PAIRS]
        outputs = self.write(model, [source for source, _ in pairs], split=split)
        rows = list(zip(pairs, outputs, self.references(split), strict=False))
        shown = [_sample(source, reference, output) for (source, _), output, reference in rows[:SHOWN_SAMPLES]]
        worst = sorted(rows, key=lambda row: self.similarity(row[1], row[2]))[:SHOWN_ERRORS]
        errors = [_sample(source, reference, output) for (source, _), output, reference in worst]
        too_long = len(self.encoded[split]) - len(self.encoded[split].no_longer_than(self.context_length))
        cut = [f"{too_long} pairs are longer than {self.context_length} tokens: read as far as it reaches."]
        return [
            *(cut if too_long else []),
            *("Some outputs:", *shown),
            *(f"The worst of the first {len(rows)}:", *errors),
            *self.signatures(split),
        ]

    def describe(self) -> dict[str, Any]:
        """Return the facts about the data that belong into the saved run."""
        dropped = len(self.encoded["train"]) - len(self.kept)
        long = [f"{dropped:,} training pairs are longer than {self.context_length} tokens and were left out."]
        return {
            "name": self.source.name,
            "fingerprint": self.source.fingerprint,
            "languages": list(self.source.languages),
            "splits": {
                split: {"pairs": len(part), "source_tokens": len(part.sources), "tokens": len(part.targets)}
                for split, part in self.encoded.items()
            },
            "report": [*self.source.report, *self.tokenizer.notes, *(long if dropped else [])],
        }


def _sample(source: str, reference: str, output: str) -> str:
    return f"  {source}\n    should be: {reference}\n    is:        {output}"
