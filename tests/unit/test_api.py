"""The Python interface: few names, the words of the commands, quick to import."""

import subprocess
import sys
from pathlib import Path

import pytest

import clearhead
from clearhead.core import catalog

FRESH = """
import sys
import clearhead as ch
names = dir(ch)
ch.__version__
print(sorted({"torch", "numpy", "tokenizers", "rich", "tyro"} & set(sys.modules)), "train" in names)
"""


@pytest.mark.parametrize("name", [name for name in clearhead.__all__ if name != "__version__"])
def test_every_name_is_a_function_that_says_what_it_does(name: str) -> None:
    found = getattr(clearhead, name)
    assert callable(found)
    assert (found.__doc__ or "").splitlines()[0].endswith(".")


def test_importing_and_listing_loads_nothing_heavy(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FRESH], cwd=repository, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "[] True"


def test_the_words_are_those_of_the_commands() -> None:
    assert {"train", "evaluate", "generate", "look", "reproduce"} <= set(clearhead.__all__) & set(
        catalog.entries("cli")
    )


def test_a_name_is_looked_up_once() -> None:
    assert clearhead.look is clearhead.look
    assert "look" in vars(clearhead)


def test_the_names_offered_are_the_names_there_are() -> None:
    assert set(clearhead.__all__) == {*clearhead.WHERE, "__version__"}
    assert set(clearhead.__all__) <= set(dir(clearhead))


def test_a_misspelled_name_offers_the_nearest() -> None:
    with pytest.raises(
        AttributeError, match=r"clearhead has no name 'generat'\. Available: .*Did you mean 'generate'\?"
    ):
        clearhead.generat  # noqa: B018


def test_modules_of_the_package_are_still_found() -> None:
    from clearhead import core

    assert core.__name__ == "clearhead.core"


def test_a_text_becomes_a_model_that_talks_and_can_be_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))
    text = tmp_path / "text.txt"
    text.write_text("The cat sat on the mat. " * 60, encoding="utf-8")
    result = clearhead.train(
        "language_modeling",
        data=str(text),
        tokenizer="character",
        out=str(tmp_path / "run"),
        steps=3,
        model_options={"num_layers": 2, "d_model": 32, "num_heads": 2, "context_length": 32},
        training_options={"batch_size": 4, "precision": "fp32"},
    )
    run = clearhead.load(result.path)
    assert clearhead.evaluate(run, device="cpu").scores["loss"] == pytest.approx(result.scores["loss"], rel=1e-5)
    assert len(clearhead.generate(run, "The cat", max_tokens=5, temperature=0).tokens) <= 5
    assert clearhead.look(run, "The cat").attention(layer=1, head=1).shape == (7, 7)
    assert clearhead.load_tokenizer(result.path).decode(run.tokenizer.encode("mat")) == "mat"
