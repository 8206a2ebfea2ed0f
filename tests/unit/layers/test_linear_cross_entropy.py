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
