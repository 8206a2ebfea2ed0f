"""What is drawn of a training that is under way."""

from typing import Any

import numpy as np
from watched_training import Impatient

from clearhead.inspector.watch_panels import MOST_POINTS, make_panels
from clearhead.inspector.watched import Record


def test_curves_run_along_steps_or_seconds(seen: tuple[Any, Impatient]) -> None:
    record = seen[1].snapshot()[2]
    by_step, by_time = ({panel.name: panel for panel in make_panels(record, axis)} for axis in ("steps", "seconds"))
    assert list(by_step) == list(by_time)
    assert by_step["loss_training"].points[-1] == "30"  # type: ignore[attr-defined]
    assert by_time["loss_training"].points[-1].endswith(" s")  # type: ignore[attr-defined]
    assert {"probe", "probe_sure", "loss", "score_perplexity", "rate", "gradient_layers", "update_layers"} <= set(
        by_step
    )
    np.testing.assert_array_equal(by_step["loss"].array, by_time["loss"].array)


def test_many_points_are_drawn_as_means_of_their_neighbours() -> None:
    rows = [{"step": step, "seconds": float(step), "train_loss": float(step)} for step in range(1, 2 * MOST_POINTS + 1)]
    [panel] = make_panels(Record(steps=rows))
    assert panel.note == "Each point is the mean of 2 that were logged."
    np.testing.assert_array_equal(panel.array[0], np.arange(1, 2 * MOST_POINTS, 2) + 0.5)
    assert panel.points[-1] == str(2 * MOST_POINTS)  # type: ignore[attr-defined]


def test_before_anything_has_happened_there_is_nothing_to_draw() -> None:
    assert make_panels(Record()) == []
