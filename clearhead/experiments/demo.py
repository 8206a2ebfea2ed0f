"""The main job on built-in data, end to end: train on stories, look at the curve, score, tell stories, look inside."""

import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO, cast

from rich.console import Console
from rich.text import Text

from clearhead.data import stories
from clearhead.experiments.curve import draw_curve
from clearhead.experiments.progress import Progress
from clearhead.experiments.tables import score_lines
from clearhead.generation.generator import Generator
from clearhead.generation.settings import SamplingConfig
from clearhead.inspector.legible import printable
from clearhead.inspector.look import Look
from clearhead.inspector.terminal import Drawn
from clearhead.runs.run import Run, open_run
from clearhead.training.assemble import train
from clearhead.training.finish import Result
from clearhead.training.run_log import CURVES_FILE, read_metrics

LANGUAGES = {"en": "English", "zh": "Chinese"}
TEMPERATURE = 0.7
TOLD = 8
"""Stories told in each language; the first one is shown, whatever it is like, all are checked."""
MAX_TOKENS = 300
LOOKED_AT = "Once upon a time there was a clever girl named"


def demo(
    console: Console,
    *,
    minutes: float = 2.0,
    out: Path | str | None = None,
    started: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> Result:
    """Do everything once and say what happens.

    Args:
        console: where it is said.
        minutes: how long the training takes, all of it; what follows takes some seconds.
        out: a new folder for the run; None takes a new one below runs/.
        started: `time.perf_counter()` when the user's command began.
        options: other options of the training (`training.request.Request`).
    """
    wanted = {"data": "stories", **(options or {})}
    if not {"steps", "epochs"} & set(wanted):
        wanted["minutes"] = minutes
        _say(
            console,
            f"This trains a language model of your own in about {minutes:g} minutes, on this machine, from nothing: "
            "small stories in English and Chinese, which Clearhead makes up as it goes. Ctrl-C stops and keeps what "
            "was learned.",
        )
    _head(console, "1. Training")
    progress = Progress(out=cast(TextIO, console.file))
    result = train(**wanted, out=None if out is None else str(out), listener=progress, started=started)
    if not result.is_finished:
        progress.conclude(result)
        return result
    run = open_run(result.path)
    _show_curve(console, result)
    _show_scores(console, result)
    _tell_stories(console, run)
    _look_inside(console, run)
    _say_what_next(console, result)
    return result


def _show_curve(console: Console, result: Result) -> None:
    events = read_metrics(result.path)
    steps = [(event["step"], event["train_loss"]) for event in events if event["kind"] == "step"]
    evaluations = [(event["step"], event["loss"]) for event in events if event["kind"] == "evaluation"]
    lines = {name: values["loss"] for name, values in result.baselines.items() if "loss" in values}
    _head(console, "2. How the loss fell")
    for line in draw_curve(steps, evaluations, lines=lines, width=min(78, console.width)):
        console.print(Text(line, no_wrap=True))
    _say(
        console,
        "Dots: on the text it trains on. ●: on stories it has never seen. The loss says how surprised the model is by "
        f"each next token, in nats. The same as a picture: {result.path / CURVES_FILE}",
    )


def _show_scores(console: Console, result: Result) -> None:
    _head(console, "3. Is it any good? Beside methods without a neural network")
    for line in score_lines(result.scores, result.baselines, title="on stories it has never seen"):
        console.print(Text(line, no_wrap=True))
    _say(console, "bigram: a table of which token follows which. xz: a compressor. Lower is better everywhere.")
    if result.verdict is not None:
        _say(console, " ".join(result.verdict.sentences))


def _tell_stories(console: Console, run: Run) -> None:
    _head(console, "4. It tells stories")
    _say(console, "The bold beginning is given and was not trained on; the rest is the model's.")
    generator = Generator(run.model(), run.tokenizer)
    configs = [SamplingConfig(temperature=TEMPERATURE, max_tokens=MAX_TOKENS, seed=number) for number in range(TOLD)]
    for code, language in LANGUAGES.items():
        told = generator.generate_batch(stories.prompts(code, TOLD), configs, cut_prompt=True)
        reports = [stories.consistency(story.prompt, story.text, code) for story in told]
        console.print()
        console.print(Text.assemble((told[0].prompt, "bold"), _shown(told[0].text)))
        checks = reports[0].checks
        wrong = [check.fact for check in checks if not check.holds]
        found = f"{len(checks) - len(wrong)} of {len(checks)} facts that can be checked agree with the story"
        mean = sum(report.score for report in reports) / len(reports)
        _say(
            console,
            f"{language}: {found}{f'; not this one: {wrong[0]}' if wrong else ''}. Consistency {reports[0].score:.2f}; "
            f"the mean of {TOLD} stories is {mean:.2f} (1 is without a mistake).",
        )


def _look_inside(console: Console, run: Run) -> None:
    """Show what the model expects after one token, and the head that looked hardest at an earlier token to know it."""
    _head(console, "5. What it saw: every number is the model's own")
    seen = Look(run.model(), run.tokenizer, LOOKED_AT, name=run.name)
    _say(console, f"The model has read: {LOOKED_AT}")
    expected = next(panel for panel in seen.view("next_token", top=6) if panel.name == "top")
    config = seen.model.config
    rows = [
        (seen.view("attention", layer=layer, head=head, token=-1)[0], layer, head)
        for layer in range(config.num_layers)
        for head in range(config.num_heads)
    ]
    # The token itself and the first one, where many heads look when they have nothing to say, tell little.
    strongest, _, _ = max(rows, key=lambda row: float(row[0].array[1:-1].max(initial=0.0)))
    console.print(Drawn([expected, strongest]))


def _say_what_next(console: Console, result: Result) -> None:
    command, path = _command(), shlex.quote(str(result.path))
    _head(console, "6. What to try next")
    for purpose, words in (
        ("Let it tell more", f'generate {path} "Once upon a time" --temperature 0.7'),
        ("Chinese", f"generate {path} 从前 --temperature 0.7"),
        ("Look at one attention head", f'look {path} "{LOOKED_AT}" --view attention --layer 0 --head 0'),
        ("A better one, in 10 minutes", "train language_modeling --minutes 10"),
        ("Your own text: a file or folder", "train language_modeling --data YOUR_TEXTS --minutes 5"),
        ("All commands", "--help"),
    ):
        console.print(Text(f"  {purpose}:"))
        console.print(Text(f"    {command} {words}", no_wrap=True, overflow="ignore"), soft_wrap=True)
    _say(console, f"The model is in {result.path}: a folder that the transformers library reads as it is.")


def _shown(text: str) -> str:
    """Show what a model wrote, line breaks included; control characters become signs and steer no terminal."""
    return "\n".join(printable(line) for line in text.splitlines())


def _command() -> str:
    """Return how Clearhead is called here: its own command where it is installed, otherwise through Python."""
    if shutil.which("clearhead"):
        return "clearhead"
    program = Path(sys.executable)
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    return f"{shlex.quote(str(program))} -m clearhead"


def _head(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold"))


def _say(console: Console, text: str) -> None:
    console.print(Text(text))
