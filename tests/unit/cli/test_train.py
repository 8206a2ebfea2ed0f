"""`clearhead train`: from words to a run, and every mistake in one sentence that leaves nothing behind."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clearhead.runs.run import open_run

Command = Callable[..., Any]
TINY: tuple[object, ...] = (
    "--tokenizer", "character", "--model.num-layers", 1, "--model.d-model", 32, "--model.num-heads", 1,
    "--model.context-length", 32, "--training.batch-size", 4, "--training.precision", "fp32",
)  # fmt: skip


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to work in, with one text beside it in `../texts`."""
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "work"
    folder.mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "cats.txt").write_text("The cat sat on the mat. " * 80, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


CATS = "../texts/cats.txt"


def test_a_text_becomes_a_run(command: Command, work: Path) -> None:
    outcome = command("train", "language_modeling", "--data", CATS, "--steps", 3, "--seed", 5, *TINY)
    assert outcome.exit_code == 0, outcome.err
    run = open_run(work / "runs" / "cats-1")
    assert run.info["seed"] == 5
    assert run.info["training"]["steps"] == 3
    assert run.model().config.num_layers == 1
    assert f"Saved in {Path('runs/cats-1')}" in outcome.out
    assert outcome.err == ""


def test_json_is_an_event_a_line_and_ends_with_the_scores(command: Command, work: Path) -> None:
    outcome = command("train", "language-modeling", "--data", CATS, "--out", "run", "--steps", 2, "--json", *TINY)
    events = [json.loads(line) for line in outcome.out.splitlines()]
    assert {"start", "step", "evaluation", "result"} <= {event["kind"] for event in events}
    assert events[-1]["scores"]["loss"] == pytest.approx(open_run(work / "run").info["scores"]["loss"])


def test_the_options_of_the_model_named_are_offered(command: Command, work: Path) -> None:
    for name in ("gpt", "gpt2"):
        outcome = command("train", "language_modeling", "--model", name, "--help")
        assert outcome.exit_code == 0
        assert "--model.num-layers" in outcome.out and "--training.batch-size" in outcome.out
    assert "--model.rope-theta" in command("train", "language_modeling", "--help").out
    assert "--model.rope-theta" not in command("train", "language_modeling", "--model", "gpt2", "--help").out


def test_a_finished_run_can_be_trained_longer(command: Command, work: Path) -> None:
    words = ("train", "language_modeling", "--out", "run")
    assert command(*words, "--data", CATS, "--steps", 3, *TINY).exit_code == 0
    outcome = command(*words, "--resume", "--steps", 5)
    assert outcome.exit_code == 0, outcome.err
    assert "Going on after step 3." in outcome.out
    assert open_run(work / "run").info["training"]["steps"] == 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("langage_modeling",), "Did you mean 'language_modeling'?"),
        (("language_modeling", "--model", "gtp"), "Did you mean 'gpt'?"),
        (("language_modeling", "--tokenizer", "bpee"), "Did you mean 'bpe'?"),
        (("language_modeling", "--data", "storis"), "Did you mean the known text 'stories'?"),
        (("language_modeling", "--stps", "3"), "clearhead train has no option '--stps'. Did you mean '--steps'?"),
        (("language_modeling", "--model.d-modle", "3"), "Did you mean '--model.d-model'?"),
        (("language_modeling", "--steps", "three"), "--steps must be INT, got 'three'."),
        (("language_modeling", "--minutes", "0"), "--minutes must be above 0, got 0.0."),
        (("language_modeling", "--minutes", "1", "--steps", "5"), "said once, got --minutes and --steps."),
        (("language_modeling", "--seed", "-1"), "--seed must be from 0 to 2147483647, got -1."),
        (("language_modeling", "--vocab-size", "1"), "--vocab-size must be at least 2, got 1."),
        (("language_modeling", "--device", "toaster"), "--device must be auto, cpu, cuda or mps, got 'toaster'."),
        (("language_modeling", "--resume"), "--resume must come with --out, the folder of the interrupted run"),
        (("language_modeling", "--resume", "--out", "no"), "Nothing to resume: there is no folder no."),
        (("language_modeling", "--from", "no"), "No run at no."),
        (("language_modeling", "--from", "no", "--tokenizer", "byte"), "--from must not come with --tokenizer"),
        (("language_modeling", "--data", CATS, "--valid", "nothing"), "nothing"),
        (("language_modeling", "--data", CATS, "--steps", "2", "--model.d-model", "130", "--model.num-heads", "4"),
         "GPTConfig.d_model must be divisible by num_heads"),
        (("language_modeling", "--data", CATS, "--steps", "2", "--model.dropout", "1.5"), "GPTConfig.dropout must "),
        (("language_modeling", "--data", CATS, "--steps", "2", "--model.num-layers", "0"),
         "GPTConfig.num_layers must "),
        (("language_modeling", "--data", CATS, "--steps", "2", "--training.batch-size", "0"),
         "TrainingConfig.batch_size must be at least 1, got 0."),
        (("language_modeling", "--data", CATS, "--steps", "2", "--training.learning-rate", "-1"),
         "TrainingConfig.learning_rate must be above 0 and at most 100, got -1.0."),
        (("language_modeling", "--data", CATS, "--steps", "2", "--model.context-length", "5000"),
         "The training part must hold at least context_length + 1 = 5001 tokens"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    command: Command, work: Path, words: tuple[str, ...], message: str
) -> None:
    outcome = command("train", *words)
    assert outcome.exit_code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    left = [path.relative_to(work) for path in work.rglob("*") if path.is_file()]
    assert left == []
    assert not (work / "runs" / "cats-1").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", "empty.txt"),
        ("spaces.txt", b" \n\n ", "spaces.txt"),
        ("picture.bin", bytes(range(256)) * 20, "picture.bin"),
        ("broken.txt", b"The cat\nsat \xff\xfe on the mat.\n" * 3, "line 2"),
        ("short.txt", b"The cat.", "must hold at least"),
        ("bad.jsonl", b'{"txt": "The cat sat."}\n', "text"),
    ],
)
def test_a_text_that_cannot_be_used_is_one_sentence(
    command: Command, work: Path, name: str, content: bytes, message: str
) -> None:
    (work.parent / "texts" / name).write_bytes(content)
    outcome = command("train", "language_modeling", "--data", f"../texts/{name}", "--steps", 2, *TINY, "--out", "run")
    assert outcome.exit_code == 2, outcome.out
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert list(work.iterdir()) == []


def test_a_folder_without_text_is_one_sentence(command: Command, work: Path) -> None:
    (work.parent / "pictures").mkdir()
    (work.parent / "pictures" / "cat.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    outcome = command("train", "language_modeling", "--data", "../pictures", "--steps", 2, *TINY)
    assert outcome.exit_code == 2
    assert "pictures" in outcome.err
    assert outcome.err.count("\n") == 1
    assert [path for path in work.rglob("*") if path.is_file()] == []


def test_a_folder_with_something_in_it_is_left_as_it_is(command: Command, work: Path) -> None:
    (work / "mine").mkdir()
    (work / "mine" / "plan.json").write_text("mine", encoding="utf-8")
    (work / "file").write_text("mine too", encoding="utf-8")
    words = ("train", "language_modeling", "--data", CATS, "--steps", 2, *TINY, "--out")
    outcome = command(*words, "mine")
    assert outcome.exit_code == 2
    assert outcome.err == "--out must be new or empty, got mine. Go on with --resume, or give another name.\n"
    assert (work / "mine" / "plan.json").read_text(encoding="utf-8") == "mine"
    outcome = command(*words, "file")
    assert outcome.exit_code == 2
    assert outcome.err == "--out must be a folder, got the file file. Give another name.\n"
    outcome = command("train", "language_modeling", "--out", "mine", "--resume")
    assert outcome.exit_code == 2
    assert "plan.json must be JSON" in outcome.err


def test_a_folder_that_holds_no_run_cannot_be_resumed(command: Command, work: Path) -> None:
    (work / "other").mkdir()
    (work / "other" / "notes.txt").write_text("mine", encoding="utf-8")
    outcome = command("train", "language_modeling", "--out", "other", "--resume")
    assert outcome.exit_code == 2
    assert outcome.err.startswith("Nothing to resume in other: it holds no plan.json.")
    assert outcome.err.count("\n") == 1


def test_another_text_under_the_same_name_is_not_gone_on_with(command: Command, work: Path) -> None:
    assert command("train", "language_modeling", "--data", CATS, "--out", "run", "--steps", 2, *TINY).exit_code == 0
    (work.parent / "texts" / "cats.txt").write_text("The dog sat on the mat. " * 90, encoding="utf-8")
    outcome = command("train", "language_modeling", "--out", "run", "--resume")
    assert outcome.exit_code == 2
    assert "must be the data that run was started with, got others." in outcome.err
    assert open_run(work / "run").info["training"]["steps"] == 2


def test_a_training_can_be_watched_and_tells_where(command: Command, work: Path) -> None:
    words = ("train", "language_modeling", "--data", CATS, "--steps", 2, "--watch", "--port", 0, "--no-browser")
    outcome = command(*words, *TINY)
    assert outcome.exit_code == 0, outcome.err
    assert "Watch it at http://127.0.0.1:" in outcome.out
    assert open_run(work / "runs" / "cats-1").info["training"]["steps"] == 2


@pytest.mark.parametrize("words", [("--port", 0), ("--no-browser",)])
def test_an_option_of_the_page_without_the_page_is_refused(
    command: Command, work: Path, words: tuple[Any, ...]
) -> None:
    outcome = command("train", "language_modeling", "--data", CATS, "--steps", 2, *words, *TINY)
    assert outcome.exit_code == 2
    assert (
        outcome.err.strip() == f"{words[0]} must come with --watch, whose page it is about, got it alone. Add --watch."
    )
    assert list(work.iterdir()) == []
