"""Answers of a model of pairs to new texts: outputs with their scores, alternatives and alignment on request."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from clearhead.core import config
from clearhead.generation.search import Hypothesis, SearchConfig, translate_tokens
from clearhead.models.base import SequenceToSequence
from clearhead.tasks._pair_data import pad
from clearhead.tasks.base import Prediction
from clearhead.tokenizers._pairs import PairTokenizer, load_pairs

LINES_AT_ONCE = 512
"""Texts that are sorted by length and decoded together; a file is answered in such groups, in order."""


@dataclass(frozen=True, kw_only=True)
class WriteOptions:
    """How new texts are answered."""

    num_beams: int = 4
    """Hypotheses kept while writing; 1 takes the likeliest token each time."""
    length_penalty: float = 1.0
    """Exponent of the length by which a hypothesis' log-probability is divided; 0: no division."""
    coverage_penalty: float = 0.0
    """How much unread source tokens cost (needs attention)."""
    no_repeat_ngram: int = 0
    """Never write this many tokens in a row twice; 0: no limit."""
    num_best: int = 1
    """How many outputs to give for each text."""
    max_tokens: int | None = None
    """Longest output in tokens; otherwise by the length of the text."""
    prefix: str = ""
    """What every output must begin with."""
    has_alignment: bool = False
    """Tell for each output token which source tokens the model looked at."""
    cut_inputs: bool = False
    """Of a text longer than the model reads, read the beginning."""

    def __post_init__(self) -> None:
        for name in ("num_beams", "num_best"):
            if getattr(self, name) < 1:
                raise ValueError(f"WriteOptions.{name} must be at least 1, got {getattr(self, name)}. Use 4.")


class PairPredictor:
    """A trained model of pairs and its vocabulary."""

    def __init__(self, model: SequenceToSequence, tokenizer: PairTokenizer, options: WriteOptions) -> None:
        self.model, self.tokenizer, self.options = model, tokenizer, options
        self.search = SearchConfig(
            num_beams=max(options.num_beams, options.num_best),
            length_penalty=options.length_penalty,
            coverage_penalty=options.coverage_penalty,
            no_repeat_ngram=options.no_repeat_ngram,
            num_best=options.num_best,
            max_tokens=options.max_tokens,
        )

    def predict(self, inputs: Sequence[str]) -> Iterator[Prediction]:
        """Yield an answer for each text, in order.

        Raises:
            ValueError: a text longer than the model reads, before any is answered; the message names it.
        """
        encoded = self._encode(inputs)
        prefix = self.tokenizer.encode_target([self.options.prefix])[0][:-1] if self.options.prefix else []
        for start in range(0, len(inputs), LINES_AT_ONCE):
            ids = encoded[start : start + LINES_AT_ONCE]
            filled = [place for place, tokens in enumerate(ids) if len(tokens) > 1]  # an empty line stays one
            found = translate_tokens(
                self.model, [ids[place] for place in filled], self.search, prefixes=[prefix] * len(filled)
            )
            answers = dict(zip(filled, found, strict=True))
            for place, tokens in enumerate(ids):
                text = inputs[start + place]
                yield self._tell(text, tokens, answers[place]) if place in answers else _nothing_said(text)

    def _encode(self, inputs: Sequence[str]) -> list[list[int]]:
        encoded, limit = self.tokenizer.encode_source(list(inputs)), self.model.config.context_length
        for number, tokens in enumerate(encoded, 1):
            if len(tokens) > limit and not self.options.cut_inputs:
                raise ValueError(
                    f"Text {number} must be at most {limit} tokens long (what the model reads), got {len(tokens)}: "
                    f"{inputs[number - 1][:40]!r}… Shorten it, or read its beginning with --cut-inputs."
                )
        return [tokens if len(tokens) <= limit else [*tokens[: limit - 1], tokens[-1]] for tokens in encoded]

    def _tell(self, text: str, source: list[int], best: list[Hypothesis]) -> Prediction:
        outputs = [self.tokenizer.decode_target(each.tokens) for each in best]
        facts: dict[str, Any] = {
            "input": text,
            "output": outputs[0],
            "score": best[0].score,
            "log_probability": best[0].log_probability,
            "is_finished": best[0].is_finished,
            "unknown_characters": self.tokenizer.num_unknown(text, "source"),
        }
        if len(best) > 1:
            facts["alternatives"] = [
                {"output": output, "score": each.score, "log_probability": each.log_probability}
                for output, each in zip(outputs[1:], best[1:], strict=True)
            ]
        if self.options.has_alignment:
            facts |= self._alignment(source, best[0])
        return Prediction(text=outputs[0].replace("\n", " "), facts=facts)

    @torch.inference_mode()
    def _alignment(self, source: list[int], best: Hypothesis) -> dict[str, Any]:
        device = next(self.model.parameters()).device
        read = [self.tokenizer.start_id, *best.tokens]
        weights = self.model.alignment(pad([source], 0).to(device), pad([read], 0).to(device))
        if weights is None:
            raise ValueError(
                f"--has-alignment must be asked of a model with attention, got a {type(self.model).__name__} without."
            )
        said = [*self.tokenizer.target_pieces(best.tokens), *(["</s>"] if best.is_finished else [])]
        return {
            "source_pieces": self.tokenizer.source_pieces(source),
            "pieces": said,
            "alignment": [[round(float(share), 5) for share in row] for row in weights[0][: len(said)]],
        }


def _nothing_said(text: str) -> Prediction:
    return Prediction(text="", facts={"input": text, "output": ""})


def predictor(model: Any, folder: Path, **options: Any) -> PairPredictor:
    """Make the predictor of a run."""
    return PairPredictor(model, load_pairs(folder), config.from_json(WriteOptions, options, where="predict"))
