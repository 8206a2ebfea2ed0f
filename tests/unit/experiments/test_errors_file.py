"""The file of the worst errors: rows, images, texts; never over another file."""

import json
from pathlib import Path

import pytest
from tiny_tasks import Trained, train_tiny

from clearhead.experiments.evaluate import evaluate
from clearhead.runs.run import open_run, save_run

KINDS = ("texts", "rows", "images", "labels")


@pytest.fixture(scope="module", params=[*(f"classification, {kind}" for kind in KINDS), "regression"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Return a run whose weights have the wrong sign: it is often wrong."""
    folder = tmp_path_factory.mktemp("errors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARHEAD_CACHE", str(folder / "cache"))
        trained = train_tiny(request.param, folder)
    for weight in trained.model.state_dict().values():
        weight.mul_(-1)
    info = open_run(trained.result.path).info
    save_run(trained.result.path, trained.model, None, info)
    return trained


def test_both_forms_hold_the_worst_errors(trained: Trained, tmp_path: Path) -> None:
    evaluate(trained.result.path, errors=tmp_path / "e.tsv", device="cpu")
    evaluate(trained.result.path, errors=str(tmp_path / "e.jsonl"), device="cpu")
    objects = [json.loads(line) for line in (tmp_path / "e.jsonl").read_text(encoding="utf-8").splitlines()]
    header, *rows = [line.split("\t") for line in (tmp_path / "e.tsv").read_text(encoding="utf-8").splitlines()]
    expected = trained.task.errors(trained.model, "valid", limit=50)  # type: ignore[attr-defined]
    assert objects == expected and 0 < len(objects) <= 50
    assert header == list(objects[0]) and {"text", "true", "said", "place"} <= set(header)
    assert [dict(zip(header, row, strict=True))["true"] for row in rows] == [each["true"] for each in objects]
    assert all(each["true"] != each["said"] for each in objects)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("e.csv", r"--errors must end in .tsv or .jsonl, got '.*e.csv'. Use errors.tsv."),
        ("old.tsv", r"--errors must be a new file, got .*old.tsv, which exists"),
        ("none/e.tsv", r"--errors must lie in a folder that exists, got .*e.tsv. Make .*none."),
    ],
)
def test_what_cannot_be_written_is_refused_before_any_work(
    trained: Trained, tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "old.tsv").write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        evaluate(trained.result.path, errors=tmp_path / name, data="nowhere", device="cpu")
    assert (tmp_path / "old.tsv").read_text(encoding="utf-8") == "mine"


def test_a_task_without_single_errors_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    model = train_tiny("language_modeling", tmp_path)
    with pytest.raises(ValueError, match=r"--errors must be of a task that lists single errors, got language_modeling"):
        evaluate(model.result.path, errors=tmp_path / "e.tsv", device="cpu")
