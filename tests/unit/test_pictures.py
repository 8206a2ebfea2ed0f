"""docs/pictures.py: which commands a picture comes from, what is trained anew, and how large a picture may be."""

import io
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docs import picture_drawing, pictures
from docs.picture_drawing import Picture, PictureError

TRAIN = "clearhead train classification --data iris --steps 3 --out runs/iris"
PAGE = f"""
# neuron: one

```bash
{TRAIN}
clearhead look runs/iris ROW \\
    --view neuron
clearhead look runs/iris ROW --view layers
```

![It](../../images/views/neuron.en.png)

```python
look = None
```

```bash
clearhead look runs/iris ROW --view neuron --layer 0
```

![More of it](../../images/views/neuron-film.en.png)
"""


class Trainer:
    """Stands in for the commands: makes the folder of a run and keeps what was asked for."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def __call__(self, words: Sequence[str], folder: Path) -> None:
        run = folder / pictures.option(words, "--out")
        assert not run.exists(), "an old run must be gone before it is trained anew"
        run.mkdir(parents=True)
        (run / "weights").touch()
        self.ran.append(shlex.join(words))


@pytest.fixture
def trainer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainer:
    """Return what trains instead of the commands, in a folder of the test's own."""
    made = Trainer()
    monkeypatch.setattr(pictures, "BUILD", tmp_path)
    monkeypatch.setattr(picture_drawing, "BUILD", tmp_path)
    monkeypatch.setattr(pictures, "run_command", made)
    return made


def picture(command: str = TRAIN, language: str = "en") -> Picture:
    """Return a picture that needs one run."""
    return Picture("views/neuron", language, (tuple(command.split()),), ())


def write_page(folder: Path, text: str) -> Path:
    """Write a page and return its path."""
    path = folder / "neuron.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_picture_is_drawn_by_the_first_look_above_it_and_needs_the_trainings_above(tmp_path: Path) -> None:
    first, second = pictures.pictures_of(write_page(tmp_path, PAGE), "en")
    assert first.name == "views/neuron"
    assert first.look == ("clearhead", "look", "runs/iris", "ROW", "--view", "neuron")
    assert second.name == "views/neuron-film"
    assert second.look[-2:] == ("--layer", "0")
    assert first.trainings == second.trainings == (tuple(TRAIN.split()),)


def test_a_picture_without_a_command_is_refused(tmp_path: Path) -> None:
    page = write_page(tmp_path, "![It](../images/page.en.png)\n")
    with pytest.raises(
        PictureError, match=r"^neuron.md must have a clearhead look above page, it has none\. Add one\.$"
    ):
        pictures.pictures_of(page, "en")


def test_pictures_are_chosen_by_name_in_both_languages_or_one() -> None:
    assert {(each.name, each.language) for each in pictures.chosen(["tags", "pixels.zh"])} == {
        ("views/tags", "en"), ("views/tags", "zh"), ("views/pixels", "zh")
    }  # fmt: skip


def test_a_picture_that_no_page_shows_is_told_with_those_there_are() -> None:
    with pytest.raises(PictureError, match=r"^No picture 'tag' in the pages\. Available: ablation, attention, "):
        pictures.chosen(["tag"])


def test_a_run_is_trained_once_for_both_languages(trainer: Trainer, tmp_path: Path) -> None:
    for language in ("en", "zh", "en"):
        pictures.train(picture(language=language))
    assert trainer.ran == [TRAIN]
    assert all((tmp_path / language / "runs" / "iris" / "weights").exists() for language in ("en", "zh"))


def test_a_run_whose_command_has_changed_is_trained_anew(trainer: Trainer) -> None:
    pictures.train(picture())
    pictures.train(picture(TRAIN.replace("--steps 3", "--steps 4")))
    assert trainer.ran == [TRAIN, TRAIN.replace("--steps 3", "--steps 4")]


def test_a_training_cut_off_does_not_pass_for_a_finished_one(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(words: Sequence[str], folder: Path) -> None:
        trainer(words, folder)
        raise PictureError("cut off")

    monkeypatch.setattr(pictures, "run_command", fail)
    with pytest.raises(PictureError):
        pictures.train(picture())
    monkeypatch.setattr(pictures, "run_command", trainer)
    pictures.train(picture())
    assert len(trainer.ran) == 2


def test_a_command_that_fails_is_told_with_its_own_sentence(tmp_path: Path) -> None:
    message = r"^clearhead train clasification failed: .*No 'clasification' in tasks/"
    with pytest.raises(PictureError, match=message):
        pictures.run_command(["clearhead", "train", "clasification"], tmp_path)


def test_a_picture_gets_as_many_colours_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    png = io.BytesIO()
    Image.fromarray(values).save(png, "PNG")
    monkeypatch.setattr(picture_drawing, "MAX_BYTES", 4_000)
    small = picture_drawing.smaller(png.getvalue(), "noise.png")
    kept = Image.open(io.BytesIO(small))
    assert len(small) <= 4_000
    assert kept.size == (64, 64)
    assert len(kept.getcolors() or ()) < 256
    monkeypatch.setattr(picture_drawing, "MAX_BYTES", 100)
    message = r"^noise\.png must be at most 100 bytes, got [\d,]+ with 32 colours\. Show fewer panels\.$"
    with pytest.raises(PictureError, match=message):
        picture_drawing.smaller(png.getvalue(), "noise.png")


def test_the_digit_of_the_pages_is_a_built_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = (pictures.DOCS / pictures.SAMPLE).read_bytes()
    monkeypatch.setattr(pictures, "DOCS", tmp_path)
    monkeypatch.setattr(pictures, "BUILD", tmp_path / "build")
    (tmp_path / "images").mkdir()
    pictures.write_sample()
    made = np.asarray(Image.open(tmp_path / pictures.SAMPLE))
    assert made.shape == (8, 8)
    assert np.array_equal(made, np.asarray(Image.open(io.BytesIO(written))))
    assert (tmp_path / "build" / "zh" / "docs" / pictures.SAMPLE).exists()


def test_the_panels_of_a_picture_are_named_once() -> None:
    for name, shown in picture_drawing.SHOWN.items():
        assert len(set(shown.panels)) == len(shown.panels), name
        assert re.fullmatch(r"(views/)?[a-z_-]+", name)
