"""Write the short form of a long text.

Scores: ROUGE-1, ROUGE-2 and ROUGE-L (F1; Chinese by character), the loss on the references. Baselines: the first
sentence of the text, and the summary of the most similar training text.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from clearhead.metrics import summarization as metrics
from clearhead.tasks._nearest import nearest_texts
from clearhead.tasks._pair_predictor import WriteOptions as WriteOptions
from clearhead.tasks._pair_predictor import predictor as predictor
from clearhead.tasks._pair_reading import PairOptions, learn_pairs, open_source, read_options
from clearhead.tasks._sequence_pairs import SequencePairs
from clearhead.tasks.base import Asked, Poll, Tell, never_stop
from clearhead.tokenizers._pairs import load_pairs

VOCAB_SIZE = 4000
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")


class Summarization(SequencePairs):
    """Pairs of a text and its summary."""

    name = "summarization"
    default_data = "docstrings"
    main_score = "rouge_l"

    def scores(self, outputs: Sequence[str], split: str) -> dict[str, float]:
        """Return the three ROUGE scores, in percent."""
        found = metrics.rouge(outputs, self.references(split))
        return {"rouge_1": 100 * found.rouge_1, "rouge_2": 100 * found.rouge_2, "rouge_l": 100 * found.rouge_l}

    def signatures(self, split: str) -> list[str]:
        """Say how ROUGE was computed and the outputs decoded."""
        search = self.search(split)
        return [
            "ROUGE: F1, words in small letters, Chinese by character, no stemming",
            f"decoded with {search.num_beams} beam(s), length penalty {search.length_penalty:g}",
        ]

    def similarity(self, output: str, reference: str) -> float:
        """Return the ROUGE-L of one text."""
        return metrics.rouge([output], [reference]).rouge_l

    def baselines(self, split: str = "valid", *, poll: Poll = never_stop) -> dict[str, dict[str, float]]:
        """Score the first sentence, and the summary of the most similar training text."""
        poll()
        sources = [source for source, _ in self.texts[split]]
        train = self.texts["train"]
        places = nearest_texts(sources, [source for source, _ in train])
        poll()
        leads = [first_sentence(source) for source in sources]
        nearest = [train[place][1] for place in places]
        if self.options.lower_case:
            leads, nearest = [text.lower() for text in leads], [text.lower() for text in nearest]
        return {"first sentence": self.scores(leads, split), "nearest neighbour": self.scores(nearest, split)}


def first_sentence(text: str) -> str:
    """Return a text's first sentence, in English or Chinese; the text where it has no end of one."""
    return _SENTENCE_END.split(text.strip(), maxsplit=1)[0].strip()


def learn(asked: Asked, folder: Path, *, parent: Path | None, tell: Tell) -> None:
    """Train the vocabulary, or take the parent run's."""
    learn_pairs(asked, folder, parent=parent, tell=tell, default_size=VOCAB_SIZE)


def open_task(asked: Asked, folder: Path) -> Summarization:
    """Open pairs, encoded by the folder's vocabulary."""
    options = read_options(asked.options)
    return Summarization(open_source(asked), load_pairs(folder), options, train_share=asked.train_share)


TASK = Summarization
OPTIONS = PairOptions
PREDICT_OPTIONS = WriteOptions
