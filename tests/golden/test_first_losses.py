"""The first losses of a tiny recipe: a change of them is a change of what is trained, and must be meant."""

from pathlib import Path

import pytest
import torch
from tiny import tiny_train, write_sample_text

from clearhead.training.run_log import read_metrics

LOSSES = {
    "gpt": [3.178054, 3.0325, 2.751837, 2.460624, 2.317016],
    "gpt2": [3.135123, 7.151636, 4.582072, 4.040893, 4.267081],
}


@pytest.mark.parametrize("model", LOSSES)
def test_the_first_losses_are_these(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        tiny_train(write_sample_text(tmp_path), tmp_path / "run", model=model, steps=5)
    finally:
        torch.set_num_threads(threads)
    found = [event["train_loss"] for event in read_metrics(tmp_path / "run") if event["kind"] == "step"]
    assert found == pytest.approx(LOSSES[model], abs=1e-4)
