import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from clearhead.data import stories
from clearhead.experiments import demo as module
from clearhead.experiments.curve import MARK
from clearhead.experiments.demo import LOOKED_AT, TOLD, demo
from clearhead.generation.generator import Generator
from clearhead.generation.settings import SamplingConfig
from clearhead.inspector.look import look
from clearhead.runs.run import open_run
from clearhead.training.finish import Result

OPTIONS: dict[str, Any] = {
    "steps": 4,
    "vocab_size": 700,
    "model_options": {"num_layers": 2, "d_model": 32, "num_heads": 2, "context_length": 96},
    "training_options": {"batch_size": 4, "precision": "fp32"},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, str]:
    """Return what a demo of a few seconds on few stories came to, and all it said."""
    page = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stories, "NUM_STORIES", 400)
        result = demo(Console(file=page, width=90), out=tmp_path_factory.mktemp("runs") / "demo", options=OPTIONS)
    return result, page.getvalue()


def test_it_goes_from_training_to_what_to_try_next(told: tuple[Result, str]) -> None:
    result, page = told
    heads = ["1. Training", "2. How the loss fell", "3. Is it any good?", "4. It tells", "5. What it saw", "6. What to"]
    places = [page.index(head) for head in heads]
    assert places == sorted(places)
    assert result.is_finished


def test_it_shows_the_curve_and_says_where_the_picture_is(told: tuple[Result, str]) -> None:
    result, page = told
    assert (result.path / "curves.png").is_file()
    assert "curves.png" in page
    assert MARK in page[page.index("2. How") : page.index("Dots:")]


def test_the_scores_stand_beside_the_baselines(told: tuple[Result, str]) -> None:
    result, page = told
    for row in (result.scores, *result.baselines.values()):
        assert f"{row['bits_per_byte']:.3f}" in page
    assert result.verdict is not None
    assert result.verdict.sentences[0][:40] in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_story_in_each_language_is_shown_and_checked(told: tuple[Result, str], language: str) -> None:
    result, page = told
    run = open_run(result.path)
    prompts = stories.prompts(language, TOLD)
    settings = [SamplingConfig(temperature=0.7, max_tokens=module.MAX_TOKENS, seed=seed) for seed in range(TOLD)]
    written = Generator(run.model(), run.tokenizer).generate_batch(prompts, settings, cut_prompt=True)
    said = page.replace("\n", "").replace(" ", "")
    story = prompts[0] + module._shown(written[0].text)
    assert story.replace("\n", "").replace(" ", "") in said
    reports = [stories.consistency(one.prompt, one.text, language) for one in written]
    mean = sum(report.score for report in reports) / TOLD
    assert f"Consistency{reports[0].score:.2f};themeanof{TOLD}storiesis{mean:.2f}" in said


def test_what_the_model_saw_is_the_inspectors_numbers(told: tuple[Result, str]) -> None:
    result, page = told
    seen = look(result.path, LOOKED_AT)
    best = seen.next_token(top=6)["top"].rows[0]
    row = next(line for line in page.splitlines() if line.split()[:1] == ["1"] and f"{best[4]:.4f}"[:5] in line)
    assert str(best[2]) in row
    weights = [
        seen.attention(layer=layer, head=head, token=-1).array[1:-1].max() for layer in (0, 1) for head in (0, 1)
    ]
    best_place = max(range(4), key=weights.__getitem__)
    assert f"in layer {best_place // 2}, head {best_place % 2} looks" in page


def test_the_commands_to_try_name_the_run(told: tuple[Result, str]) -> None:
    result, page = told
    for command in ("generate", "look"):
        assert f"{command} {result.path} " in page
    assert "train language_modeling --data YOUR_TEXTS" in page


def test_what_a_model_writes_steers_no_terminal() -> None:
    shown = module._shown("The \x1b[2Jcat\x08\nsat. 猫")
    assert "\x1b" not in shown and "\x08" not in shown
    assert shown.splitlines()[1] == "sat. 猫"


def test_a_demo_that_is_stopped_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: dict[str, Any] = {}

    def stopped(**options: Any) -> Result:
        given.update(options)
        return Result(tmp_path / "run", False, 3.0, 7)

    monkeypatch.setattr(module, "train", stopped)
    page = io.StringIO()
    result = demo(Console(file=page, width=200), minutes=0.5, out=tmp_path / "run", started=12.5)
    assert not result.is_finished
    assert f"clearhead train language_modeling --out {tmp_path / 'run'} --resume" in page.getvalue()
    assert "about 0.5 minutes" in page.getvalue()
    assert (given["minutes"], given["started"], given["out"]) == (0.5, 12.5, str(tmp_path / "run"))


def test_commands_go_through_python_where_there_is_no_clearhead(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.executable", str(tmp_path / ".venv" / "bin" / "python"))
    assert module._command() == f"{Path('.venv/bin/python')} -m clearhead"
    monkeypatch.setattr("shutil.which", lambda name: "somewhere")
    assert module._command() == "clearhead"
