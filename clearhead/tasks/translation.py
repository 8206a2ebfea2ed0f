"""Translate sentences of one language into another.

Scores: BLEU and chrF of sacreBLEU with their signatures (Chinese by character), BLEU on lower-cased tokens as older
papers have it, the share of outputs that are exactly right, the loss on the references. Baselines: the source itself,
and the translation of the most similar training source.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from torch import nn

from clearhead.metrics import translation as metrics
from clearhead.tasks._nearest import nearest_texts
from clearhead.tasks._pair_predictor import WriteOptions as WriteOptions
from clearhead.tasks._pair_predictor import predictor as predictor
from clearhead.tasks._pair_reading import PairOptions, learn_pairs, open_source, read_options
from clearhead.tasks._sequence_pairs import SequencePairs
from clearhead.tasks.base import Asked, Poll, Tell, never_stop
from clearhead.tokenizers._pairs import load_pairs

VOCAB_SIZE = 8000
LENGTH_BOUNDS = (10, 15, 20, 30)
MOSES_LANGUAGES = frozenset("ca cs de el en es et fi fr ga hu is it lt lv nl pl pt ro ru sk sl sv".split())
"""Languages whose abbreviations the Moses tokenizer knows."""


class Translation(SequencePairs):
    """Pairs of sentences that mean the same."""

    name = "translation"
    default_data = "dates"
    main_score = "bleu"

    def scores(self, outputs: Sequence[str], split: str) -> dict[str, float]:
        """Return BLEU, chrF, the share that is exactly right, and BLEU on tokens where Moses knows the language."""
        references = self.references(split)
        found = {
            "bleu": metrics.bleu(outputs, references, tokenize=self.tokenization).value,
            "chrf": metrics.chrf(outputs, references).value,
            "exact": metrics.exact_match(outputs, references),
        }
        if self.moses_language is None:
            return found
        tokenized = metrics.tokenized_bleu(outputs, references, language=self.moses_language)
        return {**found, "bleu_tokenized": tokenized.value}

    @cached_property
    def moses_language(self) -> str | None:
        """The target language where Moses knows it; None for other languages and for what is none (dates)."""
        code = self.source.languages[1].replace("_", "-").split("-")[0].lower()
        return code if code in MOSES_LANGUAGES else None

    @cached_property
    def tokenization(self) -> str:
        """How sacreBLEU cuts this target language into words."""
        return metrics.tokenization_for(self.references("valid"))

    def signatures(self, split: str) -> list[str]:
        """Return the signatures of the scores, and how the outputs were decoded."""
        search, word = self.search(split), ["word"]
        found = [
            f"BLEU {metrics.bleu(word, word, tokenize=self.tokenization).signature}",
            f"{metrics.chrf(word, word).signature}",
        ]
        if self.moses_language is not None:
            found.append(f"BLEU tok {metrics.tokenized_bleu(word, word, language=self.moses_language).signature}")
        return [*found, f"decoded with {search.num_beams} beam(s), length penalty {search.length_penalty:g}"]

    def similarity(self, output: str, reference: str) -> float:
        """Return the chrF of one sentence."""
        return metrics.chrf([output], [reference]).value

    def notes(self, model: nn.Module, split: str = "valid") -> list[str]:
        """Return samples and errors, and on the test part BLEU by the length of the source."""
        found = super().notes(model, split)
        if split == "valid":
            return found
        sources = [source for source, _ in self.texts[split]]
        outputs = self.write(model, sources, split=split)
        lengths = self.encoded[split].source_lengths.tolist()
        rows = metrics.bleu_by_length(
            lengths, outputs, self.references(split), bounds=LENGTH_BOUNDS, tokenize=self.tokenization
        )
        told = [f"  {row.low} to {row.high}: {row.count} sentences, BLEU {row.bleu:.2f}" for row in rows]
        return [*found, "BLEU by the tokens of the source:", *told]

    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score the source itself, and the translation of the most similar training source."""
        poll()
        sources = [source.lower() if self.options.lower_case else source for source, _ in self.texts[split]]
        train = self.texts["train"]
        places = nearest_texts(sources, [source for source, _ in train])
        poll()
        nearest = [train[place][1] for place in places]
        if self.options.lower_case:
            nearest = [text.lower() for text in nearest]
        return {"copy of the source": self.scores(sources, split), "nearest neighbour": self.scores(nearest, split)}


def learn(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell) -> None:
    """Train the vocabulary, or take the parent run's."""
    learn_pairs(asked, folder, parent=parent, tell=tell, default_size=VOCAB_SIZE)


def open_task(asked: Asked, folder: Path) -> Translation:
    """Open pairs, encoded by the folder's vocabulary."""
    options = read_options(asked.options)
    return Translation(open_source(asked), load_pairs(folder), options, train_share=asked.train_share)


TASK = Translation
OPTIONS = PairOptions
PREDICT_OPTIONS = WriteOptions
