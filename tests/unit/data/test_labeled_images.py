"""Labelled images: where labels come from, one size for all, what is left out and said, hostile files."""

import gzip
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from clearhead.data._examples import read_images
from clearhead.data._images_augment import augment
from clearhead.data.labeled_images import open_images


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_CACHE", str(tmp_path / "cache"))


def pixels(seed: int, *shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def draw(path: Path, seed: int = 0, *, height: int = 6, width: int = 8, is_grey: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (height, width) if is_grey else (height, width, 3)
    Image.fromarray(pixels(seed, *shape)).save(path)
    return path


def fill(folder: Path, num_each: int = 12, is_grey: bool = False) -> Path:
    for index in range(num_each):
        for number, label in enumerate(("cat", "dog")):
            draw(folder / label / f"{index}.png", 2 * index + number, is_grey=is_grey)
    return folder


def test_a_folder_for_each_class_gives_its_images_as_they_are(tmp_path: Path) -> None:
    examples = open_images(fill(tmp_path / "set"))
    assert examples.label_names == ["cat", "dog"] and examples.splits == ("train", "valid")
    images = np.concatenate([examples.inputs(part) for part in examples.splits])
    targets = np.concatenate([examples.targets(part) for part in examples.splits])
    assert images.shape == (24, 3, 6, 8) and images.dtype == np.uint8 and targets.dtype == np.int64
    found = {image.tobytes(): target for image, target in zip(images, targets, strict=True)}
    for seed in range(24):
        assert found[pixels(seed, 6, 8, 3).transpose(2, 0, 1).tobytes()] == seed % 2


def test_grey_images_have_one_channel_and_its_mean_and_deviation_are_told(tmp_path: Path) -> None:
    examples = open_images(fill(tmp_path / "set", is_grey=True))
    recipe = json.loads(json.dumps(examples.preprocessing()))
    train = examples.inputs("train") / 255
    assert train.shape[1:] == (1, 6, 8)
    assert recipe["means"] == pytest.approx([train.mean()]) and recipe["scales"] == pytest.approx([train.std()])


def test_folders_and_lists_name_their_parts(tmp_path: Path) -> None:
    for part in ("train", "val", "test"):
        fill(tmp_path / "set" / part, num_each=3)
    examples = open_images(tmp_path / "set")
    assert examples.splits == ("train", "valid", "test") and len(examples.inputs("test")) == 6
    more = open_images(tmp_path / "set" / "train", valid=tmp_path / "set" / "test")
    assert np.array_equal(more.inputs("valid"), examples.inputs("test"))


def test_a_list_gives_labels_and_says_which_images_are_missing(tmp_path: Path) -> None:
    rows = ["image,label"]
    for index in range(30):
        draw(tmp_path / "images" / f"{index}.png", index)
        rows.append(f"images/{index}.png,{index % 2}")
    (tmp_path / "list.csv").write_text("\n".join([*rows, "images/none.png,1", "images/0.png,"]), encoding="utf-8")
    examples = open_images(tmp_path / "list.csv")
    assert examples.label_names == ["0", "1"] and sum(len(examples.inputs(part)) for part in examples.splits) == 30
    report = "\n".join(examples.report)
    assert "none.png does not exist" in report and "Left out 1 images of list.csv (train) without a label" in report


def test_images_may_have_several_labels(tmp_path: Path) -> None:
    rows = ["path\tlabels"]
    for index in range(30):
        draw(tmp_path / f"{index}.png", index)
        rows.append(f"{index}.png\t{('sea|sun', 'sun', '')[index % 3]}")
    (tmp_path / "list.tsv").write_text("\n".join(rows), encoding="utf-8")
    examples = open_images(tmp_path / "list.tsv")
    assert (examples.target_kind, examples.label_names) == ("labels", ["sea", "sun"])
    assert {tuple(row) for row in examples.targets("train")} == {(1, 1), (0, 1), (0, 0)}


def write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    path.write_bytes(gzip.compress(header + values.tobytes()))


def test_idx_files_are_read_with_their_test_part(tmp_path: Path) -> None:
    for part, seed in (("train", 0), ("t10k", 1)):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte.gz", pixels(seed, 40, 5, 4))
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte.gz", np.arange(40, dtype=np.uint8) % 3)
    examples = open_images(tmp_path)
    assert examples.splits == ("train", "valid", "test") and examples.label_names == ["0", "1", "2"]
    assert np.array_equal(examples.inputs("test")[:, 0], pixels(1, 40, 5, 4))
    assert np.array_equal(examples.targets("test"), np.arange(40) % 3)


def test_cifar_files_are_read_channel_by_channel(tmp_path: Path) -> None:
    rows = pixels(0, 30, 3073)
    rows[:, 0] %= 10
    (tmp_path / "data_batch_1.bin").write_bytes(rows.tobytes())
    examples = open_images(tmp_path / "data_batch_1.bin")
    images = {image.tobytes() for part in examples.splits for image in examples.inputs(part)}
    assert rows[7, 1:].tobytes() in images and examples.inputs("train").shape[1:] == (3, 32, 32)


def test_a_file_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", pixels(0, 9, 5, 4))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(bytes([0, 0, 8, 1]) + struct.pack(">I", 9) + b"1234")
    with pytest.raises(ValueError, match=r"must hold 9 bytes as its header says .9., got 4"):
        open_images(tmp_path)
    (tmp_path / "batch.bin").write_bytes(b"x" * 100)
    with pytest.raises(ValueError, match="must hold images of 3,073 bytes"):
        open_images(tmp_path / "batch.bin")


def test_mixed_sizes_become_the_commonest_and_a_named_size_wins(tmp_path: Path) -> None:
    fill(tmp_path / "set")
    draw(tmp_path / "set" / "cat" / "large.png", 99, height=20, width=20)
    examples = open_images(tmp_path / "set")
    assert examples.inputs("train").shape[2:] == (6, 8)
    assert "Resized 1 of 25 images to 6 × 8 (height × width)." in examples.report
    assert open_images(tmp_path / "set", size=(4, 5)).inputs("train").shape[2:] == (4, 5)
    with pytest.raises(ValueError, match=r"size must be one or two whole numbers from 1 to 4096, got 0"):
        open_images(tmp_path / "set", size=0)


def test_broken_images_are_left_out_with_their_names_unless_all_are(tmp_path: Path) -> None:
    fill(tmp_path / "set")
    whole = draw(tmp_path / "whole.png", 5, height=40, width=40).read_bytes()
    (tmp_path / "set" / "cat" / "text.png").write_text("no image", encoding="utf-8")
    (tmp_path / "set" / "dog" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "set" / "dog" / "notes.txt").write_text("words", encoding="utf-8")
    report = "\n".join(open_images(tmp_path / "set").report)
    assert "text.png is no readable image" in report and "cut.png is a damaged image" in report
    assert "Left out 1 files that are no images by their ending." in report
    for path in (tmp_path / "set").rglob("*.png"):
        path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"must have a readable image, got 26 that are not. The first: .*0.png"):
        open_images(tmp_path / "set")


def bomb(path: Path, side: int) -> None:
    """Write a small PNG that claims side × side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)


@pytest.mark.parametrize("side", [10_000, 30_000])
def test_an_image_that_claims_too_many_pixels_is_not_unpacked(tmp_path: Path, side: int) -> None:
    fill(tmp_path / "set")
    bomb(tmp_path / "set" / "cat" / "bomb.png", side)
    report = "\n".join(open_images(tmp_path / "set").report)
    assert "bomb.png must have at most 50,000,000 pixels, got" in report


def test_one_class_and_loose_images_are_refused(tmp_path: Path) -> None:
    for index in range(5):
        draw(tmp_path / "set" / "cat" / f"{index}.png", index)
    with pytest.raises(ValueError, match="must have at least two classes, got only 'cat'"):
        open_images(tmp_path / "set")
    with pytest.raises(ValueError, match="must hold a folder of images for each class"):
        open_images(tmp_path / "set" / "cat")
    with pytest.raises(FileNotFoundError, match="Did you mean the known set 'mnist'"):
        open_images("mnits")


def test_new_images_are_read_as_the_training_images_were(tmp_path: Path) -> None:
    examples = open_images(fill(tmp_path / "set", is_grey=True))
    paths = [tmp_path / "set" / "cat" / "3.png", draw(tmp_path / "new.png", 1, height=12, width=16)]
    images, report = read_images(examples.preprocessing(), paths)
    assert np.array_equal(images[0, 0], pixels(6, 6, 8)) and images.shape == (2, 1, 6, 8)
    assert report[0].startswith("Resized 1 images") and report[1] == "Turned 1 images from colour to grey."
    with pytest.raises(ValueError, match=r"gone.png does not exist"):
        read_images(examples.preprocessing(), [tmp_path / "gone.png"])


def test_what_is_transparent_is_white_and_turned_pictures_stand_upright(tmp_path: Path) -> None:
    recipe = {"height": 4, "width": 2, "num_channels": 3}
    Image.new("RGBA", (2, 4), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    wide = Image.fromarray(pixels(0, 2, 4, 3))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter to see it upright
    wide.save(tmp_path / "turned.png", exif=exif)
    images, report = read_images(recipe, [tmp_path / "clear.png", tmp_path / "turned.png"])
    assert (images[0] == 255).all() and report == []
    assert np.array_equal(images[1].transpose(1, 2, 0), np.rot90(pixels(0, 2, 4, 3), -1))


def test_the_built_in_digits_are_there() -> None:
    examples = open_images("digits")
    assert sum(len(examples.inputs(part)) for part in examples.splits) == 1797
    assert examples.inputs("train").max() == 255 and examples.label_names == [*"0123456789"]


def test_the_known_sets_bring_their_test_part(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARHEAD_DATA", str(data_folder))
    examples = open_images("cifar10-mini")
    assert len(examples.inputs("test")) == 1000 and examples.label_names[6] == "frog"


def changed(images: torch.Tensor, seed: int = 0, **amounts: float) -> torch.Tensor:
    return augment(images, generator=torch.Generator().manual_seed(seed), **amounts)  # type: ignore[arg-type]


def test_the_same_seed_changes_images_in_the_same_way() -> None:
    images = torch.from_numpy(pixels(0, 16, 1, 9, 9))
    amounts = {"shift": 2, "rotate_degrees": 15, "scale": 0.1, "flip": True}
    assert torch.equal(changed(images, **amounts), changed(images, **amounts))
    assert not torch.equal(changed(images, **amounts), changed(images, 1, **amounts))
    assert torch.equal(changed(images), images.float()), "nothing asked, nothing changed"


def test_a_shift_moves_whole_pixels_and_the_border_fills_the_gap() -> None:
    images = torch.from_numpy(pixels(0, 200, 1, 7, 6)).float()
    padded = torch.nn.functional.pad(images, (1, 1, 1, 1), mode="replicate")
    choices = torch.stack([padded[:, :, y : y + 7, x : x + 6] for y in range(3) for x in range(3)])
    off = (choices - changed(images, shift=1)).abs().amax((2, 3, 4))
    assert off.min(0).values.max() < 0.01 and len(off.argmin(0).unique()) == 9


def test_a_flip_mirrors_about_half_of_the_images() -> None:
    images = torch.from_numpy(pixels(0, 400, 3, 4, 5)).float()
    found = changed(images, flip=True)
    is_mirrored = (found - images.flip(3)).abs().amax((1, 2, 3)) < 0.01
    is_same = (found - images).abs().amax((1, 2, 3)) < 0.01
    assert bool((is_mirrored ^ is_same).all()) and 150 < int(is_mirrored.sum()) < 250


def test_a_turn_keeps_distances_in_a_picture_that_is_not_square() -> None:
    images = torch.zeros(50, 1, 41, 81)
    images[:, :, 20, 40] = images[:, :, 20, 55] = 255
    found = changed(images, rotate_degrees=40)[:, 0]
    rows, columns = torch.meshgrid(torch.arange(41.0), torch.arange(81.0), indexing="ij")
    far = (rows - 20) ** 2 + (columns - 40) ** 2 > 25
    weight = found * far
    y, x = ((weight * axis).sum((1, 2)) / weight.sum((1, 2)) for axis in (rows - 20, columns - 40))
    assert ((y**2 + x**2).sqrt() - 15).abs().max() < 0.3 and y.abs().max() > 5


def test_amounts_of_change_are_checked() -> None:
    with pytest.raises(ValueError, match=r"augment.scale must be from 0 to below 1, got 1.5"):
        changed(torch.zeros(1, 1, 2, 2), scale=1.5)
