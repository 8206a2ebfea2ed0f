"""A random sample of more text than fits."""

from collections.abc import Iterator

import pytest

from clearhead.tokenizers._sample import documents, sample

NUMBERED = [f"document {index:05d}\n" for index in range(4000)]
SIZE = len(NUMBERED[0])


def test_all_texts_are_kept_in_order_when_they_fit() -> None:
    kept = sample(NUMBERED, limit_bytes=4000 * SIZE, seed=0)
    assert kept.texts == NUMBERED
    assert kept.num_bytes == kept.total_bytes == 4000 * SIZE


def test_a_sample_has_the_size_asked_for_and_keeps_the_order() -> None:
    kept = sample(NUMBERED, limit_bytes=1000 * SIZE, seed=0)
    assert len(kept.texts) == 1000
    assert kept.texts == sorted(kept.texts)
    assert (kept.num_bytes, kept.total_bytes) == (1000 * SIZE, 4000 * SIZE)


def test_the_seed_decides_and_nothing_else() -> None:
    def texts(seed: int) -> list[str]:
        return sample(iter(NUMBERED), limit_bytes=500 * SIZE, seed=seed).texts

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)


def test_early_and_late_texts_have_the_same_chance() -> None:
    counts = [0, 0, 0, 0]
    for seed in range(40):
        for text in sample(NUMBERED, limit_bytes=400 * SIZE, seed=seed).texts:
            counts[int(text.split()[1]) // 1000] += 1
    assert sum(counts) == 16_000
    # Each quarter: mean 4,000, standard deviation 52.
    assert all(3_700 < count < 4_300 for count in counts)


def test_more_text_than_memory_passes_through() -> None:
    def endless() -> Iterator[str]:
        for index in range(300):
            yield f"{index} " + "x" * 100_000

    kept = sample(endless(), limit_bytes=1_000_000, seed=0)
    assert kept.num_bytes <= 1_000_000
    assert 30_000_000 < kept.total_bytes < 30_100_000


def test_a_single_huge_text_is_sampled_in_parts_cut_at_line_ends() -> None:
    text = "".join(NUMBERED)
    kept = sample([text], limit_bytes=len(text) // 4, seed=0)
    assert 0.2 * len(text) < kept.num_bytes <= len(text) // 4
    assert all(part.endswith("\n") for part in kept.texts)
    assert all(line + "\n" in NUMBERED for part in kept.texts for line in part.splitlines())


def test_text_without_line_ends_is_cut_before_spaces_and_nothing_is_lost() -> None:
    text = "word " * 60_000
    kept = sample([text], limit_bytes=10**7, seed=0)
    assert len(kept.texts) > 1
    assert "".join(kept.texts) == text
    assert all(part.startswith(" ") for part in kept.texts[1:])
    assert "".join(sample(["汉" * 200_000], limit_bytes=10**7, seed=0).texts) == "汉" * 200_000


def test_bytes_are_counted_not_characters() -> None:
    assert sample(["汉字"], limit_bytes=100, seed=0).num_bytes == 6


@pytest.mark.parametrize("texts", ["one text", b"bytes"])
def test_one_text_in_place_of_many_is_refused(texts: str) -> None:
    with pytest.raises(TypeError, match=r"must be an iterable of documents, got one (str|bytes)\. Put it in a list"):
        list(documents(texts))


def test_what_is_no_text_is_refused_with_its_kind() -> None:
    with pytest.raises(TypeError, match=r"training\.texts must be text, got int\. Decode bytes first"):
        list(documents(["fine", 3]))  # type: ignore[list-item]
