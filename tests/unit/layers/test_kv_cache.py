import pytest
import torch

from clearhead.layers.kv_cache import KVCache
from clearhead.models.gpt import GPT


def new_cache(batch_size: int = 2, length: int = 6) -> KVCache:
    return KVCache(num_layers=2, batch_size=batch_size, num_kv_heads=1, length=length, head_dim=3)


def write(cache: KVCache, seq_len: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(seed)
    rows = len(cache.starts)
    key, value = torch.randn(2, rows, 1, seq_len, 3)
    for layer in range(2):
        cache.append(layer, key + layer, value + layer)
    cache.advance(seq_len)
    return key, value


def test_what_was_appended_comes_back_in_order() -> None:
    cache = new_cache()
    first_key, first_value = write(cache, 3)
    key, value = torch.ones(2, 1, 1, 3), torch.zeros(2, 1, 1, 3)
    keys, values = cache.append(1, key, value)
    assert torch.equal(keys, torch.cat([first_key + 1, key], 2))
    assert torch.equal(values, torch.cat([first_value + 1, value], 2))


def test_writing_a_token_allocates_no_new_store() -> None:
    cache = new_cache()
    store = cache.keys.data_ptr()
    write(cache, 3)
    keys, _ = cache.append(0, torch.ones(2, 1, 1, 3), torch.ones(2, 1, 1, 3))
    assert keys.data_ptr() == store


def test_a_full_cache_says_how_long_it_is() -> None:
    cache = new_cache(length=4)
    write(cache, 3)
    with pytest.raises(ValueError, match=r"KVCache.length must be at most 4, got 5. Make a longer cache or shorten"):
        cache.append(0, torch.ones(2, 1, 2, 3), torch.ones(2, 1, 2, 3))


def test_positions_count_from_each_rows_own_start() -> None:
    cache = new_cache()
    cache.pad_left(torch.tensor([0, 2]))
    assert cache.positions(3).tolist() == [[0, 1, 2], [0, 0, 0]]
    write(cache, 3)
    assert cache.positions(2).tolist() == [[3, 4], [1, 2]]


def test_positions_without_padding_are_the_same_in_every_row() -> None:
    cache = new_cache()
    write(cache, 3)
    assert cache.positions(2).tolist() == [[3, 4], [3, 4]]


def test_without_padding_causal_order_needs_no_mask() -> None:
    cache = new_cache()
    assert cache.visible(3) is None
    write(cache, 3)
    assert cache.visible(1) is None


def test_several_tokens_after_others_see_the_past_and_themselves() -> None:
    cache = new_cache(batch_size=1)
    write(cache, 2)
    assert cache.visible(2).int().tolist() == [[[[1, 1, 1, 0], [1, 1, 1, 1]]]]


def test_padding_is_never_seen_by_a_real_token() -> None:
    cache = new_cache()
    cache.pad_left(torch.tensor([0, 2]))
    assert cache.visible(3)[:, 0].int().tolist() == [
        [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],  # two padded queries see themselves only, the first real one likewise
    ]
    write(cache, 3)
    assert cache.visible(1)[:, 0, 0].int().tolist() == [[1, 1, 1, 1], [0, 0, 1, 1]]


def test_the_mask_follows_the_cache_as_it_grows() -> None:
    cache = new_cache()
    cache.pad_left(torch.tensor([0, 1]))
    first = cache.visible(2)
    assert cache.visible(2) is first  # one mask serves all layers
    write(cache, 2)
    assert cache.visible(2).shape == (2, 1, 2, 4)


def test_rows_leave_with_their_keys_and_starts() -> None:
    cache = new_cache(batch_size=3)
    cache.pad_left(torch.tensor([0, 1, 2]))
    key, _ = write(cache, 3)
    cache.keep_rows(torch.tensor([2, 0]))
    assert cache.starts.tolist() == [2, 0]
    assert torch.equal(cache.keys[1, :, :, :3], key[[2, 0]] + 1)
    keys, _ = cache.append(0, torch.ones(2, 1, 1, 3), torch.ones(2, 1, 1, 3))
    assert torch.equal(keys[:, :, :3], key[[2, 0]])


def test_unused_slots_are_dropped_and_free_as_many_at_the_end() -> None:
    cache = new_cache(batch_size=3, length=5)
    cache.pad_left(torch.tensor([0, 2, 3]))
    key, value = write(cache, 5)
    cache.keep_rows(torch.tensor([1, 2]))
    positions = cache.starts.neg() + cache.length
    cache.drop_unused()
    assert cache.length == 3
    assert cache.starts.tolist() == [0, 1]
    assert torch.equal(cache.length - cache.starts, positions)
    assert torch.equal(cache.keys[0, :, :, :3], key[1:, :, 2:])
    assert torch.equal(cache.values[0, :, :, :3], value[1:, :, 2:])
    cache.append(0, torch.ones(2, 1, 2, 3), torch.ones(2, 1, 2, 3))


def test_an_inserted_row_ends_where_the_others_end() -> None:
    cache, other = new_cache(), new_cache(batch_size=1)
    key, _ = write(cache, 4)
    other_key, _ = write(other, 2, seed=1)
    cache.insert([1], other)
    assert cache.starts.tolist() == [0, 2]
    assert cache.has_padding
    assert torch.equal(cache.keys[0, 1:, :, 2:4], other_key)
    assert torch.equal(cache.keys[0, :1, :, :4], key[:1])
    assert cache.positions(1).tolist() == [[4], [2]]


def test_a_model_reads_padded_rows_as_it_reads_each_alone() -> None:
    torch.manual_seed(0)
    model = GPT.tiny().eval()
    torch.nn.init.normal_(model.head.weight)
    rows = [[3, 1, 4, 1, 5], [9, 2], [6, 5, 3]]
    padding = torch.tensor([0, 3, 2])
    cache = model.new_cache(3)
    cache.pad_left(padding)
    padded = torch.tensor([[0] * (5 - len(row)) + row for row in rows])
    with torch.inference_mode():
        for step in range(3):
            together = model(padded if step == 0 else torch.full((3, 1), 7), cache)[:, -1]
            for row, logits in zip(rows, together, strict=True):
                alone = model(torch.tensor([row + [7] * step]))[0, -1]
                assert torch.allclose(logits, alone, atol=1e-5)
