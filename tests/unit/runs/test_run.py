"""Saving and opening a run; every way in which a folder is not one."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from clearhead.models.gpt import GPT, GPTConfig
from clearhead.runs.run import open_run, save_run
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

TOKENS = torch.tensor([[3, 1, 4, 1, 5]])
INFO: dict[str, Any] = {
    "data": {"name": "a few lines", "fingerprint": "abc", "splits": {"train": {"num_bytes": 60}}},
    "training": {"steps": 10, "learning_rate": 0.01},
    "scores": {"loss": 2.5},
    "seed": 4,
}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer("character", ["the cat sat on the mat. 猫坐在垫子上。"], vocab_size=100)


def made(vocab_size: int, **options: Any) -> GPT:
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=vocab_size, context_length=16, d_model=16, num_layers=1, num_heads=2, **options))
    torch.nn.init.normal_(model.head.weight)
    return model.train()


@pytest.fixture
def saved(tmp_path: Path, tokenizer: Tokenizer) -> Path:
    save_run(tmp_path / "stories", made(tokenizer.vocab_size), tokenizer, INFO)
    return tmp_path / "stories"


def test_the_card_shows_the_picture_of_the_curves_that_lies_in_the_folder(tmp_path: Path, tokenizer: Tokenizer) -> None:
    for name in ("without", "with"):
        (tmp_path / name).mkdir()
        if name == "with":
            (tmp_path / name / "curves.png").write_bytes(b"a picture")
        save_run(tmp_path / name, made(tokenizer.vocab_size), tokenizer, INFO)
        assert ("](curves.png)" in (tmp_path / name / "README.md").read_text(encoding="utf-8")) == (name == "with")


def test_a_run_opens_with_everything_that_was_saved(saved: Path, tokenizer: Tokenizer) -> None:
    run = open_run(saved)
    model = run.model()
    assert not model.training
    assert torch.equal(model(TOKENS), made(tokenizer.vocab_size).eval()(TOKENS))
    assert run.tokenizer.encode("the cat") == tokenizer.encode("the cat")
    assert run.name == "stories"
    assert run.info["training"] == INFO["training"]
    assert run.info["data"]["name"] == "a few lines"
    assert run.info["model"] == "gpt"
    assert run.info["model_type"] == "qwen3"
    assert run.info["num_parameters"] == sum(p.numel() for p in model.parameters())
    assert run.info["tokenizer"]["fingerprint"] == tokenizer.fingerprint
    assert {"torch", "python"} <= set(run.info["versions"])
    assert run.info["created"].endswith("Z")


def test_the_folder_holds_a_hugging_face_model_and_a_card(saved: Path) -> None:
    assert set(os.listdir(saved)) == {
        "README.md",
        "clearhead.json",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert "a few lines" in (saved / "README.md").read_text(encoding="utf-8")


def test_a_folder_of_another_program_opens_without_a_description(saved: Path) -> None:
    (saved / "clearhead.json").unlink()
    run = open_run(str(saved))
    assert run.info == {}
    assert run.about is None
    assert run.tokenizer.decode(run.tokenizer.encode("cat")) == "cat"


def test_saving_again_keeps_what_else_lies_in_the_folder(saved: Path, tokenizer: Tokenizer) -> None:
    (saved / "checkpoints").mkdir()
    (saved / "metrics.jsonl").write_text("{}\n", encoding="utf-8")
    save_run(saved, made(tokenizer.vocab_size), tokenizer, open_run(saved).info | {"scores": {"loss": 2.25}})
    assert open_run(saved).info["scores"] == {"loss": 2.25}
    assert (saved / "checkpoints").is_dir()
    assert (saved / "metrics.jsonl").is_file()


def test_a_missing_run_is_answered_with_the_nearest_beside_it(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"No run at .*storys. Did you mean .*stories\?"):
        open_run(tmp_path / "storys")
    with pytest.raises(FileNotFoundError, match=r"No run at .*xyzzy. There are: stories"):
        open_run(tmp_path / "xyzzy")
    with pytest.raises(FileNotFoundError, match=r"No run at .*run. Name a folder that `clearhead train --out` made"):
        open_run(tmp_path / "nowhere" / "run")


def test_a_file_is_not_a_run(saved: Path) -> None:
    with pytest.raises(
        ValueError, match=r"A run must be a folder, got the file .*config.json. Name the folder .*stories"
    ):
        open_run(saved / "config.json")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["notes.txt"], r"must hold config.json, got a folder that is not a run. Name a folder that `clearhead train"),
        (["model.safetensors"], r"got a run that was only half written. Save or train it again"),
        ([".saving-x/config.json"], r"got a run that was only half written"),
        (["plan.json", "tokenizer.json"], r"got an unfinished one. Go on with: clearhead train .*--resume"),
        (
            ["checkpoints/step-000010/MANIFEST"],
            r"got an unfinished one. Go on with: clearhead train .*--resume",
        ),
        (["a/config.json", "b/config.json"], r"must be the folder of one run, got a folder of 2: a, b. Name one: .*a$"),
    ],
)
def test_a_folder_without_a_model_is_told_apart(tmp_path: Path, names: list[str], message: str) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=message):
        open_run(tmp_path)


def test_a_run_without_weights_is_refused_when_it_is_opened(saved: Path) -> None:
    (saved / "model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"must hold model.safetensors, got no such file"):
        open_run(saved)


def test_an_unknown_kind_of_model_is_answered_with_the_nearest(saved: Path) -> None:
    path = saved / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"model_type": "lama"}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"No 'lama' in stories/config.json.model_type. .*Did you mean 'llama'"):
        open_run(saved)


def test_a_description_of_a_newer_version_is_refused(saved: Path) -> None:
    path = saved / "clearhead.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format_version": 9}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"format_version must be at most 1, got 9. Update clearhead"):
        open_run(saved)


def test_a_tokenizer_that_says_more_than_the_model_is_refused(tmp_path: Path, tokenizer: Tokenizer) -> None:
    too_small = made(tokenizer.vocab_size - 1)
    message = (
        rf"got {tokenizer.vocab_size} tokens in the tokenizer and a model of vocab_size={tokenizer.vocab_size - 1}"
    )
    with pytest.raises(ValueError, match=message):
        save_run(tmp_path / "run", too_small, tokenizer, {})
    assert not (tmp_path / "run").exists()


def test_another_tokenizer_in_the_folder_is_refused_at_first_use(
    saved: Path, tmp_path: Path, tokenizer: Tokenizer
) -> None:
    (tmp_path / "other").mkdir()
    other = train_tokenizer("character", ["abc"], vocab_size=100)
    other.save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "tokenizer.json", saved / "tokenizer.json")
    with pytest.raises(
        ValueError, match=r"tokenizer.json must be the one the run was trained with .*Put the run's own"
    ):
        open_run(saved).tokenizer  # noqa: B018
    large = train_tokenizer("character", ["".join(map(chr, range(0x4E00, 0x4E80)))], vocab_size=500)
    large.save(saved)
    message = rf"must fit the model, got {large.vocab_size} tokens .*vocab_size={tokenizer.vocab_size}"
    with pytest.raises(ValueError, match=message):
        open_run(saved).tokenizer  # noqa: B018


def test_a_run_may_have_spare_rows(tmp_path: Path, tokenizer: Tokenizer) -> None:
    save_run(tmp_path, made(tokenizer.vocab_size + 5), tokenizer, {})
    run = open_run(tmp_path)
    assert run.vocab_size == run.tokenizer.vocab_size + 5


def test_an_unknown_key_of_the_description_is_refused_before_anything_is_written(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    with pytest.raises(ValueError, match=r"No 'score' in clearhead.json. .*Did you mean 'scores'"):
        save_run(tmp_path / "run", made(tokenizer.vocab_size), tokenizer, {"score": {}})
    assert not (tmp_path / "run").exists()


def test_an_unknown_device_is_refused(saved: Path) -> None:
    with pytest.raises(ValueError, match=r"Run.model.device must be cpu, cuda or mps, got 'gpu'. Use device='cpu'"):
        open_run(saved).model("gpu")


@pytest.mark.parametrize("stop_at", range(1, 8))
def test_a_crash_while_another_model_is_saved_never_leaves_a_mixture(
    saved: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    before = open_run(saved).model()(TOKENS)
    new = GPT(GPTConfig(vocab_size=tokenizer.vocab_size, context_length=8, d_model=16, num_layers=1, num_heads=2))
    moves = 0
    replace = os.replace

    def crash(source: Path, target: Path) -> None:
        nonlocal moves
        moves += 1
        if moves == stop_at:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", crash)
    try:
        save_run(saved, new, tokenizer, INFO)
    except KeyboardInterrupt:
        if (saved / "config.json").exists():
            assert torch.equal(open_run(saved).model()(TOKENS), before)
        else:
            with pytest.raises(FileNotFoundError, match=r"only half written"):
                open_run(saved)
        return
    assert torch.equal(open_run(saved).model()(TOKENS), new.eval()(TOKENS))
