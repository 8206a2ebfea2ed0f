"""The recurrent text encoder, beside the same written with torch.nn alone and the same weights."""

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from clearhead.models.recurrent import RecurrentConfig, RecurrentEncoder

TOKENS = torch.tensor([[5, 6, 7, 8], [9, 4, 0, 0], [3, 0, 0, 0]])
LENGTHS = torch.tensor([4, 2, 1])
KERNELS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


@pytest.mark.parametrize("cell", KERNELS)
@pytest.mark.parametrize("num_layers", [1, 2])
def test_the_last_states_and_a_linear_map_are_those_of_torch(cell: str, num_layers: int) -> None:
    torch.manual_seed(0)
    sizes = RecurrentConfig(vocab_size=12, num_outputs=3, cell=cell, num_layers=num_layers, pooling="last")
    model = RecurrentEncoder(sizes).eval()
    nn.init.normal_(model.head.weight)
    net = KERNELS[cell](100, 128, num_layers=num_layers, batch_first=True, bidirectional=True)
    head, embedding = nn.Linear(256, 3), nn.Embedding(12, 100)
    net.load_state_dict(model.encoder.kernel.state_dict())
    head.load_state_dict(model.head.state_dict())
    embedding.load_state_dict(model.embedding.state_dict())
    packed = pack_padded_sequence(embedding(TOKENS), LENGTHS, batch_first=True, enforce_sorted=False)
    _, last = net(packed)
    hidden = last[0] if cell == "lstm" else last  # (layers · ways, batch, hidden)
    expected = head(torch.cat([hidden[-2], hidden[-1]], 1))
    torch.testing.assert_close(model(TOKENS), expected, atol=1e-6, rtol=1e-5)
