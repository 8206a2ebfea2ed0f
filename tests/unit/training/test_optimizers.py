"""Each optimizer against its definition, step by step; masters in float32; a state that comes back bit for bit."""

import pytest
import torch
from torch import Tensor, nn

from clearhead.training import optimizers
from clearhead.training.optimizers import KINDS, Optimizer, Rates, orthogonalize

RATES = Rates(matrices=0.02, embeddings=0.03, head=0.01, vectors=0.005)


def some_groups(seed: int = 0) -> dict[str, list[nn.Parameter]]:
    generator = torch.Generator().manual_seed(seed)

    def made(*shape: int) -> nn.Parameter:
        return nn.Parameter(torch.randn(shape, generator=generator))

    return {
        "matrices": [made(8, 8), made(8, 24), made(24, 8), made(8, 8)],
        "embeddings": [made(11, 8)],
        "head": [made(11, 8)],
        "vectors": [made(8), made(8)],
    }


def give_gradients(groups: dict[str, list[nn.Parameter]], seed: int, scale: float = 1.0) -> None:
    generator = torch.Generator().manual_seed(seed)
    for parameter in (p for group in groups.values() for p in group):
        parameter.grad = (scale * torch.randn(parameter.shape, generator=generator)).to(parameter.dtype)


def weights(groups: dict[str, list[nn.Parameter]]) -> list[Tensor]:
    return [p.detach().clone() for group in groups.values() for p in group]


def names(groups: dict[str, list[nn.Parameter]]) -> dict[nn.Parameter, str]:
    return {p: f"{kind}.{index}" for kind, group in groups.items() for index, p in enumerate(group)}


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (8, 24), (32, 32), (64, 200), (1, 16)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
def test_orthogonalize_makes_all_singular_values_about_one(
    shape: tuple[int, int], dtype: torch.dtype, size: float
) -> None:
    matrices = size * torch.randn(3, *shape, generator=torch.Generator().manual_seed(0))
    if shape[0] == shape[1]:  # a random square matrix has a singular value near 0, which five iterations do not lift
        matrices = matrices + 2 * size * shape[0] ** 0.5 * torch.eye(shape[0])
    values = torch.linalg.svdvals(orthogonalize(matrices, dtype=dtype).float())
    assert values.min() > 0.6 and values.max() < 1.3


def test_orthogonalize_keeps_the_singular_directions() -> None:
    matrix = torch.randn(1, 6, 10, generator=torch.Generator().manual_seed(1))
    left, _, right = torch.linalg.svd(matrix[0], full_matrices=False)
    inner = left.T @ orthogonalize(matrix)[0] @ right.T
    assert torch.allclose(inner, torch.diag(inner.diagonal()), atol=1e-4)
    assert inner.diagonal().min() > 0


def test_a_batch_of_matrices_gives_what_each_gives_alone() -> None:
    matrices = torch.randn(5, 8, 12, generator=torch.Generator().manual_seed(0))
    alone = torch.cat([orthogonalize(one[None]) for one in matrices])
    assert torch.allclose(orthogonalize(matrices), alone, atol=1e-5)


def test_a_matrix_of_zeros_stays_zero() -> None:
    assert not orthogonalize(torch.zeros(1, 4, 4)).any()


def test_muon_moves_by_its_definition() -> None:
    groups = some_groups()
    optimizer = Optimizer(groups, RATES, weight_decay=0.1, momentum=0.9)
    expected = [matrix.detach().clone() for matrix in groups["matrices"]]
    memory = [torch.zeros_like(matrix) for matrix in expected]
    for step in range(4):
        give_gradients(groups, step)
        for index, matrix in enumerate(groups["matrices"]):
            gradient = 0.5 * matrix.grad
            memory[index] = 0.9 * memory[index] + 0.1 * gradient
            direction = 0.1 * gradient + 0.9 * memory[index]
            rows, columns = matrix.shape
            if rows > columns:
                update = orthogonalize(direction.T[None])[0].T
            else:
                update = orthogonalize(direction[None])[0]
            rate = 0.02 * 0.7
            expected[index] = expected[index] * (1 - rate * 0.1) - rate * max(1, rows / columns) ** 0.5 * update
        optimizer.step(0.7, 0.5)
    for matrix, wanted in zip(groups["matrices"], expected, strict=True):
        assert torch.allclose(matrix, wanted, atol=1e-5)


@pytest.mark.parametrize("fused_on", [optimizers.FUSED_ON, ()], ids=["in one pass", "in eight"])
@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_everything_else_moves_as_pytorchs_adamw(
    kind: str, fused_on: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimizers, "FUSED_ON", fused_on)
    groups, copies = some_groups(), some_groups()
    optimizer = Optimizer(groups, RATES, kind=kind, weight_decay=0.2, betas=(0.8, 0.9), eps=1e-8)
    named = [name for name in groups if kind == "adamw" or name != "matrices"]
    reference = torch.optim.AdamW(
        [
            {"params": copies[name], "lr": getattr(RATES, name), "weight_decay": 0.2 if name == "matrices" else 0.0}
            for name in named
        ],
        betas=(0.8, 0.9),
        eps=1e-8,
    )
    for step in range(6):
        give_gradients(groups, step)
        give_gradients(copies, step, scale=0.5)
        optimizer.step(1.0, 0.5)
        reference.step()
        for name in named:
            for ours, theirs in zip(groups[name], copies[name], strict=True):
                assert torch.allclose(ours, theirs, atol=1e-6), (step, name)


def test_muon_takes_a_filter_for_a_row() -> None:
    filters, flat = some_groups(), some_groups()
    generator = torch.Generator().manual_seed(0)
    shapes = [(4, 3, 2, 2), (24, 2, 1, 3)]  # one is wider than tall, one taller than wide
    filters["matrices"] = [nn.Parameter(torch.randn(shape, generator=generator)) for shape in shapes]
    flat["matrices"] = [nn.Parameter(one.detach().clone().flatten(1)) for one in filters["matrices"]]
    both = [Optimizer(groups, RATES, weight_decay=0.1) for groups in (filters, flat)]
    for step in range(3):
        for groups, optimizer in zip((filters, flat), both, strict=True):
            give_gradients(groups, step)
            optimizer.step(1.0)
    for one, other in zip(filters["matrices"], flat["matrices"], strict=True):
        assert torch.equal(one.flatten(1), other)


@pytest.mark.parametrize(("kind", "momentum"), [("gradient_descent", 0.0), ("momentum", 0.9)])
def test_descent_moves_as_pytorchs_sgd_with_one_rate(kind: str, momentum: float) -> None:
    groups, copies = some_groups(), some_groups()
    optimizer = Optimizer(groups, RATES, kind=kind, momentum=0.9)
    reference = torch.optim.SGD([p for group in copies.values() for p in group], lr=RATES.matrices, momentum=momentum)
    for step in range(5):
        give_gradients(groups, step)
        give_gradients(copies, step, scale=0.5)
        optimizer.step(1.0, 0.5)
        reference.step()
        for ours, theirs in zip(weights(groups), weights(copies), strict=True):
            assert torch.allclose(ours, theirs, atol=1e-6), step


def test_adam_moves_as_pytorchs_adam_with_one_rate() -> None:
    groups, copies = some_groups(), some_groups()
    optimizer = Optimizer(groups, RATES, kind="adam", betas=(0.8, 0.9), eps=1e-8)
    everything = [p for group in copies.values() for p in group]
    reference = torch.optim.Adam(everything, lr=RATES.matrices, betas=(0.8, 0.9), eps=1e-8)
    for step in range(5):
        give_gradients(groups, step)
        give_gradients(copies, step)
        optimizer.step(1.0)
        reference.step()
        for ours, theirs in zip(weights(groups), weights(copies), strict=True):
            assert torch.allclose(ours, theirs, atol=1e-6), step


@pytest.mark.parametrize("kind", ["momentum", "gradient_descent"])
def test_descent_shrinks_only_the_hidden_matrices(kind: str) -> None:
    groups = some_groups()
    before = weights(groups)
    for parameter in (p for group in groups.values() for p in group):
        parameter.grad = torch.zeros_like(parameter)
    Optimizer(groups, RATES, kind=kind, weight_decay=0.5).step(0.5)
    for old, new, parameter in zip(before, weights(groups), names(groups).values(), strict=True):
        share = 1 - 0.5 * 0.02 * 0.5 if parameter.startswith("matrices") else 1.0
        assert torch.allclose(new, share * old)


def test_an_unknown_kind_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"No 'gradient' in Optimizer.kind. .* Did you mean 'gradient_descent'"):
        Optimizer(some_groups(), RATES, kind="gradient")


@pytest.mark.parametrize("kind", KINDS)
def test_the_factor_multiplies_every_rate(kind: str) -> None:
    groups = some_groups()
    before = weights(groups)
    give_gradients(groups, 0)
    Optimizer(groups, RATES, kind=kind, weight_decay=0.1).step(0.0)
    assert all(torch.equal(old, new) for old, new in zip(before, weights(groups), strict=True))


def test_bf16_weights_follow_float32_masters_that_keep_tiny_steps() -> None:
    exact, rounded = some_groups(), some_groups()
    tiny = Rates(matrices=1e-5, embeddings=1e-5, head=1e-5, vectors=1e-5)
    optimizers = [Optimizer(exact, tiny), Optimizer(rounded, tiny)]
    start = weights(exact)
    optimizers[1].round_to(torch.bfloat16)
    for step in range(50):
        for groups in (exact, rounded):
            give_gradients(groups, step)
        # The same numbers for both, as a bf16 backward would give them.
        for left, right in zip(optimizers[0].parameters, optimizers[1].parameters, strict=True):
            left.grad = right.grad.float()
        for optimizer in optimizers:
            optimizer.step(1.0)
    masters = list(optimizers[1].masters.values())
    for first, wanted, master, parameter in zip(start, weights(exact), masters, optimizers[1].parameters, strict=True):
        assert torch.equal(master, wanted)
        assert not torch.equal(first, wanted)
        assert parameter.dtype == torch.bfloat16 and torch.equal(parameter, master.bfloat16())
    optimizers[1].restore_float32()
    assert all(torch.equal(a, b) for a, b in zip(weights(rounded), weights(exact), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_that_was_saved_goes_on_bit_for_bit(kind: str) -> None:
    groups = some_groups()
    optimizer = Optimizer(groups, RATES, kind=kind)
    for step in range(3):
        give_gradients(groups, step)
        optimizer.step(1.0)
    saved = {name: tensor.clone() for name, tensor in optimizer.state(names(groups)).items()}
    other = some_groups(seed=5)
    for ours, theirs in zip(weights(groups), (p for group in other.values() for p in group), strict=True):
        theirs.data.copy_(ours)
    restored = Optimizer(other, RATES, kind=kind)
    restored.load_state(saved, names(other), optimizer.num_updates)
    for step in range(3, 6):
        for one, members in ((optimizer, groups), (restored, other)):
            give_gradients(members, step)
            one.step(1.0)
    assert all(torch.equal(a, b) for a, b in zip(weights(groups), weights(other), strict=True))
    assert restored.num_updates == 6


def test_the_gradient_norm_is_that_of_one_long_vector() -> None:
    groups = some_groups()
    optimizer = Optimizer(groups, RATES)
    give_gradients(groups, 0)
    joined = torch.cat([p.grad.flatten() for p in optimizer.parameters])
    assert float(optimizer.gradient_norm()) == pytest.approx(float(joined.norm()), rel=1e-5)
    optimizer.zero_grad()
    assert all(p.grad is None for p in optimizer.parameters)


def test_a_model_with_a_tied_head_has_no_head_to_move() -> None:
    groups = {**some_groups(), "head": []}
    optimizer = Optimizer(groups, RATES)
    give_gradients(groups, 0)
    optimizer.step(1.0)
    assert not any("head" in name for name in optimizer.state(names(groups)))
