"""A model and its tokenizer write text: at once, token by token, or many texts side by side.

The stop and length rules are those of the completions interface that everyone follows: a stop string is not part of
the text, end-of-text is not shown, and the tokens of both are in the list of tokens.
Read with: decoding.py (the model's side), row.py (the reader's side), valid_text.py and sampling.py (between them)
"""

from collections.abc import Iterator, Sequence

from clearhead.generation.decoding import Decoding
from clearhead.generation.prompts import Prompt, read_prompt
from clearhead.generation.report import Judgement, judge
from clearhead.generation.row import Row, choose_tokens, probabilities_of
from clearhead.generation.sampling import SamplingConfig
from clearhead.generation.scoring import Score, score_tokens
from clearhead.generation.text import Generation, TokenStep
from clearhead.models.base import LanguageModel
from clearhead.tokenizers.base import Tokenizer

Text = str | Sequence[int]
"""A text, or token ids where control tokens are meant."""

NUM_ALTERNATIVES = 10


class Generator:
    """Continue texts with a language model.

    An empty prompt starts a document. A text that outgrows the model's context goes on: the model reads the last half
    of its context again (decoding.py); one that carries a state reads on as before.
    """

    def __init__(self, model: LanguageModel, tokenizer: Tokenizer) -> None:
        if tokenizer.vocab_size > model.config.vocab_size:
            raise ValueError(
                f"Generator.tokenizer must have at most the model's {model.config.vocab_size} tokens, "
                f"got {tokenizer.vocab_size}. Use the tokenizer the model was trained with."
            )
        self.model = model
        self.tokenizer = tokenizer

    def generate(
        self, prompt: Text, config: SamplingConfig | None = None, *, report: bool = False, cut_prompt: bool = False
    ) -> Generation:
        """Write one text.

        Args:
            report: also say what the model thought of each token (`TokenStep.probability` and what follows it).
            cut_prompt: of a prompt longer than the context read the end, and say so in `Generation.notices`.
        Raises:
            ValueError: a prompt longer than the context, or with characters the vocabulary does not know.
        """
        return self.generate_batch([prompt], config, report=report, cut_prompt=cut_prompt)[0]

    def stream(
        self, prompt: Text, config: SamplingConfig | None = None, *, report: bool = False, cut_prompt: bool = False
    ) -> Iterator[TokenStep]:
        """Write one text token by token; the steps' texts joined are the text. Arguments as `generate`."""
        steps = self.stream_batch([prompt], config, report=report, cut_prompt=cut_prompt)
        return (step for _, step in steps)

    def generate_batch(
        self,
        prompts: Sequence[Text],
        config: SamplingConfig | Sequence[SamplingConfig] | None = None,
        *,
        report: bool = False,
        cut_prompt: bool = False,
        batch_size: int = 32,
    ) -> list[Generation]:
        """Write a text for each prompt, each as if it were alone.

        Args:
            config: one for all (a seed is then the same for each), or one for each prompt.
            batch_size: texts written side by side; more need more memory for their keys and values.
        """
        read = [self.read(prompt, cut_prompt=cut_prompt) for prompt in prompts]
        made = [prompt.begin() for prompt in read]
        for index, step in self._write(read, _one_each(config, len(read)), report, batch_size):
            made[index].add(step)
        return made

    def stream_batch(
        self,
        prompts: Sequence[Text],
        config: SamplingConfig | Sequence[SamplingConfig] | None = None,
        *,
        report: bool = False,
        cut_prompt: bool = False,
        batch_size: int = 32,
    ) -> Iterator[tuple[int, TokenStep]]:
        """Write texts side by side; yields (which prompt, its next token). Arguments as `generate_batch`."""
        read = [self.read(prompt, cut_prompt=cut_prompt) for prompt in prompts]
        return self._write(read, _one_each(config, len(read)), report, batch_size)

    def score(self, prompt: Text, continuation: Text) -> Score:
        """Return how probable the model holds each token of a continuation, given all before it.

        The two are encoded apart, so a word's leading space belongs to the continuation. Beyond the context the model
        sees what it would see while generating.
        """
        start, tokens = (
            self.tokenizer.encode(text) if isinstance(text, str) else list(text) for text in (prompt, continuation)
        )
        start = [*self.tokenizer.beginning, *start] if isinstance(prompt, str) else start
        return score_tokens(self.model, start or [self.tokenizer.end_of_text_id], tokens)

    def read(self, prompt: Text, *, cut_prompt: bool = False) -> Prompt:
        """Encode and check a prompt; its notices say what was done to it."""
        return read_prompt(prompt, self.tokenizer, self.model.longest_text, cut_prompt=cut_prompt)

    def _write(
        self, prompts: Sequence[Prompt], configs: Sequence[SamplingConfig], report: bool, batch_size: int
    ) -> Iterator[tuple[int, TokenStep]]:
        rows = [
            Row(index, prompt.tokens, config, self.tokenizer)
            for index, (prompt, config) in enumerate(zip(prompts, configs, strict=True))
        ]
        was_training = self.model.training
        self.model.eval()
        try:
            for start in range(0, len(rows), batch_size):
                yield from self._write_rows(rows[start : start + batch_size], report)
        finally:
            self.model.train(was_training)

    def _write_rows(self, rows: Sequence[Row], report: bool) -> Iterator[tuple[int, TokenStep]]:
        max_tokens = max(row.config.max_tokens for row in rows)
        decoding = Decoding(self.model, [row.prompt for row in rows], max_tokens=max_tokens)
        logits = decoding.read()
        while True:
            # A model's vocabulary may be rounded up; ids that stand for nothing are never chosen.
            scores = logits[:, : self.tokenizer.vocab_size]
            chosen = choose_tokens(rows, scores)
            tokens = chosen.tolist()
            judgements: list[Judgement] = []
            if report:
                drawn = probabilities_of(rows, scores, tokens)
                judgements = judge(logits, chosen, drawn, num_alternatives=NUM_ALTERNATIVES)
            kept = []
            for place, (row, token) in enumerate(zip(rows, tokens, strict=True)):
                step = row.take(token, self.tokenizer.token_bytes(token))
                if report:
                    self._fill_in(step, judgements[place])
                if step.finish_reason is None:
                    kept.append(place)
                yield row.index, step
            if not kept:
                return
            if len(kept) < len(rows):
                rows = [rows[place] for place in kept]
                decoding.keep(kept)
                chosen = chosen[kept]
            logits = decoding.feed(chosen)

    def _fill_in(self, step: TokenStep, judgement: Judgement) -> None:
        step.probability = judgement.drawn_probability
        step.model_probability = judgement.probability
        step.rank = judgement.rank
        step.entropy = judgement.entropy
        step.alternatives = [
            (token, self._readable(token), probability) for token, probability in judgement.alternatives
        ]

    def _readable(self, token: int) -> str:
        return self.tokenizer.token_text(token) if token < self.tokenizer.vocab_size else f"(unused {token})"


def _one_each(config: SamplingConfig | Sequence[SamplingConfig] | None, count: int) -> Sequence[SamplingConfig]:
    if config is None or isinstance(config, SamplingConfig):
        return [config or SamplingConfig()] * count
    if len(config) != count:
        raise ValueError(
            f"Generator.config must be one for all prompts or one for each of the {count}, got {len(config)}."
        )
    return config
