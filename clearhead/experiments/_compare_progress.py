"""How a comparison is told to a person while it runs: which run it is, a line that moves, what was measured."""

import json
import sys
from typing import Any, TextIO

from clearhead.experiments._compare_result import Comparison
from clearhead.experiments.tables import score_words


class CompareProgress:
    """Show the events of a comparison. With JSON wanted, they go to standard error and the result alone is printed."""

    def __init__(self, *, as_json: bool = False, out: TextIO | None = None, errors: TextIO | None = None) -> None:
        self.as_json = as_json
        self.out = out or sys.stdout
        self.told = (errors or sys.stderr) if as_json else self.out
        self._line_is_open = False

    def __call__(self, kind: str, facts: dict[str, Any]) -> None:
        """Show one event: of a training, only its steps, and those only where a line can be rewritten."""
        if kind == "run":
            self._say(f"{facts['label']}, seed {facts['seed']} ({facts['number']} of {facts['count']})")
        elif kind == "measured":
            self._say(f"  {score_words(facts['scores'])}; {facts['steps']:,} steps, {facts['total_seconds']:.1f} s")
        elif kind == "step" and self.told.isatty():
            line = f"  step {facts['step']:,}/{facts['end_step']:,}  loss {facts['train_loss']:.3f}"
            self.told.write(f"\r\x1b[2K{line}")
            self.told.flush()
            self._line_is_open = True

    def conclude(self, comparison: Comparison) -> None:
        """Tell what was found, and how to go on."""
        if self.as_json:
            self.out.write(f"{json.dumps(comparison.to_json(), ensure_ascii=False, indent=2)}\n")
        else:
            self._say(str(comparison))
        if not comparison.is_finished:
            again = f"the same command and --out {comparison.out} --resume"
            self._say(f"Stopped; what is finished is kept. Go on with {again}")

    def _say(self, text: str) -> None:
        self.told.write("\n" * self._line_is_open + f"{text}\n")
        self.told.flush()
        self._line_is_open = False
