"""Checkpoints: whatever happens to the newest, one that is whole is found, and the message names what was wrong."""

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import SafetensorError

from clearhead.training import checkpoint as module
from clearhead.training.checkpoint import Checkpoint, check, list_checkpoints, load_newest, save_checkpoint


def made(step: int) -> Checkpoint:
    generator = torch.Generator().manual_seed(step)
    weights = {"a.weight": torch.randn(4, 3, generator=generator), "b": torch.randn(5, generator=generator)}
    tensors = {"model": weights, "optimizer": {"mean.b": torch.full((5,), float(step))}}
    return Checkpoint(step=step, tensors=tensors, state={"step": step, "counters": {"step": step}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the checkpoints of steps 10 and 20."""
    for step in (10, 20):
        save_checkpoint(tmp_path / "checkpoints", made(step))
    return tmp_path / "checkpoints"


def is_as_made(found: Checkpoint | None, step: int) -> bool:
    assert found is not None
    wanted = made(step)
    tensors = all(
        torch.equal(found.tensors[kind][name], tensor)
        for kind, named in wanted.tensors.items()
        for name, tensor in named.items()
    )
    return found.step == step and found.state == wanted.state and tensors


def test_what_was_saved_comes_back(folder: Path) -> None:
    found, problems = load_newest(folder)
    assert is_as_made(found, 20) and problems == []


def test_the_newest_two_are_kept_or_as_many_as_asked_for(folder: Path) -> None:
    save_checkpoint(folder, made(30))
    assert [path.name for path in list_checkpoints(folder)] == ["step-000030", "step-000020"]
    save_checkpoint(folder, made(40), keep=3)
    assert len(list_checkpoints(folder)) == 3


def test_newest_means_most_steps_not_last_in_the_alphabet(folder: Path) -> None:
    save_checkpoint(folder, made(999_999))
    save_checkpoint(folder, made(1_000_000))
    save_checkpoint(folder, made(1_000_001))
    assert [path.name for path in list_checkpoints(folder)] == ["step-1000001", "step-1000000"]
    assert is_as_made(load_newest(folder)[0], 1_000_001)


def test_the_same_step_may_be_saved_again(folder: Path) -> None:
    other = made(20)
    other.state["again"] = True
    save_checkpoint(folder, other)
    found, _ = load_newest(folder)
    assert found is not None and found.state["again"] is True
    assert sorted(path.name for path in folder.iterdir()) == ["step-000010", "step-000020"]


FILES = ["model.safetensors", "optimizer.safetensors", "state.json", "MANIFEST.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["truncated", "one bit", "emptied", "deleted", "longer"])
def test_a_damaged_newest_is_passed_over_by_name(name: str, damage: str, folder: Path) -> None:
    file = folder / "step-000020" / name
    data = bytearray(file.read_bytes())
    if damage == "deleted":
        file.unlink()
    else:
        if damage == "one bit":
            data[len(data) // 2] ^= 64
        changed = {"truncated": data[: len(data) // 2], "emptied": b"", "longer": data + b"x"}.get(damage, data)
        file.write_bytes(changed)
    found, problems = load_newest(folder)
    assert is_as_made(found, 10)
    assert len(problems) == 1
    assert problems[0].startswith("Checkpoint step-000020 is damaged: ")
    assert ("manifest" if name == "MANIFEST.json" else name) in problems[0] or damage == "one bit"
    assert problems[0].endswith("Falling back to the one before it.")


def test_every_single_bit_of_the_weights_counts(folder: Path) -> None:
    file = folder / "step-000020" / "model.safetensors"
    data = file.read_bytes()
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1 << (place % 8)
        file.write_bytes(changed)
        assert check(file.parent) == "model.safetensors has other contents than were written"
    file.write_bytes(data)
    assert check(file.parent) is None


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [
        ("[]", "cannot be read"),
        ("{}", "cannot be read"),
        ('{"files": {}}', "incomplete"),
        ('{"files": {"model.safetensors": {"size": 1}, "state.json": 3}}', "."),
        ('{"files": [1, 2]}', "cannot be read"),
        ('{"files": {"model.safetensors": null, "state.json": null}}', "."),
        ("\x00\x01", "cannot be read"),
    ],
)
def test_a_manifest_that_says_something_else_is_a_damage_too(manifest: str, problem: str, folder: Path) -> None:
    (folder / "step-000020" / "MANIFEST.json").write_text(manifest, encoding="utf-8")
    found, problems = load_newest(folder)
    assert is_as_made(found, 10)
    assert len(problems) == 1 and problem in problems[0]


def test_all_damaged_means_none_and_each_is_named(folder: Path) -> None:
    for path in list_checkpoints(folder):
        (path / "state.json").unlink()
    found, problems = load_newest(folder)
    assert found is None
    assert ["step-000020" in problems[0], "step-000010" in problems[1]] == [True, True]


def test_nothing_there_means_none(tmp_path: Path) -> None:
    assert load_newest(tmp_path / "none") == (None, [])


def test_foreign_folders_are_no_checkpoints(folder: Path) -> None:
    (folder / "step-copy").mkdir()
    shutil.copytree(folder / "step-000020", folder / ".unfinished-000099-1")
    assert [path.name for path in list_checkpoints(folder)] == ["step-000020", "step-000010"]


class DiskIsFull:
    """Let a function work a few times, then fail as a full disk does."""

    def __init__(self, function: Any, times: int, error: Exception) -> None:
        self.function, self.times, self.error = function, times, error

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if self.times == 0:
            raise self.error
        self.times -= 1
        return self.function(*arguments, **options)


@pytest.mark.parametrize(
    ("function", "times"), [("save_file", 0), ("save_file", 1), ("_flush", 0), ("_flush", 2), ("write_flushed", 1)]
)
def test_a_full_disk_leaves_the_older_ones_and_says_what_to_do(
    function: str, times: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = DiskIsFull(getattr(module, function), times, OSError(errno.ENOSPC, "No space left on device"))
    monkeypatch.setattr(module, function, full)
    with pytest.raises(
        OSError,
        match=r"step-000030 could not be written: No space left on device. Earlier checkpoints are intact; "
        r"free some disk space or choose another --out, then go on with --resume",
    ):
        save_checkpoint(folder, made(30))
    assert sorted(path.name for path in folder.iterdir()) == ["step-000010", "step-000020"]
    assert is_as_made(load_newest(folder)[0], 20)
    monkeypatch.undo()
    save_checkpoint(folder, made(30))
    assert is_as_made(load_newest(folder)[0], 30)


def test_a_failing_library_is_told_the_same_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "save_file", DiskIsFull(None, 0, SafetensorError("I/O error: no space")))
    with pytest.raises(OSError, match="could not be written: I/O error: no space"):
        save_checkpoint(folder, made(30))
    assert len(list_checkpoints(folder)) == 2


def test_the_manifest_is_written_last_and_the_folder_appears_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    flush = module._flush

    def note(path: Path) -> None:
        assert path.parent.name.startswith(".unfinished-")
        order.append(path.name)
        flush(path)

    monkeypatch.setattr(module, "_flush", note)
    save_checkpoint(folder, made(30))
    assert order == ["model.safetensors", "optimizer.safetensors", "state.json", "MANIFEST.json"]
    manifest = json.loads((folder / "step-000030" / "MANIFEST.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == set(order) - {"MANIFEST.json"}


def test_what_a_killed_save_left_is_cleared_by_the_next(folder: Path) -> None:
    left = folder / ".unfinished-000025-123"
    left.mkdir()
    (left / "model.safetensors").write_bytes(b"half")
    assert is_as_made(load_newest(folder)[0], 20)
    save_checkpoint(folder, made(30))
    assert not left.exists()
