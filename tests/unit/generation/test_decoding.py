import pytest
import torch
from torch import Tensor

from clearhead.generation.decoding import Decoding
from clearhead.models.base import LanguageModel
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.models.gpt2 import GPT2, GPT2Config
from clearhead.models.recurrent_lm import RecurrentLM, RecurrentLMConfig

CONTEXT_LENGTH = 12


def new_gpt() -> GPT:
    sizes = {"d_model": 16, "num_layers": 2, "num_heads": 2, "num_kv_heads": 1}
    return GPT(GPTConfig(vocab_size=37, context_length=CONTEXT_LENGTH, **sizes))


def new_gpt2() -> GPT2:
    return GPT2(GPT2Config(vocab_size=37, context_length=CONTEXT_LENGTH, d_model=16, num_layers=2, num_heads=2))


@pytest.fixture(params=[new_gpt, new_gpt2])
def model(request: pytest.FixtureRequest) -> GPT | GPT2:
    made = request.param().eval()
    torch.manual_seed(1)
    for parameter in made.parameters():  # a new model's output layers are zero: every token would be as probable
        torch.nn.init.normal_(parameter, std=0.3)
    return made


def decode(model: LanguageModel, rows: list[list[int]], fed: list[list[int]]) -> list[Tensor]:
    """Read the rows, then feed each its own tokens; return the scores after every step, (rows, steps + 1, vocab)."""
    decoding = Decoding(model, rows, max_tokens=len(fed[0]) + 1)
    found = [decoding.read()]
    for step in range(len(fed[0])):
        found.append(decoding.feed(torch.tensor([tokens[step] for tokens in fed])))
    return list(torch.stack(found, 1))


def test_one_token_at_a_time_scores_as_reading_it_all_again(model: GPT | GPT2) -> None:
    tokens = [3, 1, 4, 1, 5, 9, 2, 6]
    found = decode(model, [tokens[:3]], [tokens[3:]])[0]
    with torch.inference_mode():
        assert torch.allclose(found, model(torch.tensor([tokens]))[0, 2:], atol=1e-5)


def test_rows_of_different_lengths_score_as_each_alone_far_beyond_the_context(model: GPT | GPT2) -> None:
    generator = torch.Generator().manual_seed(0)
    rows = [torch.randint(0, 37, (size,), generator=generator).tolist() for size in (1, 5, CONTEXT_LENGTH, 7, 5)]
    fed = torch.randint(0, 37, (5, 4 * CONTEXT_LENGTH), generator=generator).tolist()
    together = decode(model, rows, fed)
    for row, tokens, found in zip(rows, fed, together, strict=True):
        assert torch.allclose(found, decode(model, [row], [tokens])[0], atol=1e-5)


def test_a_full_row_is_read_again_from_its_last_half(model: GPT | GPT2) -> None:
    tokens = torch.randint(0, 37, (CONTEXT_LENGTH + 4,), generator=torch.Generator().manual_seed(3)).tolist()
    found = decode(model, [tokens[:CONTEXT_LENGTH]], [tokens[CONTEXT_LENGTH:]])[0]
    with torch.inference_mode():
        expected = model(torch.tensor([tokens[CONTEXT_LENGTH // 2 :]]))[0, CONTEXT_LENGTH // 2 :]
    assert torch.allclose(found[1:], expected, atol=1e-5)


def test_rows_that_stay_score_as_if_the_others_had_never_been(model: GPT | GPT2) -> None:
    rows = [[1, 2, 3, 4, 5, 6], [7], [8, 9], [10, 11, 12]]
    decoding = Decoding(model, rows, max_tokens=30)
    decoding.read()
    decoding.feed(torch.tensor([1, 2, 3, 4]))
    decoding.keep([3, 1])
    alone = decode(model, [[10, 11, 12]], [[4] + [5] * 20])[0], decode(model, [[7]], [[2] + [6] * 20])[0]
    for step in range(20):
        found = decoding.feed(torch.tensor([5, 6]))
        assert torch.allclose(found, torch.stack([row[step + 2] for row in alone]), atol=1e-5)


def test_the_cache_is_no_longer_than_what_may_be_written(model: GPT | GPT2) -> None:
    assert Decoding(model, [[1, 2]], max_tokens=3).cache.capacity == 5
    assert Decoding(model, [[1, 2]], max_tokens=300).cache.capacity == CONTEXT_LENGTH


@pytest.fixture(params=["lstm", "gru", "rnn"])
def carrying(request: pytest.FixtureRequest) -> RecurrentLM:
    torch.manual_seed(1)
    made = RecurrentLM(RecurrentLMConfig(vocab_size=37, context_length=4, d_model=16, cell=request.param)).eval()
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return made


def test_a_carried_state_scores_as_reading_it_all_again_however_long_the_text_is(carrying: RecurrentLM) -> None:
    tokens = torch.randint(0, 37, (60,), generator=torch.Generator().manual_seed(3)).tolist()
    found = decode(carrying, [tokens[:20]], [tokens[20:]])[0]
    with torch.inference_mode():
        assert torch.allclose(found, carrying(torch.tensor([tokens]))[0, 19:], atol=1e-5)


def test_rows_that_carry_a_state_score_as_each_alone_also_when_others_leave(carrying: RecurrentLM) -> None:
    rows = [[1, 2, 3, 4, 5, 6], [7], [8, 9], [10, 11, 12]]
    decoding = Decoding(carrying, rows, max_tokens=30)
    decoding.read()
    decoding.feed(torch.tensor([1, 2, 3, 4]))
    decoding.keep([3, 1])
    alone = decode(carrying, [[10, 11, 12]], [[4] + [5] * 20])[0], decode(carrying, [[7]], [[2] + [6] * 20])[0]
    for step in range(20):
        found = decoding.feed(torch.tensor([5, 6]))
        assert torch.allclose(found, torch.stack([row[step + 2] for row in alone]), atol=1e-5)


def test_a_context_of_one_token_goes_on() -> None:
    model = GPT(GPTConfig(vocab_size=5, context_length=1, d_model=8, num_layers=1, num_heads=1)).eval()
    torch.nn.init.normal_(model.head_weight())
    found = decode(model, [[3]], [[1, 2, 4]])[0]
    with torch.inference_mode():
        assert torch.allclose(found, model(torch.tensor([[3], [1], [2], [4]]))[:, 0], atol=1e-5)


def test_weights_can_be_trained_after_decoding_with_them() -> None:
    model = GPT.tiny()
    decode(model, [[1, 2]], [[3, 4]])
    model(torch.tensor([[1, 2, 3]])).sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
