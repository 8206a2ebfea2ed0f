import json
import shutil
from pathlib import Path

import pytest
import torch

from clearhead.data.base import open_text
from clearhead.experiments.evaluate import evaluate
from clearhead.runs.run import open_run
from clearhead.training.finish import Result


def test_a_run_scores_on_its_own_text_what_it_scored_after_its_training(result: Result) -> None:
    found = evaluate(result.path, device="cpu")
    assert found.scores == pytest.approx(result.scores, rel=1e-5)
    assert found.baselines == result.baselines
    assert (found.split, found.context_length, found.run) == ("valid", 32, "cats")


def test_every_token_but_the_first_is_scored_once(result: Result, text_file: Path) -> None:
    run = open_run(result.path)
    text = "".join(open_text(text_file).documents("valid"))
    tokens = torch.tensor(run.tokenizer.encode(text))
    model = run.model()
    total, inputs = 0.0, tokens[:-1]
    for start in range(0, len(inputs), 32):
        logits = model(inputs[None, start : start + 32])[0].detach()
        targets = tokens[start + 1 : start + 1 + len(logits)]
        total += float(torch.nn.functional.cross_entropy(logits, targets, reduction="sum"))
    found = evaluate(run, device="cpu")
    assert found.counts["tokens"] == len(tokens)
    assert found.counts["bytes"] == len(text.encode())
    assert found.scores["loss"] == pytest.approx(total / (len(tokens) - 1), rel=1e-5)


def test_it_prints_as_a_table_and_turns_into_json(result: Result) -> None:
    found = evaluate(result.path, device="cpu")
    page = str(found)
    assert f"{found.scores['loss']:.4f}" in page
    assert "bigram" in page and "xz -9" in page and "valid part" in page
    assert json.loads(json.dumps(found.to_json()))["scores"] == found.scores


def test_another_text_is_scored_and_said_to_be_another(result: Result, tmp_path: Path) -> None:
    (tmp_path / "dogs.txt").write_text("The dog saw 3 of the cats.\n" * 60, encoding="utf-8")
    found = evaluate(result.path, data=str(tmp_path / "dogs.txt"), split="valid", device="cpu")
    assert "dogs" in found.data
    assert any("the baselines learn from" in note for note in found.notes)


def test_a_file_of_its_own_is_scored_whole_beside_baselines_of_the_training(result: Result, tmp_path: Path) -> None:
    text = "The dog saw 3 of the cats.\n" * 60
    (tmp_path / "dogs.txt").write_text(text, encoding="utf-8")
    found = evaluate(result.path, data=str(tmp_path / "dogs.txt"), device="cpu")
    assert (found.data, found.split, found.counts["bytes"]) == ("dogs.txt", "all", len(text))
    assert "all of dogs.txt" in str(found)
    part = evaluate(result.path, data=str(tmp_path / "dogs.txt"), split="valid", device="cpu")
    assert part.counts["bytes"] < len(text) / 5
    # A table of pairs learned from the same sentences over and over knows what follows; one of the training does not.
    assert found.baselines["bigram"]["loss"] > part.baselines["bigram"]["loss"]


def test_the_file_of_the_training_under_another_path_is_not_scored_whole(
    result: Result, text_file: Path, tmp_path: Path
) -> None:
    shutil.copy(text_file, tmp_path / text_file.name)
    found = evaluate(result.path, data=str(tmp_path / text_file.name), device="cpu")
    assert (found.split, found.scores) == ("valid", pytest.approx(result.scores, rel=1e-5))


def test_a_file_is_scored_in_part_where_the_data_of_the_training_are_gone(result: Result, tmp_path: Path) -> None:
    moved = copy_of(result, tmp_path / "moved")
    plan = json.loads((moved / "plan.json").read_text(encoding="utf-8"))
    plan["request"]["data"] = str(tmp_path / "gone.txt")
    (moved / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (tmp_path / "dogs.txt").write_text("The dog saw 3 of the cats.\n" * 60, encoding="utf-8")
    found = evaluate(moved, data=str(tmp_path / "dogs.txt"), device="cpu")
    assert found.split == "valid"
    assert any("the baselines learn from" in note for note in found.notes)


def test_the_test_part_is_taken_where_there_is_one(result: Result, tmp_path: Path) -> None:
    for part, line in (
        ("train", "The cat saw 2 of the owls.\n"),
        ("valid", "The fox.\n"),
        ("test", "The hen saw 1.\n"),
    ):
        (tmp_path / f"{part}.txt").write_text(line * 40, encoding="utf-8")
    tested = evaluate(result.path, data=str(tmp_path), device="cpu")
    validated = evaluate(result.path, data=str(tmp_path), split="valid", device="cpu")
    assert (tested.split, tested.counts["bytes"]) == ("test", 40 * len("The hen saw 1.\n"))
    assert (validated.split, validated.counts["bytes"]) == ("valid", 40 * len("The fox.\n"))
    assert tested.scores["loss"] != validated.scores["loss"]
    assert tested.baselines["bigram"]["loss"] != validated.baselines["bigram"]["loss"]
    assert tested.baselines["xz -9"] != validated.baselines["xz -9"]


def test_a_part_that_is_not_there_is_named(result: Result) -> None:
    with pytest.raises(ValueError, match=r"evaluate\.split must be a part of .*cats.*, got 'test'\. It has: valid\."):
        evaluate(result.path, split="test")
    with pytest.raises(ValueError, match=r"No 'vlid' in the parts of data.*Did you mean 'valid'\?"):
        evaluate(result.path, split="vlid")


def copy_of(result: Result, folder: Path, *without: str) -> Path:
    shutil.copytree(result.path, folder, ignore=shutil.ignore_patterns("checkpoints", *without))
    return folder


def test_a_folder_of_another_program_needs_a_text(result: Result, text_file: Path, tmp_path: Path) -> None:
    foreign = copy_of(result, tmp_path / "foreign", "plan.json", "clearhead.json")
    with pytest.raises(ValueError, match=r"evaluate\.data must be given, got none: .*foreign does not say"):
        evaluate(foreign)
    found = evaluate(foreign, data=str(text_file), device="cpu")
    assert found.scores == pytest.approx(result.scores, rel=1e-5)


def test_a_text_that_moved_away_is_asked_for(result: Result, tmp_path: Path) -> None:
    moved = copy_of(result, tmp_path / "moved")
    plan = json.loads((moved / "plan.json").read_text(encoding="utf-8"))
    plan["request"]["data"] = str(tmp_path / "gone.txt")
    (moved / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"moved was trained on it: say with --data where it lies\."):
        evaluate(moved)


def test_a_text_changed_since_the_training_is_told(result: Result, text_file: Path, tmp_path: Path) -> None:
    changed = copy_of(result, tmp_path / "changed")
    text = tmp_path / "cats.txt"
    text.write_text(text_file.read_text(encoding="utf-8") + "\nThe end.", encoding="utf-8")
    plan = json.loads((changed / "plan.json").read_text(encoding="utf-8"))
    plan["request"]["data"] = str(text)
    (changed / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    assert any("has changed since the training" in note for note in evaluate(changed, device="cpu").notes)


def test_a_tokenizer_that_does_not_fit_is_refused(result: Result, tmp_path: Path) -> None:
    mixed = copy_of(result, tmp_path / "mixed")
    from clearhead.tokenizers.base import train_tokenizer

    train_tokenizer("character", ["abc"], vocab_size=40).save(mixed)
    with pytest.raises(ValueError, match=r"mixed"):
        evaluate(mixed)
