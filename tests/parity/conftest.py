"""What the comparisons with `transformers` share: small vocabularies, and both sides' greedy text."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from clearhead.models.base import LanguageModel
from clearhead.tokenizers.base import Tokenizer, train_tokenizer

PROMPT = "The river ran past 小镇, and nobody saw it. 春天来了，"
CORPUS = [
    "The river ran past the mill, and the miller's dog ran after it. Nobody saw the small boat with the red sail.",
    "In spring the children went down to the water to look for frogs; they found twelve, and let them all go again.",
    "春天来了，小河边的柳树绿了。孩子们在河边找青蛙，找到了十二只，又都放走了。",
    "小镇上的人都认识那只狗，它每天跟着磨坊主人走过石桥，看见船就叫。",
] * 3


@pytest.fixture(scope="session", params=["character", "bpe"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    """Return a tokenizer of each kind, trained on English and Chinese."""
    return train_tokenizer(request.param, CORPUS, vocab_size=400)


@pytest.fixture(scope="session")
def prompt() -> str:
    """Return a text of two languages that both vocabularies can say."""
    return PROMPT


@pytest.fixture
def scattered() -> Callable[[Any], Any]:
    """Return a function that gives a model weights far from their start: an error anywhere then shows in the logits."""

    def scatter(model: Any) -> Any:
        generator = torch.Generator().manual_seed(1)
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                noise = torch.randn(parameter.shape, generator=generator)
                is_scale = parameter.dim() == 1 and name.endswith("weight")
                parameter.copy_(1 + 0.2 * noise if is_scale else 0.3 * noise)
        return model.eval()

    return scatter


@pytest.fixture
def our_greedy() -> Callable[[LanguageModel, list[int]], list[int]]:
    """Return a function that continues a prompt by the 50 likeliest tokens with a model of ours and its cache."""

    @torch.no_grad()
    def greedy(model: LanguageModel, ids: list[int]) -> list[int]:
        cache = model.new_cache(1)
        fresh, made = torch.tensor([ids]), []
        for _ in range(50):
            made.append(int(model(fresh, cache)[0, -1].argmax()))
            fresh = torch.tensor([[made[-1]]])
        return made

    return greedy


@pytest.fixture
def their_greedy() -> Callable[[Any, list[int]], list[int]]:
    """Return a function that does the same with a model of transformers."""

    def greedy(model: Any, ids: list[int]) -> list[int]:
        model.generation_config.eos_token_id = None  # go on after the end of a text, as ours does here
        made = model.generate(torch.tensor([ids]), max_new_tokens=50, do_sample=False)
        return made[0, len(ids) :].tolist()

    return greedy
