"""What the interface of tasks brings along."""

import pytest

from clearhead.tasks.base import Score, Task, never_stop


def test_a_task_must_say_everything_a_trainer_asks_for() -> None:
    class Half(Task):
        name, role, main_score = "half", "LanguageModel", "loss"

    with pytest.raises(TypeError, match="abstract"):
        Half()
    assert {"batch", "loss", "evaluate", "baselines", "describe", "num_train_targets"} <= Task.__abstractmethods__


def test_a_score_says_how_to_read_it() -> None:
    assert Score("loss", 2.5).is_better_when == "lower"
    assert never_stop() is None
