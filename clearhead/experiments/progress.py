"""How a training is told to a person: one line that moves, results in plain words; or a line of JSON for each event."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

from clearhead.experiments.tables import score_lines, score_words
from clearhead.training.finish import Result

SHAPE = {"d_model": "width", "hidden": "hidden", "context_length": "context", "embedding_dim": "embedding"}
"""Sizes of a model that tell its shape, and their words."""
TRIES = {
    "language_modeling": 'clearhead generate {run} ""    clearhead look {run} "some text of yours"',
    "word_vectors": "clearhead words {run} near some-word",
}


class Progress:
    """Show the events of a training. A terminal's current line is rewritten; elsewhere lines are added sparsely."""

    def __init__(self, *, as_json: bool = False, out: TextIO | None = None) -> None:
        self.as_json = as_json
        self.out = out or sys.stdout
        self.is_terminal = self.out.isatty() and not as_json
        self._total_bytes_per_token = 0.0
        self._last_line = 0.0
        self._line_is_open = False
        self._rate = (0.0, 0)
        self._speed = 0.0
        self._start_step = 0
        self._unit = "tokens"
        self._task = "language_modeling"

    def __call__(self, kind: str, facts: dict[str, Any]) -> None:
        """Show one event."""
        if self.as_json:
            self._write(json.dumps({"kind": kind, **facts}, ensure_ascii=False) + "\n")
            return
        show: Callable[[dict[str, Any]], None] | None = getattr(self, f"_show_{kind}", None)
        if show is not None:
            show(facts)

    def conclude(self, result: Result) -> None:
        """Tell what a training came to, and what to do with it."""
        if self.as_json:
            facts = {"path": str(result.path), "is_finished": result.is_finished, "seconds": result.seconds}
            self("result", facts | {"scores": result.scores, "baselines": result.baselines, "notes": result.notes})
            return
        if not result.is_finished:
            self._say(
                f"Stopped and saved after step {result.steps}. Go on with: "
                f"clearhead train {self._task} --out {result.path} --resume"
            )
            return
        for line in score_lines(result.scores, result.baselines, title="on the whole validation part"):
            self._say(line)
        for note in result.notes:
            self._say(note)
        if result.verdict is not None:
            self._say(" ".join(result.verdict.sentences))
            for step in result.verdict.next_steps:
                self._say(f"Next: {step}")
        self._say(f"Saved in {result.path} after {_duration(result.seconds)}. Curve: {result.path / 'curves.png'}")
        tries = TRIES.get(self._task, 'clearhead predict {run} "some input of yours"')
        self._say("Try: " + tries.format(run=result.path))

    def _show_note(self, facts: dict[str, Any]) -> None:
        self._say(facts["text"])

    def _show_start(self, facts: dict[str, Any]) -> None:
        config, train = facts["model_config"], facts["data"]["splits"]["train"]
        self._rate = facts["seconds"], facts["num_targets"]
        self._unit, self._task = facts.get("unit", "tokens"), facts.get("task", self._task)
        if "bytes" in train:
            self._total_bytes_per_token = train["bytes"] / max(1, train["tokens"])
        self._start_step = facts["step"]
        for line in facts["data"]["report"]:
            self._say(line)
        size = f" ({train['bytes'] / 1e6:.1f} MB)" if "bytes" in train else ""
        vocabulary = f", vocabulary {facts['vocab_size']:,}" if "vocab_size" in facts else ""
        count = train.get(self._unit, 0)
        self._say(f"{facts['data']['name']}: {count:,} {self._unit}{size}{vocabulary}.")
        shape = [f"{words} {config[key]}" for key, words in SHAPE.items() if config.get(key)]
        if "num_layers" in config:
            shape.insert(0, f"{config['num_layers']} layers")
        per_step = facts["batch_size"] * facts.get("row_size", config.get("context_length", 1))
        self._say(
            f"{facts['model']}: {facts['num_parameters']:,} parameters, {', '.join(shape)}; "
            f"{facts['precision']} on {facts['device']}"
            f"{', compiled' if facts['is_compiled'] else ''}; {facts['end_step']:,} steps of "
            f"{per_step:,} {self._unit}."
        )

    def _show_step(self, facts: dict[str, Any]) -> None:
        now = time.perf_counter()
        seconds, num_targets = self._rate
        if facts["seconds"] > seconds:  # the training's own clock: evaluations and saving do not count
            self._speed = (facts["num_targets"] - num_targets) / (facts["seconds"] - seconds)
        self._rate = facts["seconds"], facts["num_targets"]
        step, end = facts["step"], facts["end_step"]
        per_step = facts["seconds"] / max(1, step)
        bits = ""
        if self._total_bytes_per_token:
            bits = f"{facts['train_loss'] / 0.6931471805599453 / self._total_bytes_per_token:.2f} bits/byte  "
        line = (
            f"step {step:,}/{end:,}  loss {facts['train_loss']:.3f}  {bits}"
            f"{self._speed:,.0f} {self._unit}/s  {_duration(per_step * (end - step))} left  "
            f"{facts['memory_mb']:,.0f} MB"
        )
        if self.is_terminal:
            self._write(f"\r\x1b[2K{line}")
            self._line_is_open = True
        elif now - self._last_line > 5 or step == end:
            self._last_line = now
            self._write(f"{line}\n")

    def _show_evaluation(self, facts: dict[str, Any]) -> None:
        scores = {key: value for key, value in facts.items() if key not in ("step", "seconds", "kind")}
        self._say(f"step {facts['step']:,}: validation {score_words(scores)}")

    def _show_sample(self, facts: dict[str, Any]) -> None:
        if facts["text"]:
            self._say(facts["text"])

    def _say(self, text: str) -> None:
        if self._line_is_open:
            self._write("\n")
            self._line_is_open = False
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
