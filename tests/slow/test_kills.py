"""Twenty kills at random moments of one training, which must end in the weights of a training that nobody killed."""

import random
import time
from pathlib import Path

import pytest
from tiny import are_equal, command_of, events_of, resume, resume_command, start, tiny_train, write_sample_text

WAYS = {
    "fp32": {"checkpoint_interval": 1},
    "bf16": {"checkpoint_interval": 2, "precision": "bf16"},
    "average": {"checkpoint_interval": 3, "average_fraction": 0.6, "eval_interval": 7},
}
KILLS = 20


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("way", WAYS)
def test_killed_twenty_times_it_ends_in_the_same_weights(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    seed = time.time_ns() % 10**6
    print("seed", seed)
    chance = random.Random(seed)
    text, run, steps = write_sample_text(tmp_path), tmp_path / "run", 1000
    whole = tiny_train(text, tmp_path / "whole", steps=steps, training=WAYS[way])
    command = command_of(text, run, steps=steps, training=WAYS[way])
    kills = 0
    while kills < KILLS:
        process = start(command)
        # From the start of the loop on; before it a life only imports and opens what is there.
        is_running = any(event["kind"] == "start" for event in events_of(process))
        time.sleep(chance.uniform(0, 0.2))
        if not is_running or process.poll() is not None:
            break  # it came to its end before all kills
        process.kill()
        process.communicate()
        kills += 1
        command = resume_command(run)
    assert kills >= KILLS // 2
    last = resume(run)
    assert last.is_finished and last.scores == whole.scores
    assert are_equal(run, whole.path)
