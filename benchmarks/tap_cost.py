"""Measure what a tap costs that nobody looks at: `python benchmarks/tap_cost.py`.

Prints nanoseconds per call, best of several rounds, beside those of a bare function call; the goal is below 1,000.
"""

import json
import timeit

import torch

from clearhead.layers.tap import Tap

CALLS, ROUNDS = 200_000, 7


def main() -> None:
    """Time an idle tap and a function that returns its argument."""
    value = torch.zeros(1)
    tap = Tap("residual")

    def bare(value: torch.Tensor) -> torch.Tensor:
        return value

    assert tap(value) is value
    measured = {
        name: min(timeit.repeat(lambda call=call: call(value), number=CALLS, repeat=ROUNDS)) / CALLS * 1e9  # type: ignore[misc]
        for name, call in (("idle tap", tap), ("bare function", bare))
    }
    print(json.dumps({"benchmark": "tap_cost", "unit": "ns", **{k: round(v, 1) for k, v in measured.items()}}))


if __name__ == "__main__":
    main()
