"""Finding the format of a folder, and saving so that a crash leaves the old model or the new one."""

import errno
import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from clearhead.interop import base
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.gpt2 import GPT2

TOKENS = torch.tensor([[3, 1, 4]])


def test_each_model_is_written_in_its_native_format(tmp_path: Path) -> None:
    llama = GPT(GPTConfig(vocab_size=9, context_length=8, d_model=8, num_layers=1, num_heads=2, use_qk_norm=False))
    for name, model in {"qwen3": GPT.tiny(), "llama": llama, "gpt2": GPT2.tiny()}.items():
        base.write_model(model, tmp_path / name)
        assert base.read_config(tmp_path / name)["model_type"] == name
        assert type(base.read_model(tmp_path / name)) is type(model)
        assert base.num_stored_parameters(tmp_path / name) == sum(p.numel() for p in model.parameters())


def test_an_unknown_model_type_is_answered_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "qwen2"}', encoding="utf-8")
    readable = ", ".join(base.readable_formats())
    with pytest.raises(ValueError, match=rf"No 'qwen2' in .*model_type. Available: {readable}. Did you mean 'qwen3'"):
        base.read_model(tmp_path)
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=f"model_type must be one of {readable}, got None"):
        base.read_model(tmp_path)


def test_a_format_that_cannot_hold_the_model_is_refused_with_those_that_can(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must be one of .*qwen3.* for this GPT model, got 'llama'"):
        base.write_model(GPT.tiny(), tmp_path / "m", to="llama")
    known = ", ".join(base.formats())
    with pytest.raises(ValueError, match=rf"No 'lama' in interop/. Available: {known}. Did you mean 'llama'"):
        base.write_model(GPT.tiny(), tmp_path / "m", to="lama")
    assert not (tmp_path / "m").exists()


def logits(folder: Path) -> torch.Tensor:
    return base.read_model(folder).eval()(TOKENS)


def other_model() -> GPT:
    config = GPTConfig(vocab_size=50, context_length=16, d_model=16, num_layers=1, num_heads=2)
    model = GPT(config)
    torch.nn.init.normal_(model.head.weight)
    return model


@pytest.mark.parametrize("stop_at", range(1, 8))
def test_a_crash_at_any_move_leaves_one_whole_model_or_none_that_could_be_misread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    folder = tmp_path / "run"
    old, new = GPT.tiny(), other_model()
    base.write_model(old, folder)
    before, after = logits(folder), new.eval()(TOKENS)
    moves = 0

    def crash(source: str, target: str) -> None:
        nonlocal moves
        moves += 1
        if moves == stop_at:
            raise KeyboardInterrupt
        shutil.move(source, target)

    monkeypatch.setattr(os, "replace", crash)
    try:
        base.write_model(new, folder)
        is_complete = True
    except KeyboardInterrupt:
        is_complete = False
    if is_complete:
        assert torch.equal(logits(folder), after)
    elif (folder / "config.json").exists():
        assert torch.equal(logits(folder), before)
    else:
        with pytest.raises(FileNotFoundError, match=r"config.json must be a file"):
            logits(folder)


def test_new_weights_of_the_same_model_replace_the_old_in_one_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = GPT.tiny()
    base.write_model(model, tmp_path)
    torch.nn.init.normal_(model.head.weight)
    moved: list[str] = []
    replace = os.replace
    monkeypatch.setattr(
        os, "replace", lambda source, target: (moved.append(Path(target).name), replace(source, target))
    )
    base.write_model(model, tmp_path)
    assert moved == ["model.safetensors"]
    assert torch.equal(logits(tmp_path), model.eval()(TOKENS))


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "config.json").write_text("{}", encoding="utf-8")
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        base.publish(tmp_path / "new", fail)
    assert not (tmp_path / "new").exists()
    base.write_model(GPT.tiny(), tmp_path / "old")
    names = sorted(os.listdir(tmp_path / "old"))
    with pytest.raises(ValueError, match="refused"):
        base.publish(tmp_path / "old", fail)
    assert sorted(os.listdir(tmp_path / "old")) == names


def test_what_a_killed_save_left_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".saving-abc").mkdir()
    (tmp_path / ".saving-abc" / "model.safetensors").write_bytes(b"half")
    base.write_model(GPT.tiny(), tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["config.json", "model.safetensors"]


def test_a_full_disk_is_said_and_the_old_model_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base.write_model(GPT.tiny(), tmp_path)
    before = logits(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
        with pytest.raises(
            OSError, match=r"must be writable, got: the disk is full. Free space or choose another folder"
        ):
            base.write_model(other_model(), tmp_path)
    assert torch.equal(logits(tmp_path), before)

    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match=r"got: the disk is full"):
        base.publish(tmp_path, full)


def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    def closed(folder: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with pytest.raises(
        PermissionError, match=r"must be writable, got: Permission denied. Choose a folder you may write to"
    ):
        base.publish(tmp_path / "run", closed)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"file must be a folder, got a file. Choose another name"):
        base.write_model(GPT.tiny(), tmp_path / "file")


def test_configuration_files_are_utf8_json(tmp_path: Path) -> None:
    base.write_json(tmp_path / "a.json", {"name": "唐诗"})
    assert "唐诗" in (tmp_path / "a.json").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "a.json").read_bytes()) == {"name": "唐诗"}
