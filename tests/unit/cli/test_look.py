"""`clearhead look`: the numbers of the inspector, printed or as JSON, and every mistake in one sentence."""

import dataclasses
import inspect
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from clearhead.cli._app import main
from clearhead.core import catalog
from clearhead.inspector.look import look
from clearhead.inspector.terminal import to_text
from clearhead.inspector.view_options import ViewOptions
from clearhead.inspector.views.base import ROOM, load_view
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.mlp import MLP, MLPConfig
from clearhead.runs.run import save_run
from clearhead.tokenizers.base import train_tokenizer

TEXT = "我吃了一个苹果 today"
Command = Callable[..., Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small saved model with random weights."""
    folder = tmp_path_factory.mktemp("runs") / "fruit"
    tokenizer = train_tokenizer(
        "bpe", ["The cat sat on the mat.", "我吃了一个苹果。苹果发布了新手机。"], vocab_size=290
    )
    config = GPTConfig(vocab_size=tokenizer.vocab_size, context_length=64, d_model=32, num_layers=2, num_heads=2)
    torch.manual_seed(3)
    model = GPT(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    save_run(folder, model, tokenizer, {})
    return folder


def test_without_a_view_it_prints_the_overview(command: Command, run: Path) -> None:
    outcome = command("look", run, TEXT)
    seen = look(run, TEXT)
    assert outcome.exit_code == 0
    assert [line.rstrip() for line in outcome.out.splitlines()] == to_text(seen.overview(), width=120).splitlines()
    assert "苹" in outcome.out
    assert outcome.err == ""


class Terminal(io.StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("words", "is_served"), [((), True), (("--text",), False), (("--json",), False)])
def test_in_a_terminal_it_opens_the_page_unless_it_is_told_to_print(
    run: Path, words: tuple[str, ...], is_served: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[dict[str, Any]] = []
    terminal = Terminal()
    monkeypatch.setattr("clearhead.inspector.live.serve", lambda look, **options: served.append(options))
    monkeypatch.setattr("sys.stdout", terminal)
    assert main(["look", str(run), TEXT, *words]) == 0
    assert len(served) == is_served
    assert ("苹" in terminal.getvalue()) is not is_served


def test_the_page_opens_with_what_was_asked_for(command: Command, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[dict[str, Any]] = []
    monkeypatch.setattr("clearhead.inspector.live.serve", lambda look, **options: served.append(options))
    command("look", run, TEXT, "--view", "attention", "--layer", 1, "--port", 0, "--no-browser")
    [found] = served
    assert found["say"] is print
    assert {name: value for name, value in found.items() if name != "say"} == {
        "target": None,
        "view": "attention",
        "options": {"layer": 1},
        "port": 0,
        "opens_browser": False,
    }


def test_a_report_is_written_and_told(command: Command, run: Path, tmp_path: Path) -> None:
    path = tmp_path / "fruit.html"
    outcome = command("look", run, TEXT, "--html", path, "--view", "attention", "--layer", 1)
    assert outcome.out == f"Wrote {path}: it opens in any browser, without a network.\n"
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    refused = command("look", run, TEXT, "--html", path, "--layer", 1)
    assert refused.exit_code == 2
    assert refused.err.startswith("look.view must be named together with layer, got layer=1 alone.")


def test_json_holds_every_number_of_a_view_in_full(command: Command, run: Path) -> None:
    outcome = command("look", run, TEXT, "--view", "attention", "--layer", -1, "--head", 0, "--json")
    found = json.loads(outcome.out)
    seen = look(run, TEXT)
    assert found == seen.to_json(seen.view("attention", layer=1, head=0))
    assert found["text"] == TEXT
    assert found["tokens"] == seen.tokens
    weights = next(panel["values"] for panel in found["panels"] if panel["name"] == "weights")
    assert all(math.isclose(sum(row), 1, abs_tol=1e-6) for row in weights)
    assert "苹" in outcome.out  # written as it is, not as an escape


def test_sampling_settings_reach_the_view(command: Command, run: Path) -> None:
    words = (
        "--temperature",
        0.5,
        "--top-k",
        5,
        "--top-p",
        0.9,
        "--min-p",
        0.01,
        "--repetition-penalty",
        1.1,
        "--top",
        4,
    )
    found = json.loads(command("look", run, TEXT, "--view", "next-token", "--token", 2, *words, "--json").out)
    seen = look(run, TEXT)
    options = {"temperature": 0.5, "top_k": 5, "top_p": 0.9, "min_p": 0.01, "repetition_penalty": 1.1}
    assert found["panels"] == [panel.to_json() for panel in seen.view("next_token", token=2, top=4, **options)]


def test_a_word_is_compared_in_two_texts(command: Command, run: Path) -> None:
    outcome = command("look", run, TEXT, "--view", "context_vectors", "--word", "苹果", "--other", "苹果发布了新手机")
    assert outcome.exit_code == 0
    assert "Cosine of the two vectors after each layer." in outcome.out


def test_every_option_of_every_view_can_be_given() -> None:
    offered = {field.name for field in dataclasses.fields(ViewOptions)}
    taken = {
        option
        for name in catalog.entries(ROOM)
        for option in inspect.signature(load_view(name).view).parameters
        if option != "look"
    }
    assert offered == taken


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((TEXT, "--view", "atention"), "No 'atention' in inspector/views/. Available: "),
        (
            (TEXT, "--view", "attention", "--layer", 2),
            "attention.layer must be between 0 and 1 (there are 2 layers), ",
        ),
        ((TEXT, "--view", "attention", "--layer", 0, "--head", 9), "attention.head must be between 0 and 1"),
        ((TEXT, "--view", "next_token", "--token", 99), "next_token.token must be between 0 and"),
        ((TEXT, "--view", "tokenization", "--layer", 1), "No 'layer' in the options of the view 'tokenization'."),
        ((TEXT, "--layer", 1), "look.view must be named together with layer, got layer=1 alone."),
        (("",), "look.text must hold at least one token, got ''."),
        (("cat " * 80,), "look.text must be at most 64 tokens long (the model's context), got "),
        ((TEXT, "--veiw", "attention"), "clearhead look has no option '--veiw'. Did you mean '--view'?"),
    ],
)
def test_a_mistake_is_told_in_one_sentence_and_exits_with_2(
    command: Command, run: Path, words: tuple[object, ...], message: str
) -> None:
    outcome = command("look", run, *words)
    assert outcome.exit_code == 2
    assert outcome.err.startswith(message)
    assert len(outcome.err.splitlines()) == 1
    assert outcome.out == ""


def test_a_run_that_is_not_there_is_told_with_the_nearest(command: Command, run: Path) -> None:
    outcome = command("look", run.parent / "friut", TEXT)
    assert outcome.exit_code == 2
    assert outcome.err == f"No run at {run.parent / 'friut'}. Did you mean {run}?\n"


@pytest.fixture(scope="module")
def table_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a saved network that reads rows with two columns."""
    folder = tmp_path_factory.mktemp("tables") / "prices"
    save_run(folder, MLP(MLPConfig(num_features=2, num_outputs=2, hidden=(4,))), None, {})
    scaled = {"kind": "number", "mean": 1.0, "scale": 2.0, "has_missing": False}
    columns = [{"name": name, **scaled} for name in ("rooms", "age")]
    target = {"name": "price", "kind": "class", "label_names": ["cheap", "dear"]}
    recipe = {"kind": "table", "columns": columns, "target": target}
    (folder / "preprocessing.json").write_text(json.dumps(recipe), encoding="utf-8")
    return folder


def test_a_row_is_looked_at_with_its_right_answer(command: Command, table_run: Path) -> None:
    words = ("--target", "dear", "--view", "training_step", "--weight", "head.weight[1,2]", "--json")
    outcome = command("look", table_run, '{"rooms": 3, "age": 5}', *words)
    found = json.loads(outcome.out)
    assert found["target"] == "dear"
    [row] = next(panel["rows"] for panel in found["panels"] if panel["name"] == "gradient")
    assert row[0] == "head.weight[1,2]"
    assert math.isclose(row[2], row[3], abs_tol=1e-8)


def test_a_row_without_a_view_shows_the_sum_the_answer_and_the_layers(command: Command, table_run: Path) -> None:
    outcome = command("look", table_run, '{"rooms": 3, "age": 5}')
    assert outcome.exit_code == 0
    for title in ("The sum, and the bend", "What the model answers", "The parts of this MLP"):
        assert title in outcome.out


def test_a_label_that_is_none_of_the_models_is_told_with_those_there_are(command: Command, table_run: Path) -> None:
    outcome = command("look", table_run, '{"rooms": 3, "age": 5}', "--target", "deer", "--view", "training_step")
    assert outcome.exit_code == 2
    assert outcome.err == "No 'deer' in the labels of the model. Available: cheap, dear. Did you mean 'dear'?\n"
