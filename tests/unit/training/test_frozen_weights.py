"""Weights that do not learn (static word vectors) through a whole training."""

from pathlib import Path

import pytest
import torch
from tiny_tasks import options_for

from clearhead.data._units import load_units
from clearhead.runs.run import open_run
from clearhead.training.assemble import train


@pytest.mark.parametrize("vectors", ["both", "static"])
def test_static_word_vectors_stay_as_they_began(vectors: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    options = options_for("classification, texts", tmp_path)
    words = ["the", "cat", "dog", "red"]
    path = tmp_path / "vectors.txt"
    path.write_text("".join(f"{word} {index}.5 -1 2 0.25\n" for index, word in enumerate(words)), encoding="utf-8")
    options["model_options"] = {"vectors": vectors, "num_filters": 4}
    options["task_options"] = {**options.get("task_options", {}), "vectors": str(path)}
    result = train(**{**options, "out": str(tmp_path / "run"), "steps": 6, "training_options": {"precision": "fp32"}})
    model = open_run(result.path).model()
    frozen = model.embedding if vectors == "static" else model.static_embedding
    row = load_units(Path(result.path)).encode("dog")[0]
    assert torch.equal(frozen.weight[row], torch.tensor([2.5, -1.0, 2.0, 0.25]))
    if vectors == "both":
        assert not torch.equal(model.embedding.weight, frozen.weight)
