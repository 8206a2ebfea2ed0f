"""Optimizers by name: gradient descent, momentum, Adam, AdamW, and Muon for hidden matrices; masters in float32.

Momentum source: Polyak 1964, in the form of Sutskever et al. 2013 (PMLR 28) without Nesterov's correction:
v ← μ·v + g, w ← w − rate·v.
Adam source: Kingma and Ba 2015, arXiv 1412.6980, algorithm 1. AdamW: Loshchilov and Hutter 2019, arXiv 1711.05101.
Muon source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks",
https://kellerjordan.github.io/posts/muon. Differs: equal shapes are updated as one batch, and wide or tall matrices
are turned so that the iteration squares their short side.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor, nn

from clearhead.core import catalog

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
KINDS = ("muon", "adamw", "adam", "momentum", "gradient_descent")
ONE_RATE = ("adam", "momentum", "gradient_descent")
"""Those of the textbooks: every parameter moves by the same rate, that of the matrices."""
FUSED_ON = ("cpu", "cuda") if hasattr(torch, "_fused_adamw_") else ()
"""Kinds of devices on which PyTorch moves a parameter by Adam in one pass; elsewhere it takes eight."""


def orthogonalize(
    matrices: Float[Tensor, "count rows columns"], *, num_iterations: int = 5, dtype: torch.dtype = torch.float32
) -> Float[Tensor, "count rows columns"]:
    """Replace each matrix by the nearest one whose singular values are all about 1 (0.7 to 1.2).

    A quintic Newton–Schulz iteration: only products, so it runs at matrix speed. Needs rows ≤ columns to be quick.

    Args:
        dtype: precision of the products; the iteration is insensitive to it.
    """
    a, b, c = NEWTON_SCHULZ
    x = matrices.to(dtype)
    x = x / (torch.linalg.vector_norm(x, dim=(1, 2), keepdim=True).to(dtype) + 1e-7)
    for _ in range(num_iterations):
        gram = x @ x.transpose(1, 2)
        polynomial = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
        x = torch.baddbmm(x, polynomial, x, beta=a)
    return x


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How far each kind of parameter moves; every rate is multiplied by the schedule."""

    matrices: float
    embeddings: float
    head: float
    vectors: float


@dataclass
class _MuonBatch:
    """All hidden weights of one shape, once the axes after the first are laid side by side."""

    parameters: list[nn.Parameter]
    momentum: Tensor
    """(count, short side, long side), float32."""
    is_turned: bool


@dataclass
class _AdamBatch:
    parameters: list[nn.Parameter]
    group: str
    means: list[Tensor] = field(default_factory=list)
    squares: list[Tensor] = field(default_factory=list)


@dataclass
class _DescentBatch:
    parameters: list[nn.Parameter]
    group: str
    velocities: list[Tensor] = field(default_factory=list)
    """One a parameter with momentum, none without."""


class Optimizer:
    """Update a model's parameters from their gradients; everything it remembers can be saved and restored.

    Make it before the model is turned to bf16: `masters` keeps each parameter in float32, since steps smaller than a
    bf16 number's spacing would otherwise be lost.
    """

    def __init__(
        self,
        groups: dict[str, list[nn.Parameter]],
        rates: Rates,
        *,
        kind: str = "muon",
        weight_decay: float = 0.0,
        momentum: float = 0.95,
        betas: tuple[float, float] = (0.9, 0.95),
        eps: float = 1e-10,
        product_dtype: torch.dtype = torch.float32,
    ) -> None:
        catalog.choose(kind, KINDS, where="Optimizer.kind")
        self.rates, self.weight_decay, self.momentum, self.betas, self.eps = rates, weight_decay, momentum, betas, eps
        self.kind, self.product_dtype = kind, product_dtype
        self.num_updates = 0
        self.parameters = [parameter for group in groups.values() for parameter in group]
        self.masters = {parameter: parameter.detach() for parameter in self.parameters}
        self._muon: list[_MuonBatch] = []
        self._adam: list[_AdamBatch] = []
        self._descent: list[_DescentBatch] = []
        for name, parameters in groups.items():
            if not parameters:
                continue
            if name == "matrices" and kind == "muon":
                self._muon.extend(_muon_batches(parameters))
            elif kind in ("momentum", "gradient_descent"):
                velocities = self._zeros(parameters) if kind == "momentum" else []
                self._descent.append(_DescentBatch(parameters, name, velocities))
            else:
                self._adam.append(_AdamBatch(parameters, name, self._zeros(parameters), self._zeros(parameters)))

    @torch.no_grad()
    def step(self, factor: float, gradient_scale: float = 1.0) -> None:
        """Move every parameter once.

        Args:
            factor: the schedule's value now; multiplies every rate.
            gradient_scale: multiplies every gradient first (1 / number of targets, clipping).
        """
        self.num_updates += 1
        for muon in self._muon:
            self._step_muon(muon, self.rates.matrices * factor, gradient_scale)
        for adam in self._adam:
            self._step_adam(adam, self._rate(adam.group) * factor, gradient_scale)
        for descent in self._descent:
            self._step_descent(descent, self._rate(descent.group) * factor, gradient_scale)
        self.copy_to_model()

    @torch.no_grad()
    def copy_to_model(self) -> None:
        """Round the masters into the model's parameters, where those are not the masters themselves."""
        rounded = [(p, master) for p, master in self.masters.items() if p.dtype != torch.float32]
        if rounded:
            torch._foreach_copy_([p.data for p, _ in rounded], [master for _, master in rounded])

    @torch.no_grad()
    def round_to(self, dtype: torch.dtype) -> None:
        """Let the model compute in another number type; its tables (angles of positions) are not rounded with it."""
        for parameter in self.parameters:
            parameter.data = parameter.data.to(dtype)

    @torch.no_grad()
    def restore_float32(self) -> None:
        """Make the float32 masters the model's parameters again."""
        for parameter in self.parameters:
            parameter.data = self.masters[parameter]

    def _rate(self, group: str) -> float:
        rate: float = getattr(self.rates, "matrices" if self.kind in ONE_RATE else group)
        return rate

    def _zeros(self, parameters: Iterable[nn.Parameter]) -> list[Tensor]:
        return [torch.zeros_like(self.masters[parameter]) for parameter in parameters]

    def _step_muon(self, batch: _MuonBatch, rate: float, gradient_scale: float) -> None:
        gradient = torch.stack([_gradient(p).float().flatten(1) for p in batch.parameters])
        if batch.is_turned:
            gradient = gradient.transpose(1, 2)
        gradient = gradient * gradient_scale
        batch.momentum.lerp_(gradient, 1 - self.momentum)
        update = orthogonalize(gradient.lerp_(batch.momentum, self.momentum), dtype=self.product_dtype).float()
        rows, columns = batch.parameters[0].flatten(1).shape
        # A matrix with more rows than columns has fewer singular values to move its output by.
        rate_here = rate * max(1.0, rows / columns) ** 0.5
        for parameter, change in zip(batch.parameters, update, strict=True):
            master = self.masters[parameter]
            if self.weight_decay:
                master.mul_(1 - rate * self.weight_decay)
            turned_back = change.T if batch.is_turned else change
            master.add_(turned_back.reshape(master.shape), alpha=-rate_here)

    def _step_adam(self, batch: _AdamBatch, rate: float, gradient_scale: float) -> None:
        beta1, beta2 = self.betas
        gradients = [_gradient(p).float() * gradient_scale for p in batch.parameters]
        masters = [self.masters[p] for p in batch.parameters]
        weight_decay = self.weight_decay if batch.group == "matrices" else 0.0
        if masters[0].device.type in FUSED_ON:
            # One pass over the numbers in place of eight: with many words that is most of a step.
            steps = [torch.tensor(float(self.num_updates), device=masters[0].device)] * len(masters)
            torch._fused_adamw_(
                masters,
                gradients,
                batch.means,
                batch.squares,
                [],
                steps,
                lr=rate,
                beta1=beta1,
                beta2=beta2,
                weight_decay=weight_decay,
                eps=self.eps,
                amsgrad=False,
                maximize=False,
            )
            return
        torch._foreach_lerp_(batch.means, gradients, 1 - beta1)
        torch._foreach_mul_(batch.squares, beta2)
        torch._foreach_addcmul_(batch.squares, gradients, gradients, 1 - beta2)
        size = torch._foreach_div(batch.squares, 1 - beta2**self.num_updates)
        torch._foreach_sqrt_(size)
        torch._foreach_add_(size, self.eps)
        if weight_decay:
            torch._foreach_mul_(masters, 1 - rate * weight_decay)
        torch._foreach_addcdiv_(masters, batch.means, size, -rate / (1 - beta1**self.num_updates))

    def _step_descent(self, batch: _DescentBatch, rate: float, gradient_scale: float) -> None:
        directions = [_gradient(p).float() * gradient_scale for p in batch.parameters]
        masters = [self.masters[p] for p in batch.parameters]
        if batch.velocities:
            torch._foreach_mul_(batch.velocities, self.momentum)
            torch._foreach_add_(batch.velocities, directions)
            directions = batch.velocities
        if self.weight_decay and batch.group == "matrices":
            torch._foreach_mul_(masters, 1 - rate * self.weight_decay)
        torch._foreach_add_(masters, directions, alpha=-rate)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def gradient_norm(self) -> Tensor:
        """Return the length of all gradients taken as one vector (before `gradient_scale`)."""
        norms = torch._foreach_norm([_gradient(p) for p in self.parameters])
        return torch.linalg.vector_norm(torch.stack([norm.float() for norm in norms]))

    def state(self, names: dict[nn.Parameter, str]) -> dict[str, Tensor]:
        """Return everything remembered between steps as named tensors (the count is saved beside them)."""
        saved: dict[str, Tensor] = {}
        for muon in self._muon:
            for parameter, momentum in zip(muon.parameters, muon.momentum, strict=True):
                saved[f"momentum.{names[parameter]}"] = momentum
        for adam in self._adam:
            for parameter, mean, square in zip(adam.parameters, adam.means, adam.squares, strict=True):
                saved[f"mean.{names[parameter]}"], saved[f"square.{names[parameter]}"] = mean, square
        for descent in self._descent:
            for parameter, velocity in zip(descent.parameters, descent.velocities, strict=False):
                saved[f"velocity.{names[parameter]}"] = velocity
        return saved

    @torch.no_grad()
    def load_state(self, saved: dict[str, Tensor], names: dict[nn.Parameter, str], num_updates: int) -> None:
        """Restore what `state` returned, bit for bit."""
        for name, tensor in self.state(names).items():
            tensor.copy_(saved[name])
        self.num_updates = num_updates


def _muon_batches(parameters: Iterable[nn.Parameter]) -> list[_MuonBatch]:
    shapes: dict[torch.Size, list[nn.Parameter]] = {}
    for parameter in parameters:
        # A convolution's filters (out, in, height, width) are a matrix of what each output takes from each input.
        shapes.setdefault(parameter.flatten(1).shape, []).append(parameter)
    batches = []
    for (rows, columns), members in shapes.items():
        short, long = min(rows, columns), max(rows, columns)
        momentum = torch.zeros(len(members), short, long, device=members[0].device)
        batches.append(_MuonBatch(members, momentum, rows > columns))
    return batches


def _gradient(parameter: nn.Parameter) -> Tensor:
    assert parameter.grad is not None, "every parameter takes part in every step"
    return parameter.grad
