"""A walk: which source word did the translator look at for a word it wrote, and what did the block make of it?

The translator writes the digits of a number in Chinese, the last one first: 3142 becomes 二四一三.
"""

import math
import random
from typing import Any

import pytest
import torch
from browser.steps import OpenPage, after, by_id, ready, state
from browser.walks.reading import choose, exact, numbers, picked_head, rows
from torch import Tensor

from clearhead.inspector.look import Look
from clearhead.models._transformer_config import TransformerConfig
from clearhead.models.transformer import Transformer
from clearhead.tokenizers._pairs import train_pairs

CHINESE = "零一二三四五六七八九"
SOURCE, TARGET, CHOSEN, ANSWER = "3142", "二四一三", "二", "2"
SIZES = {"d_model": 32, "num_layers": 1, "num_heads": 2, "context_length": 16, "dropout": 0.0}
STEPS, ROWS = 250, 64


@pytest.fixture(scope="module")
def translator() -> Look:
    """Return a translator of a few seconds' training that has read a number."""
    chance = random.Random(0)
    sources = ["".join(chance.choices("0123456789", k=len(SOURCE))) for _ in range(STEPS * ROWS)]
    targets = ["".join(CHINESE[int(digit)] for digit in reversed(source)) for source in sources]
    pairs = train_pairs(sources, targets, vocab_size=None, is_joint=True, kind="character", seed=0)
    ids = {name: getattr(pairs, name) for name in ("padding_id", "start_id", "end_id")}
    sizes = {name: getattr(pairs, name) for name in ("source_vocab_size", "target_vocab_size")}
    torch.manual_seed(0)
    model = Transformer(TransformerConfig(**SIZES, **sizes, **ids))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    batches = zip(
        *(torch.tensor(rows).split(ROWS) for rows in (pairs.encode_source(sources), pairs.encode_target(targets))),
        strict=True,
    )
    for source, target in batches:
        read = torch.cat([torch.full((len(target), 1), pairs.start_id), target[:, :-1]], 1)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(source, read).flatten(0, 1), target.flatten()).backward()
        optimizer.step()
    return Look(model.eval(), pairs, SOURCE, name="numbers")


@torch.no_grad()
def block(seen: Look) -> dict[str, Tensor]:
    """Compute the decoder's one block from its saved weights alone, in float64: a value for each panel of the view."""
    w = {name: value.double() for name, value in seen.model.state_dict().items()}
    embedded = w["embedding.weight"] * math.sqrt(SIZES["d_model"])
    source, target = (torch.tensor(tokens) for tokens in (seen.tokens, seen.target_tokens))
    heads, found = SIZES["num_heads"], {}

    def linear(x: Tensor, name: str) -> Tensor:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x: Tensor, name: str) -> Tensor:
        return torch.nn.functional.layer_norm(
            x, x.shape[-1:], w[f"{name}.weight"], w[f"{name}.bias"], seen.model.config.epsilon
        )

    def attend(place: str, x: Tensor, offered: Tensor, is_causal: bool, names: tuple[str, ...]) -> Tensor:
        query, key, value = (
            linear(read, f"{place}.{what}").unflatten(-1, (heads, -1)).transpose(0, 1)
            for read, what in ((x, "query"), (offered, "key"), (offered, "value"))
        )
        products = query @ key.mT
        hidden = torch.ones_like(products).triu(1).bool() if is_causal else torch.zeros_like(products).bool()
        scores = (products / math.sqrt(query.shape[-1])).masked_fill(hidden, -math.inf)
        weights = scores.softmax(-1)
        side_by_side = (weights @ value).transpose(0, 1).flatten(1)
        output = linear(side_by_side, f"{place}.output")
        shown = (query, products, scores, weights, weights @ value, side_by_side, output)
        found.update(zip(names, shown, strict=True))
        return output

    def encoded() -> Tensor:
        place = "encoder.layers.0"
        x = embedded[source] + seen.model.encoder.positions[: len(source)].double()
        x = norm(x + attend(f"{place}.attention", x, x, False, tuple("abcdefg")), f"{place}.attention_norm")
        inner = linear(x, f"{place}.feed_forward.up").relu()
        return norm(x + linear(inner, f"{place}.feed_forward.down"), f"{place}.feed_forward_norm")

    memory, place = encoded(), "decoder.layers.0"
    found.clear()
    found["step_1_vectors"] = embedded[target]
    found["step_1"] = x = embedded[target] + seen.model.decoder.positions[: len(target)].double()
    names = ("step_2", "step_3_products", "step_3", "step_4", "step_4_mixed", "step_5_heads", "step_5_output")
    found["step_5_sum"] = x + attend(f"{place}.self_attention", x, x, True, names)
    found["step_5"] = x = norm(found["step_5_sum"], f"{place}.self_attention_norm")
    names = (
        "step_6_query",
        "step_6_products",
        "step_6_scores",
        "step_6",
        "step_7_mixed",
        "step_7_heads",
        "step_7_output",
    )
    found["step_7_sum"] = x + attend(f"{place}.cross_attention", x, memory, False, names)
    found["step_7"] = x = norm(found["step_7_sum"], f"{place}.cross_attention_norm")
    found["step_8_inner"] = linear(x, f"{place}.feed_forward.up")
    found["step_8_bent"] = found["step_8_inner"].relu()
    found["step_8_outer"] = linear(found["step_8_bent"], f"{place}.feed_forward.down")
    found["step_8_sum"] = x + found["step_8_outer"]
    found["step_8"] = x = norm(found["step_8_sum"], f"{place}.feed_forward_norm")
    logits = x @ w["embedding.weight"].T + w["final_logits_bias"]
    logits[:, seen.model.config.padding_id] = -math.inf  # it is never said
    return {**found, "probabilities": logits.softmax(-1)}


def test_from_a_word_that_was_written_to_the_word_it_came_from_and_through_the_block(
    open_page: OpenPage, serve: Any, translator: Look
) -> None:
    own, weights = block(translator), "decoder.layers.0.cross_attention.weights"
    page = ready(open_page(serve(translator)))
    assert by_id(page, "target").get_attribute("placeholder") == TARGET

    # Which source word did it look at, when it wrote the chosen one?
    after(page, by_id(page, "view-attention").click)
    table = rows(page, "aligned")
    place = [row[1] for row in table].index(CHOSEN)
    looked_at = int(table[place][2].split()[0])
    assert table[place][2].split()[1] == ANSWER
    shown = numbers(page, "alignment", place, len(translator.tokens))
    assert shown == pytest.approx(own["step_6"].mean(0)[place].tolist(), abs=1e-6)
    assert shown.index(max(shown)) == looked_at
    assert exact(page, "aligned", place, 3) == pytest.approx(max(shown), abs=1e-7)

    # Which of the heads looked there most?
    head = int(translator.value(weights)[:, place, looked_at].argmax())
    after(page, lambda: picked_head(page, "every_head", head))
    assert {name: state(page)[name] for name in ("side", "layer", "head")} == {
        "side": "cross", "layer": "0", "head": str(head)
    }  # fmt: skip
    of_head = numbers(page, "weights", place, len(translator.tokens))
    assert of_head == pytest.approx(own["step_6"][head, place].tolist(), abs=1e-6)
    assert sum(of_head) == pytest.approx(1, abs=1e-5)
    scores = numbers(page, "scores", place, len(translator.tokens))
    assert of_head == pytest.approx(torch.tensor(scores).softmax(-1).tolist(), abs=1e-5)

    # And how did the block make the word of it? Every panel, every number of the row.
    after(page, by_id(page, "view-block").click)
    after(page, lambda: by_id(page, "option-side").select_option("decoder"))
    choose(page, head=head, token=place)
    shown_steps = page.locator("[data-testid^=panel-step_]").evaluate_all("all => all.map((one) => one.dataset.testid)")
    assert {f"panel-{name}" for name in own} - {"panel-probabilities"} <= set(shown_steps)
    for name, value in own.items():
        if name != "probabilities":
            row = (value[head] if value.dim() == 3 else value)[place][:16].tolist()
            said = numbers(page, name, 0, len(row))
            hidden_is_nothing = [other if math.isfinite(other) else math.nan for other in row]
            assert said == pytest.approx(hidden_is_nothing, rel=1e-4, abs=1e-5, nan_ok=True), name
    assert rows(page, "step_9")[0][1] == CHOSEN
    assert exact(page, "step_9", 0, 4) == pytest.approx(float(own["probabilities"][place].max()), rel=1e-5)
    assert all(exact(page, "check", row, 2) < 1e-4 for row in range(len(rows(page, "check"))))
