"""The training: curves as they were logged, and what the weights of each checkpoint say about the input."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look, look
from clearhead.models.base import LanguageModel
from clearhead.runs.run import save_run
from clearhead.tokenizers.base import Tokenizer
from clearhead.training.checkpoint import Checkpoint, save_checkpoint

TEXT = "the cat sat"
STEPS = (20, 40)


@pytest.fixture
def run(tmp_path: Path, model: LanguageModel, tokenizer: Tokenizer) -> Path:
    """Return the folder of a run with two checkpoints, whose weights are 0.1 and 0.5 times those that were saved."""
    folder = tmp_path / "stories"
    save_run(folder, model, tokenizer, {"task": "language_modeling"})
    events = [{"kind": "start", "step": 0}]
    events += [{"kind": "step", "step": step, "train_loss": 5 / step, "seconds": 0.1} for step in range(1, 251)]
    events += [
        {"kind": "evaluation", "step": step, "seconds": 1.0, "loss": 7 / step, "accuracy": step / 100} for step in STEPS
    ]
    lines = [json.dumps(event) for event in events]
    (folder / "metrics.jsonl").write_text("\n".join([*lines, '{"kind": "st']), encoding="utf-8")
    for step, share in zip(STEPS, (0.1, 0.5), strict=True):
        tensors = {"model": {name: share * value.detach() for name, value in model.named_parameters()}}
        save_checkpoint(folder / "checkpoints", Checkpoint(step=step, tensors=tensors, state={"step": step}))
    return folder


def said(model: LanguageModel, share: float, tokens: list[int]) -> torch.Tensor:
    """Return the probabilities after the last token, of the model with its weights made smaller."""
    kept = {name: value.detach().clone() for name, value in model.named_parameters()}
    with torch.no_grad():
        for value in model.parameters():
            value.mul_(share)
        found = model(torch.tensor([tokens]))[0, -1].double().softmax(-1)
        for name, value in model.named_parameters():
            value.copy_(kept[name])
    return found


def test_each_checkpoint_says_what_its_weights_say(run: Path, model: LanguageModel) -> None:
    seen = look(run, TEXT)
    drawing = seen.training(top=3)
    table, lines = drawing["probe"], drawing["answers"]
    assert table.column("weights") == ["step 20", "step 40", "as saved"] == list(lines.points)
    chosen = int(seen.logits[-1].argmax())
    names = seen.next_token()["probabilities"].labels
    for row, share in zip(table.rows, (0.1, 0.5, 1.0), strict=True):
        expected = said(model, share, seen.tokens)
        assert row[1] == names[int(expected.argmax())]
        assert row[2] == pytest.approx(float(expected[chosen]), abs=1e-6)
    assert table.columns[2] == f"{names[chosen]} ({chosen})"
    assert lines.series[table.columns[2]] == pytest.approx(table.column(table.columns[2]))


def test_the_last_line_is_the_models_own_answer(run: Path) -> None:
    seen = look(run, TEXT)
    row = seen.training(token=3)["probe"].rows[-1]
    assert row[2] == pytest.approx(float(seen.logits[3].softmax(-1).max()), abs=1e-6)


def test_another_output_can_be_followed(run: Path) -> None:
    seen = look(run, TEXT)
    wanted = seen.tokenizer.encode("c")[0]
    table = seen.training(answer="c")["probe"]
    assert table.columns[2] == f"c ({wanted})"
    assert table.rows[-1][2] == pytest.approx(float(seen.logits[-1].softmax(-1)[wanted]), abs=1e-6)


def test_the_losses_are_those_that_were_logged(run: Path) -> None:
    drawing = look(run, TEXT).training()
    lines = drawing["train_loss"]
    logged = 5 / np.arange(1, 251)
    means = [logged[start : start + 3].mean() for start in range(0, 250, 3)]
    assert lines.series["training"] == pytest.approx(means)
    assert lines.points[:2] == ("step 3", "step 6") and lines.points[-1] == "step 250"
    assert "Each point is the mean of 3 that were logged." in lines.note
    assert drawing["valid_loss"].series["validation"] == pytest.approx([7 / 20, 7 / 40])
    assert drawing["valid_accuracy"].series["validation"] == pytest.approx([0.2, 0.4])
    assert drawing["valid_loss"].points == ("step 20", "step 40")
    assert [panel.name for panel in drawing.panels if panel.name.startswith("valid")] == [
        "valid_loss",
        "valid_accuracy",
    ]


def test_a_damaged_checkpoint_is_passed_over_and_said(run: Path) -> None:
    (run / "checkpoints" / "step-000040" / "model.safetensors").write_bytes(b"short")
    table = look(run, TEXT).training()["probe"]
    assert table.column("weights") == ["step 20", "as saved"]
    assert "step-000040 is damaged: model.safetensors has another size than was written." in table.note
    (run / "checkpoints" / "step-000020" / "MANIFEST.json").unlink()
    assert "step-000020 cannot be read: " in look(run, TEXT).training()["probe"].note


def test_a_checkpoint_of_another_model_is_passed_over_and_said(run: Path) -> None:
    save_checkpoint(
        run / "checkpoints", Checkpoint(step=60, tensors={"model": {"head": torch.zeros(2, 3)}}, state={"step": 60})
    )
    table = look(run, TEXT).training()["probe"]
    assert "The checkpoint of step 60 is of another model: it has head of shape [2, 3]." in table.note
    assert table.column("weights") == ["step 40", "as saved"]


def test_a_model_without_a_folder_says_what_it_says_now(look_at: Callable[[str], Look]) -> None:
    seen = look_at(TEXT)
    drawing = seen.training()
    assert [panel.name for panel in drawing.panels] == ["probe", "answers"]
    [row] = drawing["probe"].rows
    assert row[0] == "as saved" and row[2] == pytest.approx(float(seen.logits[-1].softmax(-1).max()), abs=1e-6)
    assert drawing["probe"].note.endswith("No folder of a run is known, so there is only the model as it is.")


def test_a_run_without_checkpoints_says_so(tmp_path: Path, model: LanguageModel, tokenizer: Tokenizer) -> None:
    save_run(tmp_path / "bare", model, tokenizer, {"task": "language_modeling"})
    drawing = look(tmp_path / "bare", TEXT).training()
    assert [panel.name for panel in drawing.panels] == ["probe", "answers"]
    assert drawing["probe"].note.endswith("The run kept no checkpoint.")


def test_a_run_that_was_moved_while_it_is_looked_at_is_missed(run: Path) -> None:
    seen = look(run, TEXT)
    run.rename(run.with_name("elsewhere"))
    drawing = seen.training()
    assert drawing["probe"].note.endswith("The folder of the run is not there any more.")
    assert [row[0] for row in drawing["probe"].rows] == ["as saved"]
    assert len(drawing.panels) == 2


def test_looking_again_keeps_the_folder(run: Path) -> None:
    assert look(run, TEXT).again("the").folder == run


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"top": 0}, "training.top must be at least 1, got 0. Use 5."),
        ({"token": 11}, "training.token must be between 0 and 10 (there are 11 tokens), got 11."),
    ],
)
def test_impossible_options_are_refused(look_at: Callable[[str], Look], options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at(TEXT).training(**options)
    assert str(caught.value).startswith(message)
