"""A walk: what would a GPT have said after each layer, and what does it say when the head that matters is off?

The GPT reads a letter, signs that mean nothing and "=", and has to say the letter again.
"""

import copy
import json
from typing import Any

import pytest
import torch
from browser.steps import OpenPage, after, by_id, ready, state
from browser.walks.reading import exact, numbers, rows
from torch import Tensor

from clearhead.inspector.look import Look
from clearhead.models.gpt import GPT, GPTConfig
from clearhead.tokenizers.base import train_tokenizer

LETTERS, SIGNS, QUESTION = "abcdefgh", ".,;:", "="
TEXT, STEPS = "c.,;:.=", 200


@pytest.fixture(scope="module")
def reader() -> Look:
    """Return a GPT of a few seconds' training that has read a letter, signs and the question."""
    tokenizer = train_tokenizer("character", [LETTERS + SIGNS + QUESTION], vocab_size=20)
    letters, signs, [question] = (torch.tensor(tokenizer.encode(part)) for part in (LETTERS, SIGNS, QUESTION))
    torch.manual_seed(0)
    sizes = {"d_model": 16, "num_layers": 2, "num_heads": 2, "d_ff": 32, "context_length": 16}
    model = GPT(GPTConfig(vocab_size=tokenizer.vocab_size, **sizes))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.005)
    chance = torch.Generator().manual_seed(0)
    for _ in range(STEPS):
        tokens = signs[torch.randint(len(signs), (32, len(TEXT)), generator=chance)]
        asked = letters[torch.randint(len(letters), (32,), generator=chance)]
        tokens[:, 0], tokens[:, -1] = asked, question
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(tokens)[:, -1], asked).backward()
        optimizer.step()
    return Look(model.eval(), tokenizer, TEXT, name="recall")


@torch.no_grad()
def after_each_layer(model: GPT, tokens: Tensor) -> Tensor:
    """Return what the model would say after the embedding and after each layer, (layers + 1, vocab), by plain hooks."""
    streams: list[Tensor] = []
    places = (model.embedding, *model.layers)
    hooks = [place.register_forward_hook(lambda own, given, made: streams.append(made[0, -1])) for place in places]
    model(tokens)
    for hook in hooks:
        hook.remove()
    stream = torch.stack(streams).double()
    normed = stream / (stream.square().mean(-1, keepdim=True) + model.config.norm_eps).sqrt()
    return (normed * model.final_norm.weight.double() @ model.head.weight.double().T).softmax(-1)


def without_head(model: GPT, layer: int, head: int) -> GPT:
    """Return a copy in whose output matrix nothing is left of a head."""
    changed = copy.deepcopy(model)
    attention = changed.layers[layer].attention
    with torch.no_grad():
        attention.output.weight[:, head * attention.head_dim : (head + 1) * attention.head_dim] = 0
    return changed


def test_from_what_each_layer_would_say_to_the_head_without_which_it_is_forgotten(
    open_page: OpenPage, serve: Any, reader: Look
) -> None:
    tokens, [answer] = torch.tensor([reader.tokens]), reader.tokenizer.encode(TEXT[0])
    last = len(reader.tokens) - 1
    intact = after_each_layer(reader.model, tokens)
    assert int(intact[-1].argmax()) == answer

    # What would it have said after each layer?
    page = ready(open_page(serve(reader)))
    after(page, by_id(page, "view-residual_lens").click)
    shown = [numbers(page, "chosen", layer, 1, first=last)[0] for layer in range(len(intact))]
    assert shown == pytest.approx(intact[:, answer].tolist(), rel=1e-4, abs=1e-6)
    assert shown[-1] > 0.9 > 0.5 > shown[0]
    best = [row[2] for row in rows(page, "top") if row[1] == "1"]
    assert best == [reader.tokenizer.token_text(int(told.argmax())) for told in intact]

    # Which head matters?
    after(page, by_id(page, "view-ablation").click)
    tries = {
        f"layers.{layer}.attention.mixed head {head}": float(
            after_each_layer(without_head(reader.model, layer, head), tokens)[-1, answer]
        )
        for layer in range(2)
        for head in range(2)
    }
    listed = [row[0] for row in rows(page, "changes")]
    for place, name in enumerate(listed):
        assert exact(page, "changes", place, 2) == pytest.approx(tries[name], rel=1e-4, abs=1e-6)
    tap, _, head = listed[0].partition(" head ")
    assert listed[0] == min(tries, key=lambda name: tries[name])

    # Switched off with a click: what it says now, and what is left of each layer's answer.
    after(page, by_id(page, f"head-{tap}-{head}").click)
    assert json.loads(state(page)["edits"]) == [{"tap": tap, "kind": "ablate", "head": int(head)}]
    changed = after_each_layer(without_head(reader.model, int(tap.split(".")[1]), int(head)), tokens)
    after(page, by_id(page, "view-next_token").click)
    now = int(changed[-1].argmax())
    assert now != answer
    assert rows(page, "top")[0][1:3] == [reader.tokenizer.token_text(now), str(now)]
    assert exact(page, "top", 0, 4) == pytest.approx(float(changed[-1, now]), rel=1e-4)
    after(page, by_id(page, "view-residual_lens").click)
    left = [numbers(page, "chosen", layer, 1, first=last)[0] for layer in range(len(changed))]
    assert left == pytest.approx(changed[:, now].tolist(), rel=1e-4, abs=1e-6)
    assert float(changed[-1, answer]) < 0.5 * shown[-1]

    # Switched on again, it says the letter as before.
    after(page, by_id(page, "undo").click)
    assert [numbers(page, "chosen", layer, 1, first=last)[0] for layer in range(len(intact))] == shown
