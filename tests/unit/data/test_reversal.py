"""Words and the same backwards."""

from clearhead.data.reversal import open_pairs


def test_the_target_is_the_source_backwards_and_no_word_is_in_two_parts() -> None:
    pairs = open_pairs(num_pairs=2000)
    words = {split: [source for source, _ in pairs.pairs(split)] for split in pairs.splits}
    assert all(target == source[::-1] for split in pairs.splits for source, target in pairs.pairs(split))
    assert [len(words[split]) for split in ("train", "valid", "test")] == [2000, 100, 100]
    assert not set(words["train"]) & set(words["valid"]) and not set(words["valid"]) & set(words["test"])
    assert {len(word) for word in words["train"]} == set(range(3, 13))


def test_the_pairs_follow_the_seed() -> None:
    assert list(open_pairs(num_pairs=50).pairs("train")) == list(open_pairs(num_pairs=50).pairs("train"))
    assert list(open_pairs(num_pairs=50, seed=1).pairs("train")) != list(open_pairs(num_pairs=50).pairs("train"))
    assert open_pairs(seed=1).fingerprint != open_pairs().fingerprint
