"""The state between two calls: reading in pieces is reading at once, and padding at the left leaves no trace."""

import pytest
import torch
from torch import Tensor

from clearhead.layers.recurrent import CELLS, Recurrent
from clearhead.layers.recurrent_cache import RecurrentCache


@pytest.fixture(params=CELLS)
def net(request: pytest.FixtureRequest) -> Recurrent:
    torch.manual_seed(0)
    made = Recurrent(5, 6, cell=request.param, num_layers=2)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return made.eval()


def some_rows(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, 5, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def test_pieces_are_read_as_the_whole(net: Recurrent) -> None:
    x, cache = some_rows(1, 3, 9), RecurrentCache(batch_size=3)
    found = torch.cat([cache.read(net, part) for part in x.split([4, 1, 4], 1)], 1)
    expected, state = net(x)
    assert torch.allclose(found, expected, atol=1e-6)
    assert cache.length == 9 and cache.state is not None
    assert all(torch.allclose(ours, theirs, atol=1e-6) for ours, theirs in zip(cache.state, state, strict=True))


@torch.no_grad()
@pytest.mark.parametrize("pieces", [[9], [1] * 9, [2, 3, 4], [6, 3]])
def test_a_row_that_begins_later_is_read_as_if_it_were_alone(net: Recurrent, pieces: list[int]) -> None:
    x, padding = some_rows(2, 4, 9), [0, 5, 2, 8]
    cache = RecurrentCache(batch_size=4)
    cache.pad_left(torch.tensor(padding))
    found = torch.cat([cache.read(net, part) for part in x.split(pieces, 1)], 1)
    assert cache.state is not None
    for row, count in enumerate(padding):
        alone, state = net(x[row : row + 1, count:])
        assert torch.allclose(found[row, count:], alone[0], atol=1e-6)
        assert not found[row, :count].any()
        for ours, theirs in zip(cache.state, state, strict=True):
            assert torch.allclose(ours[row], theirs[0], atol=1e-6)


@torch.no_grad()
def test_rows_that_are_kept_go_on_and_the_others_are_forgotten(net: Recurrent) -> None:
    x, cache = some_rows(3, 3, 8), RecurrentCache(batch_size=3)
    cache.pad_left(torch.tensor([0, 2, 5]))
    cache.read(net, x[:, :4])  # the last row has not begun
    cache.keep_rows(torch.tensor([2, 0]))
    cache.drop_unused()
    found = cache.read(net, x[[2, 0], 4:])
    assert torch.allclose(found[0, 1:], net(x[2:, 5:])[0][0], atol=1e-6)
    assert torch.allclose(found[1], net(x[:1])[0][0, 4:], atol=1e-6)


@torch.no_grad()
def test_it_takes_no_more_room_for_a_longer_text(net: Recurrent) -> None:
    cache = RecurrentCache(batch_size=2)
    sizes = []
    for seed in range(3):
        cache.read(net, some_rows(seed, 2, 50))
        assert cache.state is not None
        sizes.append(sum(part.numel() for part in cache.state))
    assert len(set(sizes)) == 1
    assert cache.length == 150 < cache.capacity
