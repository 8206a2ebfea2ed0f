"""The block view: nine steps of every kind of block, each the model's own and each recomputed."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from clearhead.inspector.look import Look
from clearhead.models.base import LanguageModel, load_model
from clearhead.tokenizers.base import Tokenizer

LookAt = Callable[[str], Look]
LookAtPair = Callable[..., Look]


def language_model(name: str, tokenizer: Tokenizer, **options: object) -> Look:
    torch.manual_seed(1)
    kind = load_model(name)
    model: LanguageModel = kind(replace(kind.tiny().config, **options)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    return Look(model, tokenizer, "the cat")


def steps_of(look: Look, **options: object) -> list[str]:
    names = [panel.name for panel in look.view("block", **options)]
    return [name for name in names if name.count("_") == 1]


def differences(look: Look, **options: object) -> dict[str, float]:
    return {f"{step} {equation}": number for step, equation, number in look.block(**options)["check"].rows}


def layer_norm(x: np.ndarray, module: torch.nn.LayerNorm) -> np.ndarray:
    spread = np.sqrt(x.var(-1, keepdims=True) + module.eps)
    weight, bias = module.weight.detach().numpy(), module.bias.detach().numpy()
    return (x - x.mean(-1, keepdims=True)) / spread * weight + bias


NINE = [f"step_{number}" for number in range(1, 10)]


def test_every_kind_of_block_is_shown_in_nine_steps(look_at_pair: LookAtPair, tokenizer: Tokenizer) -> None:
    assert steps_of(look_at_pair()) == NINE
    assert steps_of(look_at_pair(), side="decoder") == NINE
    assert steps_of(language_model("gpt2", tokenizer)) == NINE
    assert steps_of(language_model("gpt", tokenizer)) == NINE


@pytest.mark.parametrize("options", [{}, {"activation": "swish", "preset": "tutorial"}, {"activation": "gelu"}])
@pytest.mark.parametrize("side", ["encoder", "decoder"])
@pytest.mark.parametrize("layer", [0, 1])
def test_each_step_of_a_published_block_is_recomputed(
    look_at_pair: LookAtPair, options: dict[str, str], side: str, layer: int
) -> None:
    found = differences(look_at_pair(**options), side=side, layer=layer, head=3)
    assert max(found.values()) < 1e-5, found


@pytest.mark.parametrize(
    ("name", "options"),
    [("gpt2", {}), ("gpt", {}), ("gpt", {"use_qk_norm": False, "rope_theta": 500.0, "num_kv_heads": 1})],
)
@pytest.mark.parametrize("layer", [0, 1])
def test_each_step_of_a_block_with_norms_before_its_parts_is_recomputed(
    tokenizer: Tokenizer, name: str, options: dict[str, object], layer: int
) -> None:
    found = differences(language_model(name, tokenizer, **options), layer=layer, head=3)
    assert max(found.values()) < 1e-5, found


def test_the_numbers_drawn_are_the_models_own(look_at_pair: LookAtPair) -> None:
    look = look_at_pair()
    drawing = look.block(layer=1, head=2)
    place = "encoder.layers.1"
    for step, tap in (("2", "query"), ("2_key", "key"), ("4", "scores"), ("5", "weights"), ("6", "mixed")):
        own = look.value(f"{place}.attention.{tap}")[2].numpy()
        np.testing.assert_array_equal(drawing[f"step_{step}"].array, own)
    assert drawing.shape == (9, 16)
    np.testing.assert_array_equal(np.asarray(drawing), look.value(f"{place}.residual")[:, :16].numpy())
    assert "The first 16 of 32 numbers of each vector." in drawing["step_9"].note


def test_what_has_no_tap_is_worked_out_from_what_stands_beside_it(look_at_pair: LookAtPair) -> None:
    look = look_at_pair(d_model=16)
    drawing = look.block()
    np.testing.assert_allclose(
        drawing["step_1_vectors"].array + drawing["step_1_positions"].array, drawing["step_1"].array, atol=1e-6
    )
    query, key = drawing["step_2"].array, drawing["step_2_key"].array
    np.testing.assert_allclose(drawing["step_3"].array, query @ key.T, atol=1e-5)
    np.testing.assert_allclose(drawing["step_3"].array / 2, drawing["step_4"].array, atol=1e-5)
    np.testing.assert_allclose(
        drawing["step_1"].array + drawing["step_7"].array, drawing["step_8_sum"].array, atol=1e-6
    )
    norm = look.model.encoder.layers[0].attention_norm
    np.testing.assert_allclose(layer_norm(drawing["step_8_sum"].array, norm), drawing["step_8"].array, atol=1e-5)


def test_a_decoder_looks_at_what_was_written_and_then_at_the_source(look_at_pair: LookAtPair) -> None:
    drawing = look_at_pair().block(side="decoder")
    assert drawing["step_3"].rows == drawing["step_3"].columns == ("0 <start>", "1 ␣", "2 一", "3 个", "4 猫")
    is_later = np.triu(np.ones((5, 5), dtype=bool), 1)
    np.testing.assert_array_equal(np.isneginf(drawing["step_3"].array), is_later)
    assert drawing["step_6"].array.shape == (5, 9)
    assert np.isfinite(drawing["step_6_scores"].array).all()
    for name in ("step_4", "step_6"):
        np.testing.assert_allclose(drawing[name].array.sum(-1), 1, atol=1e-6)


def test_the_last_step_of_a_decoder_is_the_models_own_choice(look_at_pair: LookAtPair) -> None:
    look = look_at_pair()
    top = look.block(side="decoder", layer=-1, token=2)["step_9"]
    logits = look.logits[2].double()
    best = int(logits.argmax())
    assert top.rows[0][2] == best
    assert top.rows[0][3] == float(logits[best])
    assert top.rows[0][4] == pytest.approx(float(logits.softmax(-1)[best]))
    assert top.rows[0][1] == look.tokenizer.target_pieces([best])[0].replace(" ", "␣")
    assert look.model.config.padding_id not in [row[2] for row in look.block(side="decoder")["step_9"].rows]


def test_one_token_shows_its_own_rows_and_all_that_it_looks_at(look_at_pair: LookAtPair) -> None:
    look = look_at_pair()
    whole, one = look.block(side="decoder"), look.block(side="decoder", token=3)
    assert one["step_6"].rows == ("3 个",)
    np.testing.assert_array_equal(one["step_6"].array, whole["step_6"].array[3:4])
    np.testing.assert_array_equal(one["step_6_key"].array, whole["step_6_key"].array)
    assert one["check"].rows == whole["check"].rows


@pytest.mark.parametrize(
    ("tap", "step"),
    [
        ("attention.query", "step_2 "),
        ("attention.mixed", "step_6 "),
        ("attention_residual", "step_8 "),
        ("feed_forward.hidden", "step_9_bent "),
        ("residual", "step_9 "),
    ],
)
def test_the_check_finds_a_step_that_is_not_its_formula(look_at_pair: LookAtPair, tap: str, step: str) -> None:
    look = look_at_pair()
    look.value(f"encoder.layers.0.{tap}")[..., 1, 2] += 0.5
    found = differences(look)
    [changed] = [number for name, number in found.items() if name.startswith(step)]
    assert changed == pytest.approx(0.5, abs=1e-4)


def test_a_mask_that_the_model_does_not_keep_is_found(tokenizer: Tokenizer) -> None:
    look = language_model("gpt2", tokenizer)
    look.value("layers.0.attention.scores")[1, 0, 4] = 0.0
    [number] = [value for name, value in differences(look).items() if name.startswith("step_4 ")]
    assert number == float("inf")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"side": "cross"}, "block.side must be one of encoder, decoder, got 'cross'. Use 'encoder'."),
        ({"layer": 2}, "block.layer must be between 0 and 1 (there are 2 layers), got 2. "),
        ({"head": 4}, "block.head must be between 0 and 3 (there are 4 heads), got 4. "),
        ({"side": "decoder", "token": 5}, "block.token must be between 0 and 4 (there are 5 tokens), got 5. "),
    ],
)
def test_what_is_out_of_range_is_refused(look_at_pair: LookAtPair, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        look_at_pair().block(**options)
    assert str(caught.value).startswith(message)


def test_a_model_without_blocks_says_so(look_at_pair: LookAtPair) -> None:
    with pytest.raises(ValueError, match="has no Transformer block that is written out here"):
        look_at_pair("attention_seq2seq").block()
