"""Letters and distances of words: filters and states over the real letters alone, a table for each marked span."""

import pytest
import torch
from torch import Tensor

from clearhead.models._word_reading import Letters, Positions

WORDS = torch.tensor([[[3, 1, 4, 1], [5, 9, 0, 0], [2, 0, 0, 0]], [[6, 5, 3, 0], [0, 0, 0, 0], [0, 0, 0, 0]]])


def letters(kind: str) -> Letters:
    torch.manual_seed(0)
    return Letters(10, 3, 4, kind)


def alone(reader: Letters, word: Tensor) -> Tensor:
    return reader(word[word > 0][None, None])[0, 0]


@pytest.mark.parametrize("kind", ["cnn", "lstm"])
def test_a_word_reads_alike_in_any_batch(kind: str) -> None:
    reader, found = letters(kind), letters(kind)(WORDS)
    for index in ((0, 0), (0, 1), (0, 2), (1, 0)):
        torch.testing.assert_close(found[index], alone(reader, WORDS[index]))


@pytest.mark.parametrize("kind", ["cnn", "lstm"])
def test_a_word_without_letters_gets_zeros(kind: str) -> None:
    assert not letters(kind)(WORDS)[1, 1:].any()


@pytest.mark.parametrize("kind", ["cnn", "lstm"])
def test_a_batch_in_which_no_word_has_letters_is_read(kind: str) -> None:
    found = letters(kind)(torch.zeros(2, 3, 4, dtype=torch.long))
    assert found.shape == (2, 3, 4) and not found.any()


def test_filters_see_three_letters_with_nothing_around_the_word() -> None:
    reader = letters("cnn")
    assert reader.filters is not None
    x = torch.zeros(4, 3)
    x[1:3] = reader.embedding(torch.tensor([5, 9]))
    windows = torch.stack([x[0:3], x[1:4]])  # (windows, letters, dim)
    expected = torch.tanh(torch.einsum("wld,fdl->wf", windows, reader.filters.weight) + reader.filters.bias).amax(0)
    torch.testing.assert_close(reader(WORDS)[0, 1], expected)


def test_an_lstm_gives_its_last_state_from_either_end() -> None:
    reader = letters("lstm")
    assert reader.net is not None
    outputs, _ = reader.net(reader.embedding(torch.tensor([[6, 5, 3]])))
    torch.testing.assert_close(reader(WORDS)[1, 0], torch.cat([outputs[0, -1, :2], outputs[0, 0, 2:]]))


def test_each_marked_span_has_a_table_of_its_own() -> None:
    positions = Positions(5, 3)
    found = positions(torch.tensor([[[4, 2]]]))
    tables = [table.weight for table in positions.tables]
    assert torch.equal(found[0, 0], torch.cat([tables[0][4], tables[1][2]]))
