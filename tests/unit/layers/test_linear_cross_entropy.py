"""Head and cross-entropy in one step, against the two steps."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from clearhead.layers import linear_cross_entropy as module
from clearhead.layers.linear_cross_entropy import IGNORE_INDEX, linear_cross_entropy


def case(num: int = 23, vocab: int = 11, dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(num, 8, generator=generator).to(dtype).requires_grad_()
    weight = torch.randn(vocab, 8, generator=generator).to(dtype).requires_grad_()
    targets = torch.randint(vocab, (num,), generator=generator)
    targets[::5] = IGNORE_INDEX
    return hidden, weight, targets


@pytest.mark.parametrize("slice_elements", [1, 50, 22 * 11, 1 << 23])
def test_it_equals_pytorchs_whatever_the_slices(slice_elements: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE_ELEMENTS", slice_elements)
    hidden, weight, targets = case()
    total = linear_cross_entropy(hidden, weight, targets)
    expected = cross_entropy(hidden @ weight.T, targets, ignore_index=IGNORE_INDEX, reduction="sum")
    assert total.item() == pytest.approx(expected.item(), rel=1e-6)
    # 2 · total: a gradient that comes in from above must be multiplied, not forgotten.
    gradients = torch.autograd.grad(2 * total, (hidden, weight))
    references = torch.autograd.grad(2 * expected, (hidden, weight))
    for gradient, reference in zip(gradients, references, strict=True):
        assert torch.allclose(gradient, reference, atol=1e-5)
    assert not gradients[0][::5].any()


def test_axes_before_the_width_do_not_matter() -> None:
    hidden, weight, targets = case(num=24)
    flat = linear_cross_entropy(hidden, weight, targets)
    folded = linear_cross_entropy(hidden.view(2, 3, 4, 8), weight, targets.view(2, 3, 4))
    assert flat.item() == folded.item()


def test_bf16_is_summed_in_float32() -> None:
    hidden, weight, targets = case(num=400, dtype=torch.bfloat16)
    total = linear_cross_entropy(hidden, weight, targets)
    expected = cross_entropy((hidden.double() @ weight.double().T), targets, ignore_index=IGNORE_INDEX, reduction="sum")
    assert total.dtype == torch.float32
    assert total.item() == pytest.approx(expected.item(), rel=2e-3)
    total.backward()
    assert hidden.grad.dtype == weight.grad.dtype == torch.bfloat16
    (reference,) = torch.autograd.grad(expected, weight)
    assert torch.allclose(weight.grad.float(), reference.float(), atol=0.15, rtol=0.05)


def test_only_ignored_targets_give_zero_and_no_gradient() -> None:
    hidden, weight, targets = case()
    total = linear_cross_entropy(hidden, weight, torch.full_like(targets, IGNORE_INDEX))
    total.backward()
    assert total.item() == 0.0
    assert not hidden.grad.any() and not weight.grad.any()


def test_huge_logits_stay_finite() -> None:
    hidden, weight, targets = case()
    total = linear_cross_entropy(hidden * 1e4, weight, targets)
    total.backward()
    assert torch.isfinite(total) and torch.isfinite(hidden.grad).all()


def test_a_frozen_head_gets_no_gradient() -> None:
    hidden, weight, targets = case()
    linear_cross_entropy(hidden, weight.detach(), targets).backward()
    assert hidden.grad is not None and weight.grad is None


@pytest.mark.parametrize("quiet", [torch.no_grad, torch.inference_mode])
def test_an_evaluation_computes_no_gradient(quiet: type, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a gradient was formed for nothing")

    hidden, weight, targets = case()
    expected = linear_cross_entropy(hidden, weight, targets).item()
    monkeypatch.setattr(torch.Tensor, "scatter_add_", refuse)
    with quiet():
        assert linear_cross_entropy(hidden, weight, targets).item() == expected


EXCLUDED = torch.tensor([0, 7])


def case_with_options(smoothing: float, *, is_excluding: bool) -> tuple[torch.Tensor, ...]:
    """Make hidden, weight, bias and targets, and the loss that PyTorch's own functions give in two steps."""
    hidden, weight, targets = case(dtype=torch.float64)
    bias = torch.randn(11, generator=torch.Generator().manual_seed(1), dtype=torch.float64).requires_grad_()
    logits = hidden @ weight.T + bias
    if is_excluding:
        targets[(targets == 0) | (targets == 7)] = 3
        allowed = [token for token in range(11) if token not in EXCLUDED.tolist()]
        renumbered = torch.tensor([allowed.index(t) if t >= 0 else IGNORE_INDEX for t in targets.tolist()])
        logits, wanted = logits[:, allowed], renumbered
    else:
        wanted = targets
    expected = cross_entropy(logits, wanted, ignore_index=IGNORE_INDEX, reduction="sum", label_smoothing=smoothing)
    return hidden, weight, bias, targets, expected


@pytest.mark.parametrize("slice_elements", [30, 1 << 23])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("is_excluding", [False, True])
def test_bias_smoothing_and_excluded_tokens_give_what_two_steps_give(
    slice_elements: int, smoothing: float, is_excluding: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLICE_ELEMENTS", slice_elements)
    hidden, weight, bias, targets, expected = case_with_options(smoothing, is_excluding=is_excluding)
    excluded = EXCLUDED if is_excluding else None
    total = linear_cross_entropy(hidden, weight, targets, bias=bias, smoothing=smoothing, excluded=excluded)
    assert total.item() == pytest.approx(expected.item(), rel=1e-12)
    gradients = torch.autograd.grad(2 * total, (hidden, weight, bias))
    references = torch.autograd.grad(2 * expected, (hidden, weight, bias))
    for gradient, reference in zip(gradients, references, strict=True):
        assert torch.allclose(gradient, reference, atol=1e-12)
    if is_excluding:
        assert not gradients[1][EXCLUDED].any() and not gradients[2][EXCLUDED].any()


@pytest.mark.parametrize("excluded", [None, EXCLUDED])
def test_its_gradients_are_finite_differences(excluded: torch.Tensor | None) -> None:
    hidden, weight, bias, targets, _ = case_with_options(0.2, is_excluding=True)

    def loss(*leaves: torch.Tensor) -> torch.Tensor:
        return linear_cross_entropy(*leaves[:2], targets[:6], bias=leaves[2], smoothing=0.2, excluded=excluded)

    assert torch.autograd.gradcheck(loss, (hidden[:6].detach().requires_grad_(), weight, bias))


def test_an_ignored_target_may_stand_where_token_0_is_excluded() -> None:
    hidden, weight, _ = case()
    targets = torch.full((23,), IGNORE_INDEX)
    targets[3] = 5
    total = linear_cross_entropy(hidden, weight, targets, smoothing=0.1, excluded=EXCLUDED)
    total.backward()
    assert torch.isfinite(total) and torch.isfinite(hidden.grad).all() and torch.isfinite(weight.grad).all()
    assert hidden.grad.any(-1).nonzero().tolist() == [[3]]


def test_a_bias_that_is_a_buffer_gets_no_gradient() -> None:
    hidden, weight, targets = case()
    bias = torch.ones(11)
    linear_cross_entropy(hidden, weight, targets, bias=bias).backward()
    assert bias.grad is None and hidden.grad.any()
