from typing import Any

import pytest

from clearhead.experiments.recipes import tang_gpt
from clearhead.generation.generator import Generator
from clearhead.generation.text import Generation
from clearhead.runs.run import open_run
from clearhead.training.finish import Result


@pytest.mark.parametrize(
    ("texts", "share"),
    [
        (["床前明月光", "疑是地上霜"], 0.0),
        (["床前\ufffd月光", "疑是地上霜"], 0.1),
        (["床前明月\ufffd", "疑是地上霜"], 0.1),  # a writer shows no half of a character, not at the end either
        ([""], 0.0),
    ],
)
def test_the_share_of_broken_characters_is_counted(
    texts: list[str], share: float, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(self: Any, prompts: Any, configs: Any, **options: Any) -> list[Generation]:
        return [Generation("", (), text=text) for text in texts]

    monkeypatch.setattr(Generator, "generate_batch", written)
    assert tang_gpt.measure(open_run(result.path))["broken_characters"] == pytest.approx(share)
