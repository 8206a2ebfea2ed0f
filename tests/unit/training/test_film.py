"""The film of a small model: which steps it has, that they are the training's own, and that it changes nothing."""

import signal
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from tiny import are_equal, resume
from tiny_tasks import options_for
from torch import nn

from clearhead.runs.film import FILM_FILE, MOST_FRAMES, read_film
from clearhead.training.assemble import train
from clearhead.training.film import Film
from clearhead.training.observer import Nobody

NAME = "classification, rows"


class Witness(Nobody):
    """An observer that copies the weights after every step."""

    def __init__(self) -> None:
        self.seen: dict[int, dict[str, torch.Tensor]] = {}

    def begin(self, **told: Any) -> None:
        """Remember where the weights are."""
        self.weights = {name: master for name, (_, master) in told["weights"].items()}
        self.after_update(told["step"] - 1)

    def after_update(self, step: int) -> None:
        """Copy them."""
        self.seen[step + 1] = {name: weight.clone() for name, weight in self.weights.items()}


def are_alike(one: Path, other: Path) -> bool:
    """Whether two runs have the same film, bit for bit."""
    ours, theirs = load_file(one / FILM_FILE), load_file(other / FILM_FILE)
    return set(ours) == set(theirs) and all(torch.equal(ours[name], theirs[name]) for name in ours)


def filmed(tmp_path: Path, *, steps: int, start: int = 0) -> Film:
    """Return a film after so many steps of a model that does nothing."""
    model = nn.Linear(2, 1)
    weights = {name: (each, each.detach()) for name, each in model.named_parameters()}
    film = Film(lambda kind, facts: None)
    task: Any = SimpleNamespace(has_own_update=False)
    film.begin(
        task=task, model=model, weights=weights, rate=0.1, step=start, folder=tmp_path, stop=lambda: None
    )  # fmt: skip
    for step in range(start, steps):
        film.after_update(step)
    return film


@pytest.mark.parametrize("steps", [100, 1000, 20_000])
def test_however_long_a_training_is_its_steps_are_close_at_first_and_farther_apart_later(
    tmp_path: Path, steps: int
) -> None:
    kept = list(filmed(tmp_path, steps=steps).frames)
    assert len(kept) == MOST_FRAMES
    assert kept[:2] == [0, 1] and kept[-1] > 0.6 * steps
    gaps = [later - earlier for earlier, later in pairwise(kept)]
    assert gaps[-1] > 10 * gaps[0]
    ratios = [(later + 1) / (earlier + 1) for earlier, later in pairwise(kept[8:])]
    assert max(ratios) < 2.2


def test_a_short_training_keeps_every_step(tmp_path: Path) -> None:
    assert list(filmed(tmp_path, steps=9).frames) == list(range(10))


def test_a_frame_holds_the_weights_that_its_step_led_to(tmp_path: Path) -> None:
    witness = Witness()
    run = train(out=str(tmp_path / "run"), observer=witness, **options_for(NAME, tmp_path)).path
    film = read_film(run)
    assert 15 < len(film) <= MOST_FRAMES and min(film) == 0
    assert max(film) < 60 == max(witness.seen)
    for step, weights in film.items():
        assert set(weights) == set(witness.seen[step])
        assert all(torch.equal(weights[name], witness.seen[step][name]) for name in weights)


def test_a_run_with_a_film_is_the_same_bit_for_bit_as_one_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = options_for(NAME, tmp_path)
    train(out=str(tmp_path / "with"), **options)
    monkeypatch.setattr("clearhead.training.film.MOST_PARAMETERS", 0)
    train(out=str(tmp_path / "without"), **options)
    assert not (tmp_path / "without" / FILM_FILE).exists()
    assert are_equal(tmp_path / "with", tmp_path / "without")


def test_stopped_and_resumed_the_film_is_that_of_the_whole_run(tmp_path: Path) -> None:
    options = options_for(NAME, tmp_path)
    train(out=str(tmp_path / "whole"), **options)

    def stop(kind: str, facts: dict[str, Any]) -> None:
        if kind == "step" and facts["step"] == 20:
            signal.raise_signal(signal.SIGINT)

    assert train(out=str(tmp_path / "stopped"), listener=stop, **options).steps == 20
    assert 10 < max(read_film(tmp_path / "stopped")) <= 20
    resume(tmp_path / "stopped")
    assert are_alike(tmp_path / "whole", tmp_path / "stopped")


def test_an_observer_is_told_of_every_checkpoint_when_it_is_written(tmp_path: Path) -> None:
    found: list[tuple[int, bool]] = []

    class Waiting(Nobody):
        def begin(self, **told: Any) -> None:
            self.folder = told["folder"]

        def saved(self, step: int) -> None:
            found.append((step, (self.folder / "checkpoints" / f"step-{step:06d}" / "MANIFEST.json").is_file()))

    options = options_for(NAME, tmp_path)
    options["training_options"] = {**options.get("training_options", {}), "checkpoint_interval": 20}
    train(out=str(tmp_path / "run"), observer=Waiting(), **options)
    assert dict(found) == {20: True, 40: True, 60: True}


def test_frames_of_steps_that_are_done_again_are_forgotten(tmp_path: Path) -> None:
    film = filmed(tmp_path, steps=40)
    film.saved(40)
    again = filmed(tmp_path, steps=0, start=12)
    assert list(again.frames) == [step for step in film.frames if step <= 12]


def test_a_run_that_had_no_film_begins_one_where_it_goes_on(tmp_path: Path) -> None:
    assert list(filmed(tmp_path, steps=14, start=12).frames) == [12, 13]


def test_a_film_that_cannot_be_read_is_told_and_begun_anew(tmp_path: Path) -> None:
    options = options_for(NAME, tmp_path)

    def spoil(kind: str, facts: dict[str, Any]) -> None:
        if kind == "step" and facts["step"] == 5:
            signal.raise_signal(signal.SIGINT)

    train(out=str(tmp_path / "run"), listener=spoil, **options)
    (tmp_path / "run" / FILM_FILE).write_bytes(b"no film")
    told: list[str] = []
    resume(tmp_path / "run", listener=lambda kind, facts: told.append(str(facts.get("text"))))
    assert [text for text in told if text.startswith("film.safetensors must be a whole safetensors file, got ")]
    assert min(read_film(tmp_path / "run")) == 5


def test_a_film_that_cannot_be_written_is_told_and_the_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, frames: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("clearhead.training.film.write_film", full)
    told: list[str] = []
    listener = lambda kind, facts: told.append(str(facts.get("text")))  # noqa: E731
    assert train(out=str(tmp_path / "run"), listener=listener, **options_for(NAME, tmp_path)).is_finished
    sentence = "film.safetensors could not be written: No space left on device. The training goes on without."
    assert sentence in told


@pytest.mark.parametrize(("name", "changes"), [(NAME, {"model_options": {"hidden": [2000]}}), ("word_vectors", {})])
def test_a_large_model_and_a_task_with_its_own_update_have_no_film(
    name: str, changes: dict[str, Any], tmp_path: Path
) -> None:
    options = {**options_for(name, tmp_path), "steps": 3, **changes}
    run = train(out=str(tmp_path / "run"), **options).path
    assert not (run / FILM_FILE).exists()
