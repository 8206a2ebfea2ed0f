"""Our own CPU kernels beside PyTorch's: attention in bf16, RMS norm, dropout; and the machine's matmul rates.

    python benchmarks/kernels.py

Forward and backward in milliseconds, best of 7, for 16,384 tokens of width 384; products in GFLOP/s.
"""

import time
from collections.abc import Callable

import torch
from torch import Tensor

from clearhead.layers.attention import _CausalAttention
from clearhead.layers.dropout import dropout
from clearhead.layers.linear import linear, onednn_is_faster
from clearhead.layers.norms import RMSNorm
from clearhead.training.precision import keep_freed_memory

TOKENS, WIDTH = 16384, 384


def best_ms(work: Callable[[], object]) -> float:
    """Return the best time of 7 in milliseconds, after a warm-up."""
    work()
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return 1000 * min(taken)


def both_ways(forward: Callable[[], Tensor], gradient: Tensor) -> float:
    """Time forward and backward."""
    return best_ms(lambda: forward().backward(gradient))  # type: ignore[no-untyped-call]


def attention() -> None:
    for seq, head_dim in ((64, 64), (256, 64), (256, 128)):
        shape = (TOKENS // seq, WIDTH // head_dim, seq, head_dim)
        query, key, value = (torch.randn(shape, dtype=torch.bfloat16).requires_grad_() for _ in range(3))
        gradient = torch.randn(shape, dtype=torch.bfloat16)

        def fused(q: Tensor = query, k: Tensor = key, v: Tensor = value) -> Tensor:
            return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)

        def ours(q: Tensor = query, k: Tensor = key, v: Tensor = value) -> Tensor:
            return _CausalAttention.apply(q, k, v)

        a, b = both_ways(ours, gradient), both_ways(fused, gradient)
        print(f"causal attention bf16, seq {seq}, head {head_dim}: ours {a:.1f} ms, PyTorch {b:.1f} ms, {b / a:.2f} ×")


def norm_and_dropout() -> None:
    for dtype in (torch.float32, torch.bfloat16):
        x = torch.randn(TOKENS, WIDTH, dtype=dtype).requires_grad_()
        gradient = torch.randn(TOKENS, WIDTH, dtype=dtype)
        norm = RMSNorm(WIDTH).to(dtype)

        def fused(x: Tensor = x, norm: RMSNorm = norm) -> Tensor:
            return torch.nn.functional.rms_norm(x, norm.weight.shape, norm.weight, norm.eps)

        a, b = both_ways(lambda x=x, norm=norm: norm(x), gradient), both_ways(fused, gradient)
        print(f"RMS norm {dtype}: ours {a:.1f} ms, PyTorch {b:.1f} ms, {b / a:.2f} ×")
        a = both_ways(lambda x=x: dropout(x, 0.2), gradient)
        b = both_ways(lambda x=x: torch.nn.functional.dropout(x, 0.2), gradient)
        print(f"dropout {dtype}: ours {a:.1f} ms, PyTorch {b:.1f} ms, {b / a:.2f} ×")


def products() -> None:
    for rows, inner, columns in ((4096, 128, 384), (TOKENS, WIDTH, 1024), (4096, 4096, 4096)):
        for dtype in (torch.float32, torch.bfloat16):
            a, b = torch.randn(rows, inner, dtype=dtype), torch.randn(columns, inner, dtype=dtype)
            rate = 2 * rows * inner * columns / best_ms(lambda a=a, b=b: torch.nn.functional.linear(a, b)) / 1e6
            print(f"product {rows} × {inner} × {columns} {dtype}: {rate:,.0f} GFLOP/s")
    with torch.inference_mode():  # where decoding may take the other library (layers/linear.py)
        print(f"oneDNN is the faster one for float32 here: {'yes' if onednn_is_faster() else 'no'}")
        for rows in (64, 256, 4096):
            x, weight = torch.randn(rows, 256), torch.randn(8000, 256)
            plain = best_ms(lambda x=x, weight=weight: torch.nn.functional.linear(x, weight))
            ours = best_ms(lambda x=x, weight=weight: linear(x, weight))
            print(f"product {rows} × 256 × 8000 without gradients: PyTorch {plain:.2f} ms, ours {ours:.2f} ms")


def main() -> None:
    keep_freed_memory()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    products()
    attention()
    norm_and_dropout()


if __name__ == "__main__":
    main()
